"""vLLM's own process: started by the vllm backend, with the Python that vLLM is installed for.

A line on stdin says which model and how it is sampled; then each line is a list of what is wanted,
and is answered on stdout by a line with a list of texts. The process ends when stdin does, and dies
with the process that started it.
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from pydantic import BaseModel

from weak_teachers.backends import text_seed, too_long
from weak_teachers.config.models import Sampling, VllmModel

if TYPE_CHECKING:
    from vllm import LLM, SamplingParams

PR_SET_PDEATHSIG = 1
DEFAULTS = {
    "VLLM_LOGGING_LEVEL": "WARNING",
    # On a CPU: GiB for keys and values, and the stage's number of threads on whichever cores.
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
}


class Settings(BaseModel):
    """The first line: all that the engine needs to know."""

    model: VllmModel
    sampling: Sampling
    seed: int


def own_stdout() -> TextIO:
    """Keep stdout for the replies; what the libraries print goes to stderr."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return replies


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent is gone, even while it computes."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def open_engine(model: VllmModel) -> "LLM":
    """Start vLLM's offline engine, in this process, so that its schedule is always the same."""
    os.environ.update(VLLM_ENABLE_V1_MULTIPROCESSING="0", VLLM_NO_USAGE_STATS="1")
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    from vllm import LLM
    from vllm.platforms import current_platform

    on_cpu = current_platform.is_cpu()
    return LLM(
        model=model.model,
        revision=model.revision,
        tokenizer_revision=model.revision,
        dtype=weights_dtype(model) if model.dtype == "auto" else model.dtype,
        max_model_len=model.max_model_len,
        tensor_parallel_size=model.tensor_parallel,
        gpu_memory_utilization=model.gpu_memory,
        # Compiling takes minutes on a CPU and gains a few per cent there.
        enforce_eager=on_cpu,
        # Of a prompt that is read in parts, the draws in between are taken back, and a CPU's random
        # generators can't be set back: vLLM 0.31 ends with "CPU Generator does not use offset".
        enable_chunked_prefill=not on_cpu,
        seed=0,
    )


def weights_dtype(model: VllmModel) -> str:
    """What a model's weights are kept in; vLLM's own `auto` makes float32 less."""
    from transformers import AutoConfig

    dtype = AutoConfig.from_pretrained(model.model, revision=model.revision).dtype
    return str(dtype).removeprefix("torch.") if dtype else "auto"


def write(
    engine: "LLM", wanted: Sequence[dict[str, Any]], settings: Settings
) -> list[dict[str, Any]]:
    """Write texts side by side.

    Args:
        engine: of the model.
        wanted: `messages` and `sample` of each.
        settings: how texts are sampled.

    Returns:
        For each, in order: `text`, `finish` and the `tokens` sent and written; or why it `failed`.
    """
    tokenizer = engine.get_tokenizer()
    longest = engine.llm_engine.vllm_config.model_config.max_model_len
    texts = [
        tokenizer.apply_chat_template(one["messages"], tokenize=False, add_generation_prompt=True)
        for one in wanted
    ]
    prompts = tokenizer(texts, add_special_tokens=False)["input_ids"]
    fitting = [place for place, ids in enumerate(prompts) if len(ids) < longest]
    # Nothing is left of earlier lists, so that each is written as if it were the first.
    engine.reset_prefix_cache()
    outputs = engine.generate(
        [{"prompt_token_ids": prompts[place]} for place in fitting],
        [params(settings, texts[place], wanted[place]["sample"]) for place in fitting],
        use_tqdm=False,
    )
    replies: list[dict[str, Any]] = [
        {"failed": too_long(len(ids), longest).reason} for ids in prompts
    ]
    for place, output in zip(fitting, outputs, strict=True):
        written = output.outputs[0]
        if written.finish_reason not in ("stop", "length"):
            replies[place] = {"failed": f"given up by vLLM: {written.finish_reason}"}
            continue
        replies[place] = {
            "text": tokenizer.decode(written.token_ids, skip_special_tokens=True).strip(),
            "finish": written.finish_reason,
            "tokens": [len(prompts[place]), len(written.token_ids)],
        }
    return replies


def params(settings: Settings, prompt: str, sample: int) -> "SamplingParams":
    """How one text is sampled, with a seed of its own."""
    from vllm import SamplingParams

    return SamplingParams(
        temperature=settings.sampling.temperature,
        top_p=settings.sampling.top_p,
        max_tokens=settings.sampling.max_new_tokens,
        seed=text_seed(settings.seed, prompt, sample),
        detokenize=False,
    )


def main() -> None:
    """Answer until stdin ends."""
    replies = own_stdout()
    die_with_parent()
    settings = Settings.model_validate_json(sys.stdin.readline())
    engine = open_engine(settings.model)
    for line in sys.stdin:
        print(json.dumps(write(engine, json.loads(line), settings)), file=replies, flush=True)
    engine.llm_engine.engine_core.shutdown()
    os._exit(0)  # seconds sooner than taking all that was imported down


if __name__ == "__main__":
    main()
