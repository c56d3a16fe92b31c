"""What each metric is called, how it is computed, and how its values are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cxnlp.insights.wording import UNITS
from cxnlp.journey.naming import readable
from cxnlp.journey.summary import Cell, MetricDefinition
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.estimate import NO_DATA, Estimate
from cxnlp.metrics.numbers import Unit

_KIND_ORDER = ("nps", "csat", "ces", "net_sentiment", "satisfaction", "rating")
ANY_RATING = "rating:"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricInfo:
    """One metric as the report presents it."""

    key: str
    kind: str  # nps, csat, ces, rating, net_sentiment, satisfaction
    label: str
    how: str  # how the number is computed, in plain words
    unit: Unit
    counted: str  # what n counts: "answers" or "comments"
    scale_min: float  # of the metric's values, not of the answers
    scale_max: float
    higher_is_better: bool

    @property
    def inline(self) -> str:
        """Return the label as it stands within a sentence."""
        modelled = self.kind in ("net_sentiment", "satisfaction")
        return self.label.lower() if modelled else self.label

    @property
    def floor(self) -> float:
        """Return the smallest difference that deserves the deepest colour."""
        return 0.05 * (self.scale_max - self.scale_min)


def metric_infos(definitions: Mapping[str, MetricDefinition]) -> tuple[MetricInfo, ...]:
    """Return the metrics in the order the report shows them."""
    infos = [_info(key, definition) for key, definition in definitions.items()]
    return tuple(sorted(infos, key=lambda i: _KIND_ORDER.index(i.kind)))


def _info(key: str, d: MetricDefinition) -> MetricInfo:
    label, how = _wording(key, d)
    percent = d.unit == "percent"
    low, high = d.bounds
    # A share of satisfied answers is better when higher, whatever the scale's direction.
    higher = d.higher_is_better or percent
    return MetricInfo(
        key=key,
        kind=d.kind,
        label=label,
        how=how if higher else f"{how}; lower is better",
        unit=UNITS[d.unit],
        counted=d.counted,
        scale_min=low,
        scale_max=high,
        higher_is_better=higher,
    )


def _wording(key: str, d: MetricDefinition) -> tuple[str, str]:
    span = f"{d.scale_min:g} to {d.scale_max:g}"
    several = ":" not in key and key != d.kind  # one of several scales of its kind
    suffix = f", {span}" if several else ""
    if d.kind == "nps":
        return "NPS", "Promoters (9 or 10) minus detractors (0 to 6), in % of answers"
    if d.kind == "net_sentiment":
        return "Net sentiment", "Positive minus negative comments, in % of all read by the model"
    if d.kind == "satisfaction":
        return "Predicted satisfaction", "Mean score, 1 to 5, the model expects each writer to give"
    if d.kind == "csat" and d.unit == "percent":
        return f"CSAT{suffix}", _top_box(d, span)
    mean = f"Mean answer on a scale of {span}"
    if d.kind == "rating":
        return readable(d.question_id or key), mean
    return f"{d.kind.upper()}{suffix}", mean


def _top_box(d: MetricDefinition, span: str) -> str:
    limit = satisfied_from(d.scale_min, d.scale_max, higher_is_better=d.higher_is_better)
    best = d.scale_max if d.higher_is_better else d.scale_min
    answers = " or ".join(f"{a:g}" for a in sorted({limit or best, best}))
    return f"Share of answers of {answers} on a scale of {span}"


def journey_metrics(
    metrics: Sequence[MetricInfo], touchpoints: Sequence[Cell]
) -> tuple[MetricInfo, ...]:
    """Return the metrics of the heatmap.

    Where each touchpoint was rated by a question of its own, and all on one scale, the questions
    stand as one metric: each cell still shows the answers to a single question.
    """
    rated = [m for m in metrics if m.kind == "rating"]
    scales = {(m.scale_min, m.scale_max, m.higher_is_better) for m in rated}
    keys = {m.key for m in rated}
    asked = [sum(c.metrics[k].n > 0 for k in keys & set(c.metrics)) for c in touchpoints]
    if len(rated) < 2 or len(scales) > 1 or len(touchpoints) < 2 or max(asked) > 1:
        return tuple(metrics)
    how = f"{rated[0].how}, to the one question asked about each touchpoint"
    one = replace(rated[0], key=ANY_RATING, label="Rating", how=how)
    return (*(m for m in metrics if m.kind != "rating"), one)


def widest_first(
    metrics: Sequence[MetricInfo], touchpoints: Sequence[Cell]
) -> tuple[MetricInfo, ...]:
    """Return the metrics with those first that most touchpoints know, else in the same order."""
    known = {m.key: sum(estimate_of(c, m.key).n > 0 for c in touchpoints) for m in metrics}
    most = max(known.values(), default=0)
    return tuple(sorted(metrics, key=lambda m: 2 * known[m.key] < most))


def name_by_touchpoint(
    metrics: Sequence[MetricInfo], touchpoints: Sequence[Cell], names: Mapping[str, str]
) -> tuple[MetricInfo, ...]:
    """Return the metrics with each question about one touchpoint named after it.

    Questions are often columns with names like Q7FOOD, which say little by themselves.
    """

    def named(metric: MetricInfo) -> MetricInfo:
        asked = {c.touchpoint for c in touchpoints if estimate_of(c, metric.key).n}
        if metric.kind != "rating" or len(asked) != 1:
            return metric
        name = names.get(asked.pop() or "")
        return metric if name is None else replace(metric, label=f"{name} ({metric.label})")

    return tuple(named(m) for m in metrics)


def estimate_of(cell: Cell | None, key: str) -> Estimate:
    """Return a cell's estimate of a metric; a total of several questions has no single rating."""
    if cell is None:
        return NO_DATA
    if key != ANY_RATING:
        return cell.metrics.get(key, NO_DATA)
    found = [e for k, e in cell.metrics.items() if k.startswith("rating:") and e.n]
    return found[0] if len(found) == 1 else NO_DATA
