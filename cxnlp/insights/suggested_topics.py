"""Suggest topics for what no topic covers, as files to edit and to fit."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cxnlp.atomic_file import write_beside, writing
from cxnlp.errors import InputError, OutputError
from cxnlp.insights.comments import read_uncovered_spans
from cxnlp.insights.data import InsightData
from cxnlp.insights.exemplars import exemplars
from cxnlp.insights.theme_words import NO_THEME
from cxnlp.labels import TOPICS
from cxnlp.model.classifier import Classifier
from cxnlp.slug import slug
from cxnlp.spreadsheet import spreadsheet_safe
from cxnlp.topics.cluster import Cluster, cluster_sentences
from cxnlp.topics.definition import NONE
from cxnlp.topics.examples import MIN_EXAMPLES
from cxnlp.topics.vectors import encode_texts

EXAMPLES_FILE = "examples.csv"
MIN_SENTENCES = 30  # different ones that no topic covers
N_EXAMPLES = 12
N_NONE = 30

_MAX_SENTENCES = 20_000
_MIN_WORDS = 3  # beside those that no theme is made of, two at least
_TYPICAL = 40  # of a cluster's sentences, or half of more, from which examples are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedTopic:
    """A topic that somebody might want."""

    name: str
    description: str
    examples: tuple[str, ...]
    n_sentences: int
    n_comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Suggested topics, and sentences that are about none of them."""

    topics: tuple[SuggestedTopic, ...]
    none: tuple[str, ...]
    n_sentences: int  # different ones that no topic covers


def suggest_from(
    scored: Path, load: Callable[[], Classifier], *, n_topics: int = 10, seed: int = 0
) -> Suggested:
    """Return topics for the sentences of a scored file that none covers, own topics included.

    :param load: returns a classifier with vectors, as `load_for_vectors` does.
    :raises InputError: where there are too few such sentences, or none of them go together.
    """
    spans = read_uncovered_spans(
        InsightData.open(scored, seed=seed), limit=_MAX_SENTENCES, seed=seed
    )
    rows_of: dict[str, list[int]] = {}
    written: dict[str, str] = {}
    for text, row in zip(spans.texts, spans.rows, strict=True):
        plain = " ".join(text.split())
        if _says_something(plain):
            written.setdefault(plain.casefold(), plain)
            rows_of.setdefault(plain.casefold(), []).append(row)
    texts = list(written.values())
    rows = list(rows_of.values())
    if len(texts) < MIN_SENTENCES:
        raise InputError(
            f"{scored}: {len(texts)} different sentences that no topic covers say something; "
            f"suggestions need {MIN_SENTENCES}. Score more texts."
        )
    vectors = encode_texts(load(), texts).texts
    clusters = cluster_sentences(texts, vectors, n_clusters=n_topics, without=NO_THEME, seed=seed)
    topics = tuple(
        topic for c in clusters if (topic := _suggest(c, texts, rows, seed=seed)) is not None
    )
    if not topics:
        raise InputError(
            f"{scored}: what no topic covers has nothing in common, so there is nothing to suggest."
        )
    taken = {i for cluster in clusters for i in cluster.members}
    others = [text for i, text in enumerate(texts) if i not in taken]
    order = np.random.default_rng(seed).permutation(len(others))[:N_NONE]
    return Suggested(
        topics=topics, none=tuple(others[i] for i in order.tolist()), n_sentences=len(texts)
    )


def _says_something(text: str) -> bool:
    words = [word.strip(".,;:!?\"'()").casefold() for word in text.split()]
    telling = [word for word in words if len(word) > 2 and word not in NO_THEME]
    return len(words) >= _MIN_WORDS and len(telling) >= 2


def _suggest(
    cluster: Cluster, texts: list[str], rows: list[list[int]], *, seed: int
) -> SuggestedTopic | None:
    typical = list(cluster.members[: max(_TYPICAL, len(cluster.members) // 2)])
    shown = exemplars([texts[i] for i in typical], k=N_EXAMPLES, seed=seed)
    if len(shown) < MIN_EXAMPLES:
        return None
    first = cluster.phrases[0]
    label = slug(first)
    name = first if label and label not in TOPICS and label != NONE else f"about {first}"
    own_rows = [row for i in cluster.members for row in rows[i]]
    return SuggestedTopic(
        name=name[:1].upper() + name[1:],
        description=", ".join(cluster.phrases),
        examples=tuple(texts[typical[i]] for i in shown),
        n_sentences=len(own_rows),
        n_comments=len(set(own_rows)),
    )


def write_suggestions(suggested: Suggested, path: Path) -> Path:
    """Write topics.toml and, beside it, examples.csv; return the path of the latter.

    :raises OutputError: where one of them is there already, for it may have been edited.
    """
    path = Path(path)
    examples = path.with_name(EXAMPLES_FILE)
    if path.suffix.lower() != ".toml":
        raise OutputError(f"{path}: topics are written as TOML. Name a file that ends in .toml.")
    for there in (path, examples):
        if there.exists():
            raise OutputError(f"{there}: is there already. Name another place with -o, or move it.")
    with (
        write_beside(examples) as beside,
        writing(examples),
        beside.open("w", encoding="utf-8-sig", newline="") as stream,
    ):
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow(["text", "topic"])
        for topic in suggested.topics:
            out.writerows([spreadsheet_safe(text), topic.name] for text in topic.examples)
        out.writerows([spreadsheet_safe(text), NONE] for text in suggested.none)
    with write_beside(path) as beside, writing(path):
        beside.write_text(_toml(suggested), encoding="utf-8")
    return examples


def _toml(suggested: Suggested) -> str:
    lines = ["# Edit names and descriptions; take out what is no topic, here and in the examples."]
    for topic in suggested.topics:
        # A JSON string is a TOML string as well.
        name = json.dumps(topic.name, ensure_ascii=False)
        description = json.dumps(topic.description, ensure_ascii=False)
        lines += [
            "",
            f"# {topic.n_sentences} sentences of {topic.n_comments} comments",
            "[[topic]]",
            f"name = {name}",
            f"description = {description}",
        ]
    return "\n".join(lines) + "\n"
