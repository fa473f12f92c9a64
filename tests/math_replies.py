r"""What models behind a server reply to ten problems of MATH's training part: good and bad replies.

The problems themselves are read from the shared file. ``CUTS`` has for each problem what the model
that cuts it replies, try after try; ``CHECKS`` what the checker replies about a subtask other than
that it is fine.
"""

from pathlib import Path
from typing import NamedTuple

from weak_teachers.config.problems import FileSet
from weak_teachers.formats import read_problems
from weak_teachers.records import Problem


class Cut(NamedTuple):
    """A subtask as a model writes it."""

    problem: str
    solution: str


def cut_reply(*cuts: Cut) -> str:
    """Subtasks in the form that was asked for, after some thoughts."""
    parts = [
        f"<problem-{n}>\n{cut.problem}\n</problem-{n}>\n<solution-{n}>\n{cut.solution}\n</solution-{n}>"
        for n, cut in enumerate(cuts, start=1)
    ]
    return "\n".join(["The solution has these parts.", *parts])


CIRCLE = (
    Cut(
        r"Write $9x^2 - 18x$ in the form $9(x - h)^2 + c$. What is $c$?",
        r"We take out the $9$: $9x^2 - 18x = 9(x^2 - 2x)$. Half of the coefficient of $x$ is "
        r"$-1$, so $x^2 - 2x = (x - 1)^2 - 1$. Hence $9x^2 - 18x = 9(x - 1)^2 - 9$ and $c = "
        r"\boxed{-9}$.",
    ),
    Cut(
        r"A circle has the equation $9(x - 1)^2 + 9(y + 2)^2 = 1$. What is its radius?",
        r"Dividing by $9$ gives $(x - 1)^2 + (y + 2)^2 = \frac{1}{9}$. The right side is the "
        r"square of the radius, so the radius is $\sqrt{\frac{1}{9}} = \boxed{\frac{1}{3}}$.",
    ),
)
TERMINATING = (
    Cut(
        r"What is the smallest power of $2$ that is greater than $101$?",
        r"The powers of $2$ are $1, 2, 4, 8, 16, 32, 64, 128, \ldots$ We have $64 < 101$ and "
        r"$128 > 101$, so the smallest one is $\boxed{128}$.",
    ),
    Cut(
        r"A number greater than $101$ has no prime factors but $2$ and $5$, and it is odd. "
        r"What is the smallest such number?",
        r"An odd number of this kind is a power of $5$. We list them: $5, 25, 125, \ldots$ The "
        r"first one beyond $101$ is $5^3 = \boxed{125}$.",
    ),
    Cut(r"If $n + 101 = 125$, what is $n$?", r"We subtract: $n = 125 - 101 = \boxed{24}$."),
)
STICKS = (
    Cut(
        r"Three sticks have the lengths $8 - x$, $15 - x$ and $17 - x$ inches. For which $x$ "
        r"are the two shorter ones together exactly as long as the longest?",
        r"We need $(8 - x) + (15 - x) = 17 - x$. The left side is $23 - 2x$, so $23 - 2x = 17 "
        r"- x$. Adding $2x$ and subtracting $17$ gives $x = \boxed{6}$.",
    ),
    Cut(
        r"Pieces of $5$ inches are cut from sticks of $8$, $15$ and $17$ inches. By how many "
        r"inches are the two shorter remaining sticks together longer than the longest?",
        r"The sticks that remain are $8 - 5 = 3$, $15 - 5 = 10$ and $17 - 5 = 12$ inches long. "
        r"The two shorter ones have $3 + 10 = 13$ inches, and $13 - 12 = \boxed{1}$.",
    ),
)
TRIANGULAR = (
    Cut(
        r"The $n$th triangular number is $T_n = 1 + 2 + \cdots + n$. Write $4T_n$ as a "
        r"polynomial in $n$ and give its value at $n = 10$.",
        r"The sum is $T_n = \frac{n(n+1)}{2}$, so $4T_n = 2n(n+1) = 2n^2 + 2n$. At $n = 10$ "
        r"this is $200 + 20 = \boxed{220}$.",
    ),
    # The hard problem itself, but for a word.
    Cut(
        r"For all positive integers $n$, the $n$th triangular number $T_n$ is defined as $T_n "
        r"= 1+2+3+ \cdots + n$. What is the greatest possible value of the greatest common "
        r"divisor of the numbers $4T_n$ and $n-1$?",
        r"We have $4T_n = 2n^2 + 2n$. By the Euclidean algorithm, $\gcd(2n^2 + 2n, n - 1) = "
        r"\gcd(4n, n - 1) = \gcd(4, n - 1)$, which is at most $\boxed{4}$.",
    ),
)
RAIN = (
    Cut(
        r"On each of $30$ days it rains with probability $\frac{1}{10}$, independently. On how "
        r"many days is rain to be expected, and how many dry days is that? Give the number of "
        r"dry days.",
        r"The expected number of days with rain is $30 \cdot \frac{1}{10} = 3$. The others are "
        r"dry: $30 - 3 = \boxed{27}$.",
    ),
    Cut(
        r"With the numbers of the previous problem, in how many ways can $2$ of the days be "
        r"chosen?",
        r"There are $\binom{30}{2} = \frac{30 \cdot 29}{2} = \boxed{435}$ ways.",
    ),
)
MEANS = (
    Cut(
        r"Let $p$ be a positive real number. What is the smallest possible value of $36p + "
        r"\frac{1}{4p}$?",
        r"By the inequality of the means, $36p + \frac{1}{4p} \ge 2\sqrt{36p \cdot "
        r"\frac{1}{4p}}$. The root is $\sqrt{9} = 3$, so the value is at least $2 \cdot 3 = "
        r"6$, and it is reached at $p = \frac{1}{12}$. The smallest value is $\boxed{6}$.",
    ),
    Cut(
        r"What is the cube root of $6 \cdot 9 \cdot 32$?",
        r"The product is $54 \cdot 32 = 1728$. Since $12^3 = 144 \cdot 12 = 1728$, the cube "
        r"root is $\boxed{12}$.",
    ),
)
INVERTIBLE = (
    # What f is, is said nowhere.
    Cut(
        r"At how many points do the graphs of $y = f(x^2)$ and $y = f(x^4)$ meet?",
        r"Since $f$ is invertible, $f(x^2) = f(x^4)$ only where $x^2 = x^4$. This is $x^2(x - "
        r"1)(x + 1) = 0$, so there are $\boxed{3}$ points.",
    ),
    Cut(
        r"What is the sum of the squares of all real solutions of $x^4 = x^2$?",
        r"We factor $x^4 - x^2 = x^2(x + 1)(x - 1)$, so the solutions are $-1$, $0$ and $1$. "
        r"The squares add up to $1 + 0 + 1 = \boxed{2}$.",
    ),
)
COMPLEX = (
    Cut(
        r"What is the product of $-3 + 4i$ and its conjugate?",
        r"The conjugate is $-3 - 4i$. The product is $(-3)^2 - (4i)^2 = 9 + 16 = \boxed{25}$.",
    ),
    # The hard problem with other numbers.
    Cut(
        r"Bring $\frac{1 + i}{2 - i}$ into the form $a + bi$ with real numbers $a$ and $b$.",
        r"We multiply by the conjugate: $\frac{(1 + i)(2 + i)}{(2 - i)(2 + i)} = \frac{1 + "
        r"3i}{5}$. So the result is $\boxed{\frac{1}{5} + \frac{3}{5}i}$.",
    ),
)
FACTORIAL = (
    Cut(
        r"How many factors $2$ does the product $16 \cdot 15 \cdot 14 \cdots 2 \cdot 1$ have?",
        r"Of the factors, $8$ are even, $4$ are divisible by $4$, $2$ by $8$ and $1$ by $16$. "
        r"Each adds one more: $8 + 4 + 2 + 1 = \boxed{15}$.",
    ),
    # A wrong reference answer.
    Cut(
        r"The ones digits of the powers of $2$ repeat with a period. How long is the period, "
        r"and what is the sum of the digits in it? Give the sum.",
        r"The powers are $2, 4, 8, 16, 32, \ldots$, so the digits are $2, 4, 8, 6$ and repeat "
        r"after four. Their sum is $2 + 4 + 8 + 6 = \boxed{18}$.",
    ),
    Cut(
        r"What is the ones digit of $2^{15}$?",
        r"The ones digits of $2^1, 2^2, 2^3, 2^4$ are $2, 4, 8, 6$, and they repeat after "
        r"four. Since $15 = 4 \cdot 3 + 3$, the digit is that of $2^3 = \boxed{8}$.",
    ),
)

