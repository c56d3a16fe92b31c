"""Reads the responses that Qualtrics exports, under three header rows, without test responses."""

from __future__ import annotations

import re
from itertools import takewhile

import pyarrow as pa

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.export_rows import Rows
from cxnlp.importers.fields import key_of
from cxnlp.importers.html_text import html_text
from cxnlp.importers.scores import is_number
from cxnlp.importers.survey_export import open_survey
from cxnlp.importers.survey_scales import find_score, is_contact, looks_free
from cxnlp.importers.table import Note, strings

NAME = "qualtrics"
TITLE = "Qualtrics"
EXPECTS = "a column ResponseId and, under the header, rows of questions and of ImportIds"
PLAIN_IS_SAFE = False

PREVIEW = "preview of the survey"
TEST = "test response"
SPAM = "marked as spam"
UNFINISHED = "unfinished response"

_IMPORT_ID = re.compile(r"""\{\s*["']+ImportId["']+\s*:\s*["']+([^"']+)["']""")
# How a column is called by its ImportId, and by its header.
_OWN = {
    "_recordId": "response_id", "startDate": "start_date", "endDate": "end_date",
    "status": "status", "progress": "progress", "finished": "finished",
    "recordedDate": "recorded_date", "externalDataReference": "external_reference",
    "userLanguage": "user_language", "distributionChannel": "distribution_channel",
    "duration": "duration_in_seconds", "ipAddress": "ip_address",
    "recipientLastName": "recipient_last_name", "recipientFirstName": "recipient_first_name",
    "recipientEmail": "recipient_email", "locationLatitude": "location_latitude",
    "locationLongitude": "location_longitude",
}  # fmt: skip
_OWN_KEYS = frozenset(_OWN.values())
_QUESTION = re.compile(r"QID\d+(?:[_#].*)?")
_LABELS = frozenset({"response id", "response type", "recorded date", "start date", "end date"})
_ZONE = re.compile(r"""["']timeZone["']+\s*:\s*["']+([^"']+)["']""")
_GROUP = "_NPS_GROUP"
_SUFFIX = re.compile(r"\s+-\s+(?:Text|Selected Choice)\s*$")
_NO = frozenset({"false", "0", "no", "falsch", "faux", "falso", "onwaar"})
# The status is a sum of these.
_BITS = ((1, PREVIEW), (2, TEST), (8, SPAM))
_WORDS = (("preview", PREVIEW), ("test", TEST), ("spam", SPAM))


def recognise(head: Head) -> float:
    """Return how sure it is that these are responses from Qualtrics."""
    if head.table is None or _columns(head).get("response_id") is None:
        return 0.0
    if any(_is_import_ids(row) for row in head.rows[:2]):
        return 1.0
    n = len(head.keys & (_OWN_KEYS - {"response_id", "start_date", "end_date", "status"}))
    return 0.9 if "response_id" in head.keys and n >= 3 else 0.0


def open_export(head: Head, note: Note) -> ExportTable:
    """Open an export of responses, of numbers or of labels."""
    headers = sum(1 for _ in takewhile(_is_header, head.rows[:2]))
    own = _columns(head)
    questions = _questions(head, headers)
    kept = _kept(head, headers, own)
    answers = {name: [head.cells(name)[i] for i in kept] for name in questions}
    ids = _import_ids(head)
    asked = {
        name: question
        for name, question in questions.items()
        if not _is_group(name, ids.get(name, ""))
    }
    bases = {
        base[: -len(_GROUP)]
        for name in questions
        for base in (name, ids.get(name, ""))
        if base.upper().endswith(_GROUP)
    }
    scores, texts = [], {}
    for name, question in asked.items():
        if _is_text(name, ids.get(name, "")):
            if not is_contact(answers[name]):
                texts[name] = question
            continue
        is_nps = name in bases or ids.get(name) in bases
        found = find_score(name, question, answers[name], is_nps=is_nps)
        if found is not None:
            scores.append(found)
        elif not ids and looks_free(question, answers[name]):
            texts[name] = question
    embedded = [
        name
        for name in head.names
        if name not in questions and name not in own.values() and ids.get(name, name) == name
    ]
    date = own.get("recorded_date") or own.get("end_date") or own.get("start_date")
    return open_survey(
        head,
        note,
        source=NAME,
        columns={
            "id": own["response_id"],
            "date": date,
            "customer": own.get("external_reference"),
            "language": own.get("user_language"),
        },
        texts=texts,
        scores=scores,
        segments=embedded,
        headers=headers,
        zone=_zone(head, date),
        drop=lambda rows: _dropped(rows, own),
    )


