"""Lay an evaluation out as tables, the same for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.evaluation.targets import look_up

HEADS = (
    ("sentiment", "Sentiment", "macro_f1", "macro F1"),
    ("satisfaction", "Satisfaction", "spearman", "Spearman"),
    ("emotion", "Emotion", "macro_f1", "macro F1"),
    ("topic", "Topic", "macro_f1", "macro F1"),
    ("polarity", "Topic polarity", "macro_f1", "macro F1"),
)
ECE_TARGET = 0.03
_NAMES = {"cxnlp": "ours", "tfidf": "TF-IDF + LR", "vader": "VADER"}
_SAMPLES = {"all": "all", "trained": "trained on", "unseen": "never trained on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table; those that are not brief are for the page only."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""
    n_names: int = 1  # columns of words, before those of figures
    brief: bool = True


def lay_out(evaluation: Mapping[str, Any]) -> list[Table]:
    """Return every table of an evaluation in reading order."""
    names = _NAMES | {"before": evaluation.get("against") or "released before"}
    sets = evaluation["test"]
    found = [_head_table(sets[h[0]], h, names) for h in HEADS if h[0] in sets]
    if evaluation["calibration"]:  # sets judged by one grade alone count in none
        found.append(calibration_table(evaluation["calibration"]))
    for head, title, _, _ in HEADS:
        if head in sets:
            found += _label_tables(sets[head], head, title)
    for head, title, _, _ in HEADS:
        if rows := evaluation["slices"].get(head):
            found.append(slice_table(rows, title, names))
    for head, title, _, _ in HEADS:
        bins = evaluation["calibration"].get(head, {}).get("all")
        if bins:
            found.append(bin_table(bins["bins"], f"Reliability of {title.lower()}, all sets"))
        found += [
            bin_table(s["cxnlp"]["bins"], f"Reliability of {title.lower()}, {source}")
            for source, s in sets.get(head, {}).items()
            if "bins" in s["cxnlp"]
        ]
    return found


def _head_table(
    sets: Mapping[str, Any], head: tuple[str, str, str, str], names: Mapping[str, str]
) -> Table:
    _, title, measure, what = head
    systems = [n for n in names if n != "cxnlp" and any(n in s for s in sets.values())]
    systems.sort(key=("before", "tfidf", "vader").index)
    more = [("accuracy", "accuracy")]
    if measure == "spearman":
        more = [("mean_absolute_error", "MAE"), ("kappa", "κ"), *more]
    more += [("ece", "ECE"), ("coverage", "sure"), ("accuracy_when_sure", "accuracy when sure")]
    rows = []
    for source, found in sets.items():
        ours = found["cxnlp"]
        interval = f"{ours[measure]:.3f} [{ours['low']:.3f}, {ours['high']:.3f}]"
        others = (figure(found.get(name, {}).get(measure)) for name in systems)
        rows.append((source, str(ours["n"]), interval, *others, *_more(ours, more)))
    header = ("data set", "n", f"ours, {what}", *(names[n] for n in systems), *(t for _, t in more))
    return Table(title=title, header=header, rows=tuple(rows))


def _more(ours: Mapping[str, Any], columns: Iterable[tuple[str, str]]) -> Iterator[str]:
    for key, _ in columns:
        value = ours.get(key)
        yield f"{value:.0%}" if key == "coverage" and value is not None else figure(value)


def figure(value: float | None) -> str:
    """Return a figure to three places, or a dash for none."""
    return "–" if value is None else f"{value:.3f}"


def calibration_table(calibration: Mapping[str, Any]) -> Table:
    """Return the calibration error of each head over many sets together."""
    rows = [
        (
            title,
            _SAMPLES[sample],
            str(found["sets"]),
            f"{found['n']:,}",
            figure(found["ece"]),
            "reached" if found["ece"] <= ECE_TARGET else "missed",
        )
        for head, title, _, _ in HEADS
        for sample, found in calibration.get(head, {}).items()
    ]
    return Table(
        title="Calibration over many sets",
        text="Expected calibration error over 15 bins of equal width; every judged answer counts "
        f"the same. The target is at most {ECE_TARGET}.",
        n_names=2,
        header=("head", "sources", "sets", "judged answers", "ECE", "target"),
        rows=tuple(rows),
    )


def _label_tables(sets: Mapping[str, Any], head: str, title: str) -> Iterator[Table]:
    if head == "satisfaction":
        return
    rows = [
        (source, label, str(f["n"]), *(figure(f[key]) for key in ("precision", "recall", "f1")))
        for source, found in sets.items()
        for label, f in found["cxnlp"]["labels"].items()
    ]
    yield Table(
        title=f"{title} label by label",
        n_names=2,
        header=("data set", "label", "n", "precision", "recall", "F1"),
        rows=tuple(rows),
        brief=head in ("sentiment", "polarity"),
    )


def slice_table(
    rows: Sequence[Mapping[str, Any]], title: str, names: Mapping[str, str] | None = None
) -> Table:
    """Return macro F1 and accuracy of ours, and macro F1 of the others, slice by slice."""
    names = _NAMES | {"before": "released before"} if names is None else names
    systems = [n for n in ("before", "tfidf", "vader") if any(n in row for row in rows)]
    return Table(
        title=f"{title} by slice",
        n_names=2,
        header=("by", "slice", "n", "ours, macro F1", *(names[n] for n in systems), "accuracy"),
        rows=tuple(
            (
                row["by"],
                row["slice"],
                f"{row['n']:,}",
                *(figure(look_up(row, (n, "macro_f1"))) for n in ("cxnlp", *systems)),
                figure(row["cxnlp"]["accuracy"]),
            )
            for row in rows
        ),
    )


def bin_table(bins: Iterable[Mapping[str, Any]], title: str) -> Table:
    """Return the bins of reliability that hold anything."""
    return Table(
        title=title,
        header=("confidence from", "to", "n", "mean confidence", "accuracy"),
        rows=tuple(
            (
                f"{b['low']:.2f}",
                f"{b['high']:.2f}",
                f"{b['n']:,}",
                figure(b["confidence"]),
                figure(b["accuracy"]),
            )
            for b in bins
            if b["n"]
        ),
        brief=False,
    )
