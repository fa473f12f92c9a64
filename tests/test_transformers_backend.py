"""The transformers backend: plain greedy decoding, seeded samples, and an end where it belongs."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import examples
from weak_teachers.backends import Completion, Job, Usage, too_long
from weak_teachers.backends.transformers import draw, open_model
from weak_teachers.config.models import Sampling, TransformersModel
from weak_teachers.errors import UserError
from weak_teachers.tokens import asking, load_tokenizer

PROMPTS = [examples.problem("p", 1 + seed % 4, seed).text for seed in range(7)]
JOBS = [
    Job(key=str(number), messages=asking(prompt), sample=sample)
    for number, prompt in enumerate(PROMPTS)
    for sample in range(2)
]


def batches(model: Path, jobs: Sequence[Job], seed: int = 0, **sampling):
    settings = Sampling(**{"max_new_tokens": 12, **sampling})
    opened = TransformersModel(backend="transformers", model=str(model))
    return list(open_model(opened, settings, seed)(jobs, Usage()))


def write(model: Path, jobs: Sequence[Job], seed: int = 0, **sampling) -> dict:
    """What the model answers to jobs, by (key, sample)."""
    return {
        (job.key, job.sample): completion
        for batch in batches(model, jobs, seed, **sampling)
        for job, completion in batch.answers
    }


def test_greedy_answers_equal_plain_generation(tiny_model: Path) -> None:
    """Whatever the padding of a batch, as if each prompt were alone."""
    from transformers import AutoModelForCausalLM

    model, tokenizer = AutoModelForCausalLM.from_pretrained(tiny_model), load_tokenizer(tiny_model)
    written = write(tiny_model, JOBS, temperature=0.0, batch_size=5)
    assert len(written) == len(JOBS)
    for number, prompt in enumerate(PROMPTS):
        ids = tokenizer(f"{prompt}<ask>", return_tensors="pt")
        plain = model.generate(**ids, max_new_tokens=12, do_sample=False)
        text = tokenizer.decode(plain[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)
        assert written[str(number), 0].text == written[str(number), 1].text == text.strip()


def test_samples_depend_on_the_seed_and_differ(tiny_model: Path) -> None:
    first = write(tiny_model, JOBS, seed=1)
    assert first == write(tiny_model, JOBS, seed=1)
    assert first != write(tiny_model, JOBS, seed=2)
    assert first["0", 0].text != first["0", 1].text


def test_neither_the_order_of_jobs_nor_their_neighbours_decide_what_is_drawn(tiny_model) -> None:
    whole = write(tiny_model, JOBS, batch_size=4)
    assert whole == write(tiny_model, JOBS[::-1], batch_size=4)
    assert whole == write(tiny_model, JOBS, batch_size=3)
    assert whole == write(tiny_model, JOBS[::2]) | write(tiny_model, JOBS[1::2], batch_size=1)


def test_a_cold_temperature_is_nearly_greedy(tiny_model: Path) -> None:
    greedy = write(tiny_model, JOBS[::2], temperature=0.0)
    assert write(tiny_model, JOBS[::2], temperature=1e-4) == greedy
    assert write(tiny_model, JOBS[::2], top_p=1e-6) == greedy


def test_every_word_may_come_at_a_high_temperature(tiny_model: Path) -> None:
    """The model library's own default would keep the 50 likeliest."""
    tokenizer = load_tokenizer(tiny_model)
    jobs = [Job(str(n), asking(PROMPTS[0]), n) for n in range(100)]
    texts = [one.text for one in write(tiny_model, jobs, temperature=100.0).values()]
    assert len({token for text in texts for token in tokenizer.tokenize(text)}) > 50


@pytest.mark.parametrize(
    ("temperature", "top_p", "shares"),
    [
        (1.0, 1.0, [0.5, 0.3, 0.2]),
        (0.5, 1.0, [25 / 38, 9 / 38, 4 / 38]),  # squares
        (1.0, 0.7, [5 / 8, 3 / 8, 0]),
        (1.0, 0.5, [1, 0, 0]),
    ],
)
def test_tokens_are_drawn_by_their_probabilities(temperature, top_p, shares) -> None:
    import torch

    numbers = (torch.arange(10_000, dtype=torch.float64) + 0.5) / 10_000  # evenly spread
    scores = torch.tensor([0.5, 0.3, 0.2]).log().expand(10_000, 3)
    drawn = draw(scores, numbers, temperature, top_p)
    found = torch.bincount(drawn, minlength=3) / 10_000
    assert found.tolist() == pytest.approx(shares, abs=1e-3)


def test_the_ends_of_the_unit_interval_draw_possible_tokens() -> None:
    import torch

    scores = torch.tensor([[-torch.inf, 0.0, 0.0, -torch.inf]] * 2)
    ends = torch.tensor([0.0, 1 - 2**-53], dtype=torch.float64)
    assert draw(scores, ends, 1.0, 1.0).tolist() == [1, 2]


def test_a_text_ends_at_its_end_token_or_is_marked_as_cut(learnt: Path, learnt_rows) -> None:
    jobs = [Job(str(n), asking(prompt), 0) for n, (prompt, _) in enumerate(learnt_rows)]
    whole = write(learnt, jobs, temperature=0.0, max_new_tokens=60)
    for job in jobs:
        assert whole[job.key, 0] == Completion(learnt_rows[int(job.key)][1], "stop")
    for (key, _), cut in write(learnt, jobs, temperature=0.0, max_new_tokens=4).items():
        assert cut.finish == "length"
        assert learnt_rows[int(key)][1].startswith(cut.text)


def test_tokens_are_counted_without_padding(learnt: Path, learnt_rows) -> None:
    tokenizer = load_tokenizer(learnt)
    jobs = [Job(str(n), asking(prompt), 0) for n, (prompt, _) in enumerate(learnt_rows)]
    (batch,) = batches(learnt, jobs, temperature=0.0, max_new_tokens=60)
    sent, written = (
        sum(len(tokenizer(text)["input_ids"]) + 1 for text in texts)  # the mark, the end
        for texts in zip(*learnt_rows, strict=True)
    )
    assert batch.usage == Usage(1, 0, sent, written)


def test_a_prompt_that_is_too_long_is_a_failure_and_the_others_are_written(tiny_model) -> None:
    jobs = [Job("long", asking("Tom has 5 pens. " * 200), 0), Job("short", asking(PROMPTS[0]), 0)]
    found = write(tiny_model, jobs)
    assert found["long", 0] == too_long(1001, 512)
    assert isinstance(found["short", 0], Completion)


def test_a_model_without_a_chat_template_is_one_line(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    (tmp_path / "model/chat_template.jinja").unlink()
    with pytest.raises(UserError, match="model: its tokenizer has no chat template to ask it with"):
        batches(tmp_path / "model", JOBS)
