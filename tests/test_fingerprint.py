"""Fingerprints change with the meaning of the code that a stage's results depend on, only then."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from test_command import PACKAGE, STAGES
from weak_teachers import fingerprint as module

STAGE = '''"""Docstring."""

import json

from weak_teachers.helper import double

FACTOR = 2
"""What to multiply with."""


def work(value: int) -> int:
    """Work."""
    from weak_teachers import late

    print((RESOURCES / "prompts/used.yaml").read_text())
    return double(value) * FACTOR  # as agreed
'''
HELPER = "def double(value):\n    return 2 * value\n"


@pytest.fixture
def package(tmp_path: Path, monkeypatch) -> Iterator[Callable[..., str]]:
    """A small package; gives the fingerprint of its stage after changes of files."""
    monkeypatch.setattr(module, "PACKAGE", tmp_path)
    monkeypatch.setattr(module, "RESOURCES", tmp_path / "resources")
    (tmp_path / "resources/prompts").mkdir(parents=True)
    modules = {"stage": STAGE, "helper": HELPER, "late": "X = 1\n", "other": "Y = 1\n"}
    files = {f"{name}.py": text for name, text in modules.items()}
    files |= {f"resources/prompts/{name}.yaml": f"{name}: text\n" for name in ("used", "unused")}

    def change(**changes: str) -> str:
        edits = {f"{name}.py": text for name, text in changes.items() if name in modules}
        prompts = changes.keys() - modules.keys()
        edits |= {f"resources/prompts/{name}.yaml": changes[name] for name in prompts}
        for name, text in (files | edits).items():
            (tmp_path / name).write_text(text)
        forget()
        return module.fingerprint("stage")

    yield change
    forget()


def forget() -> None:
    """Forget what was read of the package's files."""
    cached = (module.imports_of, module.meaning_of, module.resources_of, module.all_resources)
    for function in cached:
        function.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        STAGE.replace("# as agreed", "# as agreed again"),
        STAGE.replace("Docstring.", "Another.").replace('"""Work."""', '"""Works."""'),
        STAGE.replace('    """Work."""\n', ""),
        STAGE.replace("What to multiply with.", "A factor."),
        STAGE.replace("\n\n\n", "\n\n").replace("double(value) * FACTOR", "(double(value)*FACTOR)"),
    ],
    ids=["comment", "docstring", "no docstring", "attribute docstring", "layout"],
)
def test_what_has_no_meaning_changes_nothing(package, text: str) -> None:
    assert text != STAGE
    assert package(stage=text) == package()


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": STAGE.replace("FACTOR = 2", "FACTOR = 3")},
        {"stage": STAGE.replace("double(value) * FACTOR", "FACTOR * double(value)")},
        {"helper": HELPER.replace("2 * value", "value + value")},
        {"late": "X = 2\n"},
        {"used": "used: other text\n"},
    ],
    ids=["constant", "expression", "imported module", "module imported in a function", "prompt"],
)
def test_what_has_meaning_changes_it(package, changes: dict[str, str]) -> None:
    assert package(**changes) != package()


def test_what_is_not_imported_or_named_changes_nothing(package) -> None:
    assert package(other="Y = 2\n", unused="unused: other text\n") == package()


def test_a_fingerprint_says_which_part_changed(package) -> None:
    before, after = package().split(), package(helper="X = 3\n").split()
    assert [word.split("=")[0] for word in before] == [
        "helper",
        "late",
        "prompts/used.yaml",
        "stage",
    ]
    assert set(before) - set(after) == {before[0]}


def test_a_text_that_is_a_value_is_no_docstring(package) -> None:
    text = STAGE.replace("FACTOR = 2", 'FACTOR = "2"')
    assert package(stage=text) != package(stage=text.replace('"2"', '"3"'))


def test_real_stages_reach_what_they_use() -> None:
    assert {"train", "tokens", "files"} <= module.reach("train")
    assert {"steps.exact", "steps.marks", "synthetic", "answers"} <= module.reach("annotate")
    assert {"backends.transformers", "tokens"} <= module.reach("score")
    for stage in STAGES:
        # Faults, threads and bars don't make results; settings carry what the config yields.
        assert not {"errors", "command", "progress", "config.study"} & module.reach(stage)
    assert "train" not in module.reach("annotate")


def test_every_prompt_counts_for_the_stage_that_reads_it() -> None:
    parts = {part.split("=")[0] for stage in STAGES for part in module.fingerprint(stage).split()}
    prompts = {name for name in module.all_resources() if name.startswith("prompts/")}
    assert prompts <= parts
    assert {"templates/report.html", "published/severity.csv"} <= parts


def test_nothing_is_imported_to_compute_them() -> None:
    code = (
        "import sys; from weak_teachers.fingerprint import fingerprint; before = set(sys.modules)\n"
        f"for stage in {STAGES}: fingerprint(stage)\n"
        "print(*set(sys.modules) - before)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=PACKAGE.parent, check=True
    )
    assert ended.stdout.split() == []


def test_stages_differ_and_a_copy_elsewhere_is_the_same(tmp_path: Path, monkeypatch) -> None:
    stages = [stage for stage in STAGES if stage not in module.WITHOUT_EFFECT]
    here = {stage: module.fingerprint(stage) for stage in stages}
    assert len(set(here.values())) == len(stages)
    shutil.copytree(PACKAGE, tmp_path / "workflow/weak_teachers")
    shutil.copytree(module.RESOURCES, tmp_path / "resources")
    code = (
        "from weak_teachers.fingerprint import fingerprint\n"
        f"print(*[fingerprint(stage) for stage in {stages}], sep='\\n')"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path / "workflow",
        check=True,
    )
    assert ended.stdout.splitlines() == list(here.values())
