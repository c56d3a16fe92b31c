"""The frozen encoder of all-MiniLM-L6-v2 in PyTorch: mean token vectors of length 1."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

_BATCH = 128
_MAX_TOKENS = 256


class MiniLm:
    """A loaded encoder."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModel, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(str(folder))
        self._model = AutoModel.from_pretrained(str(folder)).eval()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (texts, width)."""
        found = np.zeros((len(texts), self._model.config.hidden_size), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        with torch.inference_mode():
            for first in range(0, len(order), _BATCH):
                rows = order[first : first + _BATCH]
                batch = self._tokenizer(
                    [texts[row] for row in rows],
                    padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt",
                )  # fmt: skip
                states = self._model(**batch).last_hidden_state
                mask = batch.attention_mask[..., None].float()
                found[rows] = ((states * mask).sum(1) / mask.sum(1)).numpy()
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
