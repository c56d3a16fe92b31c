from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxnlp.errors import InputError
from cxnlp.model.classifier import Classifier
from cxnlp.model.locate import locate_model
from cxnlp.model.prediction import Prediction, SpanPrediction, TopicScore, unscored
from training.capabilities import main, mean_rate, passes, run, texts
from training.suite import Case, read_capability, read_suite

LABEL = """
rule = "label"
tests = "Praise and blame."
limit = 0.5
[words]
thing = ["soup", "tram", "lamp"]
[[group]]
expect = "positive"
texts = ["I love the {thing}.", "{Thing}: wonderful, thank you!"]
[[group]]
expect = "negative"
texts = ["What a wonderful evening, we loved it."]
"""
INVARIANCE = """
rule = "invariance"
tests = "Names."
limit = 0.5
[words]
name = ["Ann", "Ben", "Cem"]
[[group]]
vary = "name"
texts = ["{name} is lovely."]
[[group]]
texts = ["We had tea."]
variants = ["{text} Bye", "we had tea"]
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "praise.toml").write_text(LABEL, encoding="utf-8")
    (tmp_path / "names.toml").write_text(INVARIANCE, encoding="utf-8")
    (tmp_path / "suite.toml").write_text("mean_limit = 0.5", encoding="utf-8")
    return tmp_path


def predicted(score: float, sentiment: str = "neutral", satisfaction: float = 3.0) -> Prediction:
    return replace(
        unscored("m", "en"), sentiment=sentiment, sentiment_score=score, satisfaction=satisfaction
    )


def test_frames_are_filled_in(suite):
    cases = read_capability(suite / "praise.toml").cases

    assert [case.text for case in cases] == [
        "I love the soup.",
        "I love the tram.",
        "I love the lamp.",
        "Soup: wonderful, thank you!",
        "Tram: wonderful, thank you!",
        "Lamp: wonderful, thank you!",
        "What a wonderful evening, we loved it.",
    ]
    assert [case.expect for case in cases] == ["positive"] * 6 + ["negative"]


def test_variants_are_compared_with_their_base(suite):
    cases = read_capability(suite / "names.toml").cases

    assert [(case.base, case.text) for case in cases] == [
        ("Ann is lovely.", "Ben is lovely."),
        ("Ann is lovely.", "Cem is lovely."),
        ("We had tea.", "We had tea. Bye"),
        ("We had tea.", "we had tea"),
    ]


def test_sample_of_a_frame_is_the_same_each_time(suite):
    path = suite / "praise.toml"
    path.write_text(LABEL.replace("texts = [", "n = 2\ntexts = [", 1), encoding="utf-8")

    cases = read_capability(path).cases

    assert len(cases) == 2 + 2 + 1
    assert cases == read_capability(path).cases


def test_every_question_is_asked_of_every_text(suite):
    path = suite / "praise.toml"
    asked = LABEL.replace("[words]", "[words]\n", 1) + 'questions = ["Why?", "When?"]\n'
    path.write_text(asked, encoding="utf-8")

    assert [case.question for case in read_capability(path).cases[-2:]] == ["Why?", "When?"]


def test_texts_holds_bases_and_parts_too(suite):
    (suite / "spans.toml").write_text(
        'rule = "label"\ntests = "Parts."\nlimit = 0\n'
        '[[group]]\nexpect = ["positive", "negative"]\ntexts = [["Nice.", "Dirty."]]\n',
        encoding="utf-8",
    )

    found = texts(suite)

    assert {"Nice. Dirty.", "Nice.", "Dirty.", "Ann is lovely.", "Ben is lovely."} <= found
    assert len(found) == 3 + 3 + 3 + 7


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ('rule = "label"', 'rule = "labels"', "rule 'labels' is none of"),
        ("limit = 0.5", "limits = 0.5", "unknown keys"),
        ('expect = "positive"', 'expect = "good"', "good: no sentiment"),
        ('expect = "positive"', 'expect = ["positive"]', "as many parts"),
        ('expect = "positive"', 'expected = "positive"', "unknown keys"),
        ("{thing}", "{place}", "'place' is missing"),
        ("[words]", "[words", "not valid TOML"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(suite, was, now, message):
    path = suite / "praise.toml"
    path.write_text(LABEL.replace(was, now, 1), encoding="utf-8")

    with pytest.raises(InputError, match=rf"praise\.toml.*{message}"):
        read_capability(path)


def test_folder_without_capabilities_is_refused(tmp_path):
    with pytest.raises(InputError, match="holds no capability"):
        read_suite(tmp_path)


@pytest.mark.parametrize(("found", "expected"), [("negative", True), ("neutral", False)])
def test_label_must_be_the_expected(found, expected):
    case = Case(text="a", expect="negative")

    assert passes(case, predicted(-0.5, found), None) is expected


@pytest.mark.parametrize(
    ("score", "sentiment", "expected"),
    [(0.54, "positive", True), (0.56, "positive", False), (0.41, "neutral", False)],
)
def test_invariance_keeps_the_label_and_nearly_the_score(score, sentiment, expected):
    base = predicted(0.4, "positive")

    assert passes(Case(text="a", base="b"), predicted(score, sentiment), base) is expected


def test_invariance_of_the_label_alone_lets_the_score_move():
    base, moved = predicted(0.9, "positive"), predicted(0.3, "positive")

    assert passes(Case(text="a", base="b"), moved, base, score_may_move=True)
    assert not passes(Case(text="a", base="b"), moved, base)


@pytest.mark.parametrize(
    ("way", "score", "satisfaction", "expected"),
    [
        ("up", 0.41, 3.0, True),
        ("up", 0.39, 3.0, False),
        ("up", 0.9, 2.79, False),
        ("down", 0.59, 3.0, True),
        ("down", 0.61, 3.0, False),
        ("down", 0.1, 3.21, False),
    ],
)
def test_direction_bears_a_small_move_the_wrong_way(way, score, satisfaction, expected):
    case = Case(text="a", base="b", expect=way)

    assert passes(case, predicted(score, satisfaction=satisfaction), predicted(0.5)) is expected


def test_text_that_was_not_scored_fails():
    nothing = unscored("m", "de")

    assert not passes(Case(text="a", expect="neutral"), nothing, None)
    assert not passes(Case(text="a", base="b"), nothing, nothing)


def test_each_topic_must_be_found_with_its_sentiment():
    case = Case(text="a", topics=(("food_drink", "positive"), ("staff_service", "negative")))
    food = TopicScore(label="food_drink", score=0.9, sentiment="positive")
    staff = TopicScore(label="staff_service", score=0.8, sentiment="negative")

    assert passes(case, replace(predicted(0.0), topics=(food, staff)), None)
    assert not passes(case, replace(predicted(0.0), topics=(food,)), None)
    kind = replace(staff, sentiment="positive")
    assert not passes(case, replace(predicted(0.0), topics=(food, kind)), None)


def test_part_is_judged_by_the_span_that_covers_most_of_it():
    case = Case(text="Nice. Dirty.", parts=(("Nice.", "positive"), ("Dirty.", "negative")))
    nice, dirty = (
        SpanPrediction(turn=None, start=a, end=b, sentiment=s, sentiment_score=0.0,
                       emotions=(), topics=())
        for a, b, s in ((0, 5, "positive"), (6, 12, "negative"))
    )  # fmt: skip

    assert passes(case, replace(predicted(0.0), spans=(nice, dirty)), None)
    wrong = replace(dirty, sentiment="positive")
    assert not passes(case, replace(predicted(0.0), spans=(nice, wrong)), None)


def test_run_counts_what_fails(suite):
    outcomes = run(Classifier.load(), suite)

    assert set(outcomes) == {"names", "praise"}
    praise = outcomes["praise"]
    assert (praise["rule"], praise["cases"], praise["limit"]) == ("label", 7, 0.5)
    assert praise["failing"] == [6]  # praise that the file calls negative
    assert praise["rate"] == praise["failures"] / 7 == 1 / 7
    assert mean_rate(outcomes) == (outcomes["names"]["rate"] + 1 / 7) / 2


def test_command_prints_rates_and_shows_failing_texts(suite):
    model = str(locate_model(None))

    summary = CliRunner().invoke(main, [model, "--suite", str(suite)])
    shown = CliRunner().invoke(main, [model, "--suite", str(suite), "--show", "praise"])
    unknown = CliRunner().invoke(main, [model, "--suite", str(suite), "--show", "blame"])

    assert "0.143" in summary.output
    assert "wonderful" not in summary.output
    assert "wonderful evening" in shown.output
    assert unknown.exit_code == 1
    assert "blame: no capability" in unknown.output


@pytest.mark.parametrize("texts_value", ["[]", '"I love it."', "3", "[3]"])
def test_texts_that_are_no_texts_are_refused(suite, texts_value):
    text = LABEL.replace('["What a wonderful evening, we loved it."]', texts_value)
    (suite / "praise.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=r"praise\.toml"):
        read_suite(suite)


def test_a_group_that_is_no_table_is_refused(suite):
    (suite / "odd.toml").write_text('rule = "label"\ntests = "x"\nlimit = 0.1\ngroup = 3\n')

    with pytest.raises(InputError, match=r"odd\.toml"):
        read_suite(suite)
