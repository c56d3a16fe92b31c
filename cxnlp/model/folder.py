"""A released model folder: what is in it, and whether it is what it claims to be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from cxnlp.errors import ModelError
from cxnlp.labels import EMOTIONS, SATISFACTION_LEVELS, SENTIMENTS, TOPICS
from cxnlp.model.confusion import ModelConfusion, read_confusion

HEADS: tuple[str, ...] = ("sentiment", "satisfaction", "emotion", "topic", "polarity")
DEFAULT_MODEL = "cx-mini-en"
CHECKSUMS = "SHA256SUMS"
_FILES = ("config.json", "labels.json", "model.xml", "model.bin", "tokenizer.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderShape:
    """The size of a BERT encoder."""

    n_layers: int
    n_heads: int
    width: int
    norm_eps: float
    max_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConfig:
    """What `config.json`, `labels.json` and `confusion.json` of a model folder say."""

    name: str
    revision: str
    languages: tuple[str, ...]
    encoder: EncoderShape
    temperatures: dict[str, float]  # head -> divisor of its logits
    emotion_thresholds: tuple[float, ...]  # in the order of cxnlp.labels.EMOTIONS
    topic_thresholds: tuple[float, ...]  # in the order of cxnlp.labels.TOPICS
    abstain_below: float  # `unsure` where the most probable sentiment is less probable
    mixed_above: float  # a span counts towards `mixed` above this probability
    confusion: ModelConfusion | None = None  # None in folders that were not measured for it

    @property
    def label(self) -> str:
        """Return name@revision, as it stands in every prediction."""
        return f"{self.name}@{self.revision}"


def packaged_model(name: str = DEFAULT_MODEL) -> Path:
    """Return the folder of a model that came with cxnlp.

    :raises ModelError: where there is none of this name.
    """
    for folder in list_models():
        if folder.name == name:
            return folder
    there = [folder.name for folder in list_models()]
    raise ModelError(f"{name}: no such model. Name a folder, or one of: {', '.join(there)}.")


def _installed() -> Iterator[Path]:
    """Yield the model folders of the installed package, or of the checkout it runs from."""
    package = Path(str(files("cxnlp")))
    for parent in (package / "models", package.parent / "models"):
        if parent.is_dir():
            yield from (path for path in sorted(parent.iterdir()) if (path / CHECKSUMS).is_file())


def list_models() -> list[Path]:
    """Return the folders of all models that came with cxnlp, by name."""
    return sorted({path.name: path for path in reversed([*_installed()])}.values())


def verify_model(folder: Path) -> list[str]:
    """Return the files of a folder whose checksums were compared and found right.

    :raises ModelError: on a missing, altered or unlisted file, naming it.
    """
    sums = folder / CHECKSUMS
    if not sums.is_file():
        raise ModelError(f"{folder}: no {CHECKSUMS}. This is not a released model folder.")
    listed = {}
    for number, line in enumerate(sums.read_text(encoding="utf-8").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or "/" in name or "\\" in name:
            raise ModelError(f"{sums}:{number}: not a checksum line. Fetch the folder again.")
        listed[name] = digest
    for name in _FILES:
        if name not in listed:
            raise ModelError(f"{sums}: {name} is not listed. Fetch the folder again.")
    for name, digest in listed.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"{path}: missing. Fetch the model folder again.")
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise ModelError(f"{path}: altered since release. Fetch the model folder again.")
    return list(listed)


def read_config(folder: Path) -> ModelConfig:
    """Return a model folder's configuration.

    :raises ModelError: where a file is missing, broken, or speaks of other labels.
    """
    try:
        config = _read_json(folder / "config.json")
        labels = _read_json(folder / "labels.json")
        _check_labels(folder, labels)
        return ModelConfig(
            name=config["name"],
            revision=config["revision"],
            languages=tuple(config["languages"]),
            encoder=EncoderShape(**config["encoder"]),
            temperatures=dict(labels["temperatures"]),
            emotion_thresholds=tuple(item["threshold"] for item in labels["emotions"]),
            topic_thresholds=tuple(item["threshold"] for item in labels["topics"]),
            abstain_below=labels["abstain_below"],
            mixed_above=labels["mixed_above"],
            confusion=read_confusion(folder, model=f"{config['name']}@{config['revision']}"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{folder}: config.json or labels.json is not valid: {error}.") from error
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read: {error.strerror}.") from error


def _read_json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return value


def _check_labels(folder: Path, labels: dict[str, Any]) -> None:
    expected = {
        "sentiments": list(SENTIMENTS),
        "satisfaction_levels": list(SATISFACTION_LEVELS),
        "emotions": list(EMOTIONS),
        "topics": list(TOPICS),
    }
    for key, names in expected.items():
        found = [item["label"] if isinstance(item, dict) else item for item in labels[key]]
        if found != names:
            raise ModelError(f"{folder}: labels.json has other {key} than this version of cxnlp.")
