"""The model page: how far the labels of this report can be trusted, from the model's own card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxnlp.errors import ModelError
from cxnlp.journey.naming import readable
from cxnlp.labels import SENTIMENTS
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.numbers import PERCENT, describe, describe_interval, format_n
from cxnlp.metrics.share import share
from cxnlp.model.confusion import Counts
from cxnlp.model.folder import read_config
from cxnlp.model.locate import known_models
from cxnlp.report.card_text import read_weaknesses
from cxnlp.report.model_labels import LabelScore, read_label_scores
from cxnlp.report.reliability import Reliability, build_reliability

# Test sets that we wrote, as those of templates ("contrast:..."): no sample of what customers say.
_OWN_SENTENCES = ("written", "two_sided")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusionCell:
    """Texts of one true label that were given one label, in percent of the true ones."""

    share: str
    interval: str
    n: str
    depth: int  # 0 to 4, the colour
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Sentiment on one part of the test texts."""

    by: str
    name: str
    f1: str
    n: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    """What is known of one model; parts that its folder lacks are empty."""

    model: str
    installed: bool
    note: str
    unsure_share: Estimate  # of this file's comments, in percent
    unsure: str
    unsure_interval: str
    n_read: str
    domain: str = ""
    reliability: tuple[Reliability, ...] = ()
    confusion: tuple[tuple[str, str, tuple[ConfusionCell, ...]], ...] = ()  # true label, n, cells
    labels: tuple[LabelScore, ...] = ()
    slices: tuple[Slice, ...] = ()
    abstained: str = ""  # share of test texts below the threshold
    abstained_interval: str = ""
    n_tested: str = ""
    abstain_below: str = ""
    weaknesses: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()


def build_model_page(models: Sequence[str], *, n_read: int, n_unsure: int) -> ModelPage | None:
    """Return what is known of the model of a scored file, or None where no comment was read.

    :param models: name@revision of every model in the file; the page is that of the first.
    :param n_read: comments that were read.
    :param n_unsure: of them those that the model is unsure of.
    """
    if not models or not n_read:
        return None
    unsure = share(n_unsure, n_read).suppressed()
    given: dict[str, Any] = {
        "model": models[0],
        "unsure_share": unsure,
        "unsure": describe(unsure, PERCENT),
        "unsure_interval": describe_interval(unsure, PERCENT),
        "n_read": format_n(n_read),
    }
    several = f" The file holds comments read by {len(models)} models." if len(models) > 1 else ""
    try:
        folder = _installed(models[0])
        config = read_config(folder)
        metrics = _metrics(folder)
        card = read_weaknesses(folder)
    except ModelError:
        note = (
            f"{models[0]}, which read these comments, is not installed here, so its errors cannot "
            f"be shown. Install it and write the report again.{several}"
        )
        return ModelPage(installed=False, note=note, **given)
    abstained, n_tested = _abstention(metrics)
    return ModelPage(
        installed=True,
        note=several.strip(),
        domain=config.confusion.domain if config.confusion else "",
        reliability=build_reliability(metrics.get("calibration")),
        confusion=_confusion(config.confusion.sentiment) if config.confusion else (),
        labels=read_label_scores(config, metrics),
        slices=_slices(metrics),
        abstained=describe(abstained, PERCENT) if n_tested else "",
        abstained_interval=describe_interval(abstained, PERCENT),
        n_tested=format_n(n_tested),
        abstain_below=f"{100 * config.abstain_below:.0f}%",
        weaknesses=card.weaknesses,
        missed=card.missed,
        **given,
    )


def _installed(label: str) -> Path:
    """Return the folder of a model; by its label alone, for a file may name anything.

    :raises ModelError: where there is none.
    """
    for folder in known_models():
        if read_config(folder).label == label:
            return folder
    raise ModelError(f"{label}: no such model.")


def _metrics(folder: Path) -> Mapping[str, Any]:
    """Return what metrics.json says, or nothing where there is none.

    :raises ModelError: where it cannot be read.
    """
    path = folder / "metrics.json"
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read. Fetch the folder again.") from error
    return found if isinstance(found, dict) else {}


def _confusion(counts: Counts) -> tuple[tuple[str, str, tuple[ConfusionCell, ...]], ...]:
    rows = []
    for i, (label, row) in enumerate(zip(SENTIMENTS, counts, strict=True)):
        cells = []
        for j, n in enumerate(row):
            found = share(n, sum(row))
            cells.append(
                ConfusionCell(
                    share=describe(found, PERCENT),
                    interval=describe_interval(found, PERCENT),
                    n=format_n(n),
                    depth=min(4, int((found.value or 0.0) / 20)),
                    is_right=i == j,
                )
            )
        rows.append((label, format_n(sum(row)), tuple(cells)))
    return tuple(rows)


def _slices(metrics: Mapping[str, Any]) -> tuple[Slice, ...]:
    return tuple(
        Slice(
            by=readable(s["by"]),
            name=str(s["slice"]),
            f1=f"{s['cxnlp']['macro_f1']:.2f}",
            n=format_n(s["n"]),
        )
        for s in metrics.get("slices", {}).get("sentiment", ())
    )


def _abstention(metrics: Mapping[str, Any]) -> tuple[Estimate, int]:
    """Return the share of test texts whose sentiment is left unsure, and how many were tested."""
    sets = metrics.get("test", {}).get("sentiment", {})
    ours = [
        s["cxnlp"]
        for name, s in sets.items()
        if "coverage" in s["cxnlp"] and ":" not in name and name not in _OWN_SENTENCES
    ]
    n = sum(measures["n"] for measures in ours)
    unsure = sum(round(measures["n"] * (1 - measures["coverage"])) for measures in ours)
    return share(unsure, n), n