def _kept(head: Head, headers: int, own: dict[str, str]) -> list[int]:
    """Return which of the first rows are responses of customers."""
    cells = [strings([row[i] for row in head.rows[headers:]]) for i in range(len(head.names))]
    rows = Rows(pa.RecordBatch.from_arrays(cells, names=list(head.names)))
    return [headers + i for i, why in enumerate(_dropped(rows, own)) if why is None]


def _zone(head: Head, date: str | None) -> str:
    """Return the time zone that stands with the ImportId of a column of dates."""
    row = next((row for row in head.rows[:2] if _is_import_ids(row)), None)
    cell = row[head.names.index(date)] if row is not None and date is not None else None
    match = _ZONE.search(cell or "")
    return match[1] if match else ""


def _dropped(rows: Rows, own: dict[str, str]) -> list[tuple[str, str] | None]:
    """Return why rows are no responses of customers."""
    status, finished, progress = (own.get(key) for key in ("status", "finished", "progress"))
    found: list[tuple[str, str] | None] = []
    cells = (rows.cells(name) for name in (status, finished, progress))
    for kind, end, share in zip(*cells, strict=True):
        why = _test_of(kind) if kind else None
        if why is not None:
            found.append((status or "", why))
        elif end is not None and end.strip().casefold() in _NO:
            found.append((finished or "", UNFINISHED))
        elif end is None and share and is_number(share) and float(share) < 100:
            found.append((progress or "", UNFINISHED))
        else:
            found.append(None)
    return found


def _test_of(status: str) -> str | None:
    """Return as what a status marks a response that is no customer's."""
    text = status.strip().casefold()
    if is_number(text):
        number = float(text)
        bits = int(number) if 0 <= number < 1024 else 0
        return next((why for bit, why in _BITS if bits & bit), None)
    return next((why for word, why in _WORDS if word in text), None)


def _is_header(row: tuple[str | None, ...]) -> bool:
    return _is_import_ids(row) or sum((c or "").strip().lower() in _LABELS for c in row) >= 2


def _is_import_ids(row: tuple[str | None, ...]) -> bool:
    cells = [cell for cell in row if cell]
    return bool(cells) and 2 * sum(bool(_IMPORT_ID.search(cell)) for cell in cells) > len(cells)


def _import_ids(head: Head) -> dict[str, str]:
    """Return the ImportId of each column, none where the export has no row of them."""
    row = next((row for row in head.rows[:2] if _is_import_ids(row)), None)
    found = zip(head.names, row, strict=True) if row is not None else ()
    matches = {name: _IMPORT_ID.search(cell) for name, cell in found if cell}
    return {name: match[1] for name, match in matches.items() if match}


def _columns(head: Head) -> dict[str, str]:
    """Return the columns that Qualtrics itself fills, by what they are."""
    ids = _import_ids(head)
    found: dict[str, str] = {}
    for name in head.names:
        key = _OWN.get(ids[name]) if name in ids else key_of(name)
        if key in _OWN_KEYS:
            found.setdefault(key or "", name)
    return found


def _questions(head: Head, headers: int) -> dict[str, str]:
    """Return the columns of answers with the words of their questions, not embedded data."""
    ids = _import_ids(head)
    labels = next((row for row in head.rows[:headers] if not _is_import_ids(row)), None)
    own = frozenset(_columns(head).values())
    found = {}
    for i, name in enumerate(head.names):
        if name in own or (ids and not _QUESTION.fullmatch(ids.get(name, ""))):
            continue
        label = labels[i] if labels else None
        if not ids and label is not None and label.strip() == name:
            continue  # data that the company has embedded
        question = " ".join(html_text(label).split()) if label else ""
        found[name] = _SUFFIX.sub("", question)
    return found


def _is_text(name: str, import_id: str) -> bool:
    return (import_id or name).upper().endswith("_TEXT")


def _is_group(name: str, import_id: str) -> bool:
    return name.upper().endswith(_GROUP) or import_id.upper().endswith(_GROUP)
