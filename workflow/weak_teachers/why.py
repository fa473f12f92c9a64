"""Why: for each job that would run, what changed since its results were made.

python -m weak_teachers.why --configfile config/config.yaml

Built on Snakemake's plan and on its records of what each result was made with. A job that runs only
because of another one names that one.
"""

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weak_teachers.command import arguments, run
from weak_teachers.config.reading import read_config
from weak_teachers.errors import UserError, shorten

if TYPE_CHECKING:
    from snakemake.dag import DAG
    from snakemake.jobs import Job

SNAKEFILE = Path(__file__).parents[2] / "Snakefile"
LARGEST_CHECKSUM = 1_000_000_000  # as in the profiles
FINGERPRINT = re.compile(r"([\w./-]+=[0-9a-f]{12} ?)+")
Values = dict[str, Any]


def parts(texts: Iterable[str]) -> Values:
    """A job's parameters as Snakemake records them, taken apart: what each value is → the value.

    Fingerprints become ``code of <module>`` or the resource's name, settings their dotted keys.
    """
    found: Values = {}
    plain = []
    for value in map(ast.literal_eval, texts):
        if isinstance(value, str) and FINGERPRINT.fullmatch(value):
            for part in value.split():
                name, digest = part.split("=")
                resource = Path(name).suffix and "/" in name
                found[f"resources/{name}" if resource else f"code of {name}"] = digest
        elif isinstance(value, str) and value.startswith("{"):
            found |= dict(_keys(json.loads(value)))
        else:
            plain.append(value)
    if plain:
        found["value"] = plain[0] if len(plain) == 1 else plain
    return found


def _keys(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield key, value
        return
    for name, inner in value.items():
        yield from _keys(inner, f"{key}.{name}" if key else name)


def differences(old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    """Say what differs between the parameters that a result was made with and today's."""
    before, now = parts(old), parts(new)
    for name in sorted(before.keys() | now.keys()):
        was, becomes = before.get(name), now.get(name)
        if was == becomes:
            continue
        if name.startswith(("code of ", "resources/")):
            yield f"{name} changed"
        else:
            yield f"{name}: {_shown(was)} → {_shown(becomes)}"


def _shown(value: Any) -> str:
    return "(none)" if value is None else shorten(value)


def reasons(dag: "DAG", job: "Job") -> Iterator[str]:
    """Why a job would run, each reason as a phrase."""
    reason = dag.reason(job)
    records = dag.workflow.persistence
    if reason.forced:
        yield "was interrupted"
    elif reason.missing_output:
        yield "not there yet"
    elif before := sorted({up.rule.name for up in dag.dependencies[job] if dag.needrun(up)}):
        yield f"after {', '.join(before)}"
    if reason.updated_input:
        yield f"changed since: {', '.join(sorted(map(str, reason.updated_input)))}"
    if reason.input_changed:
        old, new = set(records.input(job.output[0]) or []), set(map(str, job.input))
        yield from (f"reads {name} too" for name in sorted(new - old))
        yield from (f"no longer reads {name}" for name in sorted(old - new))
    if reason.params_changed:
        yield from differences(reason.params_changed.only_old, reason.params_changed.only_new)
    if reason.code_changed:
        yield "the command in its rule changed"
    if reason.software_stack_changed:
        yield "its software environment changed"


@contextmanager
def planned(configfiles: list[Path], folder: Path) -> Iterator["DAG"]:
    """Snakemake's plan for a study, without carrying it out.

    Args:
        configfiles: the study's config; none for the embedded one.
        folder: the folder that has ``results``.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.enums import Quietness
    from snakemake.settings.types import (
        ConfigSettings,
        DAGSettings,
        OutputSettings,
        ResourceSettings,
    )

    quiet = OutputSettings(quiet={Quietness.ALL}, dryrun=True)
    settings = DAGSettings(force_incomplete=True, max_checksum_file_size=LARGEST_CHECKSUM)
    with SnakemakeApi(quiet) as snakemake:
        api = snakemake.workflow(
            ResourceSettings(cores=1),
            ConfigSettings(configfiles=configfiles),
            snakefile=SNAKEFILE,
            workdir=folder,
        )
        api.dag(settings)
        # What a dry run does before it prints; the public interface stops short of the plan.
        workflow = api._workflow
        workflow.dag_settings = settings
        workflow._prepare_dag(forceall=False, ignore_incomplete=False, lock_warn_only=True)
        workflow._build_dag()
        yield workflow.dag


def explained(dag: "DAG") -> Iterator[str]:
    """A line for each job that would run, in the order of running: rule, first output, reasons."""
    for level in dag.toposorted():
        for job in sorted(level, key=lambda job: (job.rule.name, str(job.output))):
            if dag.needrun(job) and job.output:
                yield f"{job.rule.name} {job.output[0]}: {'; '.join(reasons(dag, job))}"


def main() -> None:
    """Say why jobs would run."""
    parser = arguments(__doc__)
    parser.add_argument("--configfile", type=Path, nargs="+", default=[], metavar="FILE")
    parser.add_argument(
        "--directory", type=Path, default=Path(), help="the folder that has results/"
    )
    args = parser.parse_args()
    for path in args.configfile:
        if not path.is_file():
            raise UserError(f"{path}: no such file; expected a study's config")
        read_config(path)
    with planned([path.resolve() for path in args.configfile], args.directory) as dag:
        lines = list(explained(dag))
    print(*lines, sep="\n", end="\n" if lines else "")
    print(f"{len(lines)} jobs would run" if lines else "nothing would run", file=sys.stderr)


if __name__ == "__main__":
    run(main)
