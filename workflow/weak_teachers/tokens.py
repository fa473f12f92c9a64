"""Prompt–completion rows as a student's tokens: what training sees and cards count."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from weak_teachers.errors import UserError
from weak_teachers.manifest import check

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Messages = list[dict[str, str]]

PLAIN_TEMPLATE = (
    "{% for message in messages %}{{ message.content }}"
    "{% if message.role == 'user' %}{{ '\\n' }}{% else %}{{ eos_token }}{% endif %}{% endfor %}"
)
"""Of a model that has no chat template: prompt, line break, completion, end token."""

LARGEST_TRUNCATED = 0.01
CHARACTERS_A_TOKEN = 2.5
"""Of mathematics: SmolLM2's tokenizer has 2.6 on problems of MATH (levels 4 and 5) and 2.3 on their
solutions (tests/benchmarks/characters_a_token.py)."""


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerBase":
    """Load the tokenizer of a model folder."""
    from transformers import AutoTokenizer

    check(folder, without=".safetensors")
    # Said in any case, since it is saved with the tokenizer: same bytes with the hub and without.
    return AutoTokenizer.from_pretrained(folder, local_files_only=True)


def give_template(tokenizer: "PreTrainedTokenizerBase") -> None:
    """Give a base model's tokenizer a plain chat template, where it has none of its own.

    A start token that the tokenizer puts before every text is part of it, as in Llama 3.
    """
    if tokenizer.chat_template is None:
        starts = tokenizer("")["input_ids"][:1] == [tokenizer.bos_token_id]
        tokenizer.chat_template = "{{ bos_token }}" * starts + PLAIN_TEMPLATE


def asking(prompt: str) -> Messages:
    """A prompt as the one message of a conversation."""
    return [{"role": "user", "content": prompt}]


def answering(completion: str) -> Messages:
    """A completion as the reply in a conversation."""
    return [{"role": "assistant", "content": completion}]


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has, whatever the model."""
    return round(len(text) / CHARACTERS_A_TOKEN)


def lengths(tokenizer: "PreTrainedTokenizerBase", rows: Sequence[tuple[str, str]]) -> list[int]:
    """Tokens of each (prompt, completion) as a conversation, end token included."""
    texts = [
        tokenizer.apply_chat_template(asking(prompt) + answering(completion), tokenize=False)
        for prompt, completion in rows
    ]
    encoded = tokenizer(texts, add_special_tokens=False)["input_ids"] if texts else []
    return [len(ids) for ids in encoded]


def check_lengths(name: str, tokens: list[int], max_length: int) -> int:
    """Count the rows longer than ``max_length`` tokens.

    Raises:
        UserError: they are more than 1 % of all.
    """
    truncated = sum(length > max_length for length in tokens)
    if truncated > LARGEST_TRUNCATED * len(tokens):
        raise UserError(
            f"{name}: {truncated} of {len(tokens)} rows are longer than max_length {max_length} "
            f"tokens (the longest: {max(tokens)}); expected at most 1 %: raise max_length"
        )
    return truncated
