"""What each stage gets from a study: just what its results depend on, so only that reruns it."""

from weak_teachers.config.arms import Arm
from weak_teachers.config.models import LocalEngine, Sampling
from weak_teachers.config.problems import DataFile, FileSet, ProblemSet
from weak_teachers.config.section import Section
from weak_teachers.config.study import Study
from weak_teachers.config.teachers import RecordedTeacher, Teacher, TeacherSampling
from weak_teachers.config.training import Recipe


class HeldOutSettings(Section):
    """What the test problems are made from."""

    test_sets: dict[str, ProblemSet]
    """The test sets."""
    files: dict[str, DataFile]
    """The data files that they are read from."""


class SampleSettings(Section):
    """What sampling a teacher on one kind of task depends on."""

    teacher: Teacher
    """The teacher, but for its numbers of samples."""
    samples: int
    """Solutions a task."""
    sampling: TeacherSampling | None
    """How a model is sampled; None for recorded solutions."""


class MixSettings(Section):
    """What an arm's mixture depends on."""

    arm: Arm
    """The arm."""
    seed: int
    """The study's seed."""
    prompt: str
    """The student's prompt."""
    max_length: int
    """The longest row that training takes, in tokens."""


class ScoreSettings(Section):
    """What scoring depends on."""

    prompt: str
    """The student's prompt."""
    scoring: Sampling
    """How the student is sampled."""
    engine: LocalEngine
    """What runs it."""
    samples: int
    """Answers a problem."""


def held_out_settings(study: Study) -> HeldOutSettings:
    """How the test problems are made."""
    names = {wanted.file for wanted in study.test_sets.values() if isinstance(wanted, FileSet)}
    files = {name: file for name, file in study.files.items() if name in names}
    return HeldOutSettings(test_sets=study.test_sets, files=files)


def sample_settings(study: Study, teacher: str, kind: str) -> SampleSettings:
    """How a teacher is sampled on hard tasks or on subtasks."""
    settings, samples = study.teachers[teacher], study.samples_of(teacher, kind)
    if isinstance(settings, RecordedTeacher):
        return SampleSettings(teacher=settings, samples=samples, sampling=None)
    plain = settings.model_copy(update={"samples": None})
    return SampleSettings(teacher=plain, samples=samples, sampling=study.sampling)


def mix_settings(study: Study, arm: Arm) -> MixSettings:
    """How an arm is mixed."""
    return MixSettings(
        arm=arm,
        seed=study.seed,
        prompt=study.student.prompt,
        max_length=study.student.arm.max_length,
    )


def score_settings(study: Study) -> ScoreSettings:
    """How students are scored."""
    return ScoreSettings(
        prompt=study.student.prompt,
        scoring=study.scoring,
        engine=study.scoring_engine,
        samples=study.scoring_samples,
    )


def arm_recipe(study: Study, arm: Arm) -> Recipe:
    """Stage 2's recipe, its epochs multiplied by the arm's."""
    recipe = study.student.arm
    return recipe.model_copy(update={"epochs": recipe.epochs * arm.epochs})


def teacher_recipe(study: Study, teacher: str) -> Recipe:
    """How a teacher that the study trains itself learns."""
    steps = study.teachers[teacher].trained_steps
    return study.teacher_training.recipe.model_copy(update={"updates": steps})
