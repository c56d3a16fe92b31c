"""The doctor's findings as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cxnlp.doctor.findings import FileColumns, Findings, Score, ScoreLike

_MAX_NAMES = 8
_ENGLISH = "en"


def describe(found: Findings) -> list[str]:
    """Return the findings, most important first, and what to do about them."""
    parts = (_rows, _files, _time_span, _labels, _rejects, _advice)
    return [line for part in parts for line in part(found)]


def _rows(found: Findings) -> Iterator[str]:
    what = [f"{found.n_texts:,} texts"] if found.n_texts or not found.n_conversations else []
    if found.n_conversations:
        what.append(f"{found.n_conversations:,} conversations of {found.n_turns:,} turns")
    if found.n_without_text:
        what.append(f"{found.n_without_text:,} without text")
    kept = f"{found.rows_kept:,} would be kept: {', '.join(what)}"
    yield f"Rows      {found.rows_read:,} read, {kept}"
    n = found.n_texts + found.n_conversations
    if n:
        yield (
            f"          {found.n_characters / n:,.0f} characters each on average, "
            f"{found.longest:,} in the longest"
        )
    if found.n_repeated_ids:
        yield f"          {found.n_repeated_ids:,} rows repeat an earlier one and would count once"
    if found.n_repeated_texts:
        yield (
            f"          {found.n_repeated_texts:,} texts of four words or more stood before; "
            "they count again"
        )
    if found.seconds is not None:
        yield (
            f"Time      about {_duration(found.seconds)} to score here "
            f"(tried on {found.n_timed:,} texts)"
        )


def _files(found: Findings) -> Iterator[str]:
    for columns in found.columns:
        yield from _columns(columns)


def _columns(columns: FileColumns) -> Iterator[str]:
    kind = "" if columns.source == columns.file else f", a {columns.source} export"
    yield f"Columns   {columns.file}: {columns.n_columns} columns{kind}"
    fields = {f: c for f, c in columns.fields.items() if not (f == "text" and columns.questions)}
    for field, column in fields.items():
        yield f"          {field:<12} {column}"
    for column, question in columns.questions.items():
        yield f"          {'text':<12} {column}" + (
            "" if question in ("", column) else f" ({question})"
        )
    if columns.segments:
        yield f"          {'segments':<12} {', '.join(columns.segments)}"
    if columns.others:
        more = len(columns.others) - _MAX_NAMES
        names = ", ".join(columns.others[:_MAX_NAMES]) + (f" and {more} more" if more > 0 else "")
        yield f"          {'kept as is':<12} {names}"


def _time_span(found: Findings) -> Iterator[str]:
    if found.first is None:
        yield "Dates     none"
        return
    undated = f"; {found.n_undated:,} without one" if found.n_undated else ""
    yield f"Dates     {found.first} to {found.last}{undated}"


def _labels(found: Findings) -> Iterator[str]:
    for at, score in enumerate(found.scores):
        yield f"{'Scores' if at == 0 else '':<9} {_score(score)}"
    if not found.scores:
        yield "Scores    none"
    yield f"At        {_shares(found.touchpoints, found.n_touchpoints) or 'none'}"
    yield f"Channels  {_shares(found.channels, len(found.channels)) or 'none'}"
    if found.n_language_sample:
        sample = (
            f" (of a sample of {found.n_language_sample:,})"
            if found.n_language_sample < found.n_texts + found.n_conversations
            else ""
        )
        shares = ", ".join(
            f"{code} {_percent(n, found.n_language_sample)}"
            for code, n in list(found.languages.items())[:_MAX_NAMES]
        )
        yield f"Language  {shares}{sample}"


def _score(score: Score) -> str:
    direction = "higher is better" if score.higher_is_better else "lower is better"
    mean = "" if score.mean is None else f", mean {score.mean:.2f}"
    return (
        f"{score.question}: {score.kind.upper() if score.kind != 'rating' else 'rating'} of "
        f"{score.scale_min:g} to {score.scale_max:g}, {direction}; {score.n:,} answers{mean}"
    )


def _shares(names: Mapping[str, int], n_all: int) -> str:
    shown = ", ".join(f"{name} {n:,}" for name, n in list(names.items())[:_MAX_NAMES])
    more = n_all - _MAX_NAMES
    return shown + (f" and {more:,} more" if more > 0 else "")


def _rejects(found: Findings) -> Iterator[str]:
    if not found.rejected:
        yield "Rejects   none to expect"
        return
    yield (
        f"Rejects   {found.rows_rejected:,} whole rows and {found.values_rejected:,} values "
        "would go to the rejects file:"
    )
    for item in found.rejected:
        where = f" in {item.field}" if item.field else ""
        rows = ", ".join(map(str, item.rows)) + (", ..." if item.n > len(item.rows) else "")
        yield f"          {item.n:>7,}  {item.reason}{where} ({item.file}, row {rows})"


def _advice(found: Findings) -> Iterator[str]:
    advice = list(_advised(found))
    if advice:
        yield "Advice"
    for line in advice:
        yield f"  - {line}"
    for item in found.score_like:
        yield from _declaration(item)


def _advised(found: Findings) -> Iterator[str]:
    if not found.n_texts and not found.n_conversations:
        yield "There is no text: where there should be, name its column with --map text=COLUMN."
    if not found.scores and not found.score_like:
        yield "There is no score: NPS, CSAT and drivers will be missing; sentiment and topics not."
    if found.first is None:
        yield "There is no date: name its column with --map occurred_at=COLUMN to see a trend."
    if not found.touchpoints:
        yield (
            "There is no touchpoint: name its column with --map touchpoint=COLUMN to see the "
            "journey."
        )
    foreign = found.n_language_sample - found.languages.get(_ENGLISH, 0)
    if found.n_language_sample and foreign / found.n_language_sample > 0.05:
        yield (
            f"{_percent(foreign, found.n_language_sample)} of the texts seem not to be English; "
            "they are marked and counted, not scored."
        )
    if found.rows_read and found.rows_rejected / found.rows_read > 0.2:
        yield "More than a fifth of the rows would be rejected: look at the reasons above first."
    if found.n_repeated_texts * 5 > max(found.n_texts, 1):
        yield "A fifth of the texts stood before: was the same export put in twice?"


def _declaration(item: ScoreLike) -> Iterator[str]:
    """Return lines that declare a score-like column, to be put into the journey file."""
    low, high = item.scales[0]
    kind = "nps" if (low, high) == (0, 10) else "csat" if (low, high) == (1, 5) else "rating"
    yield (
        f"  - {item.column!r} of {item.file} holds whole numbers {item.low} to {item.high} and is "
        "read as no score. If it is one, put this into journey.toml and check it:"
    )
    yield "      [[metric]]"
    yield f'      column = "{_quoted(item.column)}"'
    yield f'      kind = "{kind}"'
    if kind != "nps":
        yield f"      scale_min = {low}"
        yield f"      scale_max = {high}"
        yield "      higher_is_better = true"


def _quoted(name: str) -> str:
    """Return a name as it stands in a TOML string."""
    kept = name.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in kept)


def _percent(n: int, of: int) -> str:
    share = 100 * n / of
    return "under 0.1%" if 0 < share < 0.1 else f"{share:.1f}%"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
