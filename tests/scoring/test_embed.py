from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from cxnlp.declarations import JourneyFile
from cxnlp.errors import InputError, OutputError
from cxnlp.model.classifier import Classifier
from cxnlp.scoring.embed import Embedded, embed_files
from cxnlp.topics.vectors import load_for_vectors

TEXT = "The room was clean. The breakfast was cold and late."
GERMAN = "Das Essen war leider kalt und niemand hat uns geholfen."
ROWS = f'id,text\na,"{TEXT}"\nb,\nc,{GERMAN}\nd,Nice.\n'


@pytest.fixture(scope="module")
def encoder() -> Classifier:
    return load_for_vectors(layers=(6,))


def _embed(tmp_path: Path, encoder: Classifier, content: str, **options: bool) -> Embedded:
    path = tmp_path / "in.csv"
    path.write_text(content, encoding="utf-8")
    return embed_files(
        [path],
        tmp_path / "out.parquet",
        load=lambda: encoder,
        mapping={},
        journey=JourneyFile(),
        note=lambda line: None,
        **options,
    )


def test_a_row_for_each_text_and_each_sentence(tmp_path: Path, encoder: Classifier) -> None:
    found = _embed(tmp_path, encoder, ROWS)
    assert (found.n_texts, found.n_sentences, found.width) == (2, 3, 384)
    table = pq.read_table(found.output)
    places = [(r["interaction_id"], r["row"], r["start"], r["end"]) for r in table.to_pylist()]
    assert places == [
        ("a", 0, None, None), ("a", 0, 0, 19), ("a", 0, 20, 52),
        ("d", places[3][1], None, None), ("d", places[3][1], 0, 5),
    ]  # fmt: skip
    vectors = np.array(table["vector"].to_pylist(), dtype=np.float32)
    assert vectors.shape == (5, 384)
    # One sentence alone is its text; the mean of all tokens lies between those of the sentences.
    assert np.array_equal(vectors[3], vectors[4])
    assert np.linalg.norm(vectors[0] - vectors[1]) < np.linalg.norm(vectors[1] - vectors[2])
    assert set(table["model"].to_pylist()) == {encoder.config.label}


def test_only_texts_where_no_sentences_are_wanted(tmp_path: Path, encoder: Classifier) -> None:
    found = _embed(tmp_path, encoder, ROWS, spans=False)
    assert (found.n_texts, found.n_sentences) == (2, 0)
    assert pq.read_table(found.output).num_rows == 2


def test_rows_are_those_of_the_input_beyond_one_batch(tmp_path: Path, encoder: Classifier) -> None:
    rows = "".join(f"{n},Fine {'room' if n % 2 else 'food'}.\n" for n in range(1100))
    found = _embed(tmp_path, encoder, "id,text\n" + rows, spans=False)
    table = pq.read_table(found.output).to_pylist()
    assert [(row["interaction_id"], row["row"]) for row in table] == [
        (str(n), n) for n in range(1100)
    ]
    vectors = np.array([row["vector"] for row in table])
    assert np.abs(vectors[0] - vectors[1098]).max() < 0.1  # the same text in another batch
    assert np.abs(vectors[0] - vectors[1]).max() > 0.2


def test_what_cannot_be_embedded_is_said(tmp_path: Path, encoder: Classifier) -> None:
    with pytest.raises(InputError, match="no text that the model reads"):
        _embed(tmp_path, encoder, "id,text,nps\na,,9\n")
    assert not (tmp_path / "out.parquet").exists()
    with pytest.raises(OutputError, match="as Parquet"):
        embed_files(
            [tmp_path / "in.csv"], tmp_path / "out.csv", load=lambda: encoder, mapping={},
            journey=JourneyFile(), note=lambda line: None,
        )  # fmt: skip
    with pytest.raises(InputError, match="no layer 7; name layers from 0 to 6"):
        load_for_vectors(layers=(7,))
