"""The metrics of a cell from its sufficient statistics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cxnlp.journey.cube import SCALE, Cube
from cxnlp.journey.summary import Cell, MetricDefinition, TopicSummary
from cxnlp.metrics.csat import satisfied_from
from cxnlp.metrics.emotion_mix import emotion_mix
from cxnlp.metrics.estimate import Estimate
from cxnlp.metrics.mean import mean
from cxnlp.metrics.net_sentiment import mention_net_sentiment, net_sentiment
from cxnlp.metrics.nps import HIGHEST_DETRACTOR, LOWEST_PROMOTER, nps_from_sums
from cxnlp.metrics.share import share
from cxnlp.metrics.weights import effective_n

Row = dict[str, Any]
CellKey = tuple[Any, ...]

PREDICTED: dict[str, MetricDefinition] = {
    "net_sentiment": MetricDefinition(
        kind="net_sentiment", unit="points", scale_min=-100, scale_max=100, higher_is_better=True
    ),
    "satisfaction": MetricDefinition(
        kind="satisfaction", unit="mean", scale_min=1, scale_max=5, higher_is_better=True
    ),
}

_NO_DOCUMENTS: Row = defaultdict(int)


def cells_of(
    cube: Cube, keys: Sequence[str], definitions: dict[str, MetricDefinition]
) -> dict[CellKey, Cell]:
    """Return one cell per combination of `keys` that occurs in the cube.

    Cells carry the raw values of the keys, periods as their first day; the caller names them.
    """
    rolled = cube.rolled_up(*keys)
    # Summing nothing over no keys gives one row of nulls.
    documents = {
        _key(row, keys): row for row in rolled.documents.to_pylist() if row["n"] is not None
    }
    answers = _by_key(rolled.answers.to_pylist(), keys)
    emotions = _by_key(rolled.emotions.to_pylist(), keys)
    topics = _by_key(rolled.topics.to_pylist(), keys)
    name_of = metric_namer(definitions)
    everything: tuple[CellKey, ...] = () if keys else ((),)
    return {
        key: _cell(
            dict(zip(keys, key, strict=True)),
            documents.get(key, _NO_DOCUMENTS),
            _answers_by_metric(answers.get(key, ()), definitions, name_of),
            emotions.get(key, ()),
            topics.get(key, ()),
            definitions,
        )
        for key in dict.fromkeys((*everything, *documents, *answers))
    }


def define_metrics(answers: Iterable[Row]) -> dict[str, MetricDefinition]:
    """Return a name and definition for each scale that was answered, then for the predictions.

    A kind asked on one scale keeps its bare name; on several scales each is named by its own, as
    "csat_1_10", for pooling them would mean nothing. Ratings are named by their question.
    """
    scales: dict[str, dict[tuple[Any, ...], MetricDefinition]] = defaultdict(dict)
    for row in answers:
        definition = _definition(row)
        base = row["metric"]
        if base == "rating":
            base = f"rating:{row['question_id']}"
        scales[base][_scale(definition)] = definition
    order = {"nps": 0, "csat": 1, "ces": 2}
    named: dict[str, MetricDefinition] = {}
    for base in sorted(scales, key=lambda base: (order.get(base, 3), base)):
        several = len(scales[base]) > 1
        for scale in sorted(scales[base], key=lambda scale: (scale[0], str(scale[1]), *scale[2:])):
            definition = scales[base][scale]
            low, high = f"{definition.scale_min:g}", f"{definition.scale_max:g}"
            worse = "" if definition.higher_is_better else "_low"
            named[f"{base}_{low}_{high}{worse}" if several else base] = definition
    return {**named, **PREDICTED}


def _definition(row: Row) -> MetricDefinition:
    kind = row["metric"]
    low, high, better = row["scale_min"], row["scale_max"], row["higher_is_better"]
    if kind == "nps":
        unit = "points"
    elif kind == "csat" and satisfied_from(low, high, higher_is_better=better) is not None:
        unit = "percent"
    else:
        unit = "mean"
    return MetricDefinition(
        kind=kind,
        unit=unit,
        scale_min=low,
        scale_max=high,
        higher_is_better=better,
        question_id=row["question_id"] if kind == "rating" else None,
    )


def metric_namer(definitions: Mapping[str, MetricDefinition]) -> Callable[[Row], str]:
    """Return what tells the key of a metric from a row of a cube's answers."""
    name_of = {_scale(definition): name for name, definition in definitions.items()}

    def name(row: Row) -> str:
        metric, question_id, *scale = (row[column] for column in SCALE)
        return name_of[(metric, question_id if metric == "rating" else None, *scale)]

    return name


