"""Reads the responses that SurveyMonkey exports, under a second header row of answer labels."""

from __future__ import annotations

import re

from cxnlp.importers.export import ExportTable, Head
from cxnlp.importers.fields import key_of
from cxnlp.importers.html_text import html_text
from cxnlp.importers.survey_export import open_survey
from cxnlp.importers.survey_scales import find_score, is_contact, looks_free
from cxnlp.importers.table import Note

NAME = "surveymonkey"
TITLE = "SurveyMonkey"
EXPECTS = "the columns Respondent ID and Collector ID and, under the header, one of answer labels"
PLAIN_IS_SAFE = False

_OWN = frozenset(
    {
        "respondent_id", "collector_id", "collector", "collector_name", "collector_type",
        "start_date", "end_date", "date_created", "date_modified", "ip_address", "email_address",
        "email", "first_name", "last_name", "language",
    }
)  # fmt: skip
_CUSTOM = re.compile(r"custom_(?:data|value|variable)(?:_\d+)?")
_PLAIN_LABELS = frozenset({"", "response", "open ended response"})
_FREE_LABEL = re.compile(r"open.ended response|\bother\b|\bplease specify\b|^comments?\b", re.I)


def recognise(head: Head) -> float:
    """Return how sure it is that these are responses from SurveyMonkey."""
    if head.table is None or not {"respondent_id", "collector_id"} <= head.keys:
        return 0.0
    dates = {"start_date", "end_date", "date_created", "date_modified"}
    return 0.95 if head.keys & dates else 0.7


def open_export(head: Head, note: Note) -> ExportTable:
    """Open an export of responses, of numbers or of labels."""
    respondent = head.find("respondent_id") or ""
    headers = 1 if head.rows and not (head.cells(respondent)[0] or "").strip() else 0
    questions = _questions(head, headers)
    answers = {name: head.cells(name)[headers:] for name in questions}
    texts: dict[str, str] = {}
    scores = []
    for name, (question, label) in questions.items():
        found = find_score(name, question, answers[name])
        if _FREE_LABEL.search(label) and not is_contact(answers[name]):
            texts[name] = question
        elif found is not None:
            scores.append(found)
        elif looks_free(question, answers[name]):
            texts[name] = question
    return open_survey(
        head,
        note,
        source=NAME,
        columns={
            "id": respondent,
            "date": head.find("end_date", "date_modified", "start_date", "date_created"),
            "language": head.find("language"),
        },
        texts=texts,
        scores=scores,
        segments=[n for n in head.names if _CUSTOM.fullmatch(key_of(n))],
        headers=headers,
        month_first=True,
    )


def _questions(head: Head, headers: int) -> dict[str, tuple[str, str]]:
    """Return the columns of answers, each with its question and the label under it.

    A question with several columns is named over the first of them only. A column of one answer of
    several, whose label is an answer, is asked about that one.
    """
    found: dict[str, tuple[str, str]] = {}
    asked = ""
    for i, name in enumerate(head.names):
        is_own = key_of(name) in _OWN or _CUSTOM.fullmatch(key_of(name))
        label = (head.rows[0][i] or "").strip() if headers else ""
        if is_own:
            asked = ""
            continue
        if name != f"column_{i + 1}":
            asked = " ".join(html_text(_without_number(name, head.names)).split())
        elif not asked:
            continue
        detail = "" if _key(label) in _PLAIN_LABELS else f" - {label}"
        found[name] = (asked + detail, label)
    return found


def _key(label: str) -> str:
    return re.sub(r"[\W_]+", " ", label.casefold()).strip()


def _without_number(name: str, names: tuple[str, ...]) -> str:
    """Return the header that a column had before columns of one name were numbered."""
    base, sign, number = name.rpartition("_")
    return base if sign and number.isdigit() and base in names else name
