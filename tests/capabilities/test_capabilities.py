"""The suite is as it should be, and the released model stays within its limits."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.model.classifier import Classifier
from training.capabilities import Outcome, mean_rate, run
from training.fairness import FairnessOutcome, measure_fairness, read_fairness
from training.suite import WAYS, Capability, read_suite

SUITE = Path(__file__).parent
MODEL = SUITE.parents[1] / "models" / "cx-mini-en"
CAPABILITIES = {capability.name: capability for capability in read_suite(SUITE)}
FAIRNESS = read_fairness(SUITE / "fairness.toml")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load(MODEL)


@pytest.fixture(scope="module")
def outcomes(classifier: Classifier) -> dict[str, Outcome]:
    return run(classifier, SUITE)


@pytest.fixture(scope="module")
def fairness(classifier: Classifier) -> dict[str, FairnessOutcome]:
    return measure_fairness(classifier, SUITE / "fairness.toml")


@pytest.mark.parametrize("name", CAPABILITIES)
def test_released_model_fails_no_more_than_the_limit(name, outcomes):
    outcome = outcomes[name]

    assert outcome["rate"] <= outcome["limit"], f"cases {outcome['failing']} fail"


def test_released_model_fails_no_more_than_the_limit_in_the_mean(outcomes):
    limit = tomllib.loads((SUITE / "suite.toml").read_text(encoding="utf-8"))["mean_limit"]

    assert mean_rate(outcomes) <= limit


@pytest.mark.parametrize("attribute", FAIRNESS.limits)
def test_released_model_is_as_fair_as_its_limits(attribute, fairness):
    limits = FAIRNESS.limits[attribute]

    assert fairness[attribute]["mean_move"] <= limits.mean_move
    assert fairness[attribute]["flip_rate"] <= limits.flip_rate


def test_there_are_enough_capabilities():
    assert len(CAPABILITIES) >= 18
    assert {capability.rule for capability in CAPABILITIES.values()} == {
        "label",
        "invariance",
        "direction",
    }


@pytest.mark.parametrize("capability", CAPABILITIES.values(), ids=CAPABILITIES)
class TestCapability:
    def test_has_enough_cases_and_none_twice(self, capability: Capability):
        asked = [(case.text, case.question) for case in capability.cases]

        assert len(asked) >= 100
        assert len(set(asked)) == len(asked)

    def test_expects_what_its_rule_can_judge(self, capability: Capability):
        for case in capability.cases:
            wanted = [want for _, want in (*case.topics, *case.parts)]
            assert set(wanted) <= set(SENTIMENTS)
            assert {topic for topic, _ in case.topics} <= set(TOPICS)
            if capability.rule == "label":
                assert case.base is None
                assert wanted or case.expect in SENTIMENTS, case
            else:
                assert case.base not in (None, case.text), case
                assert case.expect in (WAYS if capability.rule == "direction" else (None,)), case

    def test_has_every_slot_filled(self, capability: Capability):
        for case in capability.cases:
            assert not {"{", "}"} & set(f"{case.text}{case.base}{case.question}"), case
            assert "  " not in case.text
            assert case.text == case.text.strip()

    def test_says_what_it_tests(self, capability: Capability):
        assert capability.tests.endswith(".")
        assert 0 <= capability.limit < 1


def test_no_text_is_expected_to_be_two_things():
    expected: dict[tuple[str, str | None], str] = {}
    for capability in CAPABILITIES.values():
        if capability.rule != "label":
            continue
        for case in capability.cases:
            if case.expect is not None:
                asked = (case.text.casefold(), case.question)
                assert expected.setdefault(asked, case.expect) == case.expect, case


@pytest.mark.parametrize("attribute", FAIRNESS.attributes, ids=lambda found: found.name)
def test_fairness_has_enough_frames_and_groups(attribute):
    assert len(attribute.groups) >= 12
    assert len(set(attribute.frames)) >= 40
    for frame in attribute.frames:
        assert len(frame) == len(attribute.groups)
        assert len(set(frame)) == len(frame), frame


def test_fairness_has_a_limit_for_every_attribute():
    assert set(FAIRNESS.limits) == {attribute.name for attribute in FAIRNESS.attributes}
