"""Lengths of rows in the student's tokens, and the limit on what training would cut off."""

from pathlib import Path

import pytest

import examples
from weak_teachers.errors import UserError
from weak_teachers.student import tiny_tokenizer
from weak_teachers.tokens import (
    answering,
    asking,
    check_lengths,
    give_template,
    lengths,
    load_tokenizer,
)


def test_a_row_s_length_counts_prompt_ask_completion_and_end(tiny_model: Path) -> None:
    tokenizer = load_tokenizer(tiny_model)
    problem = examples.problem()
    parts = [len(tokenizer(text)["input_ids"]) for text in (problem.text, problem.solution)]
    assert lengths(tokenizer, [(problem.text, problem.solution)]) == [sum(parts) + 2]
    assert lengths(tokenizer, []) == []


def talk(tokenizer, *messages: dict[str, str]) -> str:
    return tokenizer.apply_chat_template([*messages], tokenize=False, add_generation_prompt=True)


def test_a_tokenizer_without_a_template_gets_plain_text() -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.chat_template = None
    give_template(tokenizer)
    prompt = talk(tokenizer, *asking("1 + 1?"))
    assert prompt == "1 + 1?\n"
    whole = talk(tokenizer, *asking("1 + 1?"), *answering("2"))
    assert whole == "1 + 1?\n2<end>"
    assert tokenizer(whole)["input_ids"][-1] == tokenizer.eos_token_id
    assert lengths(tokenizer, [("1 + 1?", "2")]) == [len(tokenizer(whole)["input_ids"])]


def test_a_start_token_of_every_text_starts_a_prompt_too() -> None:
    from tokenizers.processors import TemplateProcessing

    tokenizer = tiny_tokenizer()
    tokenizer.chat_template, tokenizer.bos_token = None, "<ask>"
    tokenizer._tokenizer.post_processor = TemplateProcessing(
        single="<ask> $A", special_tokens=[("<ask>", tokenizer.bos_token_id)]
    )
    give_template(tokenizer)
    assert talk(tokenizer, *asking("1 + 1?")) == "<ask>1 + 1?\n"


def test_a_template_of_its_own_stays() -> None:
    tokenizer = tiny_tokenizer()
    own = tokenizer.chat_template
    give_template(tokenizer)
    assert tokenizer.chat_template == own


def test_up_to_one_per_cent_may_be_too_long() -> None:
    assert check_lengths("rows", [10] * 99 + [11], 10) == 1
    assert check_lengths("rows", [10], 10) == 0
    assert check_lengths("rows", [], 10) == 0
    with pytest.raises(UserError) as error:
        check_lengths("arm hard-0", [10] * 98 + [11, 15], 10)
    assert str(error.value) == (
        "arm hard-0: 2 of 100 rows are longer than max_length 10 tokens (the longest: 15); "
        "expected at most 1 %: raise max_length"
    )