CUTS: dict[str, list[str]] = {
    "train/algebra/1986.json": [cut_reply(*CIRCLE)],
    "train/number_theory/413.json": [cut_reply(*TERMINATING)],
    # In a form of its own first, then as it was asked for.
    "train/geometry/842.json": [
        '{"subproblems": [{"problem": "For which x ...", "solution": "x = \\boxed{6}"}]}',
        cut_reply(*STICKS),
    ],
    # Never in the form that was asked for.
    "train/number_theory/823.json": [
        "I would first list the integers whose digits add up to 9, and then count.",
        cut_reply(Cut("List the numbers.", r"They are $\boxed{5}$.")),
        cut_reply(Cut("How many are there?", "There are five."), Cut("Which share?", r"$2/5$.")),
    ],
    "train/number_theory/1237.json": [cut_reply(*TRIANGULAR)],
    "train/counting_and_probability/187.json": [cut_reply(*RAIN)],
    "train/intermediate_algebra/1443.json": [cut_reply(*MEANS)],
    "train/algebra/458.json": [cut_reply(*INVERTIBLE)],
    "train/algebra/714.json": [cut_reply(*COMPLEX)],
    "train/number_theory/386.json": [cut_reply(*FACTORIAL)],
}
ALL_CUTS = [
    *(*CIRCLE, *TERMINATING, *STICKS, *TRIANGULAR, *RAIN),
    *(*MEANS, *INVERTIBLE, *COMPLEX, *FACTORIAL),
]


