"""The request cache: what is in it isn't asked again, whatever was killed, edited or at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY
from weak_teachers.backends import Backend, Batch, Completion, Failure, Job, Usage
from weak_teachers.cache import Store, content_of, identify, main, parameters, through_cache
from weak_teachers.config.models import OpenaiModel, Sampling, TransformersModel, VllmModel
from weak_teachers.tokens import asking

MODEL = TransformersModel(backend="transformers", model="some/model")
SERVED = OpenaiModel(backend="openai", model="m")
SAMPLING = Sampling(max_new_tokens=20)


class Asked(list):
    """A backend that remembers what it was asked; two texts a batch."""

    def __init__(self) -> None:
        self.spent: list[Usage] = []

    def load(self) -> Backend:
        def generate(jobs: Sequence[Job], spent: Usage) -> Iterator[Batch]:
            self.spent.append(spent)
            for start in range(0, len(jobs), 2):
                batch = []
                for job in jobs[start : start + 2]:
                    self.append((job.messages[0]["content"], job.sample))
                    text = f"{job.messages[0]['content']} {job.sample}: {len(self)}"
                    batch.append((job, Completion(text, "stop")))
                yield Batch(batch, Usage(calls=1, prompt_tokens=10))

        return generate


def jobs(*prompts: str, samples: int = 1) -> list[Job]:
    return [Job(f"key of {p}", asking(p), n) for p in prompts for n in range(samples)]


def answers(
    asked: Asked,
    wanted: list[Job],
    model: Any = MODEL,
    sampling: Sampling = SAMPLING,
    seed: int = 0,
) -> dict[tuple[str, int], str]:
    """What came through the cache, by key and number."""
    generate = through_cache(asked.load, Store(identify(model)), parameters(model, sampling, seed))
    return {(j.key, j.sample): a.text for b in generate(wanted) for j, a in b.answers}


def test_nothing_is_asked_twice() -> None:
    asked = Asked()
    first = answers(asked, jobs("a", "b", samples=2))
    assert len(asked) == 4
    assert answers(asked, jobs("a", "b", samples=2)) == first
    assert len(asked) == 4
    assert len(asked.spent) == 1


def test_a_model_is_loaded_once_and_only_when_it_is_needed() -> None:
    asked, loaded = Asked(), []

    def load() -> Backend:
        loaded.append(True)
        return asked.load()

    store = Store(identify(MODEL))
    assert list(through_cache(load, store, {})([])) == []
    assert loaded == []
    generate = through_cache(load, store, {})
    for wanted in (jobs("a"), jobs("b"), jobs("a", "b", "c")):
        assert len(list(generate(wanted))) >= 1
    assert loaded == [True]
    list(through_cache(load, store, {})(jobs("a", "b", "c")))
    assert loaded == [True]


def test_more_samples_ask_for_the_rest() -> None:
    asked = Asked()
    three = answers(asked, jobs("a", samples=3))
    five = answers(asked, jobs("a", samples=5))
    assert asked[3:] == [("a", 3), ("a", 4)]
    assert three.items() <= five.items()


def test_a_changed_prompt_asks_only_what_it_changes() -> None:
    asked = Asked()
    answers(asked, jobs("a", "b", "c"))
    answers(asked, jobs("a", "changed", "c"))
    assert asked[3:] == [("changed", 0)]


def test_jobs_of_the_same_request_are_asked_once() -> None:
    asked = Asked()
    wanted = [*jobs("a"), Job("another", asking("a"), 0)]
    found = answers(asked, wanted)
    assert asked == [("a", 0)]
    assert found["key of a", 0] == found["another", 0]


def test_neither_keys_nor_their_order_matter() -> None:
    asked = Asked()
    answers(asked, jobs("a", "b"))
    answers(asked, [Job(str(n), asking(p), 0) for n, p in enumerate("ba")])
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("model", "sampling", "seed"),
    [
        (MODEL, Sampling(max_new_tokens=20, temperature=0.5), 0),
        (MODEL, Sampling(max_new_tokens=20, top_p=0.5), 0),
        (MODEL, Sampling(max_new_tokens=21), 0),
        (MODEL, SAMPLING, 1),
        (MODEL.model_copy(update={"model": "other/model"}), SAMPLING, 0),
        (MODEL.model_copy(update={"revision": "v2"}), SAMPLING, 0),
        (MODEL.model_copy(update={"dtype": "bfloat16"}), SAMPLING, 0),
        (VllmModel(backend="vllm", model="some/model"), SAMPLING, 0),
    ],
)
def test_what_a_text_depends_on_is_asked_anew(model, sampling, seed) -> None:
    asked = Asked()
    answers(asked, jobs("a"))
    answers(asked, jobs("a"), model, sampling, seed)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("before", "after", "seed"),
    [
        ((MODEL, SAMPLING), (MODEL, Sampling(max_new_tokens=20, batch_size=3, failures=1)), 0),
        ((MODEL, Sampling(temperature=0)), (MODEL, Sampling(temperature=0)), 1),
        ((SERVED, SAMPLING), (SERVED, SAMPLING), 1),
        (
            (SERVED, SAMPLING),
            (
                SERVED.model_copy(update={"concurrency": 2, "url": "http://x", "timeout": 1}),
                SAMPLING,
            ),
            0,
        ),
    ],
    ids=["how many at once", "greedy", "a server draws as it likes", "where and how it is asked"],
)
def test_what_a_text_does_not_depend_on_is_not(before, after, seed) -> None:
    asked = Asked()
    answers(asked, jobs("a"), *before)
    answers(asked, jobs("a"), *after, seed)
    assert len(asked) == 1


def test_a_local_model_is_known_by_its_content(tmp_path: Path) -> None:
    def model(name: str, weights: bytes) -> TransformersModel:
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "model.safetensors").write_bytes(weights)
        (tmp_path / name / ".snakemake_timestamp").touch()
        return TransformersModel(backend="transformers", model=str(tmp_path / name))

    asked = Asked()
    answers(asked, jobs("a"), model("one", b"1"))
    answers(asked, jobs("a"), model("moved", b"1"))
    assert len(asked) == 1
    answers(asked, jobs("a"), model("one", b"2"))
    assert len(asked) == 2
    assert content_of(tmp_path / "one") != content_of(tmp_path / "moved")


def test_failures_are_not_kept() -> None:
    def load() -> Backend:
        return lambda wanted, spent: iter([Batch([(wanted[0], Failure("no"))], Usage(calls=1))])

    store = Store(identify(MODEL))
    generate = through_cache(load, store, {})
    assert [b.answers[0][1] for b in generate(jobs("a"))] == [Failure("no")]
    assert list(store.lines()) == []
    asked = Asked()
    answers(asked, jobs("a"))
    assert len(asked) == 1


def test_what_was_spent_is_told_and_counted_again() -> None:
    asked = Asked()
    answers(asked, jobs("a", "b", "c"))
    assert asked.spent == [Usage()]
    generate = through_cache(asked.load, Store(identify(MODEL)), parameters(MODEL, SAMPLING, 0))
    batches = list(generate(jobs("a", "b", "c", "d")))
    assert [batch.cached for batch in batches] == [True, True, False]
    assert asked.spent[1] == batches[0].usage + batches[1].usage == Usage(2, 0, 20, 0)


def test_what_rounds_spent_that_were_all_cached_is_told_in_the_next() -> None:
    answers(Asked(), jobs("a"))
    answers(Asked(), jobs("b"))
    asked = Asked()
    generate = through_cache(asked.load, Store(identify(MODEL)), parameters(MODEL, SAMPLING, 0))
    for prompt in "abcd":
        list(generate(jobs(prompt)))
    assert asked == [("c", 0), ("d", 0)]
    assert asked.spent == [Usage(calls=2, prompt_tokens=20), Usage()]


def only_file(cache: Path) -> Path:
    (path,) = cache.glob("*/*.jsonl")
    return path


@pytest.mark.parametrize("cut", [2, 40, 200])
def test_a_line_that_was_cut_short_is_asked_again_whole(own_request_cache: Path, cut: int) -> None:
    asked = Asked()
    first = answers(asked, jobs("a", "b", "c", "d", "e"))
    path = only_file(own_request_cache)
    path.write_bytes(path.read_bytes()[:-cut])
    again = answers(asked, jobs("a", "b", "c", "d", "e"))
    assert asked[5:] == [("e", 0)]
    assert {k: v for k, v in again.items() if k[0] != "key of e"} == {
        k: v for k, v in first.items() if k[0] != "key of e"
    }
    answers(asked, jobs("a", "b", "c", "d", "e"))
    assert len(asked) == 6


@pytest.mark.parametrize(
    "rubbish", [b"\0\0\0\n", b"[" * 100_000 + b"\n", b'{"answers": 3}\n', b"\n"]
)
def test_rubbish_in_a_file_hides_nothing_else(own_request_cache: Path, rubbish: bytes) -> None:
    asked = Asked()
    answers(asked, jobs("a", "b", "c", "d"))
    path = only_file(own_request_cache)
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 3
    path.write_bytes(lines[0] + lines[1] + rubbish + lines[2])
    answers(asked, jobs("a", "b", "c", "d"))
    assert len(asked) == 4


WRITER = """
import sys
from weak_teachers.backends import Usage
from weak_teachers.cache import Answer, Line, Store, identify
from weak_teachers.config.models import TransformersModel

