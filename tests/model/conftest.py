from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from cxnlp.model.classifier import Classifier
from cxnlp.model.locate import locate_model


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(locate_model(None) / "tokenizer.json"))
