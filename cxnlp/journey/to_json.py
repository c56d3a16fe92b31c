"""A journey summary as JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cxnlp.journey.summary import Cell, JourneySummary, TopicSummary
from cxnlp.metrics.estimate import MIN_SHOWN_N, Estimate

# Beyond this the digits are those of the floating-point sum, not of the data.
DECIMALS = 6


def summary_to_json(summary: JourneySummary) -> dict[str, Any]:
    """Return the summary as dictionaries, lists, strings, finite numbers and null.

    `overall` has the metrics over everything, `total` the whole cell they stand in; `cells` is one
    entry per touchpoint x stage x period (x group). Suppressed numbers are null beside their n.
    """
    return {
        "period": summary.period,
        "by": summary.by,
        "stages": list(summary.journey.stages),
        "touchpoint_names": {t.name: t.display for t in summary.journey.touchpoints},
        "definitions": {name: asdict(d) for name, d in summary.definitions.items()},
        "overall": _estimates(summary.overall.metrics),
        "total": _cell(summary.overall),
        "touchpoints": [_cell(cell) for cell in summary.touchpoints],
        "periods": [_cell(cell) for cell in summary.periods],
        "groups": [_cell(cell) for cell in summary.groups],
        "touchpoint_groups": [_cell(cell) for cell in summary.touchpoint_groups],
        "cells": [_cell(cell) for cell in summary.cells],
        "run": summary.run_counts,
    }


def estimate_to_json(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate's numbers, rounded, with its n and status.

    >>> estimate_to_json(Estimate(value=50.0, low=9.5, high=90.5, n=2))
    {'value': None, 'low': None, 'high': None, 'n': 2, 'status': 'suppressed'}
    """
    shown = estimate.suppressed()
    return {
        "value": _rounded(shown.value),
        "low": _rounded(shown.low),
        "high": _rounded(shown.high),
        "n": shown.n,
        "status": shown.status,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "touchpoint": cell.touchpoint,
        "stage": cell.stage,
        "period": cell.period,
        "group": cell.group,
        "n": cell.n,
        "n_scored": cell.n_scored,
        "n_foreign": cell.n_foreign,
        "n_answers": cell.n_answers,
        "metrics": _estimates(cell.metrics),
        "sentiment": _estimates(cell.sentiment),
        "emotions": _estimates(cell.emotions),
        "topics": {name: _topic(topic) for name, topic in cell.topics.items()},
    }


def _topic(topic: TopicSummary) -> dict[str, Any]:
    shown = topic.net_sentiment.n >= MIN_SHOWN_N
    return {
        "share": estimate_to_json(topic.share),
        "net_sentiment": estimate_to_json(topic.net_sentiment),
        "n_negative": topic.n_negative if shown else None,
        "n_neutral": topic.n_neutral if shown else None,
        "n_positive": topic.n_positive if shown else None,
    }


def _estimates(estimates: dict[str, Estimate]) -> dict[str, dict[str, Any]]:
    return {name: estimate_to_json(estimate) for name, estimate in estimates.items()}


def _rounded(value: float | None) -> float | None:
    # Adding zero turns -0.0 into 0.0.
    return None if value is None else round(value, DECIMALS) + 0.0
