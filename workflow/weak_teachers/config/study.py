"""A study: the whole config, checked for sense across its sections."""

from typing import Annotated, Any, Self, get_args

from pydantic import Field, PositiveInt, model_validator

from weak_teachers.config.arms import Arm, Arms
from weak_teachers.config.assistants import AnyDecomposition, Assistant, Restyle
from weak_teachers.config.models import LocalEngine, Sampling, TransformersEngine
from weak_teachers.config.problems import DataFile, FileSet, Problems, ProblemSet
from weak_teachers.config.section import Section
from weak_teachers.config.teachers import (
    Annotation,
    LocalTeacher,
    RecordedTeacher,
    Samples,
    Teacher,
    TeacherSampling,
    TeacherTraining,
)
from weak_teachers.config.training import Student
from weak_teachers.records import Kind

Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Name = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Study(Section):
    """One study, from raw problems to findings."""

    study: Name
    """Its name; everything that it makes is under results/<study>/."""
    seed: Seed = 42
    """Seed of all that is drawn: problems, samples, mixtures, stage 1."""
    seeds: list[Seed] = Field(default=[0], min_length=1)
    """Seeds of stage 2: each arm is trained once with each."""
    files: dict[Name, DataFile] = {}
    """Data files from outside, by a name of your own."""
    problems: Problems
    """Training problems."""
    test_sets: dict[Name, ProblemSet] = Field(min_length=1)
    """Benchmarks that the students are scored on."""
    decompose: AnyDecomposition | None = None
    """How hard tasks become subtasks. Only `arms.subtask` and `arms.combined` need it; without it
    there are none."""
    teachers: dict[Name, Teacher] = Field(min_length=1)
    """Who writes solutions, by a name of your own."""
    teacher_training: TeacherTraining | None = None
    """How teachers with `trained_steps` learn."""
    samples: Samples = Samples()
    """Solutions a task that every teacher writes."""
    sampling: TeacherSampling = TeacherSampling()
    """How teachers are sampled."""
    annotate: Annotation = Annotation()
    """How solutions are judged."""
    restyle: Restyle | None = None
    """Who writes correct solutions in a teacher's style for tasks that it never solves; without it
    the reference solutions stand in."""
    rephrase: Assistant | None = None
    """Who tells problems and solutions in other words for `arms.rephrased`; without it synthetic
    problems are told anew by rule, and others can't be."""
    arms: Arms
    """Training sets that are compared."""
    student: Student
    """The model that is fine-tuned."""
    scoring: Sampling = Sampling(temperature=0.0)
    """How students answer the test sets; greedy by default."""
    scoring_engine: LocalEngine = TransformersEngine(backend="transformers")
    """What runs students while they answer."""
    scoring_samples: PositiveInt = 1
    """Answers a problem; their mean counts (avg@k)."""

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        _known("arms.teacher", self.arms.teacher, self.teachers)
        for arm in self.arms.spelt_out():
            _known(f"arms ({arm.name})", arm.teacher, self.teachers)
        if self.annotate.human:
            _known("annotate.human", self.annotate.human, self.files)
        for key, problem_set in self.problem_sets().items():
            if isinstance(problem_set, FileSet):
                _known(f"{key}.file", problem_set.file, self.files)
        for name, teacher in self.teachers.items():
            if isinstance(teacher, RecordedTeacher):
                _known(f"teachers.{name}.file", teacher.file, self.files)
            elif (
                isinstance(teacher, LocalTeacher)
                and teacher.trained_steps
                and not (self.teacher_training and self.problems.teacher)
            ):
                raise ValueError(
                    f"teachers.{name}.trained_steps needs `teacher_training` and `problems.teacher`"
                )
        return self

    @model_validator(mode="after")
    def _fetched_files_have_their_own_paths(self) -> Self:
        paths: dict[str, str] = {}
        for name, file in self.files.items():
            if file.url and (other := paths.setdefault(file.path, name)) != name:
                raise ValueError(
                    f"files.{name}.path: found {file.path!r}, which is that of {other} too; "
                    "expected another for each file with a url"
                )
        return self

    @model_validator(mode="after")
    def _seeds_differ(self) -> Self:
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds: found {self.seeds}, expected each once")
        return self

    @model_validator(mode="after")
    def _base_has_problems(self) -> Self:
        if self.student.base and not self.problems.easy:
            raise ValueError("problems.easy: missing; expected what student.base learns from")
        return self

    @model_validator(mode="after")
    def _subtasks_can_be_had(self) -> Self:
        for arm in self.arms.spelt_out() if self.decompose is None else []:
            if arm.subtask is not None:
                raise ValueError(
                    f"decompose: missing; expected how arms.{arm.family} gets its subtasks"
                )
        return self

    @model_validator(mode="after")
    def _arms_have_solutions(self) -> Self:
        for arm in self.arms.spelt_out():
            for kind in get_args(Kind):
                if (rate := getattr(arm, kind)) in (None, 0):
                    continue  # what is right, the references can be
                teacher = arm.teacher if rate == "natural" else self.pool_of(arm)
                if not self.samples_of(teacher, kind):
                    raise ValueError(
                        f"arms ({arm.name}): {teacher} writes no solutions of {kind} tasks; "
                        "expected some, by `samples` or, of recorded solutions, by `kinds`"
                    )
        return self

    @model_validator(mode="after")
    def _hard_problems_can_be_cut(self) -> Self:
        source = self.problems.hard.source
        if self.decompose and self.decompose.method == "structural" and source != "synthetic":
            raise ValueError(
                "decompose.method: found structural, which cuts synthetic problems only; expected "
                f"socratic, recorded or llm for problems.hard of source {source}"
            )
        return self

    @model_validator(mode="after")
    def _hard_problems_are_enough(self) -> Self:
        count = self.problems.hard.count
        if count is not None and count < self.arms.tasks:
            found = self.arms.tasks
            raise ValueError(
                f"arms.tasks: found {found}, expected at most problems.hard.count, {count}"
            )
        return self

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of tasks that there are."""
        return ["hard", "subtask"] if self.decompose else ["hard"]

    def problem_sets(self) -> dict[str, ProblemSet]:
        """Every problem set by its config key, ``problems.hard`` to ``test_sets.<name>``."""
        sets = {f"problems.{name}": getattr(self.problems, name) for name in self.problems.names}
        return sets | {f"test_sets.{name}": test_set for name, test_set in self.test_sets.items()}

    def arm(self, name: str) -> Arm:
        """One arm by its name."""
        return next(arm for arm in self.arms.spelt_out() if arm.name == name)

    def pool_of(self, arm: Arm) -> str:
        """Whose pool an arm is mixed from; at its natural ER it needs the main teacher's tasks."""
        return self.arms.teacher if "natural" in (arm.hard, arm.subtask) else arm.teacher

    def pools(self) -> list[str]:
        """The teachers whose solutions are pooled, the main one first."""
        arms = self.arms.spelt_out()
        return list(dict.fromkeys([self.arms.teacher, *map(self.pool_of, arms)]))

    def accounts(self) -> dict[str, str]:
        """The files that say what models took, by who was asked, as paths from the results."""
        files = {"decompose": "tasks/account.json"}
        for teacher in self.teachers:
            for kind in self.kinds:
                files[f"{teacher}, {kind}"] = f"solutions/{teacher}/{kind}.account.json"
                files[f"judge {teacher}, {kind}"] = f"annotated/{teacher}/{kind}.account.json"
        for teacher in self.pools() if self.restyle else []:
            files[f"restyle {teacher}"] = f"restyled/{teacher}.account.json"
        for arm in self.arms.spelt_out():
            if arm.family == "rephrased":
                files[f"rephrase {arm.rows_of}"] = f"rephrased/{arm.name}.account.json"
        return files

    def samples_of(self, teacher: str, kind: str) -> int:
        """Solutions that a teacher writes to each task of a kind."""
        settings = self.teachers[teacher]
        if isinstance(settings, RecordedTeacher):
            return int(kind in settings.kinds)
        return getattr(settings.samples or self.samples, kind)


def _known(key: str, name: str, known: dict[str, Any]) -> None:
    if name not in known:
        raise ValueError(f"{key}: found {name!r}, expected one of {', '.join(known) or '(none)'}")
