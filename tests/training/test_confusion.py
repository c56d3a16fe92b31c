from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cxnlp.labels import TOPICS
from cxnlp.model.folder import CHECKSUMS, read_config, verify_model
from cxnlp.model.locate import locate_model
from training import confusion
from training.answers import Answers
from training.evaluate import OURS, AnsweredSet
from training.label_arrays import unknown_labels

FOOD, STAFF = TOPICS.index("food_drink"), TOPICS.index("staff_service")


def answered(source: str, sentiment, predicted, topics=None, said=None) -> AnsweredSet:
    labels = unknown_labels(len(sentiment))
    labels.sentiment[:] = sentiment
    found = np.zeros((len(sentiment), len(TOPICS)), dtype=np.bool_)
    for row, values in enumerate(topics or ()):
        for column, there in values.items():
            labels.topic[row, column] = there
    for row, columns in enumerate(said or ()):
        found[row, list(columns)] = True
    answers = Answers(sentiment=np.asarray(predicted), topic=found)
    return AnsweredSet(source=source, examples=(), labels=labels, answers={OURS: answers})


def test_counts_by_hand_and_by_source():
    found = confusion.confusion_of(
        [
            answered(
                "nhs_fft",
                [0, 0, 2, -1],
                [0, 1, 2, 2],
                topics=[{FOOD: 1, STAFF: 0}, {FOOD: 0, STAFF: 0}, {FOOD: 1, STAFF: 0}, {}],
                said=[{FOOD}, {FOOD}, set(), {FOOD}],
            ),
            answered("roast", [2, 1], [0, 1]),
        ],
        model="made@1",
    )
    assert found["sentiment"] == [[1, 1, 0], [0, 1, 0], [1, 0, 1]]
    assert found["by_source"]["roast"] == {
        "sentiment": [[0, 0, 0], [0, 1, 0], [1, 0, 0]],
        "topics": {},
    }
    assert found["topics"] == {"food_drink": [[0, 1], [1, 1]], "staff_service": [[3, 0], [0, 0]]}
    assert found["domain"].startswith("validation texts of 2 public sets")


def test_only_feedback_counts_and_a_topic_only_where_others_are_denied():
    found = confusion.confusion_of(
        [
            answered("goemotions", [0], [0]),
            answered("annotated", [0], [0]),
            answered("nhs_phase1", [2], [2], topics=[{FOOD: 1}], said=[{FOOD}]),
        ],
        model="made@1",
    )
    assert list(found["by_source"]) == ["nhs_phase1"]
    assert found["topics"] == {}


def test_a_large_set_does_not_make_the_counts_its_own():
    many = confusion.MOST + 50
    found = confusion.confusion_of(
        [answered("roast", [2] * many + [0] * 3, [2] * many + [0] * 3)], model="made@1"
    )
    assert found["sentiment"] == [[3, 0, 0], [0, 0, 0], [0, 0, confusion.MOST]]


def test_rates_are_worth_what_they_are_steady_for():
    steady = {"one": [[95, 5], [15, 5]], "two": [[90, 10], [5, 15]], "three": [[92, 8], [1, 2]]}
    shaky = {"one": [[95, 5], [1, 2]], "two": [[85, 15], [1, 2]], "three": [[70, 30], [1, 2]]}
    assert confusion.effective_of(steady, 2)[0] > 100 > confusion.effective_of(shaky, 2)[0] > 1
    assert confusion.effective_of(steady, 2)[1] == 1.0  # two sets with 20 texts do not tell


def test_the_command_counts_the_model_of_a_folder(write_source, tmp_path):
    import shutil

    folder = tmp_path / "model"
    shutil.copytree(locate_model(None), folder)
    (folder / "confusion.json").write_text('{"model": "another@0"}')
    texts = [("Lovely staff, thank you.", "positive"), ("Rude and slow.", "negative")] * 10
    data = write_source(
        "nhs_fft",
        [
            {
                "text": f"{text} {number}", "question": "Why?", "split": "val", "sentiment3": label,
                "topics": ["Parking"], "fft_score": 5.0, "sentiment5": 5.0,
                "labelling_not_possible": False,
            }
            for number, (text, label) in enumerate(texts)
        ],
    ).parent  # fmt: skip
    recipe = tmp_path / "r.toml"
    recipe.write_text('name="t"\nseed=1\nbase="b"\n[mixture]\nsources=["nhs_fft", "contrast"]\n')
    command = [str(folder), "--data", str(data), "--recipe", str(recipe)]
    refused = CliRunner().invoke(confusion.main, command)
    assert refused.exit_code == 1
    assert "not the file that data.toml describes" in refused.output
    done = CliRunner().invoke(confusion.main, [*command, "--any-data"])
    assert done.exit_code == 0, done.output
    assert "confusion.json" in verify_model(folder)
    found = read_config(folder).confusion
    assert found is not None
    assert [sum(row) for row in found.sentiment] == [10, 0, 10]
    assert found.sentiment[2][2] == 10
    assert json.loads((folder / "confusion.json").read_text())["split"] == "val"
    assert (folder / CHECKSUMS).is_file()


@pytest.mark.parametrize("folder", ["nowhere"])
def test_a_folder_that_is_not_there_is_said(tmp_path: Path, folder: str):
    result = CliRunner().invoke(confusion.main, [str(tmp_path / folder), "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "no such model" in result.output