def _scale(d: MetricDefinition) -> tuple[Any, ...]:
    return (d.kind, d.question_id, d.scale_min, d.scale_max, d.higher_is_better)


def _answers_by_metric(
    rows: Iterable[Row], definitions: dict[str, MetricDefinition], name_of: Callable[[Row], str]
) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(name_of(row), []).append(row)
    return {name: found[name] for name in definitions if name in found}


def _cell(
    key: Row,
    documents: Row,
    answers: dict[str, list[Row]],
    emotions: Iterable[Row],
    topics: Iterable[Row],
    definitions: dict[str, MetricDefinition],
) -> Cell:
    scored = documents["n_scored"]
    metrics = {name: _answered(rows, definitions[name]) for name, rows in answers.items()}
    metrics["net_sentiment"] = net_sentiment(
        positive=documents["n_positive"], negative=documents["n_negative"], n=scored
    )
    metrics["satisfaction"] = mean(
        documents["n_satisfaction"], documents["s"], documents["ss"], scale_min=1, scale_max=5
    )
    sentiments = {
        name: share(documents[f"n_{name}"], scored)
        for name in ("negative", "neutral", "positive", "mixed")
    }
    mix = emotion_mix({row["emotion"]: row["n"] for row in emotions}, scored)
    summaries = (_topic(row, scored) for row in sorted(topics, key=_most_mentioned_first))
    return Cell(
        touchpoint=key.get("touchpoint"),
        stage=key.get("stage"),
        period=key.get("period"),
        group=key.get("group"),
        n=documents["n"],
        n_scored=scored,
        n_foreign=documents["n_foreign"],
        metrics=_suppressed(metrics),
        sentiment=_suppressed(sentiments),
        emotions=_suppressed(mix),
        topics={summary.topic: summary for summary in summaries},
        n_answers=sum(row["n"] for rows in answers.values() for row in rows),
    )


def _answered(rows: list[Row], definition: MetricDefinition) -> Estimate:
    n = sum(row["n"] for row in rows)
    w, ww, x, xx = (sum(row[name] for row in rows) for name in ("w", "ww", "x", "xx"))
    low, high = definition.scale_min, definition.scale_max
    if definition.unit == "points":
        return nps_from_sums(
            n=n,
            weight=w,
            squared_weight=ww,
            promoters=sum(row["w"] for row in rows if row["bucket"] >= LOWEST_PROMOTER),
            detractors=sum(row["w"] for row in rows if row["bucket"] <= HIGHEST_DETRACTOR),
        )
    bound = satisfied_from(low, high, higher_is_better=definition.higher_is_better)
    if definition.unit == "percent" and bound is not None:
        satisfied = sum(
            row["w"]
            for row in rows
            if (row["bucket"] >= bound if definition.higher_is_better else row["bucket"] <= bound)
        )
        return share(n * satisfied / w, n, n_effective=effective_n(w, ww))
    return mean(
        n, n * x / w, n * xx / w, scale_min=low, scale_max=high, n_effective=effective_n(w, ww)
    )


def _topic(row: Row, n_scored: int) -> TopicSummary:
    net = mention_net_sentiment(row["n"], row["x"], row["m"], row["xx"], row["xm"], row["mm"])
    return TopicSummary(
        topic=row["topic"],
        share=share(row["n"], n_scored).suppressed(),
        net_sentiment=net.suppressed(),
        n_negative=row["n_negative"],
        n_neutral=row["n_neutral"],
        n_positive=row["n_positive"],
    )


def _most_mentioned_first(row: Row) -> tuple[int, str]:
    return (-row["n"], row["topic"])


def _suppressed(estimates: dict[str, Estimate]) -> dict[str, Estimate]:
    return {name: estimate.suppressed() for name, estimate in estimates.items()}


def _key(row: Row, keys: Sequence[str]) -> CellKey:
    return tuple(row[name] for name in keys)


def _by_key(rows: Iterable[Row], keys: Sequence[str]) -> dict[CellKey, list[Row]]:
    found: dict[CellKey, list[Row]] = defaultdict(list)
    for row in rows:
        found[_key(row, keys)].append(row)
    return found
