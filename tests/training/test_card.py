from __future__ import annotations

import json

import pytest

from training.card import write_card
from training.recipe import MixtureConfig, Recipe
from training.results import results


def _classes(macro_f1, accuracy=None, **others):
    low, high = macro_f1 - 0.05, macro_f1 + 0.05
    return {
        "n": 200,
        "macro_f1": macro_f1,
        "low": low,
        "high": high,
        "accuracy": macro_f1 if accuracy is None else accuracy,
        "labels": {},
        **others,
    }


def _metrics():
    sure = {"ece": 0.031, "coverage": 0.9, "accuracy_when_sure": 0.81}
    topics = {
        "food_drink": {"precision": 0.5, "recall": 0.5, "f1": 0.52, "n": 33},
        "staff_service": {"precision": 0.7, "recall": 0.7, "f1": 0.71, "n": 90},
    }
    return {
        "revision": "r7",
        "precision": "f32",
        "trained": {
            "steps": 4321,
            "minutes": 61.4,
            "texts": {"nhs_fft": 4000, "emobank": 1000},
            "topics": {
                "food_drink": {"present": 500, "polarity": 10},
                "staff_service": {"present": 50, "polarity": 300},
                "billing_payment": {"present": 0, "polarity": 0},
            },
        },
        "validation": {},
        "test": {
            "sentiment": {
                "nhs_fft": {
                    "cxnlp": _classes(0.75, **sure),
                    "tfidf": _classes(0.69),
                    "vader": _classes(0.45),
                },
                "emobank": {
                    "cxnlp": _classes(0.60, **sure),
                    "tfidf": _classes(0.62),
                    "vader": _classes(0.60),
                },
                "dynasent_r1": {
                    "cxnlp": _classes(0.65, **sure),
                    "tfidf": _classes(0.63),
                    "vader": _classes(0.55),
                },
                "contrast:negated_praise": {
                    "cxnlp": _classes(0.5, accuracy=0.9),
                    "tfidf": _classes(0.9, accuracy=0.5),
                    "vader": _classes(0.9, accuracy=0.5),
                },
            },
            "satisfaction": {
                "nhs_fft": {
                    "cxnlp": {"n": 90, "spearman": 0.7, "low": 0.6, "high": 0.8},
                    "tfidf": {"n": 90, "spearman": 0.71, "low": 0.6, "high": 0.8},
                }
            },
            "topic": {
                "nhs_fft": {
                    "cxnlp": {
                        "n": 90, "macro_f1": 0.6, "low": 0.5, "high": 0.7, "labels": topics,
                        "ece": 0.02,
                    },
                    "tfidf": {"n": 90, "macro_f1": 0.4, "low": 0.3, "high": 0.5, "labels": {}},
                }
            },
        },
        "spans": {"n": 834, "alone": 0.8, "in_context": 0.75},
        "contrast_spans": {"n": 60, "alone": 0.9, "in_context": 0.91},
        "unseen": ["dynasent_r1"],
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "metrics.json").write_text(json.dumps(_metrics()))
    (tmp_path / "model.bin").write_bytes(b"0" * 3_000_000)
    (tmp_path / "model.xml").write_bytes(b"0" * 100_000)
    return tmp_path


_RECIPE = Recipe(
    name="cx-mini-en",
    seed=11,
    base="all-MiniLM-L6-v2",
    mixture=MixtureConfig(sources=("nhs_fft", "emobank", "neutral_by_construction", "contrast")),
)


@pytest.fixture
def card(folder) -> str:
    write_card(folder, _RECIPE)
    return (folder / "README.md").read_text(encoding="utf-8")


