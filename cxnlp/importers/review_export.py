"""What the exports of review sites have in common: stars, a title, a text, and no question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from cxnlp.declarations import Metric
from cxnlp.errors import InputError
from cxnlp.importers.cells import is_blank
from cxnlp.importers.export import ExportTable, Head, stable_id
from cxnlp.importers.export_rows import Cells, Derive, ExportRows, Rows, by_row, constant, free_name
from cxnlp.importers.export_segments import find_segments

_ENDS = (".", "!", "?", "…", ":", ";", ",")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewColumns:
    """The columns of an export of reviews; None where it has none.

    :param told: the columns that tell a review without an id from others.
    :param is_exact: whether two rows that agree in `told` are one review, and not only alike.
    """

    stars: str
    title: str | None
    text: str | None
    date: str | None
    id: str | None = None
    told: tuple[str, ...] = ()
    is_exact: bool = False
    customer: str | None = None
    language: str | None = None
    segments: tuple[str | None, ...] = ()


def open_reviews(
    head: Head,
    columns: ReviewColumns,
    *,
    source: str,
    read_stars: Callable[[str], str] = str,
    read_text: Callable[[str], str] = str,
) -> ExportTable:
    """Return the reviews of an export; a row of stars alone is a score without a text.

    :param read_stars: the number of stars that a cell means.
    :param read_text: the customer's own words of a cell.
    """
    if head.table is None:
        raise InputError(f"{head.path}: is no table of reviews.")
    names = head.names
    id_, text, channel = (free_name(n, names) for n in ("id", "text", "channel"))

    def texts(rows: Rows) -> Cells:
        found = zip(rows.cells(columns.title), rows.cells(columns.text), strict=True)
        return [joined(title, body and read_text(body)) for title, body in found]

    def stars(rows: Rows) -> Cells:
        return [cell and read_stars(cell.strip()) for cell in rows.cells(columns.stars)]

    rows = ExportRows(
        head.table,
        derive={
            id_: lambda: _ids(columns),
            text: by_row(texts),
            channel: constant("review"),
            columns.stars: by_row(stars),
        },
    )
    fields = {
        "id": id_,
        "date": columns.date,
        "channel": channel,
        "customer": columns.customer,
        "language": columns.language,
    }
    return ExportTable(
        table=rows,
        source=source,
        columns={field: column for field, column in fields.items() if column},
        texts={text: ""} if columns.title or columns.text else {},
        metrics=(stars_metric(columns.stars, question_id=f"{source}_stars"),),
        segments=find_segments(head, columns.segments),
        derived=frozenset({id_, text, channel}),
    )


def stars_metric(column: str, *, question_id: str) -> Metric:
    """Return the metric of one to five stars."""
    return Metric(
        column=column,
        kind="rating",
        question_id=question_id,
        scale_min=1.0,
        scale_max=5.0,
        higher_is_better=True,
    )


def joined(title: str | None, text: str | None) -> str | None:
    r"""Return a title and a text as one; a title that only begins the text is left out.

    >>> joined("Great app", "I use it daily."), joined("I use it", "I use it daily.")
    ('Great app.\nI use it daily.', 'I use it daily.')
    """
    title = title.strip() if title and not is_blank(title) else ""
    text = text.strip() if text and not is_blank(text) else ""
    if not title or not text:
        return title or text or None
    if text.casefold().startswith(title.rstrip(".…").casefold()):
        return text
    return f"{title if title.endswith(_ENDS) else title + '.'}\n{text}"


def _ids(columns: ReviewColumns) -> Derive:
    """Return a column of ids: the export's own, else made of what tells a review from others.

    Rows that are only alike are numbered, as they are in every copy of the export.
    """
    seen: Counter[str] = Counter()

    def ids(rows: Rows) -> Cells:
        own = rows.cells(columns.id)
        told = list(zip(*(rows.cells(name) for name in columns.told), strict=True))
        made: Cells = []
        for i, id_ in enumerate(own):
            if id_ is None:
                id_ = stable_id(*told[i]) if told else None
                if id_ is not None and not columns.is_exact:
                    seen[id_] += 1
                    id_ = f"{id_}-{seen[id_]}" if seen[id_] > 1 else id_
            made.append(id_)
        return made

    return ids