def check_reply(alone: str = "yes", steps: int = 3, reason: str = "nothing") -> str:
    """A reply to the question whether a subtask stands alone."""
    return f"<alone>{alone}</alone>\n<steps>{steps}</steps>\n<reason>{reason}</reason>"


CHECKS: dict[tuple[str, str], list[str]] = {
    (TERMINATING[2].problem, "check"): [check_reply(steps=1)],
    # A word where a number was asked for, then a number.
    (MEANS[0].problem, "check"): [
        check_reply().replace("<steps>3", "<steps>three or four"),
        check_reply(),
    ],
    (INVERTIBLE[0].problem, "check"): [
        check_reply("no", 3, "The problem doesn't say that $f$ is invertible.")
    ],
    (COMPLEX[1].problem, "compare"): ["Only the numbers differ.\n<same>Yes.</same>"],
    # More than rules compare, and right.
    (TRIANGULAR[0].problem, "solve"): [rf"It is \boxed{{{' + '.join(['1.0'] * 220)}}}."],
    (FACTORIAL[1].problem, "solve"): [
        r"The digits are $2, 4, 8, 6$, so their sum is $2 + 4 + 8 + 6 = \boxed{20}$."
    ],
}


UNSAID = "That is what one gets by adding up all that was found."
SAID_OTHERWISE = "There are as many as one finds by adding up the even factors, which is right."
"""Solutions that state no result that rules could compare."""
NEVER_SOLVED = ("train/algebra/1986.json", TERMINATING[0].problem)
"""A hard problem and a subtask that the teacher never solves."""
SPOILT = "train/geometry/842.json"
"""A hard problem that doesn't keep its meaning in other words."""

