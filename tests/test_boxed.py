r"""Boxes: nested braces, several boxes, one that is never closed."""

import time

import pytest

from weak_teachers.boxed import boxes, last_box


@pytest.mark.parametrize(
    ("text", "box"),
    [
        (r"so \boxed{3}", "3"),
        (r"\boxed{1} or rather \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{\{1, \sqrt{2}\}}", r"\{1, \sqrt{2}\}"),
        (r"\fbox{7}", "7"),
        (r"\boxed {5}", "5"),
        (r"$\boxed 2$", "2"),
        (r"\\boxed{8}", "8"),
        (r"\boxed{\text{a \boxed{b} c}}", r"\text{a \boxed{b} c}"),
        (r"\boxed{1} and \boxed{never closed", "1"),
        (r"\boxed{never closed", ""),
        ("no box", ""),
        ("", ""),
    ],
)
def test_the_last_box(text: str, box: str) -> None:
    assert last_box(text) == box


def test_boxes_know_their_places() -> None:
    text = r"$\boxed{1}$ and $\boxed{2}$"
    assert [(text[box.start : box.end], box.content) for box in boxes(text)] == [
        (r"\boxed{1}", "1"),
        (r"\boxed{2}", "2"),
    ]


@pytest.mark.parametrize("text", [r"\boxed{", "{", "}", r"\boxed", "\\", r"\boxed{1}"])
def test_a_megabyte_takes_no_time(text: str) -> None:
    start = time.process_time()
    boxes(text * (1_000_000 // len(text)))
    assert time.process_time() - start < 5
