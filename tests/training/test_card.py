from __future__ import annotations

import json

import pytest

from training.card import write_card
from training.evaluation.run import RECIPE
from training.recipe import MixtureConfig, Recipe, read_recipe
from training.results import behind, results


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


def _whole_metrics():
    """Metrics with every part that a release may have."""
    metrics = _metrics()
    sentiment = metrics["test"]["sentiment"]
    sentiment["nhs_fft"]["before"] = _classes(0.80)
    sentiment["emobank"]["before"] = _classes(0.55)
    sentiment["nhs_fft"]["cxnlp"]["labels"] = {
        "negative": {"precision": 0.9, "recall": 0.91, "f1": 0.9, "n": 80},
        "positive": {"precision": 0.9, "recall": 0.97, "f1": 0.9, "n": 100},
    }
    scores = {"n": 85, "spearman": 0.861, "low": 0.8, "high": 0.9, "mean_absolute_error": 0.52}
    metrics["test"]["satisfaction"]["nhs_fft/annotators"] = {"cxnlp": {**scores, "kappa": 0.79}}
    bins = [
        {"low": 0.6, "high": 2 / 3, "n": 40, "confidence": 0.63, "accuracy": 0.55},
        {"low": 2 / 3, "high": 0.7333, "n": 0, "confidence": None, "accuracy": None},
    ]
    pooled = {"n": 1234, "sets": 3, "bins": bins}
    return metrics | {
        "before": "cx-mini-en@6",
        "calibration": {"sentiment": {"all": {**pooled, "ece": 0.0302}}},
        "slices": {
            "sentiment": [
                {"by": "length", "slice": "1-3 words", "n": 90,
                 "cxnlp": {"macro_f1": 0.7, "accuracy": 0.8}, "vader": {"macro_f1": 0.5}},
                {"by": "source", "slice": "nhs_fft", "n": 90,
                 "cxnlp": {"macro_f1": 0.7, "accuracy": 0.8}},
            ]
        },
        "capabilities": {
            "negation_near": {"rule": "label", "cases": 120, "failures": 6, "rate": 0.05,
                              "limit": 0.1},
            "names": {"rule": "invariance", "cases": 100, "failures": 30, "rate": 0.3,
                      "limit": 0.1},
        },
        "fairness": {
            "gender": {"pairs": 400, "mean_move": 0.012, "max_move": 0.2, "flip_rate": 0.004},
            "religion": {"pairs": 300, "mean_move": 0.02, "max_move": 0.4, "flip_rate": 0.02},
        },
        "low_precision": {"precision": "bf16", "reference": "f32", "lost": 0.0012,
                          "heads": {"sentiment": 0.0005}, "max_difference": 0.0213},
        "summary": {"topic_lead_over_tfidf": 0.2, "span_loss": 0.05, "capability_failure": 0.175},
    }  # fmt: skip


@pytest.fixture
def whole_card(folder) -> str:
    (folder / "metrics.json").write_text(json.dumps(_whole_metrics()))
    write_card(folder, _RECIPE)
    return (folder / "README.md").read_text(encoding="utf-8")


def test_card_without_the_optional_parts_has_no_empty_sections(card):
    for title in ("Capabilities", "Fairness", "Precision", "Sentiment by slice"):
        assert f"## {title}\n" not in card
    assert "\n\n\n" not in card
    assert _row(card, "Capabilities: mean failure rate")[2:] == ["–", "not measured"]


def test_release_before_stands_beside_and_its_better_figures_are_listed(whole_card):
    sentiment = whole_card.split("### Sentiment")[1].split("###")[0]
    assert "| before | TF-IDF" in sentiment
    assert _row(sentiment, "nhs_fft")[3:5] == ["0.800", "0.690"]
    # Not a baseline: it says nothing about whether ours is worth its weight.
    assert _row(sentiment, "nhs_fft")[-1] == "yes"
    worse = _section(whole_card, "What is worse than cx-mini-en@6")
    assert "1 of 2 figures" in worse
    assert "- Sentiment, nhs_fft (n = 200): 0.750, before 0.800" in worse


