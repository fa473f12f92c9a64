"""Prompts: filled in from files, and a line that names the file where that can't be done."""

from pathlib import Path

import pytest

from weak_teachers import prompts
from weak_teachers.errors import UserError
from weak_teachers.prompts import messages

PROMPT = """
version: 2
system: |
  You are careful.
user: |
  Put {{ what }} into \\boxed{}. Text: {{ text }}
examples:
  - values: {what: x, text: y}
    reply: z
"""


@pytest.fixture
def prompt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write a prompt file under the name that it gives."""
    monkeypatch.setattr(prompts, "RESOURCES", tmp_path)
    forget()

    def write(content: str) -> str:
        (tmp_path / "p.yaml").write_text(content)
        return "p.yaml"

    yield write
    forget()


def forget() -> None:
    """Forget what was read of prompt files."""
    for function in (prompts.read_prompt, prompts.placeholders, prompts.template):
        function.cache_clear()


def test_a_prompt_becomes_a_conversation(prompt) -> None:
    assert messages(prompt(PROMPT), what="it", text="t") == [
        {"role": "system", "content": "You are careful."},
        {"role": "user", "content": "Put x into \\boxed{}. Text: y"},
        {"role": "assistant", "content": "z"},
        {"role": "user", "content": "Put it into \\boxed{}. Text: t"},
    ]


@pytest.mark.parametrize("text", ["{{ what }}", "{% raw %}", "{# c #}", "\\frac{{1}}{2} $ <b>", ""])
def test_a_value_is_never_a_template(prompt, text: str) -> None:
    last = messages(prompt(PROMPT), what="it", text=text)[-1]["content"]
    assert last == f"Put it into \\boxed{{}}. Text: {text}".strip()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (PROMPT.replace("{{ text }}", ""), "found the placeholders what, expected text, what"),
        (
            PROMPT.replace("{{ text }}", "{{ tex }}"),
            "found the placeholders tex, what, expected te",
        ),
        (PROMPT.replace("text: y", "other: y"), "found the placeholders text, what, expected oth"),
        (PROMPT.replace("{{ text }}", "{{ text"), "user: no Jinja template ("),
        (PROMPT.replace("user:", "usr:"), "user: missing; expected a value"),
        (
            PROMPT.replace("version: 2", "version: x"),
            "version: found 'x', expected a valid integer",
        ),
        ("{", "expected YAML, found a fault: "),
        ("- 1", "found [1], expected a valid dictionary"),
    ],
)
def test_a_fault_is_one_line_that_names_the_file(prompt, tmp_path, content, fault) -> None:
    with pytest.raises(UserError) as error:
        messages(prompt(content), what="it", text="t")
    assert str(error.value).startswith(f"{tmp_path}/p.yaml: {fault}")


def test_a_file_that_isn_t_there_is_named(prompt, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"^{tmp_path}/q.yaml: no such file"):
        messages("q.yaml")
