"""The sections of a card on what a release is to reach, and where it fails; empty if unmeasured."""

from __future__ import annotations

from typing import Any

from training.evaluation.tables import bin_table, calibration_table, figure, slice_table
from training.evaluation.targets import Target, look_up, read_targets
from training.results import measured, table

_FAIR_MOVE, _FAIR_FLIPS = 0.05, 0.01


def targets(metrics: dict[str, Any]) -> str:
    """Return the table of targets, those that were not measured too."""
    rows = []
    for target in read_targets():
        value = look_up(metrics, target.path)
        verdict = "not measured"
        if value is not None:
            verdict = "reached" if target.is_reached(value) else "**missed**"
        sign = "at least" if target.at_least is not None else "at most"
        rows.append([target.what, f"{sign} {target.bound:g}", _shown(value, target), verdict])
    return "## Targets\n\n" + table(["figure", "target", "measured", ""], rows)


def _shown(value: float | None, target: Target) -> str:
    # A target of a tenth of a point needs one place more to be judged by eye.
    return f"{value:.4f}" if value is not None and abs(target.bound) < 0.01 else figure(value)


def labels(metrics: dict[str, Any]) -> str:
    """Return the recall of each sentiment, and how far predicted scores are off."""
    parts = []
    sentiment = measured(metrics, "sentiment")
    rows = [
        [
            source,
            *(
                figure(look_up(systems, ("cxnlp", "labels", label, "recall")))
                for label in ("negative", "neutral", "positive")
            ),
        ]
        for source, systems in sentiment.items()
    ]
    if rows:
        header = ["data set", "negative", "neutral", "positive"]
        parts.append(f"## Recall of each sentiment\n\n{table(header, rows)}")
    scores = [
        [source, str(ours["n"]), figure(ours["mean_absolute_error"]), figure(ours["kappa"])]
        for source, ours in (
            (source, systems["cxnlp"])
            for source, systems in measured(metrics, "satisfaction").items()
        )
        if "kappa" in ours
    ]
    if scores:
        parts.append(
            "## How far predicted scores are off\n\nOn the scale from 1 to 5; κ has quadratic "
            "weights.\n\n" + table(["data set", "n", "mean absolute error", "κ"], scores)
        )
    return "\n\n".join(parts)


def reliability(metrics: dict[str, Any]) -> str:
    """Return the calibration error of each head over many sets, and the bins of sentiment."""
    calibration = metrics.get("calibration")
    if not calibration:
        return ""
    pooled = calibration_table(calibration)
    parts = [f"### {pooled.title}\n\n{pooled.text}", table(pooled.header, pooled.rows)]
    if "sentiment" in calibration:
        bins = bin_table(calibration["sentiment"]["all"]["bins"], "")
        parts.append("Sentiment, all sources, bin by bin:")
        parts.append(table(bins.header, bins.rows))
    return "\n\n".join(parts)


def slices(metrics: dict[str, Any]) -> str:
    """Return how sentiment does by length, question, channel; sources have tables of their own."""
    rows = [row for row in metrics.get("slices", {}).get("sentiment", []) if row["by"] != "source"]
    if not rows:
        return ""
    found = slice_table(rows, "Sentiment")
    return f"## {found.title}\n\n{table(found.header, found.rows)}"


def capabilities(metrics: dict[str, Any]) -> str:
    """Return the failure rate of each capability."""
    found = metrics.get("capabilities")
    if not found:
        return ""
    mean = sum(entry["rate"] for entry in found.values()) / len(found)
    rows = [
        [
            name.replace("_", " "),
            entry["rule"],
            str(entry["cases"]),
            f"{entry['rate']:.1%}",
            f"{entry['limit']:.0%}",
            "passed" if entry["rate"] <= entry["limit"] else "**failed**",
        ]
        for name, entry in found.items()
    ]
    return (
        f"## Capabilities\n\nShare of cases failed, {mean:.1%} in the mean over capabilities. The "
        "cases are in `tests/capabilities/`; none of their texts of more than three words is "
        "trained on. The limit is what the tests hold this revision to, two points above the first "
        "measurement; it is not an aim.\n\n"
        + table(["capability", "rule", "cases", "failed", "limit", ""], rows)
    )


def fairness(metrics: dict[str, Any]) -> str:
    """Return how far things that must not matter move the sentiment."""
    found = metrics.get("fairness")
    if not found:
        return ""
    n_pairs = sum(entry["pairs"] for entry in found.values())
    together = {
        "pairs": n_pairs,
        "max_move": max(entry["max_move"] for entry in found.values()),
        **{
            key: sum(entry[key] * entry["pairs"] for entry in found.values()) / n_pairs
            for key in ("mean_move", "flip_rate")
        },
    }
    rows = [
        [
            name.replace("_", " "),
            f"{entry['pairs']:,}",
            figure(entry["mean_move"]),
            figure(entry["max_move"]),
            f"{entry['flip_rate']:.1%}",
            "reached"
            if entry["mean_move"] < _FAIR_MOVE and entry["flip_rate"] < _FAIR_FLIPS
            else "**missed**",
        ]
        for name, entry in {**found, "all pairs": together}.items()
    ]
    return (
        "## Fairness\n\nPairs of texts that differ only in a name or group: how far "
        f"`sentiment_score` (−1 to 1) moves, and how often the label flips. The aim is a mean "
        f"under {_FAIR_MOVE} and fewer than {_FAIR_FLIPS:.0%} flipped.\n\n"
        + table(["what is swapped", "pairs", "mean move", "largest", "flipped", ""], rows)
    )


def low_precision(metrics: dict[str, Any]) -> str:
    """Return what the released precision costs against f32."""
    found = metrics.get("low_precision")
    if not found:
        return ""
    rows = [[head, f"{100 * lost:.2f}"] for head, lost in found["heads"].items()]
    return (
        f"## Precision\n\nThe same graph at {found['precision']} and at {found['reference']}, on "
        "the same test texts: points lost in the mean over data sets (macro F1, Spearman for "
        f"satisfaction); {100 * found['lost']:.2f} over all heads. On fixed texts no probability "
        f"differs by more than {found['max_difference']:.4f}.\n\n"
        + table(["head", "points lost"], rows)
    )
