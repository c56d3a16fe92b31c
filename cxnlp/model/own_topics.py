"""Topics of a company's own: a small head that lies beside the model it was fitted on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxnlp.errors import ModelError
from cxnlp.labels import TOPICS
from cxnlp.model.folder import CHECKSUMS, read_config
from cxnlp.model.read_out import ReadOut

Floats = NDArray[np.float32]

OWN_TOPICS = "own_topics"
TOPICS_FILE, WEIGHTS_FILE = "topics.json", "weights.npz"
FORMAT = 1
MAX_TOPICS = 200
MAX_WEIGHTS_BYTES = 1 << 26

_ENCODER_FILES = ("model.bin", "model.xml", "tokenizer.json")
_AGAIN = "Fit the topics again with `cxnlp topics fit`."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTopics:
    """A head that tells own topics apart, and from texts about none of them.

    A span's logits are those of each topic, then that of none. Its vector is the mean of its
    tokens' states after some layers, each of length 1.
    """

    labels: tuple[str, ...]  # none of them among cxnlp.labels.TOPICS
    thresholds: tuple[float, ...]  # of each topic's probability
    layers: tuple[int, ...]
    temperature: float
    weight: Floats  # (topics + 1, vector)
    bias: Floats  # (topics + 1,)
    encoder: str  # what `encoder_checksum` says of the model it was fitted on
    model: str  # name@revision of that model, to be told
    checksum: str = ""  # of its folder's list of checksums

    def read_out(self) -> ReadOut:
        """Return how the logits are read out of the encoder."""
        return ReadOut(
            name=OWN_TOPICS, layers=self.layers, width=len(self.labels) + 1, apply=self.logits
        )

    def logits(self, vectors: Floats) -> Floats:
        """Return logits of spans, (..., topics + 1)."""
        found: Floats = unit_layers(vectors, len(self.layers)) @ self.weight.T + self.bias
        return found

    def probabilities(self, logits: Floats) -> Floats:
        """Return each topic's probability from logits, (..., topics)."""
        warm = logits / np.float32(self.temperature)
        shifted = np.exp(warm - warm.max(axis=-1, keepdims=True))
        found: Floats = (shifted / shifted.sum(axis=-1, keepdims=True))[..., :-1]
        return found


def unit_layers(vectors: Floats, n_layers: int) -> Floats:
    """Return vectors with each layer's part at length 1; a vector of zeros stays one."""
    parts = vectors.reshape(*vectors.shape[:-1], n_layers, -1)
    lengths = np.sqrt((parts * parts).sum(axis=-1, keepdims=True))
    return np.asarray(parts / np.maximum(lengths, 1e-9), dtype=np.float32).reshape(vectors.shape)


def encoder_checksum(folder: Path) -> str:
    """Return one checksum of a model folder's graph, weights and tokenizer.

    :raises ModelError: where the folder's list of checksums lacks one of them.
    """
    sums = folder / CHECKSUMS
    try:
        lines = sums.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{sums}: cannot be read, so topics cannot be bound to it.") from error
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if missing := [name for name in _ENCODER_FILES if name not in listed]:
        raise ModelError(f"{sums}: {missing[0]} is not listed. Fetch the model folder again.")
    together = "\n".join(f"{listed[name]}  {name}" for name in _ENCODER_FILES)
    return hashlib.sha256(together.encode()).hexdigest()


def read_own_topics(folder: str | Path, *, model: Path, label: str) -> OwnTopics:
    """Return the head in a folder that `cxnlp topics fit` wrote.

    :param model: the folder of the model that shall score, and `label` its name@revision.
    :raises ModelError: where a file is missing, altered or broken, or the head was fitted on
        another model.
    """
    folder = Path(folder)
    checksum = _verify(folder)
    path = folder / TOPICS_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        fitted = _from_json(found, _read_weights(folder / WEIGHTS_FILE), checksum)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: is not valid: {error}. {_AGAIN}") from error
    if fitted.encoder != encoder_checksum(model):
        other = "" if fitted.model == label else f", {fitted.model}"
        raise ModelError(
            f"{folder}: these topics were fitted on another model{other}, and {label} would "
            f"misread them. {_AGAIN}"
        )
    return fitted


def check_own_topics(folder: Path | None, *, model: Path) -> None:
    """Check that own topics, where there are any, can be scored with a model.

    :raises ModelError: as `read_own_topics` does.
    """
    if folder is not None:
        read_own_topics(folder, model=model, label=read_config(model).label)


def _verify(folder: Path) -> str:
    sums = folder / CHECKSUMS
    if not sums.is_file():
        raise ModelError(f"{folder}: no {CHECKSUMS}. Name a folder that `cxnlp topics fit` wrote.")
    content = sums.read_bytes()[: 1 << 16]
    lines = content.decode("utf-8", "replace").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in (TOPICS_FILE, WEIGHTS_FILE):
        path = folder / name
        if not path.is_file() or path.stat().st_size > MAX_WEIGHTS_BYTES:
            raise ModelError(f"{path}: missing or too large. {_AGAIN}")
        if hashlib.sha256(path.read_bytes()).hexdigest() != listed.get(name):
            raise ModelError(f"{path}: altered since it was written. {_AGAIN}")
    return hashlib.sha256(content).hexdigest()


def _read_weights(path: Path) -> dict[str, Floats]:
    with np.load(path, allow_pickle=False) as found:
        return {name: np.asarray(found[name], dtype=np.float32) for name in ("weight", "bias")}


def _from_json(found: dict[str, Any], weights: dict[str, Floats], checksum: str) -> OwnTopics:
    if found["format"] != FORMAT:
        raise ValueError(f"format {found['format']} is not {FORMAT}")
    labels = tuple(str(topic["label"]) for topic in found["topics"])
    thresholds = tuple(float(topic["threshold"]) for topic in found["topics"])
    if not 0 < len(labels) <= MAX_TOPICS or len({*labels, *TOPICS}) != len(labels) + len(TOPICS):
        raise ValueError("its topics are none, too many, or not named apart")
    weight, bias = weights["weight"], weights["bias"]
    if weight.ndim != 2 or len(weight) != len(labels) + 1 or bias.shape != (len(labels) + 1,):
        raise ValueError("its weights are not those of its topics")
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise ValueError("its weights are no numbers")
    temperature = float(found["temperature"])
    if not temperature > 0 or not all(0 < threshold <= 1 for threshold in thresholds):
        raise ValueError("its temperature or a threshold is out of range")
    return OwnTopics(
        labels=labels,
        thresholds=thresholds,
        layers=tuple(int(layer) for layer in found["layers"]),
        temperature=temperature,
        weight=weight,
        bias=bias,
        encoder=str(found["encoder"]),
        model=str(found["model"]),
        checksum=checksum,
    )