TEXT = "x" * 5000
store = Store(identify(TransformersModel(backend="transformers", model="shared")))
for number in range(10_000_000):
    answers = [
        Answer(request=f"{sys.argv[1]}-{number}", sample=k, messages=[], text=TEXT, finish="stop")
        for k in range(3)
    ]
    store.add(Line(answers=answers, usage=Usage(calls=1)))
    print(number, flush=True)
"""


def test_writers_that_are_killed_leave_whole_batches(own_request_cache: Path) -> None:
    """Three at once, each killed somewhere: all that was said to be kept is there, whole."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "workflow")}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(name)], stdout=subprocess.PIPE, env=environment
        )
        for name in range(3)
    ]
    said = []
    for name, writer in enumerate(writers):
        for _ in range(50 + name):
            number = writer.stdout.readline()
        time.sleep(0.01 * name)
        writer.send_signal(signal.SIGKILL)
        said.append(int((number + writer.stdout.read()).split()[-1]))
    store = Store(identify(MODEL.model_copy(update={"model": "shared"})))
    found = [answer.request for line in store.lines() for answer in line.answers]
    for name, last in enumerate(said):
        numbers = [int(one.split("-")[1]) for one in found if one.startswith(f"{name}-")]
        # The one after the last may have been kept before it was said.
        assert numbers in (
            [n for n in range(last + 1) for _ in range(3)],
            [n for n in range(last + 2) for _ in range(3)],
        )


