"""What Snakemake says before any work is done: the plan, or one line about what is wrong."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from examples import config
from workflow_runs import REPOSITORY, TINY, run_snakemake

PROFILES = REPOSITORY / "workflow/profiles"


def planned(folder: Path, changes: dict[str, Any]) -> tuple[int, str]:
    """The exit status of a dry run of the example study, and all that it said."""
    (folder / "study.yaml").write_text(yaml.safe_dump(config(changes)))
    (folder / "people.jsonl").write_text("{}\n")
    run = run_snakemake(folder, folder / "study.yaml", "--dry-run")
    return run.returncode, run.stdout + run.stderr


def test_every_model_is_planned_once(tmp_path: Path) -> None:
    status, said = planned(tmp_path, {})
    assert status == 0, said
    jobs = job_counts(said)
    assert jobs["train_arm"] == jobs["score"] == 11 * 2  # arms × seeds
    assert jobs["train_teacher"] == 2
    assert jobs["mix"] == 11
    assert jobs["test_set"] == 2
    assert jobs["train_base"] == 0  # the example's base is the start itself
    assert jobs["score_base"] == jobs["report"] == 1
    [checked] = re.findall(r"rule overlap:\n    input: (.*)", said)
    assert all(f"problems/{name}.jsonl" in checked for name in ("hard", "easy", "teacher"))


def job_counts(said: str) -> Counter:
    """The jobs of each rule that a dry run lists."""
    return Counter({name: int(n) for name, n in re.findall(r"^(\w+) +(\d+)$", said, re.MULTILINE)})


@pytest.mark.parametrize("profile", ["default", "slurm"])
@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("config/*.yaml")), ids=lambda p: p.name)
def test_every_study_of_the_repository_is_planned_offline(
    tmp_path: Path, path: Path, profile: str
) -> None:
    for file in yaml.safe_load(path.read_text()).get("files", {}).values():
        if "url" not in file:
            (tmp_path / file["path"]).parent.mkdir(exist_ok=True)
            (tmp_path / file["path"]).touch()
    run = run_snakemake(tmp_path, path, "--dry-run", "--workflow-profile", str(PROFILES / profile))
    assert run.returncode == 0, run.stdout + run.stderr
    assert job_counts(run.stdout + run.stderr)["report"] == 1


def test_a_job_of_slurm_uses_the_cpus_that_it_asks_for(tmp_path: Path) -> None:
    options = ("--dry-run", "--printshellcmds", "--workflow-profile", str(PROFILES / "slurm"))
    run = run_snakemake(tmp_path, TINY, *options)
    said = run.stdout + run.stderr
    assert "cpus_per_task" not in said  # would be asked for in the place of the threads
    command = r"Shell command: .*weak_teachers\.(\w+) .*--threads (\d+)"
    jobs = re.findall(rf"^    threads: (\d+)\n(?:    .*\n)*{command}", said, re.MULTILINE)
    assert {stage for _, stage, _ in jobs} == {"train", "sample", "score"}
    assert {(asked, used) for asked, _, used in jobs} == {("2", "2")}  # of 4, by `--cores 2`


def test_the_recipe_for_a_cluster_gives_the_paper_s_student_the_gpus_that_it_needs(
    tmp_path: Path,
) -> None:
    page = (REPOSITORY / "docs/cluster.md").read_text()
    [options] = re.findall(r"snakemake -n (--configfile .*\\\n.*)\n```", page)
    _, config, *more = options.replace("\\\n", " ").split()
    run = run_snakemake(tmp_path, REPOSITORY / config, "--dry-run", *more)
    said = run.stdout + run.stderr
    trained = re.findall(r"^rule (train_\w+):\n(?:    .*\n)*?    resources: (.*)", said, re.M)
    assert {rule for rule, _ in trained} == {"train_base", "train_arm"}
    assert all("gpu=4" in given and "mem_mb=128000" in given for _, given in trained)


def test_the_paper_s_study_is_whole(tmp_path: Path) -> None:
    run = run_snakemake(tmp_path, REPOSITORY / "config/paper.yaml", "--dry-run")
    jobs = job_counts(run.stdout + run.stderr)
    assert jobs["mix"] == 43
    assert jobs["train_arm"] == jobs["score"] == 43 * 3
    assert (jobs["test_set"], jobs["sample"]) == (5, 5 * 2)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"arms.hard": [150]},
            "error: study.yaml: arms.hard.0: found 150, expected less than or equal",
        ),
        ({"sede": 1}, "error: study.yaml: sede: unknown key, found 1"),
        ({"files.people.path": "nowhere.jsonl"}, "error: study.yaml: files.people.path: no file"),
    ],
)
def test_a_broken_config_is_one_line_before_anything_runs(tmp_path, changes, line) -> None:
    status, said = planned(tmp_path, changes)
    assert status == 1
    assert sum(one.startswith(line) for one in said.splitlines()) == 1
    assert "Traceback" not in said
    assert not (tmp_path / "results").exists()


def test_all_places_of_a_config_are_named(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("arms: {hard: [150]}")
    options = ("--configfile", str(TINY), str(tmp_path / "more.yaml"), "--config", "seed=8")
    run = run_snakemake(tmp_path, TINY, *options, "--dry-run")
    assert f"error: {TINY}, more.yaml, --config: arms.hard.0: found 150, expected" in run.stderr


def test_a_key_that_is_there_twice_stops_a_run(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(TINY.read_text() + "seed: 8\n")
    run = run_snakemake(tmp_path, path, "--dry-run")
    assert run.returncode == 1
    line = len(path.read_text().splitlines())
    said = f"study.yaml, line {line}: seed is there twice; expected each key once"
    assert f"error: {said}" in run.stderr.splitlines()
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.parametrize(
    "path", sorted(REPOSITORY.glob("workflow/rules/*.smk")), ids=lambda p: p.name
)
def test_each_rule_s_fingerprint_is_that_of_the_module_that_it_runs(path: Path) -> None:
    for rule in re.split(r"^(?=rule |use rule )", path.read_text(), flags=re.MULTILINE)[1:]:
        modules = re.findall(r"python -m weak_teachers\.(\w+)", rule)
        assert len(modules) <= 1
        if modules:
            assert f'code=fingerprint("{modules[0]}")' in rule
            assert (REPOSITORY / f"workflow/weak_teachers/{modules[0]}.py").is_file()
            assert "    log:\n" in rule
