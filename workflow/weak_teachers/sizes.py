"""Sizes: how many problems and tasks a study has, and how long they are, before it has run.

What a run has made already is counted as it is; synthetic problems, files at hand and what is cut
by rule are made here, in memory; of the rest the config's count is taken, with MATH's mean lengths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from weak_teachers.config.assistants import AssistedDecomposition
from weak_teachers.config.problems import FileSet, ProblemSet, SyntheticSet
from weak_teachers.config.study import Study
from weak_teachers.cutting import number_of_subtasks
from weak_teachers.decompose import decompose
from weak_teachers.fetch import place_of
from weak_teachers.files import read_records
from weak_teachers.problems import drop_repeated, make, text_key
from weak_teachers.records import Problem, Task

MATH_TEXT, MATH_SOLUTION = 252.0, 721.0
"""Characters, the means of MATH's training problems of levels 4 and 5."""
PROBLEMS_A_TASK = 2
"""Hard problems for each hard task of an arm, where nothing says how many there are: the others
can't be cut, or lack a wrong solution."""
SUBTASK = 0.5
"""Length of a subtask's solution as a share of the solution that it is cut from; assumed."""


@dataclass(frozen=True)
class Texts:
    """Problems with their reference solutions: how many, and mean lengths in characters."""

    count: int
    text: float
    solution: float
    known: bool = True
    """Whether they were counted, and not assumed."""


def texts_of(items: Sequence[Problem | Task]) -> Texts:
    """Count problems or tasks."""
    if not items:
        return Texts(0, 0, 0)
    solution = mean(len(item.solution) for item in items)
    return Texts(len(items), mean(len(item.text) for item in items), solution)


def assumed(count: int) -> Texts:
    """So many problems as long as MATH's."""
    return Texts(count, MATH_TEXT, MATH_SOLUTION, known=False)


class Sizes:
    """What is known of a study's problems and tasks."""

    def __init__(self, study: Study, results: Path) -> None:
        self._study, self._results = study, results
        self.tests = {
            name: self._counted(f"tests/{name}", name, wanted)
            for name, wanted in study.test_sets.items()
        }
        held_out = {text_key(p.text): "tests" for items in self.tests.values() for p in items or []}
        self._training = {
            name: items and drop_repeated(items, held_out)[0]
            for name in study.problems.names
            for wanted in [getattr(study.problems, name)]
            for items in [self._counted(name, name, wanted)]
        }

    def test_problems(self) -> int:
        """Problems of all test sets."""
        wanted = self._study.test_sets
        return sum(
            len(items) if items is not None else wanted[name].count or 0
            for name, items in self.tests.items()
        )

    def texts(self, name: str) -> Texts:
        """The training problems of a set, counted or assumed."""
        items = self._training[name]
        if items is not None:
            return texts_of(items)
        wanted = getattr(self._study.problems, name).count
        return assumed(wanted or PROBLEMS_A_TASK * self._study.arms.tasks)

    def tasks(self) -> dict[str, Texts]:
        """Hard tasks and subtasks, none of them rejected where a model is still to cut them."""
        files = {kind: self._results / f"tasks/{kind}.jsonl" for kind in ("hard", "subtask")}
        if all(path.exists() for path in files.values()):
            return {kind: texts_of(read_records(path, Task)) for kind, path in files.items()}
        settings, problems = self._study.decompose, self._training["hard"]
        if problems is not None and not isinstance(settings, AssistedDecomposition):
            hard, subtasks, _ = decompose(problems, settings, self._study.seed)
            return {"hard": texts_of(hard), "subtask": texts_of(subtasks)}
        hard = self.texts("hard")
        parts = settings.subtasks[1] * hard.count if settings else 0
        if problems is not None:
            parts = sum(number_of_subtasks(problem, settings) for problem in problems)
        return {
            "hard": hard,
            "subtask": Texts(parts, hard.text, SUBTASK * hard.solution, known=False),
        }

    def _counted(self, place: str, name: str, wanted: ProblemSet) -> list[Problem] | None:
        """The problems of a set as they were made, or made here; None if they aren't at hand."""
        path = self._results / f"problems/{place}.jsonl"
        if path.exists():
            return read_records(path, Problem)
        file = None
        if isinstance(wanted, FileSet):
            file = place_of(self._study.files[wanted.file])
        if file or isinstance(wanted, SyntheticSet):
            return drop_repeated(make(name, wanted, file, self._study.seed)[0], {})[0]
        return None
