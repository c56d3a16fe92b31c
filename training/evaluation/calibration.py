"""The calibration error of each head over many data sets together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from cxnlp.model.folder import HEADS
from training.evaluate import OURS, AnsweredSet, confidence, why_not
from training.evaluation.reliability import reliability


def pooled_calibration(
    sets: Sequence[AnsweredSet], *, unseen: Collection[str], system: str = OURS
) -> dict[str, dict[str, Any]]:
    """Return head -> all, trained, unseen -> reliability; every judged answer counts the same.

    Trained are the test texts of sources that the model was trained on, unseen all others.
    """
    found: dict[str, dict[str, Any]] = {}
    for head in HEADS:
        usable = [item for item in sets if why_not(item.labels, head) is None]
        groups = {
            "all": usable,
            "trained": [item for item in usable if item.source not in unseen],
            "unseen": [item for item in usable if item.source in unseen],
        }
        for name, items in groups.items():
            if items:
                pairs = [confidence(item, head, system) for item in items]
                joined = reliability(
                    np.concatenate([p for p, _ in pairs]), np.concatenate([r for _, r in pairs])
                )
                found.setdefault(head, {})[name] = {**joined, "sets": len(items)}
    return found
