from __future__ import annotations

import pytest
from click.testing import CliRunner

from cxnlp.errors import InputError
from training import trials
from training.example import document
from training.provenance import read_provenance
from training.readers import find_readers
from training.readers.written import read_two_sided, read_written
from training.recipe import MixtureConfig, Recipe
from training.trials import judges, override, read_trades

RECIPE = Recipe(name="r", seed=0, base="b", mixture=MixtureConfig(sources=("a", "b", "c")))


def test_settings_change_a_recipe():
    changed = override(
        RECIPE,
        {
            "train.epochs": "2.5",
            "mixture.caps": "{a = 3}",
            "mixture.without": '["b"]',
            "mixture.with": '["d"]',
        },
    )

    assert changed.train.epochs == 2.5
    assert changed.mixture.cap_of("a") == 3
    assert changed.mixture.sources == ("a", "c", "d")
    assert RECIPE.mixture.sources == ("a", "b", "c")


@pytest.mark.parametrize("place", ["train.epoch", "nothing.epochs", "name"])
def test_a_setting_that_no_recipe_has_is_refused(place):
    with pytest.raises(InputError, match=place):
        override(RECIPE, {place: "1"})


def test_trades_name_sources_and_files_that_are_there():
    files = {e.origin for e in (*read_written(), *read_two_sided())}
    known = {*find_readers(), *read_provenance(), *files}
    named = [source for trade in read_trades().values() for source in trade["sources"]]

    assert set(named) <= known
    assert len(named) == len(set(named)), "a source speaks for one trade"
    for trade in read_trades().values():
        assert set(trade["judge"]) <= set(trade["sources"])


def test_whole_texts_with_a_sentiment_judge(write_source):
    folder = write_source(
        "tsa_md",
        [
            {"text": text, "sentiment": sentiment, "split": split}
            for text, sentiment, split in (
                ("Good soup.", "positive", "train"),
                ("So so.", "mixed", "train"),
                ("Cold soup.", "negative", "test"),
                ("!!", "positive", "train"),
            )
        ],
    )

    texts = judges(folder.parent, ["tsa_md"])["tsa_md"]

    assert sorted(example.text for example in texts) == ["Cold soup.", "Good soup."]


def test_annotated_texts_judge_only_where_their_source_is_held_out(monkeypatch, tmp_path):
    texts = [
        document(text, "annotated", "train", sentiment=2, origin=origin)
        for text, origin in (("Good soup.", "roast"), ("Good app.", "aware"))
    ]
    monkeypatch.setattr(trials, "read_sources", lambda data, sources: texts)

    [found] = judges(tmp_path, ["annotated"], without=["aware"])["annotated"]

    assert found.text == "Good app."


def test_a_source_without_a_text_to_judge_by_is_refused(monkeypatch, tmp_path):
    texts = [document("Good soup.", "annotated", "train", sentiment=2, origin="roast")]
    monkeypatch.setattr(trials, "read_sources", lambda data, sources: texts)

    with pytest.raises(InputError, match=r"annotated: .*hold its trade out"):
        judges(tmp_path, ["annotated"])


def test_a_value_that_is_not_toml_is_refused():
    with pytest.raises(InputError, match=r"train\.epochs: the value is not TOML"):
        override(RECIPE, {"train.epochs": "two"})


def test_a_source_that_is_trained_on_does_not_judge(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('name = "r"\nseed = 0\nbase = "b"\n[mixture]\nsources = ["tsa_md", "roast"]\n')
    (tmp_path / "base").mkdir()
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        (tmp_path / "base" / name).touch()
    options = ["--data", tmp_path, "--base", tmp_path / "base", "--out", tmp_path / "out.jsonl"]
    options += ["--judge", "tsa_md"]

    result = CliRunner().invoke(trials.main, [str(path), *map(str, options)])

    assert result.exit_code == 1
    assert "--judge tsa_md: trained on" in result.output
