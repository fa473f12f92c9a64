"""Score: a model answers test sets; every answer is kept with its verdict."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from weak_teachers.answers import extract_answer, judge_answers
from weak_teachers.ask import ask, open_backend
from weak_teachers.backends import Completion, Generate, Job
from weak_teachers.command import (
    arguments,
    gpus_argument,
    run,
    settings_argument,
    threads_argument,
    use_share,
)
from weak_teachers.config.models import as_model
from weak_teachers.config.stages import ScoreSettings
from weak_teachers.files import read_records, write_records, write_text
from weak_teachers.records import Problem, ScoredItem
from weak_teachers.tokens import asking

if TYPE_CHECKING:
    import pandas as pd


def score(
    test_sets: dict[str, Sequence[Problem]],
    settings: ScoreSettings,
    generate: Generate,
    workers: int = 1,
) -> list[ScoredItem]:
    """Have every problem answered and judge the answers, in the order of the test sets.

    Args:
        test_sets: problems by the name of their test set.
        settings: how they are asked.
        generate: who answers.
        workers: processes that judge answers that aren't plain.
    """
    asked = {
        f"{name}/{problem.id}": (name, problem, settings.prompt.replace("{problem}", problem.text))
        for name, problems in test_sets.items()
        for problem in problems
    }
    jobs = [
        Job(key=key, messages=asking(prompt), sample=number)
        for key, (_, _, prompt) in asked.items()
        for number in range(settings.samples)
    ]
    asked_of = ask("score", "answer", jobs, generate, settings.scoring.failures, section="scoring")
    came = [asked_of.of(job) for job in jobs]
    answers = [extract_answer(one.text) if isinstance(one, Completion) else None for one in came]
    references = [asked[job.key][1].answer for job in jobs]
    verdicts = judge_answers(list(zip(references, answers, strict=True)), workers)
    items = []
    for job, found, answer, verdict in zip(jobs, came, answers, verdicts, strict=True):
        name, problem, prompt = asked[job.key]
        failed = not isinstance(found, Completion)
        items.append(
            ScoredItem(
                test_set=name,
                problem=problem.id,
                sample=job.sample,
                prompt=prompt,
                completion=found.reason if failed else found.text,
                finish="failed" if failed else found.finish,
                answer=answer,
                reference=problem.answer,
                verdict=verdict.outcome,
                judge=verdict.judge,
            )
        )
    return items


def accuracy(items: Sequence[ScoredItem]) -> "pd.DataFrame":
    """Accuracy of each test set.

    Returns:
        A row a test set: test_set, n (problems), accuracy (share of answers that are correct; an
        unknown verdict is not), se (its standard error over problems, from the spread of each
        problem's share of correct samples), unknown (share of unknown verdicts).
    """
    import pandas as pd

    table = pd.DataFrame(
        {
            "test_set": [item.test_set for item in items],
            "problem": [item.problem for item in items],
            "correct": [item.verdict == "correct" for item in items],
            "unknown": [item.verdict == "unknown" for item in items],
        }
    )
    shares = table.groupby(["test_set", "problem"], sort=False)[["correct", "unknown"]].mean()
    sets = shares.groupby("test_set", sort=False)
    return pd.DataFrame(
        {
            "n": sets.size(),
            "accuracy": sets["correct"].mean(),
            "se": sets["correct"].std(ddof=1) / sets.size() ** 0.5,
            "unknown": sets["unknown"].mean(),
        }
    ).reset_index()


def main() -> None:
    """Score one model."""
    parser = arguments(__doc__)
    settings_argument(parser, ScoreSettings)
    parser.add_argument("--model", type=Path, required=True, help="folder of the model")
    parser.add_argument("--tests", type=Path, nargs="+", required=True, help="<test set>.jsonl")
    parser.add_argument("--seed", type=int, required=True, help="seed of sampling")
    parser.add_argument("--answers", type=Path, required=True, help="output: every answer")
    parser.add_argument("--accuracy", type=Path, required=True, help="output: CSV a test set")
    threads_argument(parser)
    gpus_argument(parser)
    args = parser.parse_args()
    use_share(args)
    test_sets = {path.stem: read_records(path, Problem) for path in args.tests}
    model = as_model(args.settings.engine, args.model)
    generate = open_backend(model, args.settings.scoring, args.seed)
    items = score(test_sets, args.settings, generate, args.threads)
    write_records(args.answers, items)
    write_text(args.accuracy, accuracy(items).to_csv(index=False))


if __name__ == "__main__":
    run(main)
