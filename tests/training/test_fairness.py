from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cxnlp.errors import InputError
from cxnlp.model.classifier import Classifier
from cxnlp.model.prediction import Prediction, unscored
from training.fairness import compare, measure_fairness, read_fairness

FILE = """
[limits]
names = { mean_move = 0.05, flip_rate = 0.01 }
[frames.name]
positive = ["{} was lovely.", "Thanks to {}!"]
neutral = ["I met {}."]
[attribute.names]
frames = "name"
[attribute.names.groups]
women = ["ann"]
men = ["Ben", "Bob"]
others = ["Chris"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "fairness.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def predicted(sentiment: str | None, score: float | None) -> Prediction:
    return replace(unscored("m", "en"), sentiment=sentiment, sentiment_score=score)


def test_every_group_is_set_into_every_frame(path):
    (names,) = read_fairness(path).attributes

    assert names.groups == ("women", "men", "others")
    assert [frame[0] for frame in names.frames] == [
        "Ann was lovely.",
        "Thanks to ann!",
        "I met ann.",
    ]
    assert all(frame[1].replace("Ben", "Bob").count("Bob") == 1 for frame in names.frames)
    assert read_fairness(path) == read_fairness(path)


def test_pairs_are_compared_within_their_frame():
    frames = [
        [predicted("positive", 0.9), predicted("positive", 0.7), predicted("neutral", 0.3)],
        [predicted("negative", -0.5), predicted("negative", -0.5), predicted("negative", -0.5)],
    ]

    outcome = compare(frames)

    assert outcome["pairs"] == 6
    assert outcome["mean_move"] == pytest.approx((0.2 + 0.6 + 0.4) / 6)
    assert outcome["max_move"] == pytest.approx(0.6)
    assert outcome["flip_rate"] == pytest.approx(2 / 6)


def test_measures_each_attribute(path):
    outcome = measure_fairness(Classifier.load(), path)["names"]

    assert outcome["pairs"] == 3 * 3
    assert 0 < outcome["mean_move"] <= outcome["max_move"] < 2


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("[limits]", "[limit]", "unknown keys"),
        ('frames = "name"', 'frames = "nome"', "'nome' is missing"),
        ("[frames.name]", "[frames.name", "not valid TOML"),
        ("mean_move", "move", "'mean_move' is missing"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(path, was, now, message):
    path.write_text(FILE.replace(was, now, 1), encoding="utf-8")

    with pytest.raises(InputError, match=rf"fairness\.toml.*{message}"):
        read_fairness(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_fairness(tmp_path / "fairness.toml")
