"""`cxnlp score`: labels and scores for files of feedback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cxnlp.cli.progress import show_progress

if TYPE_CHECKING:
    from cxnlp.scoring.run import RunSummary


def read_mapping(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Return the columns that `--map FIELD=COLUMN` names, by field."""
    mapping: dict[str, str] = {}
    for value in values:
        field, sign, column = value.partition("=")
        if not sign or not field or not column:
            raise click.BadParameter(f"{value!r} is not field=column.", ctx=ctx, param=param)
        field, column = field.strip(), column.strip()
        if field in mapping and field != "text":
            raise click.BadParameter(f"{field!r} is mapped twice.", ctx=ctx, param=param)
        mapping[field] = f"{mapping[field]},{column}" if field in mapping else column
    return mapping


@click.command()
@click.argument(
    "inputs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Where to write: .parquet, .csv, .jsonl or .xlsx.",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="FIELD=COLUMN",
    callback=read_mapping,
    help="Read a field from this input column; may be repeated. text takes several: "
    "text=COLUMN,COLUMN.",
)
@click.option(
    "--format",
    "format_name",
    default="auto",
    metavar="NAME",
    help="Of the inputs: auto (default) recognises known exports; or qualtrics, surveymonkey, "
    "delighted, zendesk, intercom, google_play, app_store, google_business, trustpilot; or a plain "
    "table: csv, tsv, tab, json, jsonl, ndjson, xlsx, xlsm, parquet, pq.",
)
@click.option(
    "--journey",
    "journey_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Stages, touchpoints and scores; default: journey.toml beside the input.",
)
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
@click.option(
    "--topics", metavar="FOLDER", type=click.Path(path_type=Path),
    help="Own topics, as `cxnlp topics fit` wrote them; scored beside the others.",
)  # fmt: skip
@click.option("--sheet", metavar="NAME", help="Of a workbook; default: the first with data.")
@click.option(
    "--raw-csv", is_flag=True, help="Leave texts in CSV as they are that a spreadsheet would run."
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(
    inputs: tuple[Path, ...],
    output: Path,
    mapping: dict[str, str],
    format_name: str,
    sheet: str | None,
    raw_csv: bool,
    journey_path: Path | None,
    model: str | None,
    topics: Path | None,
    quiet: bool,
) -> None:
    """Score FILEs of customer feedback: CSV, TSV, Excel, JSON, JSON lines or Parquet.

    Exports of known survey, support and review tools are read as such (see --format).

    Finds sentiment, satisfaction, emotions and topics of every text and sentence, and keeps survey
    scores beside them. A chat gives one result, be it one row (turns: a list of role and text) or
    one turn a row (conversation id, role, text). A survey's open questions give one result each.
    What cannot be read goes to OUT.rejects.csv with its reason. A text in CSV that a spreadsheet
    would run as a formula gets an apostrophe before it (not with --raw-csv).
    """
    from cxnlp.declarations import JourneyFile
    from cxnlp.journey.journey_file import find_journey_file, read_journey_file
    from cxnlp.model.classifier import Classifier
    from cxnlp.scoring.run import score_files

    def note(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    found = journey_path or find_journey_file(inputs)
    if found is not None and journey_path is None:
        note(f"Journey file: {found}")
    journey = JourneyFile() if found is None else read_journey_file(found)
    with show_progress(quiet=quiet) as progress:
        summary = score_files(
            inputs,
            output,
            load=lambda: Classifier.load(model, topics=topics),
            mapping=mapping,
            journey=journey,
            note=progress.note if not quiet else note,
            progress=progress.update,
            format_name=format_name,
            sheet=sheet,
            raw_csv=raw_csv,
        )
    for line in _describe(summary):
        note(line)


def _describe(summary: RunSummary) -> list[str]:
    """Return the end of a run in a few lines."""
    foreign = sum(summary.foreign.values())
    spoken = summary.n_conversations_scored
    all_spoken = 0 < summary.n_conversations == summary.rows_kept
    scored = [f"{_count(spoken, 'conversation')} scored"] if spoken else []
    if summary.n_scored > spoken or not all_spoken:
        scored.append(f"{_count(summary.n_scored - spoken, 'text')} scored")
    lines = [
        f"{_count(summary.rows_read, 'conversation' if all_spoken else 'row')} read, "
        f"{summary.rows_kept:,} kept: {', '.join(scored)}"
        f"{', ' if scored else ''}{summary.n_without_text:,} without text, "
        f"{foreign:,} in another language; {_count(summary.n_responses, 'survey answer')}."
    ]
    if summary.n_interactions > summary.rows_kept:
        lines.append(f"Rows with several texts make {summary.n_interactions:,} interactions.")
    if summary.n_conversations:
        blank = summary.n_turns_blank
        lines.append(
            f"{_count(summary.n_conversations, 'conversation')} of "
            f"{_count(summary.n_turns, 'turn')}"
            + (f"; {_count(blank, 'blank turn')} of customers left out." if blank else ".")
        )
    if foreign:
        languages = ", ".join(f"{code} {n:,}" for code, n in summary.foreign.items())
        lines.append(f"Not scored, in another language: {languages}.")
    if summary.reasons:
        reasons = "; ".join(f"{reason} {n:,}" for reason, n in summary.reasons.items())
        lines.append(
            f"Rejected: {_count(summary.rows_rejected, 'whole row')}, "
            f"{_count(summary.values_rejected, 'value')} ({reasons}); see {summary.rejects}."
        )
    return [*lines, f"{summary.output}: scored by {summary.model}."]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"
