"""Texts with CX topics, mapped from each source's own scheme by `topic_mappings.toml`."""

from __future__ import annotations

import tomllib
from functools import cache, partial
from pathlib import Path

import pandas as pd

from training.example import Example, document
from training.readers.opinions import INDEX, rows

_MAPPINGS = Path(__file__).parent.parent / "topic_mappings.toml"
_CONFLICT = {"conflict", "mixed"}


@cache
def read_mapping(scheme: str) -> dict[str, str]:
    """Return source label -> topic; labels that stand for no topic are absent."""
    mapping: dict[str, str] = tomllib.loads(_MAPPINGS.read_text(encoding="utf-8"))[scheme]
    return mapping


def exhaustive(
    labels: list[str], scheme: str, expressible: set[str] | None = None
) -> dict[str, bool]:
    """Return present or absent for every topic the scheme can express."""
    mapping = read_mapping(scheme)
    present = {mapping[label] for label in labels if label in mapping}
    return {topic: topic in present for topic in (expressible or set(mapping.values())) | present}


def polarity_by_topic(labels: list[str], polarities: list[str], scheme: str) -> dict[str, int]:
    """Return one polarity per topic; topics whose labels disagree are left out."""
    mapping = read_mapping(scheme)
    found: dict[str, set[str]] = {}
    for label, polarity in zip(labels, polarities, strict=True):
        if label in mapping:
            found.setdefault(mapping[label], set()).add(polarity)
    return {
        topic: INDEX[next(iter(values))]
        for topic, values in found.items()
        if len(values) == 1 and not values & _CONFLICT
    }


def single(topics: dict[str, bool], sentiment: int | None) -> dict[str, int]:
    """Return the text's sentiment as the polarity of its topic where it has only one."""
    present = [topic for topic, there in topics.items() if there]
    return {present[0]: sentiment} if len(present) == 1 and sentiment is not None else {}


# The annotators graded this text; the writer's score is of the whole visit. Ridge regression on
# TF-IDF, taught this share of the writer's, foretells it 2 points better on validation texts
# (Spearman .506 -> .526) and the annotators' grade as well as before (.772).
_WRITERS_SHARE = 0.3


def _read_nhs_fft(path: Path) -> list[Example]:
    examples = []
    for row in rows(path).to_dict("records"):
        labelled = row["topics"] is not None and not row["labelling_not_possible"]
        topics = exhaustive(list(row["topics"]), "nhs_fft") if labelled else {}
        sentiment = INDEX.get(row["sentiment3"])
        grade = row["sentiment5"] if pd.notna(row["sentiment5"]) else row["fft_score"]
        if row["split"] == "train" and pd.notna(grade) and pd.notna(row["fft_score"]):
            grade = (1 - _WRITERS_SHARE) * grade + _WRITERS_SHARE * row["fft_score"]
        examples.append(
            document(
                row["text"],
                path.name,
                row["split"],
                question=row["question"] if isinstance(row["question"], str) else None,
                sentiment=sentiment,
                topics=topics,
                polarities=single(topics, sentiment),
                satisfaction=float(grade) if pd.notna(grade) else None,
                # One text in nine is neutral: as rare as that, it would hardly be learned.
                weight=2.0 if sentiment == INDEX["neutral"] else 1.0,
            )
        )
    return examples


# The data set codes its questions; the answers show which is which. Trust B asked for both.
_PHASE1_QUESTIONS = {
    "Trust A - Q1": "What could we do better?",
    "Trust A - Q2": "What was good?",
    "Trust C - Q1": "What was good?",
    "Trust C - Q2": "What could we do better?",
}


def _read_nhs_phase1(path: Path) -> list[Example]:
    mapping = read_mapping("nhs_phase1")
    examples = []
    for row in rows(path).to_dict("records"):
        topic = mapping.get(row["subcategory"])
        # Criticality 0 was given to praise as well as to nothing at all: no label.
        criticality = row["criticality"]
        known = pd.notna(criticality) and criticality != 0
        sentiment = INDEX["positive" if criticality > 0 else "negative"] if known else None
        topics = {topic: True} if topic else {}
        examples.append(
            document(
                row["text"],
                path.name,
                row["split"],
                question=_PHASE1_QUESTIONS.get(row["question"]),
                sentiment=sentiment,
                topics=topics,
                polarities=single(topics, sentiment),
            )
        )
    return examples


def _read_aspects(path: Path, *, scheme: str) -> list[Example]:
    return [
        document(
            row["text"],
            path.name,
            row["split"],
            topics=exhaustive(list(row["topics"]), scheme),
            polarities=polarity_by_topic(list(row["topics"]), list(row["polarity"]), scheme),
        )
        for row in rows(path).to_dict("records")
    ]


def _read_roast(path: Path) -> list[Example]:
    frame = rows(path, keep=lambda f: f["lang"] == "en")
    mapping = read_mapping("roast")
    examples = []
    for _domain, group in frame.groupby("domain"):
        expressible = {mapping[t] for ts in group["topics"] for t in ts if t in mapping}
        for row in group.to_dict("records"):
            labels, polarities = list(row["topics"]), list(row["polarity"])
            sentiment = INDEX.get(row["sentiment3"])
            examples.append(
                document(
                    row["text"],
                    path.name,
                    row["split"],
                    sentiment=sentiment,
                    weight=0.7,
                    topics=exhaustive(labels, "roast", expressible),
                    polarities=polarity_by_topic(labels, polarities, "roast"),
                )
            )
    return examples


def _read_intents(path: Path, *, scheme: str, column: str) -> list[Example]:
    """Read single-label requests: what the scheme could have said and did not is absent."""
    mapping = read_mapping(scheme)
    return [
        document(row["text"], path.name, row["split"], topics=exhaustive([row[column]], scheme))
        for row in rows(path).to_dict("records")
        if row[column] in mapping
    ]


READERS = {
    "nhs_fft": _read_nhs_fft,
    "nhs_phase1": _read_nhs_phase1,
    "mams_acsa": partial(_read_aspects, scheme="mams_acsa"),
    "roast": _read_roast,
    "banking77": partial(_read_intents, scheme="banking77", column="intent"),
    "bitext_support": partial(_read_intents, scheme="bitext", column="category"),
}
