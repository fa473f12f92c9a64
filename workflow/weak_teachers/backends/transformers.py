"""Generate with a model that runs in this process, through transformers."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from weak_teachers.backends import Backend, Batch, Completion, Job, Usage, text_seed, too_long
from weak_teachers.config.models import Sampling, TransformersModel
from weak_teachers.errors import UserError

if TYPE_CHECKING:
    import torch
    from transformers import LogitsProcessor


class Prompt(NamedTuple):
    """What a job's text continues, as the model reads it."""

    tokens: int
    text: str
    job: Job


def open_model(model: TransformersModel, sampling: Sampling, seed: int) -> Backend:
    """Load a model and make its backend.

    Jobs are batched by the length of their prompts, since a batch is padded to its longest. Each
    text draws from a stream of its own, seeded by ``seed``, its prompt and its number, so that
    neither the order of jobs nor the size of batches decides what is drawn.
    """
    loaded = LoadedModel(model, sampling, seed)

    def generate(jobs: Sequence[Job], spent: Usage) -> Iterator[Batch]:
        prompts = loaded.prompts(jobs)
        fitting = [one for one in prompts if one.tokens < loaded.longest]
        if failed := prompts[len(fitting) :]:
            yield Batch(
                [(one.job, too_long(one.tokens, loaded.longest)) for one in failed], Usage()
            )
        for start in range(0, len(fitting), sampling.batch_size):
            yield loaded.write(fitting[start : start + sampling.batch_size])

    return generate


class LoadedModel:
    """A model that writes texts side by side."""

    def __init__(self, model: TransformersModel, sampling: Sampling, seed: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.disable_progress_bar()
        place = {"pretrained_model_name_or_path": model.model, "revision": model.revision}
        self._tokenizer = AutoTokenizer.from_pretrained(**place, padding_side="left")
        if self._tokenizer.chat_template is None:
            raise UserError(f"{model.model}: its tokenizer has no chat template to ask it with")
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        device = "cuda" if torch.cuda.is_available() else "cpu"
        network = AutoModelForCausalLM.from_pretrained(**place, dtype=model.dtype)
        self._network = network.to(device).eval()
        self._sampling, self._seed = sampling, seed
        self._ends = _as_set(network.generation_config.eos_token_id)
        self.longest = getattr(network.config, "max_position_embeddings", math.inf)

    def prompts(self, jobs: Sequence[Job]) -> list[Prompt]:
        """What the model reads for jobs, the shortest first, equal ones by number."""
        texts = [
            self._tokenizer.apply_chat_template(
                job.messages, tokenize=False, add_generation_prompt=True
            )
            for job in jobs
        ]
        ids = self._tokenizer(texts, add_special_tokens=False)["input_ids"]
        prompts = map(Prompt, map(len, ids), texts, jobs)
        return sorted(prompts, key=lambda one: (one.tokens, one.text, one.job.sample))

    def write(self, prompts: Sequence[Prompt]) -> Batch:
        """Write a text to each prompt."""
        import torch
        from transformers import LogitsProcessorList

        inputs = self._tokenizer(
            [one.text for one in prompts],
            return_tensors="pt",
            padding=True,
            add_special_tokens=False,
        )
        width = inputs["input_ids"].shape[1]
        processors = LogitsProcessorList()
        if self._sampling.temperature > 0:
            seeds = [text_seed(self._seed, one.text, one.job.sample) for one in prompts]
            processors.append(drawing(seeds, width, self._sampling))
        with torch.inference_mode():
            output = self._network.generate(
                **inputs.to(self._network.device),
                max_new_tokens=self._sampling.max_new_tokens,
                pad_token_id=self._tokenizer.pad_token_id,
                logits_processor=processors,
                # `drawing` draws: the model's own defaults must not bend its probabilities.
                do_sample=False,
                temperature=None,
                top_p=None,
                top_k=None,
                repetition_penalty=1.0,
            )
        written = [_until_end(ids, self._ends) for ids in output[:, width:].tolist()]
        answers = [
            (one.job, self._completion(ids)) for one, ids in zip(prompts, written, strict=True)
        ]
        sent = sum(one.tokens for one in prompts)
        return Batch(answers, Usage(1, 0, sent, sum(map(len, written))))

    def _completion(self, ids: list[int]) -> Completion:
        text = self._tokenizer.decode(ids, skip_special_tokens=True).strip()
        return Completion(text, "stop" if ids and ids[-1] in self._ends else "length")


def drawing(seeds: Sequence[int], prompt_length: int, sampling: Sampling) -> "LogitsProcessor":
    """What makes the likeliest token, which greedy decoding takes, one that was drawn.

    Args:
        seeds: each row's own.
        prompt_length: length of the padded prompts, in tokens.
        sampling: temperature, top-p and the largest number of draws.
    """
    import torch
    from transformers import LogitsProcessor

    # (rows, draws): a row's numbers don't depend on the rows beside it.
    numbers = torch.stack(
        [
            torch.rand(
                sampling.max_new_tokens,
                generator=torch.Generator().manual_seed(seed),
                dtype=torch.float64,
            )
            for seed in seeds
        ]
    )

    class Draw(LogitsProcessor):
        def __call__(
            self, input_ids: "torch.LongTensor", scores: "torch.FloatTensor"
        ) -> "torch.FloatTensor":
            at = numbers[:, input_ids.shape[1] - prompt_length].to(scores.device)
            chosen = draw(scores, at, sampling.temperature, sampling.top_p)
            return torch.full_like(scores, -torch.inf).scatter_(1, chosen[:, None], 0.0)

    return Draw()


def draw(
    scores: "torch.Tensor", numbers: "torch.Tensor", temperature: float, top_p: float
) -> "torch.Tensor":
    """Draw a token for each row by inverting its cumulative distribution.

    Args:
        scores: logits, (rows, tokens).
        numbers: uniform in [0, 1), (rows,).
        temperature: above 0; the logits are divided by it.
        top_p: draw from the likeliest tokens that make up this probability (nucleus sampling,
            Holtzman et al. 2020).

    Returns:
        Tokens, (rows,).
    """
    import torch

    probabilities = torch.softmax(scores.double() / temperature, dim=-1)
    if top_p < 1:
        ordered, tokens = probabilities.sort(dim=-1, descending=True, stable=True)
        # A token stays if those before it make up less than top_p, so the first one always does.
        outside = ordered.cumsum(dim=-1) - ordered >= top_p
        probabilities = probabilities.scatter(1, tokens, ordered.masked_fill(outside, 0.0))
    upto = probabilities.cumsum(dim=-1)
    drawn = torch.searchsorted(upto, numbers[:, None] * upto[:, -1:], right=True)
    return drawn.squeeze(1).clamp(max=scores.shape[1] - 1)


def _until_end(ids: list[int], ends: set[int]) -> list[int]:
    """A row's tokens with its end token, without the padding after it."""
    for place, token in enumerate(ids):
        if token in ends:
            return ids[: place + 1]
    return ids


def _as_set(ids: int | list[int] | None) -> set[int]:
    if ids is None:
        return set()
    return {ids} if isinstance(ids, int) else set(ids)
