from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxnlp.labels import EMOTIONS
from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import verify_model
from training import release, teach, train
from training.example import document
from training.readers import read_sources
from training.soft_labels import read_soft_labels
from training.splits import read_held_out
from training.taken import take

_RECIPE = """
name = "tiny"
seed = 3
base = "tiny"
[mixture]
sources = ["nhs_fft", "goemotions", "mams_acsa", "contrast"]
cap = 20
concatenations = 30
[train]
epochs = 1.0
tokens_per_batch = 512
"""
_TOPICS = {"food": "bad food", "staff": "rude nurse", "price": "poor card"}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Three small sources with every kind of label, and the sets that only judge."""
    import pandas as pd

    folder, choice = tmp_path_factory.mktemp("data"), random.Random(1)
    splits = ["train"] * 2 + ["val", "test"]
    nhs, emotions, aspects, reviews = [], [], [], []
    for number in range(160):
        split = splits[number % 4]
        good = choice.random() < 0.5
        text = (
            f"the {choice.choice(['bus', 'app', 'room'])} was {'good' if good else 'bad'} {number}"
        )
        topic = choice.choice(["Parking", "Food & drink provision & facilities"])
        nhs.append(
            {
                "text": text, "question": "what could we do better?", "split": split,
                "sentiment3": "positive" if good else "negative", "topics": [topic],
                "fft_score": 5.0 if good else 2.0, "sentiment5": float(choice.choice([3, 4])),
                "labelling_not_possible": False,
            }
        )  # fmt: skip
        emotion = EMOTIONS[number // 4 % 3]
        emotions.append(
            {"text": f"so much {emotion} in it {number}", "emotions": [emotion], "split": split}
        )
        names = choice.sample(sorted(_TOPICS), 2)
        aspects.append(
            {
                "text": " and ".join(_TOPICS[name] for name in names) + f" {number}",
                "topics": names, "split": split,
                "polarity": [choice.choice(["negative", "positive"]) for _ in names],
            }
        )  # fmt: skip
        reviews.append({"text": f"a good shop {number}", "rating": 1 + number % 5, "split": split})
    judged = [{"text": f"fine {n}", "label": "neutral", "source": "dynasent_r1"} for n in range(30)]
    for name, rows in {
        "nhs_fft": nhs, "goemotions": emotions, "mams_acsa": aspects, "dynasent_val": judged,
        "amazon_full_1k": reviews, "hotel_reviews_5k": reviews,
    }.items():  # fmt: skip
        (folder / name).mkdir()
        pd.DataFrame(rows).to_parquet(folder / name / "data.parquet")
    return folder


@pytest.fixture(scope="module")
def recipe(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("recipe") / "tiny.toml"
    path.write_text(_RECIPE)
    return path


@pytest.fixture(scope="module")
def run(data, base, recipe, tmp_path_factory) -> Path:
    """The folder of a short training run, started as a user would."""
    out = tmp_path_factory.mktemp("run")
    result = CliRunner().invoke(
        train.main,
        [str(recipe), "--data", str(data), "--base", str(base), "--out", str(out), "--any-data"],
    )
    assert result.exit_code == 0, result.output
    return out


def _release(recipe, run, data, base, out, *more):
    options = ["--network", run / "network.safetensors", "--data", data, "--base", base]
    options += ["--revision", "r1", "--out", out, *more]
    return CliRunner().invoke(release.main, [str(recipe), *map(str, options)])


@pytest.fixture(scope="module")
def released(run, data, base, recipe, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("released") / "tiny"
    result = _release(recipe, run, data, base, out, "--limit", "40", "--any-data")
    assert result.exit_code == 0, result.output
    return out


def test_run_keeps_its_resolved_recipe(run):
    resolved = json.loads((run / "recipe.json").read_text())

    assert resolved["train"]["learning_rate"] == 1e-4  # a default, written out
    assert resolved["n_texts"] > 200
    assert resolved["without"] == []


def test_released_folder_is_whole_and_loads(released):
    assert set(verify_model(released)) == {
        "README.md", "config.json", "confusion.json", "labels.json", "metrics.json",
        "model.bin", "model.xml", "tokenizer.json",
    }  # fmt: skip
    (prediction,) = Classifier(released).classify(
        ["the bus was bad"], questions=["what could we do better?"], languages=["en"]
    )
    assert prediction.model == "tiny@r1"
    assert sum(prediction.sentiment_probs.values()) == pytest.approx(1.0, abs=0.001)


def test_every_head_is_measured_beside_its_baseline(released):
    metrics = json.loads((released / "metrics.json").read_text())

    test = metrics["test"]
    assert metrics["before"] is None
    assert set(test["sentiment"]["nhs_fft"]) == {"cxnlp", "tfidf", "vader"}
    for head, source in {
        "satisfaction": "nhs_fft", "emotion": "goemotions", "topic": "mams_acsa",
        "polarity": "mams_acsa",
    }.items():  # fmt: skip
        assert set(test[head][source]) == {"cxnlp", "tfidf"}
        assert test[head][source]["cxnlp"]["n"] == test[head][source]["tfidf"]["n"] > 0
    # Texts without any topic measure no topic.
    assert "goemotions" not in test["topic"]
    # One word gives each away: a baseline that did not find that out would be broken.
    assert test["topic"]["mams_acsa"]["tfidf"]["macro_f1"] == 1.0
    assert test["sentiment"]["nhs_fft"]["tfidf"]["macro_f1"] > 0.9
    assert metrics["unseen"] == ["amazon_full_1k", "dynasent_r1", "hotel_reviews_5k"]
    assert metrics["trained"]["steps"] > 0
    assert metrics["trained"]["texts"]["nhs_fft"] > 0
    assert metrics["trained"]["topics"]["food_drink"]["present"] > 0
    assert metrics["trained"]["topics"]["process_coordination"] == {"present": 0, "polarity": 0}
    assert metrics["spans"]["n"] > 0
    assert metrics["contrast_spans"]["n"] > 0


def test_what_a_release_is_judged_by_is_there(released):
    metrics = json.loads((released / "metrics.json").read_text())

    assert {"nhs_fft/annotators", "nhs_fft/writers"} < set(metrics["test"]["satisfaction"])
    assert set(metrics["calibration"]) == {
        "sentiment", "satisfaction", "emotion", "topic", "polarity",
    }  # fmt: skip
    # Texts that are judged again by one grade alone count once.
    assert metrics["calibration"]["satisfaction"]["trained"]["n"] == 40
    assert len(metrics["calibration"]["sentiment"]["all"]["bins"]) == 15
    assert "bins" not in metrics["test"]["sentiment"]["nhs_fft"]["cxnlp"]
    assert {row["by"] for row in metrics["slices"]["sentiment"]} >= {"length", "channel"}
    assert metrics["low_precision"]["reference"] == "f32"
    assert set(metrics["low_precision"]["heads"]) == set(metrics["calibration"])
    assert 0 <= metrics["low_precision"]["max_difference"] < 0.2
    assert metrics["capabilities"]
    assert all(0 <= c["rate"] <= 1 and "failing" not in c for c in metrics["capabilities"].values())
    assert all(entry["pairs"] > 0 for entry in metrics["fairness"].values())
    assert set(metrics["summary"]) == {
        "topic_lead_over_tfidf", "span_loss", "capability_failure", "unseen_behind",
    }  # fmt: skip


def test_next_release_stands_beside_the_one_it_replaces(
    run, data, base, recipe, released, tmp_path
):
    out = tmp_path / "tiny"
    shutil.copytree(released, out)

    result = _release(recipe, run, data, base, out, "--limit", "40", "--any-data", "--no-baselines")

    assert result.exit_code == 0, result.output
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["before"] == "tiny@r1"
    systems = metrics["test"]["sentiment"]["nhs_fft"]
    assert set(systems) == {"cxnlp", "before", "vader"}
    # The same network again.
    assert systems["before"]["macro_f1"] == systems["cxnlp"]["macro_f1"]
    verify_model(out)


def test_sets_nobody_trains_on_are_measured_whole(data):
    held_out = read_held_out(data, evaluation_only={"amazon_full_1k"})

    assert {"a good shop 0", "a good shop 3"} <= held_out


def test_a_text_that_is_dealt_more_than_once_is_one_text():
    text = document("Nothing.", "a", "train", topics={"food_drink": True})
    other = document("Nothing.", "a", "train", question="What was bad?")

    counts = release.count_labels([text, other, text, text])

    assert counts["texts"] == {"a": 2}
    assert counts["topics"]["food_drink"] == {"present": 1, "polarity": 0}


def test_texts_are_taken_from_one_split(data):
    examples = read_sources(data, ["nhs_fft"])

    taken = take(examples, "test", limit=7)

    assert len(taken) == 7
    assert {e.split for e in taken} == {"test"}
    assert taken == take(examples[::1], "test", limit=7)


@pytest.mark.parametrize("command", ["train", "release"])
def test_other_data_are_refused_unless_allowed(command, data, base, recipe, run, tmp_path):
    out = tmp_path / "out"
    if command == "train":
        options = ["--data", data, "--base", base, "--out", out]
        result = CliRunner().invoke(train.main, [str(recipe), *map(str, options)])
    else:
        result = _release(recipe, run, data, base, out)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert str(data / "nhs_fft" / "data.parquet") in result.output
    assert not out.exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [("dynasent_val", "allows evaluation only"), ("found_somewhere", "no table of data.toml")],
)
@pytest.mark.parametrize("command", ["train", "release"])
def test_sources_that_may_not_be_trained_on_are_refused(
    command, source, said, data, base, run, tmp_path
):
    path, out = tmp_path / "recipe.toml", tmp_path / "out"
    path.write_text(_RECIPE.replace('"mams_acsa"', f'"{source}"'))
    if command == "train":
        options = ["--data", data, "--base", base, "--out", out, "--any-data"]
        result = CliRunner().invoke(train.main, [str(path), *map(str, options)])
    else:
        result = _release(path, run, data, base, out, "--any-data")

    assert result.exit_code == 1
    assert f"{source}: " in result.output
    assert said in result.output
    assert not out.exists()


def test_source_can_be_held_out_of_a_run(data, base, recipe, tmp_path):
    options = ["--data", data, "--base", base, "--out", tmp_path, "--any-data"]
    options += ["--without", "contrast", "--without", "goemotions"]

    result = CliRunner().invoke(train.main, [str(recipe), *map(str, options)])

    assert result.exit_code == 0, result.output
    resolved = json.loads((tmp_path / "recipe.json").read_text())
    assert resolved["without"] == ["contrast", "goemotions"]
    # 80 training rows of each; caps of 20 a sentiment leave those of nhs_fft at 40.
    assert resolved["n_texts"] == 40 + 80


def test_training_goes_on_from_a_release_with_a_teacher(data, base, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(_RECIPE.replace("cap = 20", 'cap = 20\ntaught = ["nhs_fft"]\ndoubted = 0.1'))
    first, soft = tmp_path / "first", tmp_path / "soft.parquet"
    common = ["--data", data, "--base", base, "--any-data"]

    def run(command, *options):
        result = CliRunner().invoke(command, [str(path), *map(str, [*common, *options])])
        assert result.exit_code == 0, result.output

    run(train.main, "--out", first)
    run(teach.main, "--network", first / "network.safetensors", "--out", soft)
    run(train.main, "--out", tmp_path / "second", "--from", first / "network.safetensors",
        "--soft-labels", soft)  # fmt: skip

    taught = read_soft_labels(soft)
    assert 20 <= len(taught) <= 80
    assert all(abs(sum(p) - 1) < 1e-3 for p in taught.values())
    resolved = json.loads((tmp_path / "second" / "recipe.json").read_text())
    assert resolved["soft_labels"] == str(soft)
    assert (tmp_path / "second" / "network.safetensors").is_file()


def test_the_checkpoint_of_another_recipe_is_not_gone_on_from(data, base, tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(_RECIPE)
    options = ["--data", data, "--base", base, "--out", tmp_path / "run", "--any-data"]
    first = CliRunner().invoke(train.main, [str(path), *map(str, options)])
    again = CliRunner().invoke(train.main, [str(path), *map(str, options)])
    path.write_text(_RECIPE.replace("seed = 3", "seed = 4"))
    other = CliRunner().invoke(train.main, [str(path), *map(str, options)])

    assert (first.exit_code, again.exit_code, other.exit_code) == (0, 0, 1)
    assert "another recipe" in other.output
