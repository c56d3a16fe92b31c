"""Which metric a survey question is, from its words and its first answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cxnlp.declarations import Metric
from cxnlp.importers.scores import is_number

_MAX_SLIPS = 0.1
_MIN_ANSWERS = 5  # of which one may be a slip
_MAX_LABEL_CHARACTERS = 60

_RECOMMEND = re.compile(r"\b(?:recommend|empfehl|weiterempf|recommand|recomend|raccomand)", re.I)
_SATISFIED = re.compile(r"satisf|zufrieden|soddisf|tevreden|satisfech", re.I)
_OPEN = re.compile(
    r"\b(?:why|tell us|describe|explain|elaborate|comments?|suggest\w*|reasons?|improve\w*|better|"
    r"anything|feedback|own words)\b",
    re.I,
)
_MIN_WORDS, _MIN_WORDS_OPEN = 3.0, 1.5  # of an answer on average
_IS_EASE = re.compile(r"\beas(?:y|ier|ily|e)\b", re.I)
_IS_EFFORT = re.compile(r"\b(?:effort|difficult)\b", re.I)

# "10 - Extremely likely", "Not at all likely - 0", "4 stars".
_WITH_NUMBER = re.compile(r"(?:\D*\b)?(\d{1,2})(?:\.0+)?(?:\b\D*)?")
_NEITHER = {
    "satisfied": ("neither satisfied nor dissatisfied", "neither satisfied or dissatisfied",
                  "neutral"),
    "agree": ("neither agree nor disagree", "neutral"),
    "easy": ("neither easy nor difficult", "neutral"),
}  # fmt: skip


def _scale(good: str, bad: str, *degrees: str) -> dict[str, int]:
    """Return the number of each answer; `degrees` run from the strongest to the weakest."""
    n = len(degrees)
    numbers = dict.fromkeys(_NEITHER[good], n + 1)
    for i, degree in enumerate(degrees):
        numbers[f"{degree} {bad}".strip()] = i + 1
        numbers[f"{degree} {good}".strip()] = 2 * n + 1 - i
    return numbers


# Of the words in which scales are worded, the first that has all answers of a column.
_CSAT_SCALES = (
    _scale("satisfied", "dissatisfied", "extremely", "somewhat"),
    _scale("satisfied", "dissatisfied", "very", ""),
    _scale("satisfied", "dissatisfied", "very", "somewhat"),
    _scale("satisfied", "dissatisfied", "extremely", "moderately", "slightly"),
)
_CES_SCALES = (
    _scale("agree", "disagree", "strongly", ""),
    _scale("agree", "disagree", "strongly", "somewhat"),
    _scale("agree", "disagree", "strongly", "", "somewhat"),
    _scale("easy", "difficult", "very", ""),
    _scale("easy", "difficult", "very", "somewhat"),
    _scale("easy", "difficult", "extremely", "somewhat"),
    _scale("easy", "difficult", "extremely", "moderately", "slightly"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredQuestion:
    """A question whose answers are numbers on a scale, or words that mean one."""

    metric: Metric
    words: Mapping[str, int]

    def read(self, cell: str) -> str:
        """Return the number that an answer means, or the cell as it is."""
        return _read(cell, self.words)


def find_score(
    column: str, question: str, cells: Sequence[str | None], *, is_nps: bool = False
) -> ScoredQuestion | None:
    """Return how a question with closed answers is scored, None where it is in no known way.

    Asked for a recommendation and answered from 0 to 10 it is NPS; for satisfaction from 1 to 5,
    CSAT; for ease or effort from 1 to 5 or, where an answer is higher, to 7, CES.

    :param is_nps: the survey tool says so itself.
    """
    answers = [cell for cell in cells if cell and cell.strip()]
    if is_nps:
        return _scored("nps", column, question, 0, 10)
    if not answers:
        return None
    if _RECOMMEND.search(question):
        numbers = _numbers(answers, {})
        # All within 1 to 5 it is rather asked on another scale.
        wide = _fit(numbers, 0, 10) and (max(numbers) > 5 or min(numbers) < 1)
        return _scored("nps", column, question, 0, 10) if wide else None
    if _SATISFIED.search(question):
        words = _words_of(answers, _CSAT_SCALES)
        numbers = _numbers(answers, words)
        high = max(words.values(), default=5)
        if _fit(numbers, 1, high):
            return _scored("csat", column, question, 1, high, words=words)
    elif _IS_EASE.search(question) or _IS_EFFORT.search(question):
        words = _words_of(answers, _CES_SCALES)
        numbers = _numbers(answers, words)
        if _fit(numbers, 1, 7):
            high = max(words.values(), default=7 if max(numbers) > 5 else 5)
            higher = bool(words or _IS_EASE.search(question))
            return _scored("ces", column, question, 1, high, higher=higher, words=words)
    return None


def looks_free(question: str, cells: Sequence[str | None]) -> bool:
    """Return whether answers are in the customers' words rather than choices, names or numbers.

    >>> looks_free("What could we do better?", ["Answer the phone!", "Nothing."])
    True
    """
    answers = [cell.strip() for cell in cells if cell and cell.strip()]
    n_words = sum(len(answer.split()) for answer in answers)
    n_distinct = len({answer.casefold() for answer in answers})
    enough = _MIN_WORDS_OPEN if _OPEN.search(question) else _MIN_WORDS
    is_worded = n_words >= enough * len(answers) and n_distinct > 0.6 * len(answers)
    return bool(answers) and is_worded and not is_contact(answers)


def is_contact(cells: Sequence[str | None]) -> bool:
    """Return whether most answers are numbers, phone numbers or e-mail addresses."""
    answers = [cell.strip() for cell in cells if cell and cell.strip()]
    found = [is_number(a) or bool(_CONTACT.fullmatch(a)) for a in answers]
    return bool(answers) and 2 * sum(found) > len(answers)


_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\+?[\d\s()./-]{6,20}")


def _read(cell: str, words: Mapping[str, int]) -> str:
    text = cell.strip()
    if is_number(text):
        return text
    key = _key(text)
    if key in words:
        return str(words[key])
    match = _WITH_NUMBER.fullmatch(text) if len(text) <= _MAX_LABEL_CHARACTERS else None
    return match[1] if match else cell


def _numbers(answers: Sequence[str], words: Mapping[str, int]) -> list[float]:
    """Return the answers as numbers, none where not nearly all are whole ones."""
    found = [float(n) for n in (_read(cell, words) for cell in answers) if is_number(n)]
    n_off = len(answers) - sum(n.is_integer() for n in found)
    return found if _are_slips(n_off, len(answers)) else []


def _fit(numbers: Sequence[float], low: int, high: int) -> bool:
    """Return whether numbers are on a scale, but for a few that are slips."""
    n_off = sum(not low <= n <= high for n in numbers)
    return bool(numbers) and _are_slips(n_off, len(numbers))


def _are_slips(n_off: int, n: int) -> bool:
    """Return whether so many of n answers are few enough to be slips."""
    return n_off <= max(_MAX_SLIPS * n, float(n >= _MIN_ANSWERS))


def _words_of(answers: Sequence[str], scales: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    keys = {_key(answer) for answer in answers}
    return next((scale for scale in scales if keys <= scale.keys()), {})


def _key(answer: str) -> str:
    return " ".join(answer.casefold().replace("-", " ").replace("unsat", "dissat").split())


def _scored(
    kind: str,
    column: str,
    question: str,
    low: int,
    high: int,
    *,
    higher: bool = True,
    words: Mapping[str, int] | None = None,
) -> ScoredQuestion:
    metric = Metric(
        column=column,
        kind=kind,
        question_id=question or column,
        scale_min=float(low),
        scale_max=float(high),
        higher_is_better=higher,
    )
    return ScoredQuestion(metric=metric, words=words or {})
