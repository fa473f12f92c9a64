"""How fast each backend writes on this machine, side by side, and whether greedy texts agree.

    PYTHONPATH=tests python tests/benchmarks/backends.py --model results/mini/models/base

Every round has all backends write texts to the same prompts one after the other, in float32 and on
one thread each; what is shown are medians over rounds, and ratios to transformers. Starting is
timed apart. Then greedy texts of transformers and vLLM are compared, and sampled ones of
transformers in batches of another size.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import examples
from vllm_server import vllm_server
from weak_teachers.backends import Backend, Completion, Job, Usage, openai, transformers, vllm
from weak_teachers.config.models import OpenaiModel, Sampling, TransformersModel, VllmModel
from weak_teachers.tokens import asking

ENGINE = {"dtype": "float32"}


def jobs_of(prompts: int, samples: int) -> list[Job]:
    """Synthetic problems of 4 to 6 steps, so many texts of each."""
    texts = [examples.problem("p", 4 + n % 3, n).text for n in range(prompts)]
    return [Job(str(n), asking(text), k) for n, text in enumerate(texts) for k in range(samples)]


def opened(open_it: Callable[[], Backend]) -> tuple[Backend, float]:
    """A backend that has written its first text, and how many seconds that took."""
    start = time.perf_counter()
    backend = open_it()
    list(backend(jobs_of(1, 1), Usage()))
    return backend, time.perf_counter() - start


def rate(backend: Backend, jobs: Sequence[Job]) -> float:
    """Tokens written a second."""
    start = time.perf_counter()
    tokens = sum(batch.usage.completion_tokens for batch in backend(jobs, Usage()))
    return tokens / (time.perf_counter() - start)


def texts(backend: Backend, jobs: Sequence[Job]) -> list[Completion]:
    """What a backend writes, in the order of jobs."""
    found = {(j.key, j.sample): a for b in backend(jobs, Usage()) for j, a in b.answers}
    return [found[job.key, job.sample] for job in jobs]


def gap(model: Path, job: Job, texts: tuple[str, str]) -> float:
    """How far the two likeliest tokens are apart, in logits, where two greedy texts part."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    prompt = tokenizer.apply_chat_template(job.messages, tokenize=False, add_generation_prompt=True)
    both = zip(*(tokenizer(text)["input_ids"] for text in texts), strict=False)
    common = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], both)]
    ids = torch.tensor([tokenizer(prompt, add_special_tokens=False)["input_ids"] + common])
    network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    with torch.inference_mode():
        first, second = network(ids).logits[0, -1].topk(2).values.tolist()
    return first - second


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", type=Path, required=True, help="folder of a trained mini model")
    parser.add_argument("--prompts", type=int, default=128)
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--greedy", type=int, default=500, help="prompts whose greedy texts compare"
    )
    args = parser.parse_args()
    sampled = Sampling(max_new_tokens=72, batch_size=256)
    greedy = Sampling(temperature=0.0, max_new_tokens=72, batch_size=256)
    here = TransformersModel(backend="transformers", model=str(args.model), **ENGINE)
    engine = VllmModel(backend="vllm", model=str(args.model), **ENGINE)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        with vllm_server(args.model, Path(folder, "log")) as url:
            ready = time.perf_counter() - start
            remote = OpenaiModel(
                backend="openai", model="main", url=url, key_variable=None, concurrency=64
            )
            backends = {
                "transformers": opened(lambda: transformers.open_model(here, sampled, 0)),
                "vllm": opened(lambda: vllm.open_model(engine, sampled, 0)),
                "openai, of vllm serve": (openai.open_model(remote, sampled), ready),
            }
            jobs = jobs_of(args.prompts, args.samples)
            rates: dict[str, list[float]] = {name: [] for name in backends}
            for _ in range(args.rounds):
                for name, (backend, _) in backends.items():
                    rates[name].append(rate(backend, jobs))
    plain = statistics.median(rates["transformers"])
    print(f"{len(jobs)} texts of up to 72 tokens, {args.rounds} rounds")
    for name, (_, start) in backends.items():
        middle = statistics.median(rates[name])
        print(f"{name:24} {middle:8,.0f} tokens/s  × {middle / plain:.2f}  ready in {start:.0f} s")
    compare(args.model, here, engine, greedy, jobs_of(args.greedy, 1))
    other = sampled.model_copy(update={"batch_size": 37})
    both = [texts(transformers.open_model(here, one, 0), jobs) for one in (sampled, other)]
    same = sum(one == other for one, other in zip(*both, strict=True))
    print(f"sampled texts that are the same in batches of 256 and of 37: {same} of {len(jobs)}")


def compare(
    model: Path, here: TransformersModel, engine: VllmModel, greedy: Sampling, jobs: list[Job]
) -> None:
    """Say how many greedy texts of transformers and vLLM are the same, and where others part."""
    pairs = list(
        zip(
            jobs,
            texts(transformers.open_model(here, greedy, 0), jobs),
            texts(vllm.open_model(engine, greedy, 0), jobs),
            strict=True,
        )
    )
    apart = [(job, (one.text, other.text)) for job, one, other in pairs if one != other]
    print(f"greedy texts that are the same: {len(pairs) - len(apart)} of {len(pairs)}")
    for job, both in apart:
        print(f"  prompt {job.key}: logits {gap(model, job, both):.1e} apart where they part")


if __name__ == "__main__":
    main()
