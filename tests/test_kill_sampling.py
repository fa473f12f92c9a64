"""A few rounds of the kill harness; all of it: ``python tests/kill_sampling.py``."""

from pathlib import Path

from kill_sampling import CONCURRENCY, run


def test_kills_lose_and_repeat_only_what_was_in_flight(tmp_path: Path) -> None:
    samples = 3
    outcome = run(tmp_path, kills=4, tasks=150, samples=samples, faults=0.3)
    assert outcome.kills == 4
    assert outcome.kept == 150 * samples
    assert outcome.most_lost <= CONCURRENCY * samples
    assert outcome.lost <= 4 * CONCURRENCY * samples
    assert outcome.faults > 0.2 * outcome.requests
