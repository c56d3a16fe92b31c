"""What a run was trained on and how far it went, read from its folder and its texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from cxnlp.labels import TOPICS
from training.example import Example
from training.trainer import CHECKPOINT


def read_progress(network: Path) -> dict[str, Any]:
    """Return what the run that left a network began with and how far it went, from its folder."""
    recipe, checkpoint = (network.parent / name for name in ("recipe.json", CHECKPOINT))
    found: dict[str, Any] = {}
    if recipe.is_file():
        resolved = json.loads(recipe.read_text(encoding="utf-8"))
        found |= {"from": resolved.get("from"), "taught": bool(resolved.get("soft_labels"))}
        found |= {"sha256": resolved.get("sha256")}
    if checkpoint.is_file():
        progress = torch.load(checkpoint, map_location="cpu", weights_only=True)["progress"]
        found |= {"steps": progress["step"], "minutes": round(progress["seconds"] / 60, 1)}
    return found


def count_labels(train: Sequence[Example]) -> dict[str, Any]:
    """Return how many texts each source gives, and how many say each topic and its polarity.

    A text that is dealt more than once counts once.
    """
    train = list({(e.source, e.text, e.question): e for e in train}.values())
    spans = [span for example in train for span in example.spans]
    present = Counter(t for span in spans for t, there in span.topics.items() if there)
    polarity = Counter(t for span in spans for t in span.polarities)
    return {
        "texts": dict(sorted(Counter(e.source.split(":")[0] for e in train).items())),
        "topics": {t: {"present": present[t], "polarity": polarity[t]} for t in TOPICS},
    }
