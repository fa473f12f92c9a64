"""Small annotated solutions for the tests of the annotation page and of imported labels."""

from collections.abc import Sequence

from weak_teachers.records import Annotated, StepLabel, Task

HOSTILE = [
    "<script>window.owned = 1</script>",
    "</script></style></div></li><script>window.owned = 2</script>",
    '<img src="x" onerror="window.owned = 3"> <svg onload="window.owned = 4">',
    '" onmouseover="window.owned = 5" autofocus onfocus="window.owned = 6" x="',
    "${window.owned = 7} {{ 7 * 7 }} {% raw %} `${alert(1)}` &lt;script&gt; &#60;script&#62;",
    "read \u202eright to left\u202c or \u2066isolated\u2069, \u200f\u200b\ufeff and \u0627\u0628",
    "NUL \x00, bell \x07, escape \x1b[31m, delete \x7f, lone surrogate \ud800, \U000e0041",
    "M" * 1_000_000,
    r"$\text{<img src=x onerror=window.owned=8>}$ \(\href{javascript:window.owned=9}{x}\)",
    r"$\style{position:fixed;inset:0}{x}$ $\class{step}{x}$ $\color{red"
    + '" onclick="owned=1'
    + "}x$",
    r"$x\hspace{-900em}y\hspace{900em}z$ \[\rule{900em}{900em}\] $" + "1+" * 700 + "1$",
    "$" + "{" * 9_000 + "x" + "}" * 9_000 + "$",
    r"\[" * 5_000 + "$a" * 3_000 + r"\begin{align}" * 200,
    r"\(\newcommand{\a}{\a\a}\a\) \(\def\b{\b}\b\)",
    "<style>.marks { display: none } * { position: fixed }</style><base href='https://example.org'>",
    "a\u0301" + "\u0301" * 3_000 + "\n" * 500 + "end",
    "<!--",
    "]]> <![CDATA[ <plaintext> <textarea> <noscript> <template>",
    "",
]


def task(number: int, text: str = "What is $1+1$?", solution: str = "It is $2$.") -> Task:
    return Task(
        id=f"task-{number}",
        family=f"task-{number}",
        kind="hard",
        text=text,
        solution=solution,
        answer="2",
    )


def solution(
    number: int,
    teacher: str = "teacher-a",
    outcome: str = "correct",
    steps: Sequence[str] = ("First $1+1=2$.", "So the answer is 2."),
    labels: Sequence[str] | None = None,
    checker: str = "",
) -> Annotated:
    return Annotated(
        id=f"task-{number}/{teacher}/0",
        task=f"task-{number}",
        teacher=teacher,
        sample=0,
        text="\n".join(steps),
        finish="stop",
        answer="2",
        outcome=outcome,
        judge="rules",
        steps=[
            StepLabel(text=text, label=label, checker=checker)
            for text, label in zip(steps, labels or ["unknown"] * len(steps), strict=True)
        ],
        first_error=None,
    )
