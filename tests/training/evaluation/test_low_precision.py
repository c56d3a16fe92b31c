from __future__ import annotations

import pytest

from cxnlp.model.classifier import Classifier
from cxnlp.model.locate import locate_model
from training.answers import ask_model
from training.evaluate import OURS, ask, measure
from training.evaluation.low_precision import measure_low_precision, read_fixed_texts
from training.example import document


def test_fixed_texts_are_of_every_length_and_one_has_a_question():
    texts = read_fixed_texts()

    assert len({e.text for e in texts}) == len(texts) >= 20
    assert any(e.question for e in texts)
    assert min(len(e.text.split()) for e in texts) == 1
    assert max(len(e.text.split()) for e in texts) > 60


def test_f32_against_itself_costs_nothing():
    folder = locate_model(None)
    released = Classifier(folder, precision="f32")
    examples = [
        document(f"{word} room {n}", "made", "test", sentiment=s)
        for n in range(3)
        for word, s in (("Awful", 0), ("Lovely", 2))
    ]
    report = measure(ask({OURS: ask_model(released)}, examples))

    found = measure_low_precision(folder, released, examples, report)

    assert found["heads"] == {"sentiment": 0.0}
    assert found["lost"] == 0.0
    assert found["max_difference"] == pytest.approx(0.0, abs=1e-4)
    # A point lost in the report is a point lost.
    report["sentiment"]["made"][OURS]["macro_f1"] -= 0.01
    lost = measure_low_precision(folder, released, examples, report)["lost"]
    assert lost == pytest.approx(0.01)
