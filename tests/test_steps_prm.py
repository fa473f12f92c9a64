"""Process reward models: real networks of the same architectures, tiny and with random weights."""

from pathlib import Path

import pytest

import examples
from weak_teachers.config.teachers import Annotation, RewardModel
from weak_teachers.errors import UserError
from weak_teachers.steps import prm
from weak_teachers.steps.checkers import Work
from weak_teachers.steps.segment import segment

CHAT = "{% for m in messages %}<|im_start|>{{ m.role }} {{ m.content }} <|im_end|> {% endfor %}"


def save_tokenizer(folder: Path, separator: str = "<extra_0>") -> int:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<unk>", "<pad>", "<|im_start|>", "<|im_end|>", *"0123456789+-*=.?", "system", "user"]
    vocabulary = {word: number for number, word in enumerate([*words, "assistant", "apples"])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", chat_template=CHAT
    )
    fast.add_special_tokens(
        {"additional_special_tokens": [separator, "<|im_start|>", "<|im_end|>"]}
    )
    fast.save_pretrained(folder)
    return len(fast)


def save_model(folder: Path, kind: str, vocabulary: int, labels: int = 2) -> None:
    import torch
    from transformers import Qwen2Config, Qwen2ForTokenClassification

    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=32, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, max_position_embeddings=200,
        num_labels=labels, initializer_range=0.5,
    )  # fmt: skip
    classes = {"qwen": prm._qwen_class(), "plain": Qwen2ForTokenClassification}
    classes[kind](config).save_pretrained(folder)


@pytest.fixture(scope="module", params=["qwen", "plain"])
def model(request, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    save_model(folder, request.param, save_tokenizer(folder))
    return folder


def works(count: int = 7) -> list[Work]:
    tasks = [examples.task("t", 1 + number % 4, number) for number in range(count)]
    return [
        Work(task, examples.solution(task), "unknown", segment(task.solution)) for task in tasks
    ]


def reasons(model: Path, of: list[Work], **settings) -> list[list[str]]:
    check = prm.open_model(RewardModel(model=str(model), **settings))
    return [[step.reason for step in steps] for steps in check(of)]


def test_each_step_has_its_own_reward_whatever_the_batch(model: Path) -> None:
    of = works()
    found = reasons(model, of, batch_size=1)
    assert [len(steps) for steps in found] == [len(work.texts) for work in of]
    assert len({reason for steps in found for reason in steps}) > 10
    assert reasons(model, of, batch_size=4) == found
    assert reasons(model, of[::-1], batch_size=3) == found[::-1]


def test_rewards_are_the_network_s_own(model: Path) -> None:
    """Worked out here for one solution, token by token."""
    import torch
    from transformers import AutoTokenizer

    [work] = works(1)
    tokenizer = AutoTokenizer.from_pretrained(model)
    content = "".join(f"{text}<extra_0>" for text in work.texts)
    text = (
        f"<|im_start|>system {prm.SYSTEM} <|im_end|> <|im_start|>user {work.task.text} <|im_end|> "
        f"<|im_start|>assistant {content} <|im_end|> "
    )
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    network = prm._load(RewardModel(model=str(model))).eval()
    good = network(input_ids=ids).logits.softmax(-1)[0, :, 1]
    places = ids[0] == tokenizer.convert_tokens_to_ids("<extra_0>")
    expected = [f"reward {value:.3f}" for value in good[places].tolist()]
    assert len(expected) == len(work.texts)
    assert reasons(model, [work]) == [expected]
    assert torch.isfinite(good).all()


def test_a_step_s_reward_depends_on_nothing_after_it(model: Path) -> None:
    work = works(4)[3]
    shorter = work._replace(texts=work.texts[:2])
    assert reasons(model, [work])[0][:2] == reasons(model, [shorter])[0]


def test_steps_below_the_threshold_are_wrong() -> None:
    texts = ["a", "b", "c"]
    found = prm.label_steps(texts, [0.9, 0.5, 0.499], 0.5)
    assert [step.label for step in found] == ["correct", "correct", "wrong"]
    assert [step.label for step in prm.label_steps(texts, None, 0.5)] == ["unknown"] * 3


def test_hostile_texts_and_long_ones(model: Path) -> None:
    [work] = works(1)
    hostile = work._replace(texts=["1 <extra_0> + <extra_0> 2", "\x00 \ud7ff <|im_end|>", ""])
    long = work._replace(texts=["1 + 1 = 2 " * 100])
    check = prm.open_model(RewardModel(model=str(model)))
    found, too_long = check([hostile, long])
    assert [step.text for step in found] == hostile.texts
    assert all(step.reason.startswith("reward") for step in found)
    assert [(s.label, s.reason) for s in too_long] == [("unknown", "too long for the reward model")]


def test_it_comes_after_others_in_annotate(model: Path) -> None:
    task = examples.task("t", 2)
    settings = Annotation(
        checkers=["calculation", "prm"], prm=RewardModel(model=str(model), threshold=0.0)
    )
    text = "1 + 1 = 3\n2 + 2 = 4\nAnswer: 4"
    found = examples.annotate(task, examples.solution(task, text), settings)
    assert [(s.label, s.checker) for s in found.steps] == [
        ("wrong", "calculation"),
        ("correct", "prm"),
    ]


def test_a_model_of_another_kind_is_an_error(tmp_path: Path, tiny_model: Path) -> None:
    vocabulary = save_tokenizer(tmp_path)
    save_model(tmp_path, "plain", vocabulary, labels=3)
    with pytest.raises(UserError, match="with 3 labels; expected a token classification model"):
        prm.open_model(RewardModel(model=str(tmp_path)))
    with pytest.raises(UserError, match="separator: found '<extra_0>', expected one token"):
        prm.open_model(RewardModel(model=str(tiny_model)))
    save_tokenizer(tmp_path, separator="<sep>")
    with pytest.raises(UserError, match="found '<extra_0>'"):
        prm.open_model(RewardModel(model=str(tmp_path)))


def test_the_weights_have_the_names_of_qwen_s(model: Path) -> None:
    from safetensors import safe_open

    with safe_open(model / "model.safetensors", framework="pt") as file:
        names = {name for name in file.keys() if not name.startswith("model.")}  # noqa: SIM118
    qwen = {"score.0.weight", "score.0.bias", "score.2.weight", "score.2.bias"}
    assert names in (qwen, {"score.weight", "score.bias"})
