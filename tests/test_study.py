"""The tiny study end to end: real Snakemake, real TRL training, every stage."""

import csv
import json
import signal

import pytest

from crashes import differences, finish, written_twice
from weak_teachers.config.reading import load_study
from workflow_runs import TINY, digests, interrupt_when, run_snakemake


@pytest.fixture(scope="session")
def study():
    import yaml

    return load_study(yaml.safe_load(TINY.read_text()))


def test_the_results_are_there(tiny, study):
    rows = list(csv.DictReader((tiny / "accuracy.csv").open()))
    assert list(rows[0]) == ["arm", "seed", "test_set", "n", "accuracy", "se"]
    arms = {arm.name for arm in study.arms.spelt_out()}
    assert {row["arm"] for row in rows} == {"base", *arms}
    assert {row["n"] for row in rows} == {"24"}
    findings = json.loads((tiny / "findings.json").read_text())
    assert [finding["claim"] for finding in findings] == [
        "hard_over_subtask",
        "severity_between_teachers",
        "combination_over_baselines",
        "severity_within_teacher",
    ]
    for finding in findings:
        assert finding["verdict"] in ("supported", "contradicted", "undecided")
        if finding["claim"] == "severity_between_teachers" and finding["effect"] is None:
            assert "is no match of natural-weaker" in finding["note"]  # the tiny teachers are weak
        else:
            low, high = finding["interval"]
            assert low <= finding["effect"] <= high


def test_accuracy_is_what_the_items_say(tiny):
    for row in csv.DictReader((tiny / "accuracy.csv").open()):
        path = tiny / f"scores/{row['arm']}/seed-{row['seed']}.jsonl"
        items = [json.loads(line) for line in path.read_text().splitlines()]
        chosen = [item for item in items if item["test_set"] == row["test_set"]]
        right = sum(item["verdict"] == "correct" for item in chosen)
        assert float(row["accuracy"]) == pytest.approx(right / len(chosen))
        for item in chosen:
            answered = item["answer"] is not None and item["answer"] == item["reference"]
            assert (item["verdict"] == "correct") == answered


def test_mixtures_are_exact_and_traceable(tiny, study):
    solutions = {}
    for path in tiny.glob("annotated/*/*.jsonl"):
        for line in path.read_text().splitlines():
            solution = json.loads(line)
            solutions[solution["id"]] = solution
    for arm in study.arms.spelt_out():
        rows = [json.loads(line) for line in (tiny / f"mixtures/{arm.name}.jsonl").open()]
        card = json.loads((tiny / f"mixtures/{arm.name}.card.json").read_text())
        assert card["rows"] == len(rows)
        for kind in ("hard", "subtask"):
            chosen = [row for row in rows if row["kind"] == kind]
            wrong = sum(row["outcome"] == "wrong" for row in chosen)
            rate = getattr(arm, kind)
            if rate is None:
                assert not chosen
            elif rate != "natural":
                once = [row for row in chosen if not row["rephrased"]]
                assert len(once) == study.arms.tasks or kind == "subtask"
                assert wrong == round(rate * len(once) / 100) * (len(chosen) // len(once))
        for row in rows:
            if not row["stand_in"]:
                source = solutions[row["solution"]]
                assert source["outcome"] == row["outcome"]
                assert source["text"] == row["completion"]


def test_no_problem_is_in_two_places(tiny):
    def texts(pattern):
        return {json.loads(line)["text"] for path in tiny.glob(pattern) for line in path.open()}

    held_out = texts("problems/tests/*.jsonl")
    assert len(held_out) == 48
    assert not held_out & texts("problems/hard.jsonl")
    assert not held_out & texts("problems/easy.jsonl")
    assert not held_out & texts("problems/teacher.jsonl")
    assert not texts("problems/hard.jsonl") & texts("problems/teacher.jsonl")


def test_the_work_folder_is_empty_when_all_is_done(tiny):
    assert not list((tiny / "work").glob("*"))


def test_a_second_run_does_nothing(tiny):
    before = digests(tiny)
    run = run_snakemake(tiny.parents[1], TINY)
    assert run.returncode == 0
    assert "Nothing to be done" in run.stdout + run.stderr
    assert digests(tiny) == before


def test_every_stage_file_has_its_checksum(tiny):
    lines = [line for path in tiny.glob("manifest/**/*.sha256") for line in path.open()]
    entries = dict(reversed(line.rstrip("\n").split("  ", 1)) for line in lines)
    made = {name: digest for name, digest in digests(tiny).items() if name[:9] != "manifest/"}
    assert entries == made


def test_an_edited_or_cut_file_stops_a_run_and_is_named(finished):
    path = finished.folder / "results/tiny/solutions/main/hard.jsonl"
    path.write_bytes(path.read_bytes()[:1000])
    run = run_snakemake(finished.folder, TINY)
    assert run.returncode == 1
    [line] = [line for line in run.stderr.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: results/tiny/solutions/main/hard.jsonl: not what its stage")
    path.unlink()
    assert finished.planned() == set()  # all that was made from it was made before it was cut
    for name in ("annotated/main/hard.jsonl", "report.html"):
        (finished.folder / "results/tiny" / name).unlink()
    assert "sample solutions/main/hard.jsonl" in finished.planned()


def test_interrupted_runs_end_with_the_same_bytes(tiny, tmp_path):
    """While a base is trained, while a teacher writes, while arms are trained and scored."""
    for ready, how in {
        "results/tiny/work/*/checkpoint-100/trainer_state.json": signal.SIGKILL,
        "results/tiny/logs/sample/main/hard.log": signal.SIGINT,
        "results/tiny/logs/train/arms/*/seed-0.log": signal.SIGKILL,
        "results/tiny/logs/score/*/seed-0.log": signal.SIGTERM,
    }.items():
        interrupt_when(tmp_path, TINY, ready, how)
    finish(tmp_path)
    assert differences(tmp_path, digests(tiny)) == []
    assert written_twice(tmp_path) == 0
