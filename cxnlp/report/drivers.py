"""The driver matrix: how much of the score each theme goes with, by how well it is doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.insights.finding import InsightResult
from cxnlp.journey.naming import topic_name
from cxnlp.metrics.numbers import (
    PERCENT,
    POINTS,
    Unit,
    describe,
    describe_interval,
    format_n,
    format_value,
)
from cxnlp.report.axis import Axis, make_axis
from cxnlp.report.label_places import place_labels
from cxnlp.report.rows import Row, count, estimate, number, words

WIDTH, HEIGHT = 400.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 384.0, 20.0, 276.0

_QUADRANTS = {
    "fix first": "Fix first",
    "keep up": "Keep up",
    "watch": "Watch",
    "nice to have": "Nice to have",
}
_NOT_PLACED = {"noise": "Within chance", "not_enough_data": "Too few mentions"}
_R2 = Unit(decimals=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisTick:
    """One labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverDot:
    """One theme of the matrix and of the table beside it."""

    number: int
    topic: str
    label: str
    css: str  # of the quadrant, or "unsure" where the theme is not told from chance
    quadrant: str
    sentiment: str  # of the comments worth reading
    x: float
    y: float
    x_low: float
    x_high: float
    y_low: float
    y_high: float
    text_x: float | None  # where its name stands; None where there is no room
    text_y: float
    anchor: str
    share: str
    share_interval: str
    net: str
    net_interval: str
    n: str
    indicative: bool

    @property
    def is_real(self) -> bool:
        """Tell whether the theme is told from chance."""
        return self.css != "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverMatrix:
    """The chart, or why there is none."""

    enough: bool
    note: str
    score: str = ""
    r2: str = ""
    r2_interval: str = ""
    n: str = ""
    dots: tuple[DriverDot, ...] = ()
    x_line: float = 0.0
    y_line: float = 0.0
    x_ticks: tuple[AxisTick, ...] = ()
    y_ticks: tuple[AxisTick, ...] = ()


def build_drivers(result: InsightResult | None, *, score: str) -> DriverMatrix | None:
    """Return the matrix of a file's relative importance, or None where it does not apply.

    :param score: the name of the score, as it stands within a sentence.
    """
    if result is None or result.status == "not_applicable":
        return None
    if result.status != "ok" or not result.table:
        return DriverMatrix(enough=False, note=result.note)
    rows = sorted(result.table, key=lambda row: -(number(row, "share_of_r2") or 0.0))
    x_axis, y_axis = _axes(rows)
    first = rows[0]
    r2 = estimate(first, "r2", "r2_low", "r2_high", "n")
    return DriverMatrix(
        enough=True,
        note=result.note,
        score=score,
        r2=describe(r2, _R2),
        r2_interval=describe_interval(r2, _R2),
        n=format_n(r2.n),
        dots=_dots(rows, x_axis, y_axis),
        x_line=x_axis.at(number(first, "importance_line") or 0.0),
        y_line=y_axis.at(number(first, "performance_line") or 0.0),
        x_ticks=_ticks(x_axis, Unit(decimals=0, suffix="%")),
        y_ticks=_ticks(y_axis, Unit(decimals=0, signed=True)),
    )


def _axes(rows: Sequence[Row]) -> tuple[Axis, Axis]:
    """Return axes that hold every dot, and the intervals of those told from chance."""

    def reach(names: tuple[str, str, str], line: str) -> tuple[float, float]:
        value, low, high = names
        ends = [number(row, value) for row in rows] + [number(row, line) for row in rows]
        ends += [number(row, end) for row in rows if _is_real(row) for end in (low, high)]
        known = [end for end in ends if end is not None]
        return min(known, default=0.0), max(known, default=1.0)

    _, right = reach(("share_of_r2", "low", "high"), "importance_line")
    low, high = reach(("performance", "performance_low", "performance_high"), "performance_line")
    room = max(8.0, (high - low) * 0.08)
    return (
        make_axis(0.0, min(right + 3, 100.0), start=LEFT, end=RIGHT, bounds=(0, 100)),
        make_axis(low - room, high + room, start=BOTTOM, end=TOP, bounds=(-100, 100)),
    )


def _is_real(row: Row) -> bool:
    return words(row, "verdict") == "real"


def _ticks(axis: Axis, unit: Unit) -> tuple[AxisTick, ...]:
    return tuple(AxisTick(at=axis.at(t), label=format_value(t, unit)) for t in axis.ticks)


def _dots(rows: Sequence[Row], x_axis: Axis, y_axis: Axis) -> tuple[DriverDot, ...]:
    places = [
        (x_axis.at(number(r, "share_of_r2") or 0.0), y_axis.at(number(r, "performance") or 0.0))
        for r in rows
    ]
    # Only what is told from chance is named in the chart; the table names all.
    names = [topic_name(words(r, "topic")) if _is_real(r) else "" for r in rows]
    found = place_labels(places, names, within=(LEFT, TOP, RIGHT, BOTTOM))
    dots = []
    for i, (row, (x, y), place) in enumerate(zip(rows, places, found, strict=True), 1):
        share = estimate(row, "share_of_r2", "low", "high", "n")
        net = estimate(row, "performance", "performance_low", "performance_high", "n_mentions")
        real, quadrant = _is_real(row), words(row, "quadrant")
        dots.append(
            DriverDot(
                number=i,
                topic=words(row, "topic"),
                label=topic_name(words(row, "topic")),
                css=quadrant.replace(" ", "-") if real else "unsure",
                quadrant=_QUADRANTS[quadrant] if real else _NOT_PLACED[words(row, "verdict")],
                sentiment="negative" if quadrant in ("fix first", "watch") else "positive",
                x=x,
                y=y,
                x_low=x_axis.at(share.low or 0.0),
                x_high=x_axis.at(share.high or 0.0),
                y_low=y_axis.at(net.low or 0.0),
                y_high=y_axis.at(net.high or 0.0),
                text_x=None if place is None else place.x,
                text_y=0.0 if place is None else place.y,
                anchor="" if place is None else place.anchor,
                share=describe(share, PERCENT),
                share_interval=describe_interval(share, PERCENT),
                net=describe(net, POINTS),
                net_interval=describe_interval(net, POINTS),
                n=format_n(count(row, "n_mentions")),
                indicative=net.status == "indicative",
            )
        )
    return tuple(dots)
