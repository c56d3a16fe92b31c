from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from cxnlp.model.classifier import Classifier
from cxnlp.model.locate import locate_model
from cxnlp.model.own_topics import encoder_checksum
from cxnlp.topics.definition import OwnTopic, read_topics
from cxnlp.topics.examples import Example, read_examples
from cxnlp.topics.fit import Fitted, fit_topics
from cxnlp.topics.save import save_topics
from cxnlp.topics.vectors import load_for_vectors

SEAT = (
    "The seat was hard and narrow.", "My knees touched the row in front.",
    "Seats are comfortable and recline well.", "No leg room at all for tall people.",
    "The armrest was broken and the cushion thin.", "I could hardly sit for six hours.",
    "Wide seats, plenty of space for my legs.", "My back hurts from that chair.",
)  # fmt: skip
PET = (
    "They let my dog travel with me.", "The cat carrier did not fit.",
    "Nobody told us that pets need a passport.", "My puppy was treated kindly.",
    "Flying with a dog costs a fortune.", "Our cat was lost for a day.",
    "A kennel was ready for the dog.", "Pets are not allowed in the lounge.",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    topics: Path
    examples: Path


def write_files(folder: Path, *, topics: str, examples: str) -> Files:
    files = Files(topics=folder / "topics.toml", examples=folder / "examples.csv")
    files.topics.write_text(topics, encoding="utf-8")
    files.examples.write_text(examples, encoding="utf-8")
    return files


TOPICS_TOML = """
[[topic]]
name = "Seat comfort"
description = "how the seat feels, leg room"

[[topic]]
name = "Pets"
"""


def as_csv() -> str:
    rows = [(text, "Seat comfort") for text in SEAT] + [(text, "pets") for text in PET]
    return "text,topic\n" + "".join(f'"{text}",{topic}\n' for text, topic in rows)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return write_files(tmp_path, topics=TOPICS_TOML, examples=as_csv())


@pytest.fixture(scope="session")
def encoder() -> Classifier:
    return load_for_vectors()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    topics: tuple[OwnTopic, ...]
    examples: tuple[Example, ...]
    fitted: Fitted
    folder: Path


@pytest.fixture(scope="session")
def trained(encoder: Classifier, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("own")
    given = write_files(folder, topics=TOPICS_TOML, examples=as_csv())
    topics = read_topics(given.topics)
    examples = read_examples(given.examples, topics)
    fitted = fit_topics(topics, examples, encoder)
    head = folder / "head"
    checksum = encoder_checksum(locate_model(None))
    save_topics(fitted, head, encoder=checksum, model=encoder.config.label)
    return Trained(topics=topics, examples=examples, fitted=fitted, folder=head)
