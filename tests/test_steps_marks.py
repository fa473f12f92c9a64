"""Step labels from calculator marks: right ones, false ones, and those that can't be known."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import examples
from weak_teachers.config.teachers import Annotation
from weak_teachers.records import Solution, Task
from weak_teachers.steps.marks import label_steps, read_step
from weak_teachers.steps.segment import segment

# Janet sells 16 - 3 - 4 eggs at $2.
TASK = Task(
    id="t",
    family="t",
    kind="hard",
    text="…",
    solution="…",
    answer="18",
    steps=["She sells 16 - 3 - 4 = <<16-3-4=9>>9 eggs", "She makes 9 * 2 = $<<9*2=18>>18"],
)


@pytest.mark.parametrize(
    ("solution", "outcome", "labels"),
    [
        ("<<16-3-4=9>>9\n<<9*2=18>>18\n#### 18", "correct", "correct correct"),
        # Another way: a part of the reference's calculation, and a step that leads into it.
        ("<<3+4=7>>7\n<<16-7=9>>9\n<<9*2=18>>18\n#### 18", "wrong", "correct correct correct"),
        ("<<16-3=13>>13\n<<13-4=9>>9\n#### 9", "wrong", "correct correct"),
        # False arithmetic is wrong in any solution, rounding isn't.
        ("<<16-3-4=8>>8\n<<9*2=18>>18", "correct", "wrong correct"),
        ("<<10/3=3.33>>3.33", "correct", "correct"),
        # A way to nothing in the reference: wrong; what builds on it can't be known.
        ("<<16*9=144>>144\nA: 48", "wrong", "wrong"),
        ("<<16*9=144>>144\n<<144*4=576>>576", "wrong", "unknown unknown"),
        ("<<16*9=144>>144", "unknown", "unknown"),
        ("She sells nine eggs\n#### 18", "correct", "unknown"),
        ("<<x*3=50>>", "wrong", "wrong"),
        ("", "unknown", ""),
    ],
)
def test_each_step_has_its_label(solution: str, outcome, labels: str) -> None:
    found = label_steps(TASK, segment(solution), outcome)
    assert " ".join(label.label for label in found) == labels


def test_a_step_s_own_results_are_not_taken() -> None:
    step = read_step("<<1+1=2>>2 and <<2*3=6>>6")
    assert (step.taken, step.results, step.false) == ({1.0, 3.0}, {2.0, 6.0}, "")


@given(st.lists(st.sampled_from(["<<", ">>", "=", "9", "/0", "1e9", ".", ",", "\n", "<<1=1>>"])))
def test_no_text_breaks_the_checker(parts: list[str]) -> None:
    for outcome in ("correct", "wrong", "unknown"):
        label_steps(TASK, segment("".join(parts)), outcome)


def test_gsm8k_s_own_solutions_have_no_wrong_step(shared_file) -> None:
    labels: Counter[str] = Counter()
    for line in shared_file("gsm8k/test.jsonl").read_text().splitlines():
        answer = json.loads(line)["answer"]
        task = TASK.model_copy(update={"steps": segment(answer)})
        labels.update(label.label for label in label_steps(task, task.steps, "correct"))
    assert labels["wrong"] <= 5  # a few of its marks do state false arithmetic
    assert labels["correct"] > 0.85 * labels.total()  # some lines have no mark


def test_better_teachers_make_fewer_wrong_steps(shared_file) -> None:
    """GSM8K's four recorded models, from the weakest to the strongest."""
    teachers = ("6b_finetuning", "175b_finetuning", "6b_verification", "175b_verification")
    swer = dict.fromkeys(teachers, 0.0)
    rows = shared_file("gsm8k/example_model_solutions.jsonl").read_text().splitlines()[:300]
    for line in rows:
        row = json.loads(line)
        answer = row["ground_truth"].rpartition("A: ")[2].strip()
        task = TASK.model_copy(update={"steps": segment(row["ground_truth"]), "answer": answer})
        for teacher in teachers:
            solution = Solution(
                id="s", task="t", teacher=teacher, sample=0, finish="stop",
                text=row[teacher]["solution"],
            )  # fmt: skip
            found = examples.annotate(task, solution, Annotation(checkers=["marks"]))
            swer[teacher] += found.count().severity / len(rows)
    assert swer["175b_verification"] < swer["175b_finetuning"] < swer["6b_finetuning"]
    assert 0.02 < swer["175b_verification"] < swer["6b_finetuning"] < 0.6
