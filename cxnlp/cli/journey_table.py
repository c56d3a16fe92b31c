"""A journey summary as tables that fit a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from rich import box
from rich.table import Table
from rich.text import Text

from cxnlp.cli.console import open_console
from cxnlp.journey.summary import Cell, JourneySummary, MetricDefinition, TopicSummary
from cxnlp.journey.trend import last_change
from cxnlp.metrics.estimate import MIN_SHOWN_N, Estimate

Column = tuple[str, Callable[[Cell], str]]

PIPED_WIDTH = 80
MIN_NAME_WIDTH = 14
MAX_TOPICS = 8

KIND_NAMES = {"nps": "NPS", "csat": "CSAT", "ces": "CES"}


def print_summary(summary: JourneySummary, file: TextIO) -> None:
    """Print the summary; without colour or control codes where the file is not a terminal."""
    console = open_console(file, piped_width=PIPED_WIDTH)
    for line in _header(summary):
        console.print(line, soft_wrap=not file.isatty())
    for columns in _pages(summary, console.width):
        console.print(_touchpoint_table(summary, columns))
    if _shown_topics(summary):
        console.print(_topic_table(summary))
    for line in _footnotes(summary):
        console.print(line, style="dim")


def format_estimate(estimate: Estimate | None, unit: str, *, decimals: int = 0) -> str:
    """Return "+40 [+37, +42]", or "-" for no data and "n<5" for a suppressed number.

    >>> format_estimate(Estimate(value=39.84, low=37.18, high=42.41, n=2746), "points")
    '+40 [+37, +42]'
    >>> format_estimate(Estimate(value=None, low=None, high=None, n=3), "percent")
    'n<5'
    """
    if estimate is None or estimate.n == 0:
        return "-"
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"n<{MIN_SHOWN_N}"
    sign = "+" if unit == "points" else ""
    places = 2 if unit == "mean" else decimals
    # Rounding first, then adding zero, keeps a minus sign from standing before a zero.
    value, low, high = (
        f"{round(number, places) + 0.0:{sign}.{places}f}"
        for number in (estimate.value, estimate.low, estimate.high)
    )
    percent = "%" if unit == "percent" else ""
    return f"{value}{percent} [{low}, {high}]"


def _header(summary: JourneySummary) -> Iterable[str]:
    cell = summary.overall
    counts = [f"{cell.n:,} interactions", f"{cell.n_scored:,} scored"]
    if cell.n_foreign:
        counts.append(f"{cell.n_foreign:,} in another language")
    if cell.n_answers:
        counts.append(f"{cell.n_answers:,} answers")
    yield ", ".join(counts) + "."
    for name, definition in summary.definitions.items():
        estimate = cell.metrics.get(name)
        if estimate is not None and estimate.n and definition.kind != "rating":
            shown = format_estimate(estimate, definition.unit, decimals=1)
            yield f"{_metric_name(name, definition)} {shown}, n = {estimate.n:,}"


def _pages(summary: JourneySummary, width: int) -> list[list[Column]]:
    """Return the columns of one table, or of as many as it takes to cut none."""
    scores, comments = _score_columns(summary), _comment_columns(summary)
    rows = (
        *summary.touchpoints, *summary.touchpoint_groups, *summary.groups, summary.overall,
    )  # fmt: skip
    n_width = max(len(f"{_count(cell):,}") for cell in rows)
    room = width - (2 + MIN_NAME_WIDTH + 3 + n_width)  # two edges, and three between columns

    def needs(column: Column) -> int:
        name, show = column
        return 3 + max(len(name), *(len(show(cell)) for cell in rows))

    if sum(map(needs, scores + comments)) <= room:
        return [scores + comments]
    pages: list[list[Column]] = []
    for kind in (scores, comments):
        left = 0
        for column in kind:
            if not left or needs(column) > left:
                pages.append([])
                left = room
            pages[-1].append(column)
            left = max(0, left - needs(column))
    return pages


def _score_columns(summary: JourneySummary) -> list[Column]:
    """Return a column per kind of answer."""
    columns = [
        (_metric_name(name, definition), _shows(name, definition.unit))
        for name, definition in summary.definitions.items()
        if definition.kind in KIND_NAMES
    ]
    ratings = [n for n, d in summary.definitions.items() if d.kind == "rating"]
    if ratings:
        columns.append(("Rating", _first_rating(ratings)))
    return columns


def _comment_columns(summary: JourneySummary) -> list[Column]:
    if not summary.overall.n_scored:
        return []
    # Null is a value of every key, so rows of each kind look among their own kind of cells only.
    kinds = [
        ([summary.overall], summary.periods),
        (summary.touchpoints, summary.touchpoint_periods if summary.by else summary.cells),
        (summary.touchpoint_groups, summary.cells),
        (summary.groups, summary.group_periods),
    ]
    series: dict[int, list[Cell]] = {}
    for rows, per_period in kinds:
        found: dict[tuple[str | None, ...], list[Cell]] = {}
        for cell in per_period:
            found.setdefault(_place(cell), []).append(cell)
        series.update((id(row), found.get(_place(row), [])) for row in rows)

    def trend(cell: Cell) -> str:
        change = last_change(series[id(cell)], "net_sentiment")
        if change is None:
            return "-"
        return f"{round(change.difference) + 0:+d}{'*' if change.beyond_chance else ''}"

    return [("Net sentiment", _shows("net_sentiment", "points")), ("Trend", trend)]


def _touchpoint_table(summary: JourneySummary, columns: Sequence[Column]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("Touchpoint", min_width=MIN_NAME_WIDTH)  # the one column that may fold
    table.add_column("n", justify="right", no_wrap=True)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)

    def add(label: str, cell: Cell, *, style: str = "") -> None:
        values = (show(cell) for _, show in columns)
        table.add_row(Text(label, style=style), f"{_count(cell):,}", *values)

    display = {t.name: t.display for t in summary.journey.touchpoints}
    rows = [cell for cell in summary.touchpoints if not _is_empty(cell)]
    staged = any(cell.stage is not None for cell in rows)
    stage: object = summary  # no stage yet, which is not the same as the null stage
    for cell in rows:
        if staged and cell.stage != stage:
            stage = cell.stage
            table.add_row(Text(cell.stage or "(no stage)", style="bold"))
        indent = "  " if staged else ""
        name = "(none)" if cell.touchpoint is None else cell.touchpoint
        add(indent + display.get(name, name), cell)
        for part in summary.touchpoint_groups:
            if (part.touchpoint, part.stage) == (cell.touchpoint, cell.stage):
                add(f"{indent}  {_group_name(part)}", part, style="dim")
    table.add_section()
    add("All", summary.overall, style="bold")
    for part in summary.groups:
        add(f"  {_group_name(part)}", part, style="dim")
    return table


def _topic_table(summary: JourneySummary) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    table.add_column("Topic", min_width=14)
    for name in ("n", "Share", "Net sentiment", "Mentions -/o/+"):
        table.add_column(name, justify="right", no_wrap=True)
    for topic in _shown_topics(summary)[:MAX_TOPICS]:
        table.add_row(
            topic.topic.replace("_", " "),
            f"{topic.net_sentiment.n:,}",
            format_estimate(topic.share, "percent"),
            format_estimate(topic.net_sentiment, "points"),
            f"{topic.n_negative}/{topic.n_neutral}/{topic.n_positive}",
        )
    return table


def _shown_topics(summary: JourneySummary) -> list[TopicSummary]:
    topics = summary.overall.topics.values()
    return [topic for topic in topics if topic.net_sentiment.value is not None]


def _footnotes(summary: JourneySummary) -> Iterable[str]:
    yield f"[ ] 95% interval; - no data; n<{MIN_SHOWN_N} too few to show."
    if summary.overall.n_scored:
        yield f"Trend: net sentiment, last two {summary.period}s with n of 30; * beyond chance."
    if _shown_topics(summary):
        yield "Topics: share of scored comments; mentions that are negative/neutral/positive."


def _count(cell: Cell) -> int:
    # Where a question stands for a touchpoint of its own, only its answers are there.
    return cell.n or max((e.n for e in cell.metrics.values()), default=0)


def _is_empty(cell: Cell) -> bool:
    """Return whether rows without a touchpoint have nothing to show, as where answers have one."""
    return cell.touchpoint is None and not cell.n_scored and not cell.n_answers


def _place(cell: Cell) -> tuple[str | None, ...]:
    return (cell.touchpoint, cell.stage, cell.group)


def _shows(name: str, unit: str) -> Callable[[Cell], str]:
    return lambda cell: format_estimate(cell.metrics.get(name), unit)


def _first_rating(names: Sequence[str]) -> Callable[[Cell], str]:
    def show(cell: Cell) -> str:
        found = [name for name in names if name in cell.metrics]
        # Several questions have no common mean.
        if len(found) > 1:
            return f"({len(found)} questions)"
        return format_estimate(cell.metrics[found[0]], "mean") if found else "-"

    return show


def _metric_name(name: str, definition: MetricDefinition) -> str:
    if definition.kind in KIND_NAMES:
        scale = name.removeprefix(definition.kind).removeprefix("_").replace("_", "-")
        return f"{KIND_NAMES[definition.kind]} {scale}".rstrip()
    return {"net_sentiment": "Net sentiment", "satisfaction": "Predicted satisfaction"}[name]


def _group_name(cell: Cell) -> str:
    return "(none)" if cell.group is None else cell.group
