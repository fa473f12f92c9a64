"""Every stage's command: instant help, settings as JSON, errors of one line, exit status 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from conftest import REPOSITORY
from weak_teachers.command import arguments, run, settings_argument, use_threads
from weak_teachers.errors import UserError

PACKAGE = REPOSITORY / "workflow/weak_teachers"
STAGES = [path.stem for path in sorted(PACKAGE.glob("*.py")) if "run(main)" in path.read_text()]
HEAVY = ("torch", "transformers", "trl", "datasets", "pandas", "matplotlib", "sympy", "scipy")


def python(*words: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, timeout=120, env=environment
    )


def test_importing_all_stages_imports_nothing_heavy() -> None:
    imports = "\n".join(f"import weak_teachers.{stage}" for stage in STAGES)
    heavy = python("-c", f"{imports}\nimport sys\nprint(*({set(HEAVY)} & set(sys.modules)))")
    assert heavy.returncode == 0, heavy.stderr
    assert heavy.stdout.split() == []
    assert len(STAGES) > 12


@pytest.mark.parametrize("stage", STAGES)
def test_help_opens_with_the_stage_s_docstring(stage, monkeypatch, capsys) -> None:
    module = __import__(f"weak_teachers.{stage}", fromlist=["main"])
    monkeypatch.setattr(sys, "argv", [stage, "--help"])
    with pytest.raises(SystemExit) as end:
        module.main()
    assert end.value.code == 0
    assert module.__doc__.split("\n")[0] in capsys.readouterr().out


def test_an_error_is_one_line_on_stderr_and_status_1(tmp_path: Path) -> None:
    problems = tmp_path / "p.jsonl"
    problems.write_text("{broken\n")
    words = ["--problems", problems, "--prompt", "{problem}", "--output", tmp_path / "out/o.jsonl"]
    ended = python("-m", "weak_teachers.lessons", *map(str, words))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"error: {problems}, row 1: expected a JSON object a line")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
    assert [p.name for p in tmp_path.rglob("*")] == ["p.jsonl"]  # nothing half-written


class Settings(BaseModel):
    count: int


def settings_of(*words: str) -> Settings:
    parser = arguments("A stage.")
    settings_argument(parser, Settings)
    return parser.parse_args(["--settings", *words]).settings


def test_settings_come_as_json_or_from_a_file(tmp_path: Path) -> None:
    assert settings_of('{"count": 3}') == Settings(count=3)
    (tmp_path / "s.json").write_text('{"count": 4}')
    assert settings_of(f"@{tmp_path}/s.json") == Settings(count=4)


def test_wrong_settings_are_one_line() -> None:
    with pytest.raises(UserError, match=r"^--settings: count: found 'x', expected a valid integer"):
        settings_of('{"count": "x"}')


@pytest.mark.parametrize(
    ("raised", "line"),
    [
        (UserError("two\nlines"), "error: two lines"),
        (FileNotFoundError(2, "No such file", "a.json"), "error: a.json: No such file"),
        (OSError("a model can't be\n\nloaded"), "error: a model can't be loaded"),
    ],
)
def test_whatever_the_message_it_is_one_line(raised, line) -> None:
    def main() -> None:
        raise raised

    with pytest.raises(SystemExit) as end:
        run(main)
    assert end.value.code == line


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    def main() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(main)


def test_threads_are_limited_for_every_library(monkeypatch) -> None:
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "7")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "x")
    use_threads(1)
    assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"
