"""Make one answer of what several annotators said of a text; where they tie, there is none."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import TypeVar

from cxnlp.errors import InputError
from cxnlp.labels import EMOTIONS
from training.example import OWN_LABELS, Example, SpanLabel
from training.labelled.rows import LabelRow, Problems

Value = TypeVar("Value", bound=Hashable)
Place = tuple[int, int] | None
Unit = tuple[str, str | None, Place]  # text, question, place in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Texts with one answer each, and how many answers were dropped."""

    examples: tuple[Example, ...]  # their split is "" where the file names none
    rows: dict[tuple[str, str | None], tuple[tuple[str, int], ...]]  # text -> where it stands
    topics: frozenset[str]  # that occur anywhere: the others are unknown, not absent
    emotions: frozenset[str]
    ties: dict[str, int] = field(default_factory=dict)  # kind of label -> answers dropped
    repeated: int = 0  # rows that say again what the same annotator said


def merge(rows: Sequence[LabelRow]) -> Merged:
    """Return each text once: sentiment, labels and polarity by majority, satisfaction by mean.

    A label that as many deny as give is left unknown, and counted. What no row of the files ever
    names is unknown too: the annotators may not have had it on their list.

    :raises InputError: where one annotator contradicts himself, or a text has two splits.
    """
    units, repeated = group_units(rows)
    topics = frozenset(t for row in rows for t in row.topics or ())
    emotions = frozenset(e for row in rows for e in row.emotions or ())
    for kind, named in (("topics", topics), ("emotions", emotions)):
        said = [row for row in rows if getattr(row, kind) is not None]
        if said and not named:
            raise InputError(
                f"Nothing was trained. {kind}: {len(said):,} rows say none, and no row names one. "
                "Leave the column out."
            )
    ties: Counter[str] = Counter()
    spans: dict[tuple[str, str | None], list[SpanLabel]] = defaultdict(list)
    where: dict[tuple[str, str | None], list[tuple[str, int]]] = defaultdict(list)
    splits: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for (text, question, place), said in units.items():
        key = (text, question)
        where[key] += [(row.file, row.number) for row in said]
        splits[key] |= {row.split or "" for row in said}
        spans[key].append(_span(text, place, said, topics, emotions, ties))
    problems = Problems()
    for key, found in splits.items():
        if len(found) > 1:
            for file, number in where[key]:
                problems.add("split: one text stands in two splits", file, number)
    problems.refuse()
    examples = tuple(
        Example(
            text=text,
            question=question,
            source=OWN_LABELS,
            split=next(iter(splits[text, question])),
            spans=tuple(sorted(found, key=lambda s: (s.start, -s.end))),
        )
        for (text, question), found in spans.items()
        if any(span.says_something for span in found)
    )
    return Merged(
        examples=examples,
        rows={key: tuple(value) for key, value in where.items()},
        topics=topics,
        emotions=emotions,
        ties=dict(ties),
        repeated=repeated,
    )


def group_units(rows: Iterable[LabelRow]) -> tuple[dict[Unit, list[LabelRow]], int]:
    """Return the rows of each text or part of one, one an annotator, and how many said it again.

    Rows without an annotator count as each by another.

    :raises InputError: where one annotator said two different things of the same.
    """
    units: dict[Unit, list[LabelRow]] = defaultdict(list)
    by_name: dict[tuple[Unit, str], LabelRow] = {}
    problems, repeated = Problems(), 0
    for row in rows:
        unit = (row.text, row.question, row.place)
        if row.annotator is not None:
            before = by_name.setdefault((unit, row.annotator), row)
            if before is not row:
                if _answers(before) == _answers(row):
                    repeated += 1
                else:
                    what = "annotator: says two things of one text"
                    problems.add(what, before.file, before.number)
                    problems.add(what, row.file, row.number)
                continue
        units[unit].append(row)
    problems.refuse()
    return dict(units), repeated


def _answers(row: LabelRow) -> tuple[object, ...]:
    return (row.sentiment, row.satisfaction, row.emotions, row.topics, row.polarities, row.split)


def _span(
    text: str,
    place: Place,
    said: Sequence[LabelRow],
    topics: frozenset[str],
    emotions: frozenset[str],
    ties: Counter[str],
) -> SpanLabel:
    start, end = place or (0, len(text))
    scores = [row.satisfaction for row in said if row.satisfaction is not None]
    present = _set_majority([row.topics for row in said], topics, "topics", ties)
    felt = _set_majority([row.emotions for row in said], emotions, "emotions", ties)
    polarities = {}
    for topic, there in present.items():
        given = [dict(row.polarities).get(topic) for row in said]
        polarity = _majority(given, "polarities", ties) if there else None
        if polarity is not None:
            polarities[topic] = polarity
    return SpanLabel(
        start=start,
        end=end,
        sentiment=_majority([row.sentiment for row in said], "sentiment", ties),
        satisfaction=mean(scores) if scores else None,
        emotions=frozenset(e for e, there in felt.items() if there) if felt else None,
        emotion_scheme=None if set(felt) == set(EMOTIONS) or not felt else frozenset(felt),
        topics=present,
        polarities=polarities,
    )


def _majority(values: Iterable[Value | None], kind: str, ties: Counter[str]) -> Value | None:
    """Return the value that most gave, None where two were given as often."""
    ranked = Counter(value for value in values if value is not None).most_common(2)
    if len(ranked) == 2 and ranked[0][1] == ranked[1][1]:
        ties[kind] += 1
        return None
    return ranked[0][0] if ranked else None


def _set_majority(
    sets: Iterable[frozenset[str] | None], scheme: frozenset[str], kind: str, ties: Counter[str]
) -> dict[str, bool]:
    """Return label -> whether it is there, without those that as many deny as give."""
    given = [one for one in sets if one is not None]
    found = {}
    for label in sorted(scheme) if given else ():
        yes = sum(label in one for one in given)
        if 2 * yes == len(given):
            ties[kind] += 1
        else:
            found[label] = 2 * yes > len(given)
    return found
