"""Write the report of a scored file, as a page, as Markdown or as JSON."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cxnlp.errors import OutputError
from cxnlp.insights.choices import check_choices
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.journey.naming import readable
from cxnlp.journey.order import period_name
from cxnlp.metrics.estimate import MIN_SHOWN_N
from cxnlp.report.filter_page import read_filters
from cxnlp.report.heatmap import (
    heat_rows,
    known_touchpoints,
    period_heatmap,
    score_heatmap,
    segment_heatmap,
)
from cxnlp.report.insights import insight_tables, three_things
from cxnlp.report.left_out import left_out, without_empty
from cxnlp.report.metric_info import journey_metrics, widest_first
from cxnlp.report.page import render_page
from cxnlp.report.page_data import page_data
from cxnlp.report.parts import Parts, read_parts
from cxnlp.report.sample import Sample, draw_sample, open_comments
from cxnlp.report.summary_tables import summary_tables
from cxnlp.report.to_json import report_to_json
from cxnlp.report.to_markdown import report_to_markdown
from cxnlp.report.verbatims import build_comments

Form = Literal["html", "md", "json"]

N_HEADLINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """What a report says, in short."""

    output: Path
    headlines: tuple[str, ...]  # at most N_HEADLINES plain sentences
    n_interactions: int
    n_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedReport:
    """A report as text."""

    text: str
    headlines: tuple[str, ...]  # the most important first
    n_interactions: int


def write_report(
    scored: Path,
    output: Path,
    *,
    form: Form = "html",
    by: str | None = None,
    period: str | None = None,
    compare: str | None = None,
    labels: Path | None = None,
    covered: bool = True,
) -> ReportFacts:
    """Write the report of a scored Parquet file; as HTML it is one file that loads nothing.

    :param form: html, md (Markdown) or json.
    :raises InputError: on a file that is not a scored one, or no such `by`, `period` or `compare`.
    :raises OutputError: where `output` cannot be written.
    """
    scored, output = Path(scored), Path(output)
    _check_writable(output, scored)
    rendered = render_report(
        scored,
        form=form,
        by=by,
        period=period,
        compare=compare,
        labels=labels,
        covered=covered,
    )
    content = rendered.text.encode()
    _replace_file(output, content)
    return ReportFacts(
        output=output,
        headlines=rendered.headlines[:N_HEADLINES],
        n_interactions=rendered.n_interactions,
        n_bytes=len(content),
    )


def render_report(
    scored: Path,
    *,
    form: Form = "html",
    by: str | None = None,
    period: str | None = None,
    compare: str | None = None,
    labels: Path | None = None,
    covered: bool = True,
) -> RenderedReport:
    """Return the report of a scored Parquet file as text.

    :param form: html, md (Markdown) or json.
    :param by: a column or segment to break the journey down by.
    :param period: day, week, month, quarter or year; the journey file's where None.
    :param compare: two groups that are compared, "column=a,b"; the last two periods where None.
    :param labels: a labelled sample of the same data, which corrects the shares.
    :param covered: cover personal data in the comments: e-mail, phone, card, IBAN, IP.
    :raises InputError: on a file that is not a scored one, or no such `by`, `period` or `compare`.
    """
    options = InsightOptions(by=by, compare=compare, labels=labels)
    opened = InsightData.open(Path(scored), period=period, seed=options.seed, covered=covered)
    check_choices(opened, options)
    with closing(open_comments(opened.scored.path, by=by)) as connection:
        parts = read_parts(opened, options, connection)
        if form == "html":
            sample = draw_sample(
                connection,
                cube=opened.cube,
                period=opened.period,
                grouped=None if by is None else opened.by(by).cube,
            )
            text = _page(parts, opened, sample, by)
        else:
            text = report_to_markdown(parts) if form == "md" else report_to_json(parts)
    return RenderedReport(
        text=text, headlines=parts.said_first, n_interactions=parts.summary.overall.n
    )


def _page(parts: Parts, opened: InsightData, sample: Sample, by: str | None) -> str:
    summary, metrics = parts.summary, parts.metrics
    rows = heat_rows(summary)
    mapped = widest_first(journey_metrics(metrics, summary.touchpoints), summary.touchpoints)
    by_period = period_heatmap(summary, rows, mapped)
    heatmaps = [score_heatmap(by_period, mapped)]
    if parts.grouped is not None:
        heatmaps.insert(0, segment_heatmap(parts.grouped, rows, mapped))
    # A single period would stand beside its own total.
    if len(by_period.columns) > 2:
        heatmaps.insert(0, by_period)
    comments = build_comments(
        sample.rows,
        period_of=lambda day: period_name(day, summary.period) or "",
        covered=opened.covered,
    )
    # Tables that readers can take along, by the id of their chart's data-table.
    tables = summary_tables(summary, heading=parts.heading, metrics=metrics, trends=parts.trends)
    tables |= insight_tables(parts.collected.results) | parts.sections.tables
    return render_page(
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
        title=parts.title,
        summary=summary,
        period_range=parts.period_range,
        three=three_things(parts.collected, parts.quotes),
        **without_empty(parts.sections).views(),
        left_out=left_out(parts),
        headlines=parts.headlines,
        cards=parts.cards,
        n_changes=len(parts.changes),
        heatmaps=heatmaps,
        n_hidden_rows=len(known_touchpoints(summary)) - len(rows) + 1 if len(rows) > 1 else 0,
        # One row of totals would only repeat the header, and the trend.
        has_journey=bool(metrics)
        and (
            len(rows) > 1 or parts.grouped is not None or (len(heatmaps) > 1 and not parts.trends)
        ),
        metrics=metrics,
        mapped=mapped,
        trends=parts.trends,
        topics=parts.topics,
        emotions=parts.emotions if summary.overall.n_scored >= MIN_SHOWN_N else (),
        ratings=parts.ratings,
        sample=sample,
        group_name=readable(by or ""),
        n_comments=len(comments),
        provenance=parts.provenance,
    )


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
