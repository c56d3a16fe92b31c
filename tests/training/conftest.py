from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from training.example import Example, document

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

GOOD = ["good", "great", "lovely", "fine", "perfect"]
BAD = ["bad", "awful", "poor", "broken", "rude"]
THINGS = ["room", "bus", "food", "nurse", "app", "card", "shop", "queue", "menu", "phone"]
WORDS = [*GOOD, *BAD, *THINGS, "the", "was", "is", "what", "could", "we", "do", "better", "nothing"]
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789.,!?'-:/@")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base folder in the shape of the real one: BERT of 2 layers by 32, random weights."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("base")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, *LETTERS, *(f"##{c}" for c in LETTERS)]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.enable_truncation(8)
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=256,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(base: Path) -> Tokenizer:
    from training.train import load_tokenizer

    return load_tokenizer(base)


@pytest.fixture
def opinions() -> list[Example]:
    """60 sentences whose sentiment is in one word."""
    choice = random.Random(0)
    made = []
    for number in range(60):
        label = (0, 2)[number % 2]
        word = choice.choice((BAD, GOOD)[number % 2])
        text = f"the {choice.choice(THINGS)} was {word}"
        made.append(document(text, "made", "train", sentiment=label, satisfaction=1.0 + 2 * label))
    return made


@pytest.fixture
def write_source(tmp_path: Path) -> Callable[..., Path]:
    """Write a source's folder from rows, as `data.parquet` or another file of it."""

    def write(name: str, rows: list[dict[str, Any]], file: str = "data.parquet") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        pd.DataFrame(rows).to_parquet(folder / file)
        return folder

    return write
