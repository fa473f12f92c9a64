"""Small made-up parts of a study, for tests to start from."""

import copy
import random
from collections.abc import Mapping
from typing import Any

from weak_teachers import annotate as stage
from weak_teachers import synthetic
from weak_teachers.config.problems import Decomposition
from weak_teachers.config.study import Study
from weak_teachers.config.teachers import Annotation
from weak_teachers.decompose import structural
from weak_teachers.pool import make_pool
from weak_teachers.records import Annotated, PoolEntry, Problem, Solution, Task
from weak_teachers.synthetic import calculate, chain_of

STUDY: dict[str, Any] = {
    "study": "example",
    "seeds": [0, 1],
    "problems": {
        "hard": {"source": "synthetic", "count": 20, "steps": [4, 5, 6]},
        "easy": {"source": "synthetic", "count": 20, "steps": [1, 2, 3]},
        "teacher": {"source": "synthetic", "count": 20, "steps": [1, 2, 3, 4, 5, 6]},
    },
    "test_sets": {
        "short": {"source": "synthetic", "count": 6, "steps": [4]},
        "long": {"source": "synthetic", "count": 6, "steps": [6]},
    },
    "decompose": {"method": "structural"},
    "teachers": {
        "main": {"backend": "transformers", "trained_steps": 20},
        "weaker": {"backend": "transformers", "trained_steps": 10, "samples": {"hard": 2}},
        "people": {"backend": "recorded", "file": "people"},
    },
    "files": {"people": {"path": "people.jsonl"}},
    "teacher_training": {"recipe": {"epochs": 1}},
    "arms": {
        "teacher": "main",
        "tasks": 10,
        "hard": [0, 50, 90],
        "subtask": [0, 50],
        "natural": ["weaker"],
        "combined": [{"hard": 50, "subtask": 10}],
        "rephrased": [50],
        "epochs": [50],
        "severity": [90],
    },
    "student": {"start": {"tiny": {"hidden": 32, "layers": 1, "heads": 1, "feed_forward": 32}}},
}


def config(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The example's config with values changed by dotted key; ``...`` takes a key out."""
    changed = copy.deepcopy(STUDY)
    for key, value in (changes or {}).items():
        *way, last = key.split(".")
        place = changed
        for part in way:
            place = place[part]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return changed


def study(changes: Mapping[str, Any] | None = None) -> Study:
    """The example as a study."""
    return Study.model_validate(config(changes))


def problem(name: str = "p", steps: int = 4, seed: int = 0) -> Problem:
    """One synthetic problem."""
    draw = random.Random(seed)
    return synthetic.problem(name, synthetic.draw_chain(steps, draw), draw)


def task(name: str = "t", steps: int = 4, seed: int = 0, family: str | None = None) -> Task:
    """One synthetic task: a hard one, or a subtask of ``family``."""
    made = problem(name, steps, seed)
    fields = made.model_dump(include={"id", "text", "solution", "answer", "steps"})
    return Task(family=family or name, kind="subtask" if family else "hard", **fields)


def solution(task: Task, text: str | None = None, sample: int = 0, teacher="main") -> Solution:
    """A teacher's solution of a task: the reference, if no text is given."""
    return Solution(
        id=f"{task.id}/{teacher}/{sample}",
        task=task.id,
        teacher=teacher,
        sample=sample,
        text=task.solution if text is None else text,
        finish="stop",
    )


def with_faults(task: Task, faults: int, shift: int = 100) -> str:
    """A task's reference solution with false results in so many steps, used consistently later."""
    lines = []
    value = chain_of(task.steps)[0][0]
    for place, (_, operator, operand, _) in enumerate(chain_of(task.steps)):
        result = calculate(value, operator, operand)
        # The last steps, so that the answer is wrong in any case.
        if place >= len(task.steps) - faults:
            result += shift + place
        lines.append(f"{value} {operator} {operand} = {result}")
        value = result
    return "\n".join([*lines, f"Answer: {value}"])


def annotate(task: Task, written: Solution, settings: Annotation | None = None) -> Annotated:
    """Annotate one solution."""
    return stage.annotate([task], [written], settings or Annotation())[0][0]


def annotated(task: Task, faults: int = 0, sample: int = 0, teacher: str = "main") -> Annotated:
    """An annotated solution with so many wrong steps."""
    written = solution(task, with_faults(task, faults, 100 * (sample + 1)), sample, teacher)
    return annotate(task, written)


def family(name: str, seed: int = 0) -> list[Task]:
    """A hard task of four steps with two subtasks."""
    hard = task(name, 4, seed)
    parts = structural(
        Problem(**hard.model_dump(exclude={"family", "kind"}), level=4, source="synthetic"),
        Decomposition(method="structural"),
        seed,
    )
    return [hard, *parts]


def pool(families: int = 40, samples: int = 3, teacher: str = "main") -> list[PoolEntry]:
    """A pool of complete families: a correct and ``samples`` wrong solutions of each task."""
    tasks = [task for number in range(families) for task in family(f"f{number:03d}", number)]
    solutions = [
        annotated(task, faults, faults, teacher)
        for task in tasks
        for faults in range(min(samples, len(task.steps)) + 1)
    ]
    return make_pool(tasks, teacher, solutions)[0]
