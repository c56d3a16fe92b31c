"""The reliability diagram: how often a model is right, by how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cxnlp.metrics.numbers import PERCENT, describe_interval, format_n, format_value
from cxnlp.metrics.share import share

LEFT, RIGHT, TOP, BOTTOM = 38.0, 212.0, 8.0, 182.0
MIN_SHOWN = 20  # texts in a bin
_NAMES = {
    "sentiment": "Sentiment",
    "satisfaction": "Satisfaction",
    "emotion": "Emotions",
    "topic": "Topics",
    "polarity": "Sentiment of a topic",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPoint:
    """Texts of about equal confidence."""

    x: float
    y: float
    y_low: float
    y_high: float
    confidence: str
    accuracy: str
    interval: str
    n: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """The diagram of one head over all its test sets."""

    name: str
    ece: str
    n: str
    points: tuple[ReliabilityPoint, ...]
    line: str


def build_reliability(calibration: Mapping[str, Any] | None) -> tuple[Reliability, ...]:
    """Return the diagram of each head whose bins the card has."""
    found = ((name, (calibration or {}).get(name, {}).get("all")) for name in _NAMES)
    return tuple(_head(_NAMES[name], head) for name, head in found if head and head.get("bins"))


def _head(name: str, head: Mapping[str, Any]) -> Reliability:
    points = tuple(
        _point(b) for b in head["bins"] if b["n"] >= MIN_SHOWN and b["confidence"] is not None
    )
    return Reliability(
        name=name,
        ece=f"{head['ece']:.3f}",
        n=format_n(head["n"]),
        points=points,
        line="M" + "L".join(f"{p.x:g} {p.y:g}" for p in points) if len(points) > 1 else "",
    )


def _point(b: Mapping[str, Any]) -> ReliabilityPoint:
    right = share(round(b["accuracy"] * b["n"]), b["n"])
    return ReliabilityPoint(
        x=round(LEFT + b["confidence"] * (RIGHT - LEFT), 1),
        y=_height(b["accuracy"]),
        y_low=_height((right.low or 0.0) / 100),
        y_high=_height((right.high or 0.0) / 100),
        confidence=format_value(100 * b["confidence"], PERCENT),
        accuracy=format_value(100 * b["accuracy"], PERCENT),
        interval=describe_interval(right, PERCENT),
        n=format_n(b["n"]),
    )


def _height(value: float) -> float:
    return round(BOTTOM - value * (BOTTOM - TOP), 1)
