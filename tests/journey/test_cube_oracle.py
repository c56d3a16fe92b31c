"""The cube against a plain count of random rows, one at a time."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cxnlp.journey.cube import SCALE, build_cube
from cxnlp.journey.scored import open_scored
from cxnlp.labels import EMOTION_GROUP_OF

Row = dict[str, Any]
STAGE_OF = {"shop": "purchase", "web": "reach"}
SENTIMENTS = ("negative", "neutral", "positive")
LABELS = ("price_value", "food_drink", "website_app", "staff_service")
EMOTIONS = ("annoyance", "disapproval", "joy", "love", "neutral", "unheard_of")
KEYS = ("touchpoint", "stage", "period", "group")


def _topics(luck: random.Random) -> list[Row] | None:
    labels = luck.sample(LABELS, luck.randint(0, 3))
    kinds = (*SENTIMENTS, None)
    found = [{"label": t, "score": 0.9, "sentiment": luck.choice(kinds)} for t in labels]
    return found or luck.choice(([], None))


def _row(luck: random.Random, number: int) -> Row:
    sentiment = luck.choice((*SENTIMENTS, *SENTIMENTS, None))
    day = dt.datetime(luck.choice((1968, 2023)), luck.randint(1, 12), luck.randint(1, 28), 23, 59)
    spans = [
        {"start": 0, "end": 1, "sentiment": "neutral", "sentiment_score": 0.0,
         "topics": _topics(luck)}
        for _ in range(luck.randint(0, 4))
    ]  # fmt: skip
    answers = [
        {
            "question_id": question, "metric": metric, "value": luck.choice((*values, None)),
            "scale_min": float(values[0]), "scale_max": float(values[-1]),
            "higher_is_better": better, "weight": luck.choice((None, 1.0, 0.5, 3.0)),
            "touchpoint": luck.choice((None, None, "web", "shop", "elsewhere")),
        }
        for question, metric, values, better in (
            ("q1", "nps", range(11), True), ("q2", "ces", range(1, 8), False),
        )
        if luck.random() < 0.8
    ]  # fmt: skip
    luck.shuffle(answers)
    return {
        "interaction_id": str(number),
        "source": luck.choice(("a.csv", "b.csv", None)),
        "submission_id": luck.choice((None, *map(str, range(40)))),
        "occurred_at": luck.choice((None, *(day.replace(tzinfo=dt.UTC),) * 6)),
        "touchpoint": luck.choice(("shop", "web", "other", None)),
        "stage": luck.choice((None, None, "loyalty")),
        "channel": luck.choice(("email", "chat", None)),
        "language": luck.choice(("en", "EN-gb", "fr", None)),
        "text": luck.choice(("a", None)),
        "responses": luck.choice((answers, answers, None)),
        "sentiment": sentiment,
        "mixed": luck.choice((True, False, None)),
        "satisfaction": luck.choice((None, math.nan, 1.5, 4.25)),
        "emotions": luck.choice((
            None, [{"label": e, "score": 0.5} for e in luck.sample(EMOTIONS, luck.randint(0, 4))],
        )),
        "topics": _topics(luck),
        "spans": luck.choice((spans, spans, None)),
    }  # fmt: skip


def _place(row: Row) -> tuple[Any, ...]:
    day = row["occurred_at"]
    first = None if day is None else dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    stage = row["stage"] or STAGE_OF.get(row["touchpoint"])
    return (row["touchpoint"], stage, first, row["channel"])


def _count_documents(rows: list[Row]) -> dict[Any, Counter[str]]:
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in rows:
        cell, kind = found[_place(row)], row["sentiment"]
        cell["n"] += 1
        cell["n_scored"] += kind is not None
        language = row["language"]
        foreign = language is not None and not language.lower().startswith("en")
        cell["n_foreign"] += kind is None and row["text"] is not None and foreign
        if kind is not None:
            cell["n_mixed" if row["mixed"] else f"n_{kind}"] += 1
        s = row["satisfaction"]
        if s is not None and not math.isnan(s):
            cell["n_satisfaction"] += 1
            cell["s"] += s
            cell["ss"] += s * s
    return found


def _count_answers(rows: list[Row]) -> dict[Any, Counter[str]]:
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    seen = set()
    for number, row in enumerate(rows):
        for answer in row["responses"] or ():
            who = number if row["submission_id"] is None else row["submission_id"]
            identity = (row["source"], type(who), who, answer["question_id"])
            if answer["value"] is None or identity in seen:
                continue
            seen.add(identity)
            touchpoint, stage, day, group = _place(row)
            if answer["touchpoint"] not in (None, touchpoint):
                touchpoint, stage = answer["touchpoint"], STAGE_OF.get(answer["touchpoint"])
            w, x = answer["weight"] or 1.0, answer["value"]
            scale = tuple(answer[name] for name in SCALE)
            cell = found[(touchpoint, stage, day, group, *scale, float(x))]
            cell.update({"n": 1, "w": w, "ww": w * w, "x": w * x, "xx": w * x * x})
    return found


def _count_emotions(rows: list[Row]) -> dict[Any, Counter[str]]:
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["sentiment"] is not None:
            groups = {EMOTION_GROUP_OF.get(e["label"]) for e in row["emotions"] or ()}
            for emotion in groups - {None}:
                found[(*_place(row), emotion)]["n"] += 1
    return found


def _mentions(row: Row) -> Iterator[tuple[str, list[str | None]]]:
    named: dict[str, list[str | None]] = defaultdict(list)
    for span in row["spans"] or ():
        for topic in span["topics"] or ():
            named[topic["label"]].append(topic["sentiment"])
    for topic in row["topics"] or ():
        if topic["label"] not in named:
            yield topic["label"], [topic["sentiment"]]
    yield from named.items()


def _count_topics(rows: list[Row]) -> dict[Any, Counter[str]]:
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["sentiment"] is None:
            continue
        for label, kinds in _mentions(row):
            m, positive, negative = len(kinds), kinds.count("positive"), kinds.count("negative")
            x = positive - negative
            found[(*_place(row), label)].update(
                {"n": 1, "m": m, "x": x, "xx": x * x, "xm": x * m, "mm": m * m,
                 "n_positive": positive, "n_negative": negative,
                 "n_neutral": m - positive - negative}
            )  # fmt: skip
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_cube_equals_a_plain_count(seed: int, write_scored: Callable[..., Path]) -> None:
    luck = random.Random(seed)
    rows = [_row(luck, number) for number in range(400)]
    opened = open_scored(write_scored(rows))
    cube = build_cube(
        opened.table, period="quarter", group=opened.group("channel"), stage_of=STAGE_OF
    )
    expected = {
        "documents": (_count_documents(rows), KEYS),
        "answers": (_count_answers(rows), (*KEYS, *SCALE, "bucket")),
        "emotions": (_count_emotions(rows), (*KEYS, "emotion")),
        "topics": (_count_topics(rows), (*KEYS, "topic")),
    }
    for name, (counted, keys) in expected.items():
        table = getattr(cube, name)
        found = {tuple(row[key] for key in keys): row for row in table.to_pylist()}
        assert len(found) == table.num_rows
        assert found.keys() == counted.keys(), name
        for key, cell in counted.items():
            sums = {column: found[key][column] for column in found[key] if column not in keys}
            assert sums == pytest.approx({column: cell[column] for column in sums}), (name, key)


def test_an_answer_that_one_row_repeats_counts_once(
    write_scored: Callable[..., Path], comment: Callable[..., Row], answer: Callable[..., Row]
) -> None:
    rows = [comment(responses=[answer(9.0), answer(9.0), answer(2.0, "csat")])]
    cube = build_cube(open_scored(write_scored(rows)).table, period="year")
    assert sorted(cube.answers["n"].to_pylist()) == [1, 1]
    assert sorted(cube.answers["bucket"].to_pylist()) == [2.0, 9.0]