def test_targets_are_reached_or_missed_by_the_figure_as_it_is(whole_card):
    rows = _section(whole_card, "Targets")

    grade = "nhs_fft: satisfaction against the annotators' grade, Spearman"
    assert _row(rows, grade)[1:] == ["at least 0.86", "0.861", "reached"]
    error = "Sentiment: expected calibration error over all test sets"
    assert _row(rows, error)[1:] == ["at most 0.03", "0.030", "**missed**"]
    lost = "Released precision against f32: mean figure lost"
    assert _row(rows, lost)[1:] == ["at most 0.003", "0.0012", "reached"]
    assert _row(rows, "Capabilities: mean failure rate")[3] == "**missed**"
    assert _row(rows, "GoEmotions, 28 labels: macro F1")[2:] == ["–", "not measured"]


def test_recalls_grades_slices_and_bins(whole_card):
    assert _row(_section(whole_card, "Recall of each sentiment"), "nhs_fft") == [
        "nhs_fft", "0.910", "–", "0.970",
    ]  # fmt: skip
    scores = _section(whole_card, "How far predicted scores are off")
    assert _row(scores, "nhs_fft/annotators") == ["nhs_fft/annotators", "85", "0.520", "0.790"]
    slices = _section(whole_card, "Sentiment by slice")
    assert "| length | 1-3 words | 90 | 0.700 | 0.500 | 0.800 |" in slices
    assert "| source |" not in slices
    calibration = _section(whole_card, "Calibration")
    assert "| Sentiment | all | 3 | 1,234 | 0.030 | missed |" in calibration
    assert "| 0.60 | 0.67 | 40 | 0.630 | 0.550 |" in calibration
    assert "| 0.67 |" not in calibration.split("| 0.60 |")[1].split("\n", 1)[1]


def test_failures_unfairness_and_precision_are_told(whole_card):
    capabilities = _section(whole_card, "Capabilities")
    assert "17.5% in the mean" in capabilities
    assert _row(capabilities, "negation near")[1:] == ["label", "120", "5.0%", "10%", "passed"]
    assert _row(capabilities, "names")[-1] == "**failed**"
    fairness = _section(whole_card, "Fairness")
    assert _row(fairness, "gender")[1:] == ["400", "0.012", "0.200", "0.4%", "reached"]
    assert _row(fairness, "religion")[-1] == "**missed**"
    precision = _section(whole_card, "Precision")
    assert "at bf16 and at f32" in precision
    assert "0.12 over all heads" in precision
    assert "0.0213" in precision


def test_every_source_of_the_released_recipe_has_its_licence(folder):
    recipe = read_recipe(RECIPE)
    write_card(folder, recipe)

    card = (folder / "README.md").read_text(encoding="utf-8")
    assert {"annotated", "unlabelled", "written"} < set(recipe.mixture.sources)
    data = _section(card, "Data and licences")
    trained_on = data.split("Evaluated on only")[0]
    assert _row(trained_on, "multidogo")[3]  # read for its texts alone
    assert "given by machine" in trained_on


def test_labels_that_are_not_annotated_are_not_said_to_be(card):
    assert "given by machine" not in card


def test_sentences_written_one_by_one_are_our_own():
    metrics = _metrics()
    metrics["test"]["sentiment"]["written"] = {
        "cxnlp": _classes(0.7, accuracy=0.8),
        "tfidf": _classes(0.9, accuracy=0.6),
    }
    metrics["test"]["topic"]["two_sided"] = {"cxnlp": _classes(0.6), "tfidf": _classes(0.7)}

    text = results(metrics)

    own = text.split("### Our own sentences")[1]
    assert _row(own, "written") == ["written", "200", "0.800", "0.600", "–", "yes"]
    assert _row(own, "two_sided")[2:4] == ["0.600 [0.550, 0.650]", "0.700"]
    for name in ("written", "two_sided"):
        assert f"| {name} |" not in text.split("### Our own sentences")[0]
    assert "two_sided" not in behind(metrics)
