"""The model that training starts from: a tiny one of our own, or a pretrained one."""

import shutil
from pathlib import Path

import pytest

import examples
from weak_teachers import synthetic
from weak_teachers.config.training import Start, TinyModel
from weak_teachers.errors import UserError
from weak_teachers.manifest import sha256
from weak_teachers.student import main, package_folder, tiny_tokenizer
from weak_teachers.tokens import PLAIN_TEMPLATE, answering, asking, load_tokenizer

SHAPE = '{"tiny": {"hidden": 32, "layers": 1, "heads": 1, "feed_forward": 32}}'


@pytest.fixture(scope="module")
def tokenizer():
    return tiny_tokenizer()


def test_all_texts_of_the_world_survive_encoding_and_decoding(tokenizer) -> None:
    for problem in synthetic.problems("p", 500, [1, 3, 6], 0):
        for text in (problem.text, problem.solution):
            ids = tokenizer(text)["input_ids"]
            assert tokenizer.pad_token_id not in ids  # nothing is unknown
            assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_a_number_is_read_digit_by_digit(tokenizer) -> None:
    assert tokenizer.tokenize("97") == ["9", "7"]
    assert len(tokenizer("12 + 7 = 19\n")["input_ids"]) == 8


def test_a_conversation_is_problem_ask_solution_end(tokenizer) -> None:
    talk = asking("1 + 1?") + answering("2")
    assert tokenizer.apply_chat_template(talk, tokenize=False) == "1 + 1?<ask>2<end>"
    prompt = tokenizer.apply_chat_template(talk[:1], tokenize=False, add_generation_prompt=True)
    assert prompt == "1 + 1?<ask>"
    ids = tokenizer("2<end>")["input_ids"]
    assert ids[-1] == tokenizer.eos_token_id


def make(tmp_path: Path, command, name: str, seed: int) -> Path:
    folder = tmp_path / name
    assert command(main, "--settings", SHAPE, "--seed", seed, "--output", folder) == ""
    return folder


def test_the_model_depends_on_the_seed_and_on_nothing_else(tmp_path: Path, command) -> None:
    first, again, other = (
        make(tmp_path, command, name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    names = sorted(path.name for path in first.iterdir())
    assert "model.safetensors" in names
    assert [sha256(first / name) for name in names] == [sha256(again / name) for name in names]
    assert sha256(first / "model.safetensors") != sha256(other / "model.safetensors")


def test_the_folder_is_what_other_software_loads(tiny_model: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(tiny_model)
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    assert model.config.vocab_size == len(tokenizer)
    assert model.config.eos_token_id == tokenizer.eos_token_id
    assert model.config.pad_token_id == tokenizer.pad_token_id
    text = examples.problem().solution
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_shape_is_as_asked() -> None:
    from weak_teachers.student import tiny_model as build

    shape = TinyModel(hidden=32, layers=2, heads=2, feed_forward=48)
    model = build(shape, tokens=60, seed=0)
    assert len(model.model.layers) == 2
    assert model.get_input_embeddings().weight.shape == (60, 32)
    assert model.lm_head.weight is model.get_input_embeddings().weight


def test_a_base_model_s_template_is_saved_with_it(tiny_model: Path, tmp_path, command) -> None:
    base, out = tmp_path / "base", tmp_path / "out"
    shutil.copytree(tiny_model, base)
    (base / "chat_template.jinja").unlink()
    start = Start(model=str(base)).model_dump_json()
    assert command(main, "--settings", start, "--seed", 0, "--output", out) == ""
    assert load_tokenizer(base).chat_template is None
    assert load_tokenizer(out).chat_template == PLAIN_TEMPLATE


def test_a_package_is_found_without_importing_it() -> None:
    assert package_folder("pandas").name == "pandas"


@pytest.mark.parametrize("name", ["no_such_package", "no_such.package"])
def test_a_missing_package_says_how_to_install_it(name: str) -> None:
    with pytest.raises(UserError, match=f"student.start.package: {name} isn't installed"):
        package_folder(name)


def test_a_model_that_is_nowhere_is_one_line(tmp_path: Path, command) -> None:
    start = Start(model=str(tmp_path / "nowhere"))
    said = command(
        main, "--settings", start.model_dump_json(), "--seed", 0, "--output", tmp_path / "out"
    )
    assert said.startswith(f"error: student.start.model: {tmp_path}/nowhere can't be loaded (")
    assert "\n" not in said
    assert not (tmp_path / "out").exists()
