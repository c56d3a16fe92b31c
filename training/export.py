"""Write a trained network as a model folder: graph, weights, tokenizer, labels, checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from safetensors.numpy import load_file

from cxnlp.labels import EMOTIONS, SATISFACTION_LEVELS, SENTIMENTS, TOPICS
from cxnlp.model.folder import CHECKSUMS, HEADS, EncoderShape
from training.graph import GraphBuilder


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What validation data adds to a network: temperatures and thresholds."""

    temperatures: dict[str, float]
    emotion_thresholds: dict[str, float]
    topic_thresholds: dict[str, float]
    abstain_below: float
    mixed_above: float


def no_calibration() -> Calibration:
    """Return the calibration of a network that has not seen validation data."""
    return Calibration(
        temperatures=dict.fromkeys(HEADS, 1.0),
        emotion_thresholds=dict.fromkeys(EMOTIONS, 0.5),
        topic_thresholds=dict.fromkeys(TOPICS, 0.5),
        abstain_below=0.5,
        mixed_above=0.5,
    )


def encoder_shape(base: Path) -> EncoderShape:
    """Return the size of the encoder in a base folder."""
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    return EncoderShape(
        n_layers=config["num_hidden_layers"],
        n_heads=config["num_attention_heads"],
        width=config["hidden_size"],
        norm_eps=config["layer_norm_eps"],
        max_tokens=config["max_position_embeddings"],
    )


def write_graph(network: Path, base: Path, folder: Path, *, name: str, revision: str) -> None:
    """Write graph, weights (16 bits), tokenizer and config of a trained network to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = encoder_shape(base)
    weights = load_file(network)
    ov.save_model(
        GraphBuilder(weights, shape).build(), folder / "model.xml", compress_to_fp16=False
    )
    _write_tokenizer(base, folder)
    config = {
        "name": name,
        "revision": revision,
        "languages": ["en"],
        "encoder": asdict(shape),
    }
    _write_json(folder / "config.json", config)


def _write_tokenizer(base: Path, folder: Path) -> None:
    """Copy the tokenizer without its own truncation and padding."""
    tokenizer = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["truncation"] = tokenizer["padding"] = None
    (folder / "tokenizer.json").write_text(
        json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8"
    )


def write_labels(calibration: Calibration, folder: Path) -> None:
    """Write the labels in the order of the outputs, with their thresholds."""
    labels = {
        "sentiments": list(SENTIMENTS),
        "satisfaction_levels": list(SATISFACTION_LEVELS),
        "emotions": _with_thresholds(calibration.emotion_thresholds),
        "topics": _with_thresholds(calibration.topic_thresholds),
        "temperatures": {k: round(v, 4) for k, v in calibration.temperatures.items()},
        "abstain_below": round(calibration.abstain_below, 4),
        "mixed_above": round(calibration.mixed_above, 4),
    }
    _write_json(folder / "labels.json", labels)


def write_checksums(folder: Path) -> None:
    """Write the SHA-256 of every file of a folder, in the format of `sha256sum`."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != CHECKSUMS
    ]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def read_weights(folder: Path) -> Mapping[str, NDArray[np.float16]]:
    """Return a released graph's initialisers under their training names: the way back."""
    graph = ov.Core().read_model(folder / "model.xml", folder / "model.bin")
    prefixes = ("encoder.", "topic_attention.", *(f"{head}." for head in HEADS))
    return {
        node.get_friendly_name(): np.array(node.data)
        for node in graph.get_ops()
        if node.get_type_name() == "Constant" and node.get_friendly_name().startswith(prefixes)
    }


def _with_thresholds(thresholds: Mapping[str, float]) -> list[dict[str, object]]:
    return [{"label": name, "threshold": round(t, 4)} for name, t in thresholds.items()]


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