@pytest.fixture
def filled(own_request_cache: Path) -> Path:
    """A cache of two models, one of them old."""
    answers(Asked(), jobs("a", "b", samples=2))
    answers(Asked(), jobs("a"), SERVED)
    (old,) = own_request_cache.glob("openai-*/*.jsonl")
    os.utime(old, (0, 0))
    return own_request_cache


@pytest.fixture
def say(command: Callable[..., str], capsys: pytest.CaptureFixture) -> Callable[..., str]:
    """What the command prints."""

    def call(*words: object) -> str:
        assert command(main, *words) == ""
        return capsys.readouterr().out

    return call


def test_ls_and_size_tell_what_is_held(filled: Path, say: Callable[..., str]) -> None:
    old, new = say("ls").splitlines()
    assert old.split() == ["1", "0.0", "MB", "1970-01-01", "openai", "m"]
    assert new.split()[:3] == ["4", "0.0", "MB"]
    assert new.split()[4:] == ["transformers", "some/model"]
    assert say("size") == "5 answers of 2 models, 0.0 MB\n"
    assert say("size", "--model", "m") == "1 answers of 1 models, 0.0 MB\n"


def test_prune_deletes_what_it_is_told(filled: Path, say: Callable[..., str]) -> None:
    assert say("prune", "--older-than", 30) == "deleted: 1 answers of 1 models, 0.0 MB\n"
    assert [path.name[:12] for path in filled.iterdir()] == ["transformers"]
    idle = ("--model", "some/model", "--older-than", 30)
    assert say("prune", *idle) == "deleted: 0 answers of 0 models, 0.0 MB\n"
    assert say("prune", "--all") == "deleted: 4 answers of 1 models, 0.0 MB\n"
    assert list(filled.iterdir()) == []


def test_prune_wants_to_be_told(filled: Path, command: Callable[..., str]) -> None:
    said = command(main, "prune")
    assert said == "error: prune: expected what to delete: --model, --older-than or --all"
    for days in ("-5", "nan", "inf"):
        said = command(main, "prune", "--older-than", days)
        assert said.startswith(f"error: --older-than: found {days}")
    assert len(list(filled.iterdir())) == 2


@pytest.mark.parametrize("what", ["ls", "size", "prune"])
def test_a_model_that_isn_t_there_is_an_error(filled: Path, command, what: str) -> None:
    said = command(main, what, "--model", "nobody")
    assert said == f"error: --model: no nobody in {filled}; `ls` lists what there is"
    assert len(list(filled.iterdir())) == 2


def test_an_empty_cache_is_no_fault(say: Callable[..., str]) -> None:
    assert say("ls") == ""
    assert say("size") == "0 answers of 0 models, 0.0 MB\n"


def test_people_can_read_it(own_request_cache: Path) -> None:
    answers(Asked(), jobs("a"))
    about, line = map(json.loads, only_file(own_request_cache).read_text().splitlines())
    assert about["model"] == "some/model"
    (answer,) = line["answers"]
    assert (answer["messages"], answer["text"]) == (asking("a"), "a 0: 1")
