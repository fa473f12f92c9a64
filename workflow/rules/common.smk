"""What all rules share: the study's config and where its files are."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(workflow.basedir, "workflow")))

from weak_teachers import running
from weak_teachers.config import stages
from weak_teachers.config.problems import FileSet
from weak_teachers.config.reading import from_here, load_study, read_config
from weak_teachers.config.teachers import RecordedTeacher
from weak_teachers.errors import UserError
from weak_teachers.fingerprint import fingerprint
from weak_teachers.manifest import check_study

FILES = [from_here(path) for path in workflow.configfiles]
OPTIONS = ["--config"] if workflow.config_settings.config else []
CONFIG = ", ".join([*map(str, FILES), *OPTIONS])

try:
    # Of a key that is there twice, Snakemake would silently keep the last.
    for path in FILES:
        read_config(path)
    STUDY = load_study(config, CONFIG)
    RESULTS = f"results/{STUDY.study}"
    if workflow.is_main_process:
        check_study(Path(RESULTS))
    else:
        running.register(Path(RESULTS))
except UserError as error:
    sys.exit(f"error: {error}")

for name, file in STUDY.files.items():
    if not file.url and not Path(file.path).is_file():
        sys.exit(
            f"error: {CONFIG}: files.{name}.path: no file {file.path}; expected one, or a url"
        )

LOGS = f"{RESULTS}/logs"
TIMES = f"{RESULTS}/benchmarks"
ENV, GPU_ENV, VLLM_ENV = (
    str(Path(workflow.basedir, "envs", name))
    for name in ("cpu.yaml", "gpu.yaml", "vllm.yaml")
)
ARMS = {arm.name: arm for arm in STUDY.arms.spelt_out()}

# Jobs find the interpreter and the package that this process runs with.
os.environ.update(
    PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.getenv('PATH')}",
    PYTHONPATH=str(Path(workflow.basedir, "workflow")),
)


wildcard_constraints:
    kind="hard|subtask",
    set="[^/]+",
    teacher="[^/]+",
    arm="[^/]+",
    seed=r"\d+",


def start_running():
    """Let no other run of the study begin, and end what a killed one left in SLURM."""
    jobs = workflow.dag.needrun_jobs()
    submitted = {
        ident for job in jobs for ident in workflow.persistence.external_jobids(job)
    }
    try:
        running.hold(Path(RESULTS))
        running.cancel_left(Path(RESULTS), submitted)
    except UserError as error:
        sys.exit(f"error: {error}")


def rising(amount):
    """A resource of which each attempt at a job gets more."""
    return lambda wildcards, attempt: amount * attempt


def while_asking(models, amount, otherwise):
    """A rising resource of which a stage needs more where it asks models."""
    return rising(amount if models else otherwise)


def data_file(name):
    """Where a data file of the config is; one with a url is fetched there first."""
    file = STUDY.files[name]
    return f"{RESULTS}/data/{file.path}" if file.url else file.path


def data_of(section):
    """The data file that a problem set or teacher comes from, if any."""
    return (
        data_file(section.file)
        if isinstance(section, (FileSet, RecordedTeacher))
        else []
    )


def env_of(*engines):
    """The conda environment for a stage that runs models with engines."""
    backends = {engine.backend for engine in engines}
    if "vllm" in backends:
        return VLLM_ENV
    return GPU_ENV if "transformers" in backends else ENV


def gpus_of(*models):
    """How many GPUs models take: none where they are asked elsewhere or recorded."""
    local = [model for model in models if model.backend in ("transformers", "vllm")]
    return max((getattr(model, "tensor_parallel", 1) for model in local), default=0)


def models_of(section):
    """The models that a section of the config has do the study's own work, if any."""
    return getattr(section, "models", [])


def trained_model(teacher):
    """The model of a teacher that the study trains itself."""
    trained = getattr(STUDY.teachers[teacher], "trained_steps", None)
    return f"{RESULTS}/models/teachers/{teacher}" if trained else []


def restyled_of(teacher):
    """The solutions in a teacher's style, where the study has them written."""
    return f"{RESULTS}/restyled/{teacher}.jsonl" if STUDY.restyle else []


def natural_solutions(arm):
    """The annotated solutions that an arm takes as they are."""
    kinds = [kind for kind in ("hard", "subtask") if getattr(arm, kind) == "natural"]
    return expand(f"{RESULTS}/annotated/{arm.teacher}/{{kind}}.jsonl", kind=kinds)


def rephrased_rows(arm):
    """The rephrased rows that an arm adds to its own."""
    return f"{RESULTS}/rephrased/{arm.name}.jsonl" if arm.family == "rephrased" else []
