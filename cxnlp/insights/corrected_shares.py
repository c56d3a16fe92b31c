"""Shares of sentiments and topics corrected for the model's errors, beside the raw ones."""

from __future__ import annotations

from cxnlp.insights.data import InsightData
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.label_counts import (
    LabelCounts,
    Place,
    ReadText,
    count_labels,
    grouping,
    read_texts,
)
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.sample_labels import LabelledSample, LabelledText, read_labels
from cxnlp.insights.share_correction import (
    BY_CONFUSION,
    BY_SAMPLE,
    MIN_LABELLED,
    RAW,
    CorrectedShare,
    ModelErrors,
    correct,
    read_model_errors,
)
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.estimate import MIN_RELIABLE_N

NAME = "corrected_shares"
TITLE = "Shares corrected for the model's errors"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Return raw and corrected shares overall, by touchpoint and by group."""
    errors = read_model_errors(data.scored.path)
    if errors is None and options.labels is None:
        return InsightResult(
            name=NAME, title=TITLE, status="not_applicable",
            note="Shares were not corrected: the scored file does not say how its model errs, and "
            "no labelled sample was given (draw one with `cxnlp sample`).",
        )  # fmt: skip
    group = grouping(options.by, options.compare)
    sample = None if options.labels is None else read_labels(options.labels, data.scored)
    counts = count_labels(data, group)
    if not counts:
        return InsightResult(
            name=NAME, title=TITLE, status="not_enough_data",
            note="Shares were not corrected: no comment was scored (n = 0).",
        )  # fmt: skip
    labelled = _pairs(data, sample, group)
    shares = [
        item
        for place in _in_order(data, counts)
        for item in correct(
            place, counts[place], errors=errors, labelled=labelled, seed=options.seed
        )
    ]
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok" if any(item.method != RAW for item in shares) else "not_enough_data",
        note=_note(counts[Place()].n, errors, sample, shares),
        findings=tuple(_finding(item) for item in shares if _is_worth_saying(item)),
        table=tuple(_row(item) for item in shares),
    )


def _pairs(
    data: InsightData, sample: LabelledSample | None, group: str | None
) -> list[tuple[LabelledText, ReadText]]:
    if sample is None or not sample.texts:
        return []
    read = read_texts(data, [text.row for text in sample.texts], group)
    return [(text, read[text.row]) for text in sample.texts if text.row in read]


def _in_order(data: InsightData, places: dict[Place, LabelCounts]) -> list[Place]:
    kinds = ("overall", "touchpoint", "group")
    listed = {t.name: i for i, t in enumerate(data.journey.touchpoints)}

    def order(place: Place) -> tuple[int, int, str]:
        at = listed.get(place.touchpoint or "", len(listed))
        return kinds.index(place.kind), at, place.touchpoint or place.group or ""

    return sorted(places, key=order)


def _note(
    n: int, errors: ModelErrors | None, sample: LabelledSample | None, shares: list[CorrectedShare]
) -> str:
    methods = {item.method for item in shares}
    parts = [f"Shares of {n:,} scored comments, a mixed one under its main sentiment"]
    if BY_SAMPLE in methods:
        parts.append("corrected by labels of these comments (prediction-powered)")
    if BY_CONFUSION in methods and errors is not None:
        parts.append(
            f"{'elsewhere ' if BY_SAMPLE in methods else ''}corrected by the errors of "
            f"{errors.model} on {errors.sentiment.n:,} {errors.domain}, with intervals as wide as "
            "those errors differ from set to set; on these comments it may err otherwise, so "
            "labels of your own (`cxnlp sample`) are better"
        )
    if sample is not None:
        parts.append(f"in the labelled sample {sample.describe()}")
        if BY_SAMPLE not in methods:
            parts.append(f"at least {MIN_LABELLED} are needed")
    if (n_raw := sum(item.method == RAW for item in shares)) and len(methods) > 1:
        parts.append(f"{n_raw:,} shares stay as counted, and the table says why")
    elif n_raw:
        parts.append(f"none is corrected: {shares[0].why_not}")
    return "; ".join(parts) + "."


def _is_worth_saying(item: CorrectedShare) -> bool:
    """Sentiments over all comments, and topics whose count is off by more than chance."""
    if item.place.kind != "overall" or item.corrected.value is None:
        return False
    return item.raw.n >= MIN_RELIABLE_N and (item.kind == "sentiment" or _is_off(item))


def _is_off(item: CorrectedShare) -> bool:
    raw, low, high = item.raw.value, item.corrected.low, item.corrected.high
    return raw is not None and low is not None and high is not None and not low <= raw <= high


def _finding(item: CorrectedShare) -> Finding:
    said = "are " if item.kind == "sentiment" else "speak of "
    name = item.label.replace("_", " ")
    raw, value = item.raw.value or 0.0, item.corrected.value or 0.0
    corrected = interval_text(item.corrected, "percent", counted="comments")
    off = "off by more than chance" if _is_off(item) else "within the interval"
    return Finding(
        insight=NAME,
        sentence=f"Corrected for the model's errors, {corrected} {said}{name}; the count of its "
        f"labels, {raw:.1f}%, is {off}.",
        verdict="real" if _is_off(item) else "noise",
        importance=min(abs(raw - value) / 100, 1.0),
        n=item.raw.n,
        estimate=item.corrected,
        unit="percent",
        where=Where(topic=item.label) if item.kind == "topic" else Where(sentiment=item.label),
    )


def _row(item: CorrectedShare) -> dict[str, Value]:
    raw, corrected = item.raw.suppressed(), item.corrected.suppressed()
    return {
        "touchpoint": item.place.touchpoint,
        "group": item.place.group,
        "kind": item.kind,
        "label": item.label,
        "n": item.raw.n,
        "raw": raw.value,
        "raw_low": raw.low,
        "raw_high": raw.high,
        "corrected": corrected.value,
        "low": corrected.low,
        "high": corrected.high,
        "method": item.method,
        "why_not": item.why_not or None,
        "n_labelled": item.n_labelled,
    }
