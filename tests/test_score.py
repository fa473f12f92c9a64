"""Scores: accuracy and standard error by hand, every answer kept, unknown is not correct."""

import csv

import pytest

import examples
from weak_teachers.backends import Batch, Completion, Failure, Usage
from weak_teachers.config.models import Sampling, TransformersEngine
from weak_teachers.config.stages import ScoreSettings
from weak_teachers.files import read_records, write_records
from weak_teachers.records import Problem, ScoredItem
from weak_teachers.score import accuracy, main, score

ENGINE = TransformersEngine(backend="transformers")


def item(test_set: str, problem: str, sample: int, verdict: str) -> ScoredItem:
    return ScoredItem(
        test_set=test_set,
        problem=problem,
        sample=sample,
        prompt="p",
        completion="c",
        finish="stop",
        answer=None,
        reference="1",
        verdict=verdict,
        judge="rules",
    )


def test_accuracy_and_its_standard_error_are_those_of_the_items() -> None:
    verdicts = ["correct", "correct", "wrong", "unknown"]
    table = accuracy([item("a", str(n), 0, verdict) for n, verdict in enumerate(verdicts)])
    (row,) = table.to_dict("records")
    assert (row["test_set"], row["n"], row["accuracy"], row["unknown"]) == ("a", 4, 0.5, 0.25)
    # Items 1, 1, 0, 0: variance 1/3 over n - 1, divided by 4.
    assert row["se"] == pytest.approx((1 / 3 / 4) ** 0.5)


def test_samples_of_a_problem_count_as_one_item() -> None:
    items = [item("a", "p", n, "correct" if n < 3 else "wrong") for n in range(4)]
    items += [item("a", "q", n, "wrong") for n in range(4)]
    (row,) = accuracy(items).to_dict("records")
    assert (row["n"], row["accuracy"]) == (2, 0.375)
    # Shares 0.75 and 0: standard deviation 0.75 / √2, divided by √2.
    assert row["se"] == pytest.approx(0.375)


def test_test_sets_keep_their_order() -> None:
    items = [item(name, "p", 0, "correct") for name in ("z", "a", "m")]
    assert list(accuracy(items)["test_set"]) == ["z", "a", "m"]


def test_every_problem_is_asked_and_judged_in_order() -> None:
    sets = {
        name: [examples.problem(f"{name}-{n}", 2, n) for n in range(3)] for name in ("easy", "hard")
    }
    answers = {p.text: p.answer for problems in sets.values() for p in problems}
    settings = ScoreSettings(
        prompt="Solve: {problem}", scoring=Sampling(), engine=ENGINE, samples=2
    )

    def generate(jobs):
        for job in reversed(jobs):
            text = job.messages[0]["content"].removeprefix("Solve: ")
            right = f"Answer: {answers[text]}"
            answer = Completion(right if job.sample == 0 else "no idea", "stop")
            yield Batch([(job, answer)], Usage(1, 0, 10, 5))

    items = score(sets, settings, generate)
    assert [(i.test_set, i.problem, i.sample) for i in items] == [
        (name, f"{name}-{n}", sample) for name in sets for n in range(3) for sample in range(2)
    ]
    assert {i.verdict for i in items if i.sample == 0} == {"correct"}
    assert {(i.verdict, i.answer) for i in items if i.sample == 1} == {("unknown", None)}
    assert items[0].prompt == f"Solve: {sets['easy'][0].text}"
    assert items[0].reference == sets["easy"][0].answer
    assert items[0].completion == f"Answer: {items[0].reference}"


def test_a_model_that_knows_its_rows_scores_full_marks(learnt, learnt_rows, tmp_path, command):
    problems = [
        Problem(id=f"p{n}", text=text, solution=solution, answer=solution.split()[-1], level=1,
                source="test")
        for n, (text, solution) in enumerate(learnt_rows)
    ]  # fmt: skip
    write_records(tmp_path / "known.jsonl", problems)
    other = problems[0].model_copy(update={"answer": "1000"})
    write_records(tmp_path / "false.jsonl", [other])
    settings = ScoreSettings(
        prompt="{problem}",
        scoring=Sampling(temperature=0.0, max_new_tokens=60),
        engine=ENGINE,
        samples=1,
    )
    said = command(
        main,
        *("--settings", settings.model_dump_json(), "--seed", 0, "--model", learnt),
        *("--tests", tmp_path / "known.jsonl", tmp_path / "false.jsonl"),
        *("--answers", tmp_path / "answers.jsonl", "--accuracy", tmp_path / "accuracy.csv"),
    )
    assert said == ""
    rows = {row["test_set"]: row for row in csv.DictReader((tmp_path / "accuracy.csv").open())}
    assert float(rows["known"]["accuracy"]) == 1
    assert float(rows["false"]["accuracy"]) == 0
    answers = read_records(tmp_path / "answers.jsonl", ScoredItem, unique=None)
    assert [a.completion for a in answers[:-1]] == [solution for _, solution in learnt_rows]


def test_an_answer_that_failed_is_unknown_with_its_reason() -> None:
    problem = examples.problem("p", 2)

    def generate(jobs):
        yield Batch([(job, Failure(f"refused {job.sample}")) for job in jobs], Usage())

    settings = ScoreSettings(
        prompt="{problem}", scoring=Sampling(failures=1), engine=ENGINE, samples=2
    )
    items = score({"a": [problem]}, settings, generate)
    assert [(i.finish, i.completion, i.answer, i.verdict) for i in items] == [
        ("failed", f"refused {n}", None, "unknown") for n in range(2)
    ]


def test_another_test_set_asks_only_for_its_own_answers(tiny_model, tmp_path, command, capfd):
    for name in ("a", "b"):
        problems = [examples.problem(f"{name}{n}", 2, 10 * ord(name) + n) for n in range(5)]
        write_records(tmp_path / f"{name}.jsonl", problems)
    settings = ScoreSettings(
        prompt="{problem}", scoring=Sampling(max_new_tokens=4), engine=ENGINE, samples=2
    )

    def answered(*sets: str) -> str:
        said = command(
            main,
            *("--settings", settings.model_dump_json(), "--seed", 0, "--model", tiny_model),
            *("--tests", *(tmp_path / f"{name}.jsonl" for name in sets)),
            *("--answers", tmp_path / "answers.jsonl", "--accuracy", tmp_path / "accuracy.csv"),
        )
        assert said == ""
        return (tmp_path / "answers.jsonl").read_text()

    first = answered("a")
    assert answered("a", "b").startswith(first)
    assert "score: 20 answers, 10 of them cached, 0 failed; 1 calls" in capfd.readouterr().err
