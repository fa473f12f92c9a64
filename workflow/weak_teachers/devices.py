"""Devices: how long local models take, by their size and the tokens that they read and write."""

import re
from typing import NamedTuple

from weak_teachers.config.study import Study
from weak_teachers.config.training import TinyModel


class Device(NamedTuple):
    """What runs local models, with its operations a second, which 6 × parameters × tokens of
    training and 2 × parameters × tokens of writing take (Kaplan et al. 2020, arXiv 2001.08361).
    """

    name: str
    training: float
    writing: float


GPU = Device(
    "A100: 312 TFLOP/s by its data sheet; of these 40 % in training and 10 % in writing, assumed",
    0.4 * 312e12,
    0.1 * 312e12,
)
CPU = Device(
    "CPU core: 10,000 tokens/s in training and 6,000 in writing, measured with 0.86M parameters",
    6 * 0.86e6 * 10_000,
    2 * 0.86e6 * 6_000,
)


def runs_on(study: Study, model: str | None) -> tuple[float | None, Device]:
    """How many parameters a model has, by its name, and what runs it; None for the student."""
    start = study.student.start
    if model is None and start.tiny:
        return parameters_of(start.tiny), CPU
    name = re.search(r"(\d+(?:\.\d+)?)([BM])\b", model or start.model, re.IGNORECASE)
    return name and float(name[1]) * {"B": 1e9, "M": 1e6}[name[2].upper()], GPU


def parameters_of(shape: TinyModel) -> float:
    """The parameters of a small Llama, but for its words'."""
    return shape.layers * (4 * shape.hidden**2 + 3 * shape.hidden * shape.feed_forward)