OPENINGS = {
    "cut": "easier problems that each practise",
    "check": "as someone who has seen nothing else",
    "compare": "Is the second one the first one again?",
    "solve": "Solve the following problem.",
    "judge": "You grade a student's solution",
    "critic": "The solution is cut into paragraphs, numbered from 0",
    "restyle": "as this author would have written",
    "rephrase_problem": "Tell the following problem in other words",
    "rephrase_solution": "Tell the following solution in other words",
    "same_answer": "Below are two versions of a problem",
}


def math_problems(path: Path) -> dict[str, Problem]:
    """The ten problems by their names, in the order of their replies."""
    wanted = FileSet(source="file", file="math", format="math", only={"unique_id": list(CUTS)})
    found = {
        problem.id.removeprefix("hard-"): problem
        for problem in read_problems(path, wanted, "hard")
        if isinstance(problem, Problem)
    }
    return {name: found[name] for name in CUTS}


class MathModel:
    """Models that do all that a study asks of them, with the replies above.

    Args:
        problems: the hard problems, by their names in MATH.
    """

    def __init__(self, problems: dict[str, Problem]) -> None:
        self.problems = problems
        hard = {problem.text: problem.solution for problem in problems.values()}
        self.solutions = {cut.problem: cut.solution for cut in ALL_CUTS} | hard
        self.never_solved = {problems[NEVER_SOLVED[0]].text, NEVER_SOLVED[1]}

    def __call__(self, model: str, asked: str, number: int) -> str:
        """The reply to a conversation: the first, or after so many retries a later one."""
        [kind] = [kind for kind, opening in OPENINGS.items() if opening in " ".join(asked.split())]
        replies = self.replies(model, kind, asked, number)
        return replies[min(asked.count("That reply can't be used"), len(replies) - 1)]

    def replies(self, model: str, kind: str, asked: str, number: int) -> list[str]:
        """The replies to a question, try after try."""
        if kind == "cut":
            return next(CUTS[name] for name, p in self.problems.items() if p.text in asked)
        if kind == "rephrase_solution":
            return [f"<solution>In short: {asked.rpartition('Solution:')[2].strip()}</solution>"]
        # The subtask comes after its hard problem.
        problem = max((text for text in self.solutions if text in asked), key=asked.rfind)
        match kind:
            case "check":
                return CHECKS.get((problem, kind), [check_reply()])
            case "compare":
                return CHECKS.get((problem, kind), ["<same>no</same>"])
            case "solve" if model == "teacher":
                return [self.taught(problem, number)]
            case "solve":
                return CHECKS.get((problem, kind), [self.solutions[problem]])
            case "judge":
                if UNSAID in asked:
                    return ["<verdict>unclear</verdict>"]
                said = ["The student is right."] if SAID_OTHERWISE in asked else []
                return [*said, "<verdict>right</verdict>"]
            case "critic":
                # The teacher's wrong results are the only numbers of four digits.
                return [rf"It is \boxed{{{0 if '{100' in asked else -1}}}"]
            case "restyle":
                return self.restyled(problem)
            case "rephrase_problem":
                return [f"<problem>In other words: {problem}</problem>"]
            case "same_answer":
                spoilt = problem == self.problems[SPOILT].text
                return [f"<same>{'no' if spoilt else 'yes'}</same>"]
        raise AssertionError(kind)

    def taught(self, problem: str, number: int) -> str:
        """The teacher's solutions: the first is right as a rule, the others aren't."""
        solution = self.solutions[problem]
        if problem == FACTORIAL[0].problem and number != 1:
            return UNSAID if number else SAID_OTHERWISE
        if number or problem in self.never_solved:
            return wrong(solution, number)
        return f"We start. {solution}"

    def restyled(self, problem: str) -> list[str]:
        """A right solution, after one that is too long; a wrong one for the subtask."""
        solution = self.solutions[problem]
        if problem == NEVER_SOLVED[1]:
            return [f"<solution>{wrong(solution, 0)}</solution>"]
        return [
            f"<solution>{solution * 2}</solution>",
            f"<solution>We begin. {solution}</solution>",
        ]


def wrong(solution: str, number: int) -> str:
    """A solution with another result."""
    start, box, _ = solution.rpartition(r"\boxed{")
    return f"We start. {start}{box}{1000 + number}}}$."
