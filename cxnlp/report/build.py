"""Write the HTML report of a scored file."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cxnlp.errors import OutputError
from cxnlp.insights.choices import check_choices
from cxnlp.insights.collect import collect
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.journey.naming import readable, touchpoint_names
from cxnlp.journey.order import period_name
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import NO_DATA
from cxnlp.report.emotions import build_emotions
from cxnlp.report.filter_page import read_filters
from cxnlp.report.header import build_cards, header_metrics, latest_changes
from cxnlp.report.headlines import write_headlines
from cxnlp.report.heatmap import (
    heat_rows,
    known_touchpoints,
    period_heatmap,
    score_heatmap,
    segment_heatmap,
)
from cxnlp.report.insights import insight_tables, three_things
from cxnlp.report.metric_info import (
    journey_metrics,
    metric_infos,
    name_by_touchpoint,
    widest_first,
)
from cxnlp.report.nps_mix import read_nps_mix
from cxnlp.report.page import render_page
from cxnlp.report.page_data import page_data
from cxnlp.report.provenance import read_provenance
from cxnlp.report.ratings import build_ratings
from cxnlp.report.sample import draw_sample, open_comments
from cxnlp.report.sections import build_sections
from cxnlp.report.summary_tables import summary_tables
from cxnlp.report.topics import build_topics
from cxnlp.report.trend import build_trends
from cxnlp.report.verbatims import build_comments

N_HEADLINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a report says, in short."""

    output: Path
    headlines: tuple[str, ...]  # at most N_HEADLINES plain sentences
    n_interactions: int
    n_bytes: int


def write_report(
    scored: Path,
    output: Path,
    *,
    by: str | None = None,
    period: str | None = None,
    compare: str | None = None,
    labels: Path | None = None,
    covered: bool = True,
) -> ReportFacts:
    """Write one self-contained HTML file about a scored Parquet file.

    :param by: a column or segment to break the journey down by.
    :param period: day, week, month, quarter or year; the journey file's where None.
    :param compare: two groups that are compared, "column=a,b"; the last two periods where None.
    :param labels: a labelled sample of the same data, which corrects the shares.
    :param covered: cover personal data in the comments: e-mail, phone, card, IBAN, IP.
    :raises InputError: on a file that is not a scored one, or no such `by`, `period` or `compare`.
    :raises OutputError: where `output` cannot be written.
    """
    scored, output = Path(scored), Path(output)
    _check_writable(output, scored)
    options = InsightOptions(by=by, compare=compare, labels=labels)
    opened = InsightData.open(scored, period=period, seed=options.seed, covered=covered)
    check_choices(opened, options)
    page, headlines = _render(opened, options)
    content = page.encode()
    _replace_file(output, content)
    return ReportFacts(
        output=output,
        headlines=headlines[:N_HEADLINES],
        n_interactions=opened.summary.overall.n,
        n_bytes=len(content),
    )


def _render(opened: InsightData, options: InsightOptions) -> tuple[str, tuple[str, ...]]:
    scored, summary, by = opened.scored.path, opened.summary, options.by
    grouped = None if by is None else opened.by(by)
    collected = collect(opened, options)
    quoted = opened.texts([row for finding in collected.three for row in finding.evidence])
    everything = metric_infos(summary.definitions)
    metrics = name_by_touchpoint(
        [m for m in everything if summary.overall.metrics.get(m.key, NO_DATA).n],
        summary.touchpoints,
        touchpoint_names(summary.journey),
    )
    heading = header_metrics(metrics)
    changes = latest_changes(summary, heading)
    headlines = write_headlines(summary, metrics, changes)
    rows = heat_rows(summary)
    mapped = widest_first(journey_metrics(metrics, summary.touchpoints), summary.touchpoints)
    by_period = period_heatmap(summary, rows, mapped)
    heatmaps = [score_heatmap(by_period, mapped)]
    if grouped is not None:
        heatmaps.insert(0, segment_heatmap(grouped, rows, mapped))
    if len(by_period.columns) > 1:
        heatmaps.insert(0, by_period)
    nps_mix = read_nps_mix(scored) if any(m.kind == "nps" for m in heading) else None
    with closing(open_comments(scored, by=by)) as connection:
        sample = draw_sample(connection, period=summary.period)
        provenance = read_provenance(connection, summary)
        sections = build_sections(
            opened,
            collected,
            connection,
            metrics=metrics,
            models=provenance.models,
            grouped=grouped,
        )
    comments = build_comments(
        sample.rows,
        period_of=lambda day: period_name(day, summary.period) or "",
        covered=opened.covered,
    )
    trends = build_trends(summary, heading)
    # Tables that readers can take along, by the id of their chart's data-table.
    tables = summary_tables(summary, heading=heading, metrics=metrics, trends=trends)
    tables |= insight_tables(collected.results) | sections.tables
    page = render_page(
        data=page_data(
            summary,
            mapped,
            heatmaps,
            comments,
            sample,
            tables=tables,
            filters=read_filters(opened, sample, by=by),
            scores=metrics,
        ),
        title=summary.journey.title or readable(scored.name.partition(".")[0]),
        summary=summary,
        period_range=_period_range(summary),
        three=three_things(collected, quoted),
        **sections.views(),
        headlines=headlines,
        cards=build_cards(summary, heading, changes, nps_mix=nps_mix),
        n_changes=len(changes),
        heatmaps=heatmaps,
        n_hidden_rows=len(known_touchpoints(summary)) - len(rows) + 1 if len(rows) > 1 else 0,
        # One row and one column of totals would only repeat the header.
        has_journey=bool(metrics) and (len(rows) > 1 or len(heatmaps) > 1),
        metrics=metrics,
        mapped=mapped,
        trends=trends,
        topics=build_topics(summary.overall),
        emotions=build_emotions(summary.overall),
        ratings=build_ratings(summary.overall, metrics),
        sample=sample,
        group_name=readable(by or ""),
        n_comments=len(comments),
        provenance=provenance,
    )
    known = tuple(finding.sentence for finding in collected.three)
    return page, known or headlines


def _period_range(summary: JourneySummary) -> str:
    periods = [c.period for c in summary.periods if c.period is not None]
    if not periods:
        return ""
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"


def _check_writable(output: Path, scored: Path) -> None:
    """Fail before the work, not after it."""
    if output.exists() and scored.exists() and output.samefile(scored):
        raise OutputError(f"{output} is the scored file. Name another file for the report.")
    if output.is_dir():
        raise OutputError(f"{output} is a folder. Name a file, as report.html.")
    if not output.parent.is_dir():
        raise OutputError(f"{output.parent} is not a folder. Create it or write elsewhere.")


def _replace_file(output: Path, content: bytes) -> None:
    """Write beside the output, then rename, so that no half-written report is ever seen."""
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise OutputError(f"{output} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, output)
    except OSError as error:
        raise OutputError(f"{output} cannot be written: {error.strerror}.") from error
    finally:
        Path(name).unlink(missing_ok=True)
