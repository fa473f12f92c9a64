"""The plan: calls as they come out, tokens within a factor, nothing of what has run."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import examples
from conftest import REPOSITORY
from replay_server import ReplayServer
from weak_teachers import decompose, problems, sample
from weak_teachers.config import stages
from weak_teachers.config.reading import load_study, read_config
from weak_teachers.config.study import Study
from weak_teachers.devices import GPU, parameters_of, runs_on
from weak_teachers.files import read_json, read_records, write_json, write_records
from weak_teachers.needs import Need, needs
from weak_teachers.plan import main, notes, plain, table
from weak_teachers.records import Task
from weak_teachers.sizes import Sizes

PRICE = {"prompt": 1.0, "completion": 10.0}
SERVED = {"backend": "openai", "model": "m", "key_variable": None, "price": PRICE}
ASSISTANT = {"model": SERVED}


def served(**changes: Any) -> Study:
    """The example with one teacher behind a server."""
    return examples.study(
        {
            "teachers": {"main": SERVED},
            "arms.natural": [],
            "sampling": {"prompt": "solve"},
            "samples": {"hard": 3, "subtask": 2},
            **changes,
        }
    )


def planned(study: Study, results: Path) -> dict[str, Need]:
    found = needs(study, results, Sizes(study, results))
    assert len({need.stage for need in found}) == len(found)
    return {need.stage: need for need in found}


def test_calls_are_exact_and_tokens_within_a_factor_of_two(tmp_path, command) -> None:
    """Planned before anything is there, against what the real stages then take."""

    def solve(model: str, asked: str, number: int) -> str:
        files = [tmp_path / f"{kind}.jsonl" for kind in ("hard", "subtask")]
        tasks = [task for path in files for task in read_records(path, Task)]
        return next(task.solution for task in tasks if task.text in asked)

    with ReplayServer(solve) as server:
        study = served(teachers={"main": SERVED | {"url": server.url}})
        plan = planned(study, tmp_path)
        run_until_sampled(study, tmp_path, command)
    for kind in ("hard", "subtask"):
        took = read_json(tmp_path / f"solutions/main/{kind}.account.json")
        need = plan[f"main, {kind}"]
        assert need.calls == took["calls"] == len(read_records(tmp_path / f"{kind}.jsonl", Task))
        for expected, real in (
            (need.sent, took["prompt_tokens"]),
            (need.written, took["completion_tokens"]),
            (need.dollars, took["dollars"]),
        ):
            assert real / 2 < expected < 2 * real
    # What has run isn't planned again.
    assert not {"main, hard", "main, subtask"} & planned(study, tmp_path).keys()


def run_until_sampled(study: Study, folder: Path, command) -> None:
    """Run the stages up to the solutions, each by its own command."""
    hard = folder / "problems/hard.jsonl"
    tests = [p for items in Sizes(study, folder).tests.values() for p in items]
    write_records(folder / "tests.jsonl", tests)
    words = ("--seed", study.seed, "--settings", study.problems.hard.model_dump_json())
    files = ("--without", folder / "tests.jsonl", "--output", hard, "--counts", folder / "c")
    assert command(problems.main, *words, "--name", "hard", *files) == ""
    words = ("--seed", study.seed, "--settings", study.decompose.model_dump_json())
    files = [
        *("--hard", folder / "hard.jsonl", "--subtask", folder / "subtask.jsonl"),
        *("--rejected", folder / "r", "--counts", folder / "c", "--account", folder / "a"),
    ]
    assert command(decompose.main, *words, "--problems", hard, *files) == ""
    for kind in ("hard", "subtask"):
        settings = stages.sample_settings(study, "main", kind)
        words = ("--seed", study.seed, "--settings", settings.model_dump_json())
        out = folder / f"solutions/main/{kind}"
        files = [
            *("--tasks", folder / f"{kind}.jsonl", "--output", f"{out}.jsonl"),
            *("--failed", f"{out}.failed.jsonl", "--account", f"{out}.account.json"),
        ]
        assert command(sample.main, *words, "--teacher", "main", *files) == ""


def test_what_models_do_for_the_study_is_planned_by_task(tmp_path) -> None:
    study = served(
        decompose={"method": "llm", **ASSISTANT, "long_solution": 60},
        annotate={"judge": ASSISTANT},
        restyle=ASSISTANT,
        rephrase=ASSISTANT,
    )
    found = needs(study, tmp_path, Sizes(study, tmp_path))
    calls = [(need.stage, need.calls) for need in found if need.calls and need.dollars]
    hard = Sizes(study, tmp_path).texts("hard").count
    parts = Sizes(study, tmp_path).tasks()["subtask"].count
    assert 2 * hard < parts < 3 * hard  # some solutions are long
    assert calls == [
        ("decompose: cut", hard),
        *((f"decompose: {what}", parts) for what in ("read", "compare", "solve")),
        *(("main, hard", hard), ("main, subtask", parts)),
        ("judge main, hard: outcomes", round(0.05 * 3 * hard)),
        ("judge main, subtask: outcomes", round(0.05 * 2 * parts)),
        *(("restyle main: hard", round(0.5 * hard)), ("restyle main: subtask", round(0.5 * parts))),
        *((f"rephrase hard-50: {what}", 10) for what in ("tell", "compare", "solutions")),
    ]


def test_a_critic_reads_every_solution(tmp_path) -> None:
    critic = {"model": ASSISTANT["model"], "votes": 3}
    study = served(annotate={"checkers": ["exact", "llm"], "llm": critic})
    found = needs(study, tmp_path, Sizes(study, tmp_path))
    calls = {need.stage: need.calls for need in found if need.stage.startswith("judge")}
    hard = Sizes(study, tmp_path).texts("hard").count
    parts = Sizes(study, tmp_path).tasks()["subtask"].count
    assert calls == {"judge main, hard: steps": 3 * hard, "judge main, subtask: steps": 2 * parts}


def test_a_reward_model_reads_every_solution(tmp_path) -> None:
    prm = {"model": "org/PRM-7B"}
    study = served(annotate={"checkers": ["calculation", "prm"], "prm": prm})
    plan = planned(study, tmp_path)
    hard = Sizes(study, tmp_path).tasks()["hard"]
    need = plan["judge main, hard: rewards"]
    assert (need.calls, need.written) == (3 * hard.count, 0)
    assert need.sent == pytest.approx(need.calls * (hard.text + hard.solution) / 2.5)
    assert need.hours == pytest.approx(2 * 7e9 * need.sent / GPU.writing / 3600)
    assert "judge main, subtask: rewards" in plan


@pytest.mark.parametrize("hard", [{}, {"source": "hub", "dataset": "d", "split": "train"}])
def test_without_subtasks_none_are_planned(tmp_path, hard) -> None:
    changes = {"problems.hard": hard} if hard else {}
    study = served(**changes, **{"decompose": ..., "arms.subtask": [], "arms.combined": []})
    plan = planned(study, tmp_path)
    assert plan["main, hard"].calls == Sizes(study, tmp_path).texts("hard").count
    assert not [stage for stage in plan if "subtask" in stage]


def test_the_paper_s_plan_counts_the_paper_s_problems(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("WEAK_TEACHERS_DATA", str(tmp_path))
    study = load_study(read_config(REPOSITORY / "config/paper.yaml"))
    sizes = Sizes(study, tmp_path)
    assert sizes.texts("easy").count == pytest.approx(164_000, rel=0.01)
    tests = 500 + 213 + 163 + 220 + 118  # by the paper
    assert sizes.test_problems() == pytest.approx(tests, rel=0.05)
    [scoring] = [need for name, need in planned(study, tmp_path).items() if "score" in name]
    assert scoring.hours > 1


def test_trainings_read_their_rows_once_an_epoch(tmp_path) -> None:
    study = served(**{"student.arm": {"epochs": 3, "max_length": 2048}})
    plan = planned(study, tmp_path)
    tasks = Sizes(study, tmp_path).tasks()
    row = (tasks["hard"].text + tasks["hard"].solution) / 2.5
    part = (tasks["subtask"].text + tasks["subtask"].solution) / 2.5
    parts = round(10 * tasks["subtask"].count / tasks["hard"].count)
    read = {name: need.sent for name, need in plan.items()}
    assert read["train hard-0 × 2"] == pytest.approx(2 * 3 * 10 * row)
    assert read["train epochs-50 × 2"] == pytest.approx(2 * read["train hard-0 × 2"])
    assert read["train rephrased-50 × 2"] == pytest.approx(2 * read["train hard-0 × 2"])
    assert read["train subtask-0 × 2"] == pytest.approx(2 * 3 * parts * part)
    both = read["train hard-0 × 2"] + read["train subtask-0 × 2"]
    assert read["train combined-50-10 × 2"] == pytest.approx(both)
    (tmp_path / "models/arms/hard-0/seed-1").mkdir(parents=True)
    assert planned(study, tmp_path)["train hard-0 × 1"].sent == pytest.approx(3 * 10 * row)


def test_hours_follow_the_size_in_a_model_s_name(tmp_path) -> None:
    big = {"backend": "vllm", "model": "org/Llama-3-70B-Instruct"}
    small = {"backend": "transformers", "model": "org/Some-0.5b"}
    nameless = {"backend": "transformers", "model": "org/command"}
    study = served(teachers={"main": big, "small": small, "other": nameless})
    plan = planned(study, tmp_path)
    tokens = plan["main, hard"].sent + plan["main, hard"].written
    assert plan["main, hard"].hours == pytest.approx(2 * 70e9 * tokens / GPU.writing / 3600)
    assert plan["main, hard"].hours == pytest.approx(140 * plan["small, hard"].hours)
    assert plan["other, hard"].hours is None
    said = [*notes(study, list(plan.values()), Sizes(study, tmp_path))]
    assert said[-1] == "org/command: no size in its name, so its hours aren't counted."
    assert parameters_of(study.student.start.tiny) == runs_on(study, None)[0]


def test_the_table_sums_up(tmp_path) -> None:
    found = [Need("a", "m", 2, 1000, 10, 0.5), Need("b", "n", 1, 500, 5, 0.25, None)]
    assert table(found).splitlines() == [
        "stage   model  calls  tokens sent  tokens written  dollars  hours",
        "a       m          2        1,000              10     0.50",
        "b       n          1          500               5     0.25      ?",
        "in all             3        1,500              15     0.75    ≥ 0",
    ]
    found = [Need("a", "m", hours=1.5), Need("b", "n", hours=None)]
    assert table(found).splitlines()[-1].endswith("≥ 1.5")
    assert table(found[:1]).splitlines()[-1].endswith("  1.5")


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        *((0.00000312, "0.0000031"), (0.0311, "0.031"), (0.1, "0.10"), (1.44, "1.4")),
        *((9.96, "10.0"), (68.2, "68"), (1234.5, "1,234"), (1.2e9, "1,200,000,000")),
    ],
)
def test_hours_are_plain_numbers(hours: float, shown: str) -> None:
    assert plain(hours) == shown
    assert table([Need("a", "m", hours=hours)]).splitlines()[1].split()[-1] == shown


def test_a_finished_study_has_nothing_left(tmp_path, monkeypatch, command, capsys) -> None:
    """As far as its files tell; the last of them is still to come at first."""
    monkeypatch.chdir(tmp_path)
    study = served()
    Path("study.yaml").write_text(yaml.safe_dump(study.model_dump(mode="json")))
    results = Path("results/example")
    for name in study.accounts().values():
        write_json(results / name, {})
    arms = [f"{arm.name}/seed-{seed}" for arm in study.arms.spelt_out() for seed in study.seeds]
    for name in ("base", *(f"arms/{arm}" for arm in arms)):
        (results / f"models/{name}").mkdir(parents=True)
    *scored, last = [results / f"scores/{name}.csv" for name in (f"base/seed-{study.seed}", *arms)]
    for path in scored:
        write_json(path, {})
    assert command(main, "--configfile", "study.yaml") == ""
    assert "\nscore 1 models " in capsys.readouterr().out
    write_json(last, {})
    assert command(main, "--configfile", "study.yaml") == ""
    assert capsys.readouterr().out.startswith("Nothing is left to spend: results/example has all")


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("config/*.yaml")), ids=lambda p: p.stem)
def test_every_study_is_planned_offline(path: Path, tmp_path, monkeypatch, command, capsys) -> None:
    config = yaml.safe_load(path.read_text())
    for name in ("hard", "easy", "teacher"):
        if "count" in config["problems"].get(name, {}):
            config["problems"][name]["count"] = 200
    config["arms"]["tasks"] = min(config["arms"]["tasks"], 200)
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WEAK_TEACHERS_DATA", raising=False)
    assert command(main, "--configfile", "study.yaml") == ""
    said = capsys.readouterr().out
    assert "\nin all " in said
    arms = Study.model_validate(config).arms.spelt_out()
    assert all(f"\ntrain {arm.name} × " in said for arm in arms)
    assert [path.name for path in tmp_path.iterdir()] == ["study.yaml"]


def test_a_config_that_can_t_be_read_is_one_line(tmp_path, command) -> None:
    (tmp_path / "c.yaml").write_text("{")
    assert "c.yaml, line 1: expected YAML" in command(main, "--configfile", tmp_path / "c.yaml")
    (tmp_path / "c.yaml").write_text("study: a")
    said = command(main, "--configfile", tmp_path / "c.yaml")
    assert said.startswith(f"error: {tmp_path}/c.yaml: problems: missing")


def test_finished_accounts_count_whatever_they_hold(tmp_path) -> None:
    write_json(tmp_path / "solutions/main/hard.account.json", {})
    assert "main, hard" not in planned(served(), tmp_path)
