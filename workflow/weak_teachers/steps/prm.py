"""Step labels by a process reward model: a step is wrong where its reward is below a threshold.

The model classifies tokens: after each step stands a separator token, and the probability of the
second class there is the step's reward. This is the form of Qwen2.5-Math-PRM (Zhang et al. 2025,
The Lessons of Developing Process Reward Models in Mathematical Reasoning) and of models that TRL
trains. The former's own network is rebuilt here, so that no code from the hub is run.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from weak_teachers.config.teachers import RewardModel
from weak_teachers.errors import UserError
from weak_teachers.hub import ask_cache_only_when_offline
from weak_teachers.progress import progress
from weak_teachers.records import StepLabel

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

    from weak_teachers.steps.checkers import Checker, Work

SYSTEM = "Please reason step by step, and put your final answer within \\boxed{}."
"""What the model's card has it told before each problem."""


def open_model(settings: RewardModel) -> "Checker":
    """Load a reward model and make its checker.

    Raises:
        UserError: the model classifies no tokens, or its separator isn't one token.
    """
    ask_cache_only_when_offline()
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(settings.model, revision=settings.revision)
    separator = tokenizer.convert_tokens_to_ids(settings.separator)
    if separator is None or separator == tokenizer.unk_token_id:
        raise UserError(
            f"annotate.prm.separator: found {settings.separator!r}, expected one token of "
            f"{settings.model}"
        )
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = _load(settings).to(device).eval()
    longest = network.config.max_position_embeddings

    def check(works: "Sequence[Work]") -> list[list[StepLabel]]:
        texts = [_tokens(tokenizer, settings.separator, work) for work in works]
        order = sorted(range(len(works)), key=lambda place: len(texts[place]))
        found: list[list[StepLabel]] = [[] for _ in works]
        with progress("rewards", len(works), "solutions") as shown:
            for start in range(0, len(order), settings.batch_size):
                batch = order[start : start + settings.batch_size]
                fitting = [place for place in batch if len(texts[place]) <= longest]
                rewards = _rewards(network, [texts[place] for place in fitting], separator)
                by_place = dict(zip(fitting, rewards, strict=True))
                for place in batch:
                    steps = works[place].texts
                    found[place] = label_steps(steps, by_place.get(place), settings.threshold)
                shown.add(len(batch))
        return found

    return check


def label_steps(
    texts: Sequence[str], rewards: Sequence[float] | None, threshold: float
) -> list[StepLabel]:
    """Label steps by their rewards in 0–1; without rewards all are unknown."""
    if rewards is None or len(rewards) != len(texts):
        reason = "too long for the reward model"
        return [StepLabel(text=text, label="unknown", reason=reason) for text in texts]
    return [
        StepLabel(
            text=text,
            label="wrong" if reward < threshold else "correct",
            reason=f"reward {reward:.3f}",
        )
        for text, reward in zip(texts, rewards, strict=True)
    ]


def _tokens(tokenizer: "PreTrainedTokenizerBase", separator: str, work: "Work") -> list[int]:
    """A problem and its steps, each followed by the separator, in the model's chat format."""

    def plain(text: str) -> str:
        return text.replace(separator, "")

    steps = "".join(plain(text) + separator for text in work.texts)
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": plain(work.task.text)},
        {"role": "assistant", "content": steps},
    ]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


def _rewards(
    network: "torch.nn.Module", texts: Iterable[list[int]], separator: int
) -> list[list[float]]:
    """The rewards at the separators of each text."""
    import torch

    rows = [torch.tensor(text) for text in texts]
    if not rows:
        return []
    device = next(network.parameters()).device
    pad = torch.nn.utils.rnn.pad_sequence
    ids = pad(rows, batch_first=True).to(device)
    mask = pad([torch.ones_like(row) for row in rows], batch_first=True).to(device)
    with torch.inference_mode():
        logits = network(input_ids=ids, attention_mask=mask).logits
    good = logits.float().softmax(-1)[..., 1].cpu()
    return [
        values[: len(row)][row == separator].tolist()
        for values, row in zip(good, rows, strict=True)
    ]


def _load(settings: RewardModel) -> "torch.nn.Module":
    from transformers import AutoConfig, AutoModelForTokenClassification

    where: dict[str, Any] = {"revision": settings.revision}
    config = AutoConfig.from_pretrained(settings.model, **where, trust_remote_code=False)
    kind = (config.architectures or [""])[0]
    if kind == "Qwen2ForProcessRewardModel":
        config.num_labels = 2
        return _qwen_class().from_pretrained(settings.model, config=config, dtype="auto", **where)
    if kind.endswith("ForTokenClassification") and config.num_labels == 2:
        return AutoModelForTokenClassification.from_pretrained(
            settings.model, dtype="auto", **where
        )
    raise UserError(
        f"annotate.prm.model: {settings.model} is {kind or 'of no known kind'} with "
        f"{config.num_labels} labels; expected a token classification model with two"
    )


def _qwen_class() -> type:
    """The network of Qwen2.5-Math-PRM: Qwen2 with a head of two layers on every token."""
    from torch import nn
    from transformers import Qwen2Model, Qwen2PreTrainedModel
    from transformers.modeling_outputs import TokenClassifierOutput

    class Qwen2ForProcessRewardModel(Qwen2PreTrainedModel):
        def __init__(self, config: Any) -> None:
            super().__init__(config)
            self.model = Qwen2Model(config)
            width = config.hidden_size
            self.score = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2))
            self.post_init()

        def forward(self, **inputs: Any) -> TokenClassifierOutput:
            return TokenClassifierOutput(logits=self.score(self.model(**inputs)[0]))

    return Qwen2ForProcessRewardModel
