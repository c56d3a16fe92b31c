from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cxnlp.errors import ModelError, OutputError
from cxnlp.labels import TOPICS
from cxnlp.model.classifier import Classifier
from cxnlp.model.locate import locate_model
from cxnlp.model.own_topics import read_own_topics
from cxnlp.topics.fit import fit_topics, read_background
from cxnlp.topics.save import save_topics
from tests.topics.conftest import PET, SEAT, Trained

NEW = (
    "The seats are far too narrow and my legs were cramped. The food was lovely.",
    "I wish I could take my dog on board.",
    "The invoice was wrong twice.",
)


@pytest.fixture(scope="module")
def own(trained: Trained) -> Classifier:
    return Classifier.load(topics=trained.folder)


def test_they_stand_among_the_topics_of_texts_and_sentences(own: Classifier) -> None:
    [seat, pet, invoice] = own.classify(NEW)
    found = {topic.label: topic for topic in seat.topics or ()}
    assert found["seat_comfort"].sentiment == "negative"
    assert found["food_drink"].sentiment == "positive"
    assert 0 < found["seat_comfort"].score <= 1
    [first, second] = seat.spans or ()
    assert "seat_comfort" in {topic.label for topic in first.topics}
    assert "seat_comfort" not in {topic.label for topic in second.topics}
    assert "pets" in {topic.label for topic in pet.topics or ()}
    assert {t.label for t in invoice.topics or ()} <= set(TOPICS)


def test_the_other_answers_stay_the_same(own: Classifier) -> None:
    plain = Classifier.load()
    for without, beside in zip(plain.classify(NEW), own.classify(NEW), strict=True):
        ours = [topic for topic in beside.topics or () if topic.label in TOPICS]
        assert list(without.topics or ()) == ours
        assert without.sentiment_probs == beside.sentiment_probs
        assert without.emotions == beside.emotions


def test_texts_without_a_word_and_conversations_are_scored(own: Classifier) -> None:
    [blank, foreign] = own.classify(["", "Das Essen war kalt und niemand hat uns geholfen."])
    assert blank.topics is None
    assert foreign.topics is None


def test_what_is_said_of_them_was_measured(trained: Trained) -> None:
    seat, pets = trained.fitted.qualities
    assert (seat.n_examples, pets.n_examples) == (len(SEAT), len(PET))
    assert trained.fitted.n_none == len(read_background())
    assert trained.fitted.n_none_found <= 0.05 * trained.fitted.n_none
    assert min(seat.recall, pets.recall) >= 0.5
    written = json.loads((trained.folder / "topics.json").read_text(encoding="utf-8"))
    assert [topic["label"] for topic in written["topics"]] == ["seat_comfort", "pets"]
    kept = b"".join(path.read_bytes() for path in trained.folder.iterdir())
    assert not any(text.encode() in kept for text in (*SEAT, *PET))


def test_the_same_examples_give_the_same_head(trained: Trained, encoder: Classifier) -> None:
    again = fit_topics(trained.topics, trained.examples, encoder)
    assert np.array_equal(again.discriminant.weight, trained.fitted.discriminant.weight)
    assert again.qualities == trained.fitted.qualities


def _read(folder: Path) -> object:
    return read_own_topics(folder, model=locate_model(None), label="cx-mini-en@0")


@pytest.mark.parametrize("name", ["topics.json", "weights.npz", "SHA256SUMS"])
def test_a_flipped_bit_is_refused(trained: Trained, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(trained.folder, tmp_path / "head")
    content = bytearray((folder / name).read_bytes())
    content[10] ^= 1
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(ModelError, match=r"topics\.json|weights\.npz"):
        _read(folder)


def test_another_model_is_refused(trained: Trained, tmp_path: Path) -> None:
    save_topics(trained.fitted, tmp_path / "head", encoder="0" * 64, model="cx-mini-en@1")
    with pytest.raises(ModelError, match="were fitted on another model, cx-mini-en@1"):
        Classifier.load(topics=tmp_path / "head")


def test_a_folder_of_something_else_is_left_alone(trained: Trained, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(OutputError, match=r"mine\.txt"):
        save_topics(trained.fitted, tmp_path, encoder="0" * 64, model="m@1")
    with pytest.raises(ModelError, match="no SHA256SUMS"):
        _read(tmp_path)


def test_a_head_of_other_shape_or_pickled_is_refused(trained: Trained, tmp_path: Path) -> None:
    import hashlib

    folder = shutil.copytree(trained.folder, tmp_path / "head")
    np.savez(folder / "weights.npz", weight=np.array([{}], dtype=object), bias=np.zeros(3))
    sums = "".join(
        f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n"
        for n in ("topics.json", "weights.npz")
    )
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    with pytest.raises(ModelError, match="is not valid"):
        _read(folder)
