"""How far annotators agree on each kind of label, before anything is trained on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxnlp.metrics.krippendorff import Alpha, interval, krippendorff_alpha, masi, nominal
from training.labelled.merge import Unit
from training.labelled.rows import LabelRow

# Below it, Krippendorff (2004) would not draw even tentative conclusions.
ENOUGH = 0.667

Units = Mapping[Unit, Sequence[LabelRow]]


def agreement(units: Units) -> dict[str, Alpha]:
    """Return alpha by kind of label: nominal for sentiment and polarity, interval for satisfaction.

    Sets of topics and of emotions have an alpha of their own (MASI), and one for each label that
    occurs, nominal: is it there or not.
    """
    said = list(units.values())
    found = {
        "sentiment": krippendorff_alpha(
            [[row.sentiment for row in rows if row.sentiment is not None] for rows in said],
            nominal,
        ),
        "satisfaction": krippendorff_alpha(
            [[row.satisfaction for row in rows if row.satisfaction is not None] for rows in said],
            interval,
        ),
    }
    for kind in ("topics", "emotions"):
        sets = [[s for row in rows if (s := getattr(row, kind)) is not None] for rows in said]
        found[kind] = krippendorff_alpha(sets, masi)
        for label in sorted({label for unit in sets for one in unit for label in one}):
            there = [[label in one for one in unit] for unit in sets]
            found[f"{kind}: {label}"] = krippendorff_alpha(there, nominal)
    topics = sorted({topic for rows in said for row in rows for topic, _ in row.polarities})
    polarities = [
        [polarity for row in rows for t, polarity in row.polarities if t == topic]
        for rows in said
        for topic in topics
    ]
    found["polarities"] = krippendorff_alpha(polarities, nominal)
    return {kind: alpha for kind, alpha in found.items() if alpha.n_units}


def describe_agreement(found: Mapping[str, Alpha]) -> list[str]:
    """Return a line for each kind of label that was judged twice; those too low say so."""
    if not found:
        return ["No text was labelled by two annotators: agreement is not known."]
    lines = []
    for kind, alpha in found.items():
        if alpha.value is None:
            lines.append(f"{kind}: one answer throughout in {alpha.n_units:,} texts, no alpha")
            continue
        low = f", below {ENOUGH}: look at the guide before you rely on it"
        lines.append(
            f"{kind}: Krippendorff's alpha {alpha.value:.3f} over {alpha.n_units:,} texts"
            f"{low if alpha.value < ENOUGH else ''}"
        )
    return lines


def to_json(found: Mapping[str, Alpha]) -> dict[str, Any]:
    """Return agreement as it stands in the files of a run."""
    return {
        kind: {"alpha": alpha.value, "status": alpha.status, "texts": alpha.n_units}
        for kind, alpha in found.items()
    }
