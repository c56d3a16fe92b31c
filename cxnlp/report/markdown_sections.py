"""The sections of single insights in Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cxnlp.insights.markdown_text import plain, quote
from cxnlp.report.insights import InsightView
from cxnlp.report.markdown_table import section, table, with_interval

if TYPE_CHECKING:
    from cxnlp.report.parts import Parts

_CONFLICTS_SHOWN = 3  # of each kind


def section_lines(parts: Parts) -> Iterator[str]:
    """Yield drivers, topics, impact, emotions, ratings, comparisons, conflicts, model."""
    yield from _drivers(parts)
    yield from _topics(parts)
    yield from _impact(parts)
    yield from _emotions(parts)
    yield from _ratings(parts)
    yield from _comparisons(parts)
    yield from _conflicts(parts)
    yield from _conversations(parts)
    yield from _model(parts)


def insight_lines(view: InsightView) -> Iterator[str]:
    """Yield an insight that has no section of its own."""
    yield from section(view.title, view.note)
    yield from _findings(view)


def _findings(view: InsightView | None) -> Iterator[str]:
    if view is None or not view.findings:
        return
    for finding in view.findings:
        yield f"- {finding.verdict}: {plain(finding.sentence)}"
    if view.n_more:
        yield f"- {view.n_more} more are in the JSON."
    yield ""


def _drivers(parts: Parts) -> Iterator[str]:
    found = parts.sections.drivers
    if found is None:
        return
    yield from section("What the score goes with", found.note)
    heads = ["Theme", "Quadrant", "Importance", "Net sentiment", "Mentions"]
    yield from table(
        heads,
        [
            [
                d.label,
                d.quadrant,
                with_interval(d.share, d.share_interval),
                with_interval(d.net, d.net_interval),
                d.n,
            ]
            for d in found.dots
        ],
    )


def _topics(parts: Parts) -> Iterator[str]:
    if not parts.topics.bars:
        return
    yield from section("What customers talk about")
    yield from table(
        ["Topic", "Mentions", "Negative", "Neutral", "Positive", "In % of comments",
         "Net sentiment"],
        [
            [
                b.label, b.n, *(("", "", "") if b.hidden else (b.n_negative, b.n_neutral,
                b.n_positive)), with_interval(b.share, b.share_interval),
                with_interval(b.net, b.net_interval),
            ]
            for b in parts.topics.bars
        ],
    )  # fmt: skip


def _impact(parts: Parts) -> Iterator[str]:
    found = parts.sections.impact
    if found is None:
        return
    yield from section("Points lost and gained by theme", found.note)
    yield from table(
        ["Theme", "Said in", "Points", "n", "Verdict"],
        [
            [b.label, b.said, with_interval(b.impact, b.interval), b.n, b.verdict or "real"]
            for b in found.bars
        ],
    )


def _emotions(parts: Parts) -> Iterator[str]:
    if not parts.emotions:
        return
    yield from section("How customers feel")
    rows = [[b.label, with_interval(b.share, b.interval)] for b in parts.emotions]
    yield from table(["Emotion", "In % of comments"], rows)
    trend = parts.sections.emotion_trend
    if trend is None:
        return
    yield from section("Emotions over time", trend.note)
    yield from table(
        ["Period", *(panel.label for panel in trend.panels)],
        [
            [period, *(with_interval(p.points[i].share, p.points[i].interval, p.points[i].n)
                       for p in trend.panels)]
            for i, period in enumerate(trend.periods)
        ],
    )  # fmt: skip


def _ratings(parts: Parts) -> Iterator[str]:
    if not parts.ratings:
        return
    yield from section("Rated questions")
    yield from table(
        ["Question", "Mean", "Scale", "n"],
        [[d.label, with_interval(d.value, d.interval), d.scale, d.n] for d in parts.ratings],
    )


def _comparisons(parts: Parts) -> Iterator[str]:
    found = parts.sections.comparisons
    if found is None:
        return
    for c in found.compared:
        yield from section(c.title, c.note)
        yield from table(
            ["What", *c.heads, "Difference", "Verdict"],
            [
                [
                    f"{r.label} at {r.place}" if r.place else r.label,
                    _side(
                        r.old,
                        r.old_interval,
                        r.n_old,
                        "" if r.old_name == c.heads[0] else r.old_name,
                    ),
                    _side(
                        r.new,
                        r.new_interval,
                        r.n_new,
                        "" if r.new_name == c.heads[1] else r.new_name,
                    ),
                    with_interval(r.difference, r.difference_interval),
                    f"{r.says}; {r.needed}" if r.needed else r.says,
                ]
                for r in c.rows
            ],
        )
    if found.segment is not None:
        yield from section(found.segment.name)
        yield from table(
            [found.segment.name, "Interactions", *found.segment.metrics],
            [
                [v.name, v.n, *(with_interval(e.text, e.interval, e.n) for e in v.scores)]
                for v in found.segment.rows
            ],
        )


def _side(value: str, interval: str, n: str, name: str) -> str:
    """Return one side of a comparison, with its name where its column does not say it."""
    found = with_interval(value, interval, n) if value else f"n = {n}"
    return f"{found} ({name})" if name else found


def _conflicts(parts: Parts) -> Iterator[str]:
    found = parts.sections.conflicts
    if found is None:
        return
    yield from section("Where score and words disagree", found.note)
    yield from _findings(parts.sections.told.get("conflicts"))
    for queue in found.queues:
        yield f"**{plain(queue.title)}** ({queue.n})"
        yield ""
        for card in queue.first[:_CONFLICTS_SHOWN]:
            said = " ".join(text for turn in card.comment.turns for text, _ in turn.pieces)
            yield quote(f"scored {card.score}: {said}")
            yield ""


def _conversations(parts: Parts) -> Iterator[str]:
    found = parts.sections.conversations
    if found is None:
        return
    yield from section("How conversations go", found.note)
    yield from table(
        ["Touchpoint", "n", "Start", "Worst", "End", "Recovery", "Recovered", "Turned negative"],
        [
            [
                r.label, r.n, with_interval(r.start, r.start_interval),
                with_interval(r.worst, r.worst_interval), with_interval(r.end, r.end_interval),
                with_interval(r.recovery, r.recovery_interval),
                with_interval(r.rate, r.rate_interval), r.n_negative,
            ]
            for r in found.rows
        ],
    )  # fmt: skip
    yield from _findings(parts.sections.told.get("conversations"))


def _model(parts: Parts) -> Iterator[str]:
    found = parts.sections.model_page
    if found is None:
        return
    yield from section("How far to trust the model", found.note)
    unsure = with_interval(found.unsure, found.unsure_interval, found.n_read)
    yield f"Unsure of the comments of this file: {plain(unsure)}."
    yield ""
    yield from (f"- {plain(line)}" for line in found.weaknesses)
    if found.weaknesses:
        yield ""
