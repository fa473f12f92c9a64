"""The config: what is accepted, what each fault says, and what stages get of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import REPOSITORY
from examples import STUDY, config, study
from weak_teachers.config import document, stages
from weak_teachers.config.models import OpenaiModel, VllmModel, as_model
from weak_teachers.config.reading import load_study
from weak_teachers.errors import UserError

DIGEST = "0" * 64
SERVED = {"backend": "openai", "model": "m"}
FETCHED = {"path": "a.jsonl", "url": "https://example.org/a.jsonl", "sha256": DIGEST}

BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"sede": 1}, "sede: unknown key, found 1"),
    ({"arms.hrad": [1]}, "arms.hrad: unknown key, found [1]"),
    ({"problems.hard.cuont": 3}, "problems.hard.cuont: unknown key, found 3"),
    ({"problems": ...}, "problems: missing; expected a value"),
    ({"problems.hard.count": ...}, "problems.hard.count: missing; expected a value"),
    ({"seed": "x"}, "seed: found 'x', expected a valid integer"),
    ({"seeds": []}, "seeds: found [], expected it to have at least 1 item"),
    ({"seeds": [0, -1]}, "seeds.1: found -1, expected greater than or equal to 0"),
    ({"seed": 2**32}, "seed: found 4294967296, expected less than or equal to 4294967295"),
    ({"seeds": [1, 1]}, "seeds: found [1, 1], expected each once"),
    ({"study": "a/b"}, "study: found 'a/b', expected it to match pattern"),
    ({"test_sets": {}}, "test_sets: found {}, expected it to have at least 1 item"),
    ({"test_sets.a b": {}}, "test_sets.a b: found 'a b', expected it to match pattern"),
    ({"problems.hard.source": "web"}, "problems.hard.source: found 'web', expected 'synthetic' or"),
    ({"problems.hard.source": ...}, "problems.hard.source: missing; expected a value"),
    ({"problems.hard.count": 0}, "problems.hard.count: found 0, expected greater than 0"),
    ({"problems.hard.steps": [13]}, "problems.hard.steps.0: found 13, expected less than or equal"),
    ({"arms.hard": [0, 150]}, "arms.hard.1: found 150, expected less than or equal to 100"),
    ({"arms.subtask": [-1]}, "arms.subtask.0: found -1, expected greater than or equal to 0"),
    ({"arms.hard": 50}, "arms.hard: found 50, expected a valid list"),
    (
        {"arms.combined": [{"hard": 120, "subtask": 10}]},
        "arms.combined.0.hard: found 120, expected less than or equal to 100 or 'natural'",
    ),
    (
        {"arms.teacher": "nobody"},
        "arms.teacher: found 'nobody', expected one of main, weaker, people",
    ),
    (
        {"arms.natural": ["nobody"]},
        "arms (natural-nobody): found 'nobody', expected one of main, weaker, people",
    ),
    (
        {"arms.combined": [{"hard": 50, "subtask": 10, "teacher": "nobody"}]},
        "arms (combined-nobody-50-10): found 'nobody', expected one of main, weaker, people",
    ),
    (
        {"samples": {"subtask": 0}},
        "arms (subtask-50): main writes no solutions of subtask tasks; expected some, by ",
    ),
    (
        {"arms.combined": [{"hard": 50, "subtask": 10, "teacher": "people"}]},
        "arms (combined-people-50-10): people writes no solutions of subtask tasks",
    ),
    (
        {"arms.combined": [{"hard": 10, "subtask": "natural", "teacher": "people"}]},
        "arms (combined-people-10-natural): people writes no solutions of subtask tasks",
    ),
    ({"arms.hard": [50, 50.0]}, "arms: arm hard-50 is there twice; expected each once"),
    ({"arms.tasks": 21}, "arms.tasks: found 21, expected at most problems.hard.count, 20"),
    ({"arms.natural": ["weaker", "weaker"]}, "arms: arm natural-weaker is there twice"),
    ({"arms.rephrased": [30]}, "arms: rephrased 30 needs 30 in `hard` too"),
    ({"arms": {"teacher": "main", "tasks": 3}}, "arms: no arms; expected at least one"),
    (
        {"problems.hard": {"source": "file", "file": "people"}},
        "decompose.method: found structural, which cuts synthetic problems only; expected socratic,"
        " recorded or llm for problems.hard of source file",
    ),
    (
        {"student.start.tiny": {"hidden": 100, "heads": 3}},
        "student.start.tiny: hidden: found 100, expected a multiple of 2 × heads (6)",
    ),
    ({"teachers.people.file": "x"}, "teachers.people.file: found 'x', expected one of people"),
    (
        {"problems.hard": {"source": "file", "file": "x"}},
        "problems.hard.file: found 'x', expected one of people",
    ),
    (
        {"test_sets.short": {"source": "file", "file": "x"}},
        "test_sets.short.file: found 'x', expected one of people",
    ),
    ({"teachers.main.backend": "post"}, "teachers.main.backend: found 'post', expected 'transfor"),
    ({"teachers.main.trained_steps": ...}, "teachers.main: expected either `model` or `trained_"),
    ({"teachers.main.model": "a/b"}, "teachers.main: expected either `model` or `trained_steps`"),
    ({"teacher_training": ...}, "teachers.main.trained_steps needs `teacher_training` and"),
    ({"problems.teacher": ...}, "teachers.main.trained_steps needs `teacher_training` and"),
    ({"files.people.sha256": "zz"}, "files.people.sha256: found 'zz', expected it to match"),
    ({"files.people.url": "https://x"}, "files.people: `url` needs `sha256`"),
    (
        {"files.one": FETCHED, "files.other": FETCHED},
        "files.other.path: found 'a.jsonl', which is that of one too; expected another for each",
    ),
    (
        {"decompose": ...},
        "decompose: missing; expected how arms.subtask gets its subtasks",
    ),
    (
        {"decompose": ..., "arms.subtask": []},
        "decompose: missing; expected how arms.combined gets its subtasks",
    ),
    (
        {"problems.easy": ..., "student.base": {}},
        "problems.easy: missing; expected what student.base learns from",
    ),
    ({"decompose.method": "guess"}, "decompose.method: found 'guess', expected "),
    ({"decompose.subtasks": [1, 3]}, "decompose.subtasks.0: found 1, expected greater than or eq"),
    ({"decompose.subtasks": [3, 2]}, "decompose.subtasks: found [3, 2], expected the lower number"),
    ({"student.prompt": "Solve!"}, "student: `prompt`: expected {problem} once"),
    ({"student.start": {}}, "student.start: expected either `tiny` or `model`"),
    ({"student.start.gguf": "m.gguf"}, "student.start: expected `package` and `gguf` together"),
    ({"sampling": {"failures": 2}}, "sampling.failures: found 2, expected less than or equal to 1"),
    ({"scoring_engine": {"backend": "openai"}}, "scoring_engine.backend: found 'openai', expected"),
    ({"teachers.main": {"backend": "openai"}}, "teachers.main.model: missing; expected a value"),
    (
        {"teachers.main": {**SERVED, "url": "http://127.0.0.1:99999/v1"}},
        "teachers.main.url: found 'http://127.0.0.1:99999/v1', expected a server's address "
        "(invalid port number)",
    ),
    (
        {"teachers.main": {**SERVED, "url": "http://my host/v1"}},
        "teachers.main.url: found 'http://my host/v1', expected a server's address "
        "(invalid international domain name)",
    ),
    (
        {"teachers.main": {**SERVED, "url": "https://me:key@host/v1"}},
        "teachers.main.url: found 'https://me:key@host/v1', expected it to match",
    ),
    (
        {"teachers.main": {**SERVED, "key_variable": "sk-1234"}},
        "teachers.main.key_variable: found 'sk-1234', expected it to match",
    ),
    (
        {"teachers.main": {**SERVED, "budget": {"dollars": 3}}},
        "teachers.main: `budget.dollars` needs `price`",
    ),
    ({"teachers.main": {**SERVED, "trained_steps": 3}}, "teachers.main.trained_steps: unknown key"),
    ({"sampling": {"temperature": -1}}, "sampling.temperature: found -1, expected greater than"),
]


@pytest.mark.parametrize(("changes", "line"), BROKEN, ids=[line for _, line in BROKEN])
def test_a_broken_config_is_one_line_with_its_key(changes: dict[str, Any], line: str) -> None:
    with pytest.raises(UserError) as error:
        load_study(config(changes))
    assert str(error.value).startswith(f"config: {line}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("config/*.yaml")), ids=lambda p: p.name)
def test_the_study_in_every_config_file_loads(path) -> None:
    loaded = load_study(yaml.safe_load(path.read_text()))
    assert len(loaded.arms.spelt_out()) >= 3
    # What a rule passes on as JSON is read back as the same study.
    assert type(loaded).model_validate_json(loaded.model_dump_json()) == loaded


def yaml_blocks(path: Path) -> list[dict[str, Any]]:
    """The pieces of config that a page shows."""
    return [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", path.read_text(), re.S)
    ]


@pytest.mark.parametrize("piece", yaml_blocks(REPOSITORY / "docs/backends.md"), ids=str)
def test_what_docs_show_is_a_config(piece: dict[str, Any]) -> None:
    changes: dict[str, Any] = {}
    for section, values in piece.items():
        if section in STUDY:
            changes |= {f"{section}.{key}": value for key, value in values.items()}
        else:
            changes[section] = values
    assert study(changes)


def test_schema_and_readme_are_what_the_model_generates() -> None:
    hint = "run: python -m weak_teachers.config.document"
    assert document.SCHEMA.read_text() == document.schema(), hint
    assert document.README.read_text() == document.readme(), hint


def test_the_readme_explains_every_key() -> None:
    rows = [line.split(" | ") for line in document.readme().split("\n") if line.startswith("| `")]
    assert len(rows) > 60
    assert [row[0] for row in rows if len(row[-1].strip(" |")) < 5] == []


def test_arms_are_spelt_out_with_their_recipe() -> None:
    arms = {arm.name: arm for arm in study().arms.spelt_out()}
    assert list(arms) == [
        *("hard-0", "hard-50", "hard-90", "subtask-0", "subtask-50", "natural-weaker"),
        *("combined-50-10", "rephrased-50", "epochs-50", "severity-low-90", "severity-high-90"),
    ]
    assert (arms["hard-90"].hard, arms["hard-90"].subtask) == (90, None)
    assert (arms["subtask-50"].hard, arms["subtask-50"].subtask) == (None, 50)
    assert (arms["natural-weaker"].teacher, arms["natural-weaker"].hard) == ("weaker", "natural")
    assert (arms["combined-50-10"].hard, arms["combined-50-10"].subtask) == (50, 10)
    assert arms["rephrased-50"].rows_of == "hard-50"
    assert arms["severity-low-90"].severity == "low"
    assert {arm.tasks for arm in arms.values()} == {10}
    assert {name for name, arm in arms.items() if arm.epochs != 1} == {"epochs-50"}


def test_arms_without_errors_and_of_another_s_subtasks_need_no_solutions() -> None:
    main = {"backend": "recorded", "file": "people", "kinds": ["hard"]}
    arms = {"teacher": "main", "tasks": 3, "hard": [0, 50], "subtask": [0], "natural": ["weaker"]}
    assert len(study({"teachers.main": main, "arms": arms}).arms.spelt_out()) == 4
    others = [{"hard": "natural", "subtask": 10, "teacher": "people"}]
    assert study({"arms.combined": others}).arm("combined-people-natural-10")


def test_without_stage_1_no_easy_problems_are_needed() -> None:
    assert "problems.easy" not in study({"problems.easy": ...}).problem_sets()


def test_without_subtasks_nothing_is_asked_of_them() -> None:
    whole = study({"decompose": ..., "arms.subtask": [], "arms.combined": []})
    assert (whole.kinds, study().kinds) == (["hard"], ["hard", "subtask"])
    assert not [who for who in whole.accounts() if "subtask" in who]


def test_another_teacher_s_combination_is_named_after_them() -> None:
    changes = {"arms.combined": [{"hard": "natural", "subtask": 10, "teacher": "weaker"}]}
    arm = study(changes).arm("combined-weaker-natural-10")
    assert (arm.teacher, arm.hard, arm.subtask) == ("weaker", "natural", 10)


def test_stages_get_just_what_their_results_depend_on() -> None:
    whole = study()
    # Another number of samples of subtasks must not make those of hard tasks anew.
    fewer = study({"teachers.weaker.samples": {"hard": 2, "subtask": 1}})
    assert stages.sample_settings(whole, "weaker", "hard") == stages.sample_settings(
        fewer, "weaker", "hard"
    )
    assert stages.sample_settings(whole, "weaker", "hard").samples == 2
    assert stages.sample_settings(whole, "main", "subtask").samples == 3
    assert stages.sample_settings(whole, "people", "hard").samples == 1
    assert stages.sample_settings(whole, "people", "subtask").samples == 0
    assert stages.arm_recipe(whole, whole.arm("epochs-50")).epochs == 4
    assert stages.arm_recipe(whole, whole.arm("hard-50")).epochs == 2
    assert stages.teacher_recipe(whole, "weaker").updates == 10
    assert stages.mix_settings(whole, whole.arm("hard-0")).max_length == 2048
    assert stages.score_settings(whole).scoring.temperature == 0


def test_how_results_are_had_is_no_part_of_their_meaning() -> None:
    vllm = {"backend": "vllm", "model": "m", "gpu_memory": 0.5, "tensor_parallel": 2}
    served = {**SERVED, "extra": {"timeout": 3}, "timeout": 5, "budget": {"tokens": 9}}
    changes = {"teachers.main": served, "teachers.weaker": {**vllm, "texts_at_once": 7}}
    changed = study(changes | {"sampling": {"batch_size": 3, "failures": 0.5, "top_p": 0.9}})
    meanings = {
        name: json.loads(stages.sample_settings(changed, name, "hard").meaning())
        for name in ("main", "weaker")
    }
    teacher = {"backend": "openai", "model": "m", "revision": None, "samples": None}
    assert meanings["main"]["teacher"] == teacher | {"extra": {"timeout": 3}}
    assert meanings["weaker"]["teacher"].keys() == {
        *("backend", "model", "revision", "trained_steps", "samples", "dtype", "max_model_len")
    }
    assert meanings["main"]["sampling"] == {
        "temperature": 1.0,
        "top_p": 0.9,
        "max_new_tokens": 1024,
        "prompt": "problem",
    }


def test_a_teacher_s_model_is_what_it_is_sampled_by() -> None:
    teachers = study(
        {
            "teachers.main": {**SERVED, "price": {"prompt": 1, "completion": 2}, "samples": {}},
            "teachers.weaker": {"backend": "vllm", "trained_steps": 5, "dtype": "float32"},
        }
    ).teachers
    served = as_model(teachers["main"])
    assert type(served) is OpenaiModel
    assert (served.model, served.price.completion) == ("m", 2)
    trained = as_model(teachers["weaker"], Path("results/models/weaker"))
    assert type(trained) is VllmModel
    assert (trained.model, trained.dtype) == ("results/models/weaker", "float32")