def _section(card: str, title: str) -> str:
    return card.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def _row(text: str, first: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {first} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_same_input_same_card(folder, card):
    write_card(folder, _RECIPE)

    assert (folder / "README.md").read_text(encoding="utf-8") == card


def test_baselines_stand_beside_every_figure(card):
    measured = _section(card, "Measured")

    assert _row(measured, "emobank") == [
        "emobank", "200", "0.600 [0.550, 0.650]", "0.620", "0.600",
        "**not yet**: TF-IDF + logistic regression and VADER",
    ]  # fmt: skip
    sentiment = measured.split("### Sentiment")[1].split("###")[0]
    assert _row(sentiment, "nhs_fft")[-1] == "yes"
    assert _row(sentiment, "dynasent_r1")[-1] == "yes, within the interval"
    assert sentiment.index("nothing was trained on") < sentiment.index("dynasent_r1")
    assert sentiment.index("nothing was trained on") > sentiment.index("emobank")


def test_what_does_not_beat_its_baseline_is_listed(card):
    behind = _section(card, "What does not beat the baselines yet")

    assert "3 of the 10 comparisons" in behind
    assert "- Sentiment, emobank (n = 200): 0.600, TF-IDF + logistic regression 0.620" in behind
    assert "- Sentiment, emobank (n = 200): 0.600, VADER 0.600" in behind
    assert "- Satisfaction, nhs_fft (n = 90): 0.700, TF-IDF + logistic regression 0.710" in behind
    assert "negated_praise" not in behind  # judged by accuracy, as it is shown


def test_missing_baseline_is_not_a_win(folder):
    metrics = _metrics()
    for sets in metrics["test"].values():
        for systems in sets.values():
            systems.pop("tfidf", None)
            systems.pop("vader", None)
    (folder / "metrics.json").write_text(json.dumps(metrics))

    write_card(folder, _RECIPE)

    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "No baseline was measured." in card
    assert _row(_section(card, "Measured"), "emobank")[-1] == "no baseline measured"


def test_our_own_sentences_are_apart(card):
    capabilities = card.split("### Our own sentences")[1]

    assert _row(capabilities, "negated_praise") == [
        "negated_praise", "200", "0.900", "0.500", "0.500", "yes",
    ]  # fmt: skip


def test_calibration_spans_and_topics(card):
    calibration = _section(card, "Calibration")
    assert "| Sentiment | nhs_fft | 200 | 0.031 | 90% | 0.810 |" in calibration
    assert "| Topic | nhs_fft | 90 | 0.020 | – | – |" in calibration
    assert "834 sentences written by people: accuracy 0.800 alone, 0.750 beside" in card
    assert "(5.0 points lost)" in card
    assert "60 sentences of our own templates: accuracy 0.900 alone, 0.910 beside" in card
    assert "(-1.0 points lost)" in card
    topics = _section(card, "Topics")
    assert _row(topics, "food_drink") == ["food_drink", "500", "10", "nhs_fft 0.52 (n = 33)"]
    assert "- No training data: billing_payment" in topics
    assert "- Little (under 200 texts): staff_service" in topics
    assert (
        "- Polarity untrained or nearly (under 200 labels): food_drink, billing_payment" in topics
    )
    assert "food_drink" not in topics.split("- Not measured")[1]


def test_data_are_named_with_their_licences(card):
    data = _section(card, "Data and licences")

    assert _row(data, "emobank")[3:] == ["CC-BY-SA-4.0", "Buechel & Hahn, EmoBank, EACL 2017"]
    assert "Copyright 2021 NHS England" in data
    assert "neutral_by_construction: sgd_user_turns" in data
    shared = data.split("Share-alike data among them: ")[1].split(".\n")[0]
    assert "emobank (CC-BY-SA-4.0)" in shared
    assert "product_qa_neutral (CDLA-Sharing-1.0)" in shared
    assert "nhs_fft" not in shared
    trained_on, judged_on = data.split("Evaluated on only")
    assert "dynasent_val" in judged_on
    assert "dynasent_val" not in trained_on
    assert "womens_clothing" not in data  # not in this recipe


def test_how_it_was_trained_and_how_large_it_is(card):
    training = _section(card, "Training")

    assert "seed 11: 5,000 texts" in training
    assert "4,321 steps in 61 minutes" in training
    assert "3 MB" in card
    assert "all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), fine-tuned whole" in card
    assert "at most 160 word pieces" in " ".join(_section(card, "Limits").split())


def test_topics_of_our_own_sentences_are_told_beside_the_baseline():
    metrics = _metrics()
    text = "TF-IDF + logistic regression is ahead of ours on 1 of 2 of these sets (negated_praise)"
    assert text not in results(metrics)
    metrics["test"]["topic"] |= {
        "contrast:negated_praise": {"cxnlp": {"macro_f1": 0.8}, "tfidf": {"macro_f1": 0.9}},
        "contrast:plain_fact": {"cxnlp": {"macro_f1": 0.9}, "tfidf": {"macro_f1": 0.8}},
    }
    assert text in results(metrics)
