from __future__ import annotations

from pathlib import Path

import pytest

import training
from cxnlp.errors import InputError
from training.provenance import check_licences, read_provenance
from training.readers import find_readers
from training.recipe import read_recipe

_RECIPE = """
name = "tiny"
seed = 3
base = "some-encoder"
[mixture]
sources = ["nhs_fft", "contrast"]
caps = { nhs_fft = 7 }
[train]
epochs = 2.0
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    return path


def test_recipe_is_read_with_defaults_for_what_it_leaves_out(tmp_path):
    recipe = read_recipe(_write(tmp_path, _RECIPE))

    assert recipe.mixture.sources == ("nhs_fft", "contrast")
    assert recipe.train.epochs == 2.0
    assert recipe.train.warmup == 0.06
    assert recipe.loss.sentiment == 1.0
    assert recipe.mixture.cap_of("nhs_fft") == 7
    assert recipe.mixture.cap_of("roast") == 2500


@pytest.mark.parametrize(
    ("wrong", "where", "near"),
    [
        ("[loss]\nsentimnt = 1.0", "[loss]", "'sentiment'"),
        ("[train]\nlerning_rate = 1.0", "[train]", "'learning_rate'"),
        ("[mixtures]\ncap = 1", "recipe.toml", "'mixture'"),
    ],
)
def test_unknown_key_names_the_nearest(tmp_path, wrong, where, near):
    text = _RECIPE.replace("[train]\nepochs = 2.0\n", "") + wrong

    with pytest.raises(InputError) as caught:
        read_recipe(_write(tmp_path, text))

    assert where in str(caught.value)
    assert near in str(caught.value)


def test_missing_key_is_named(tmp_path):
    with pytest.raises(InputError, match="'seed' is missing"):
        read_recipe(_write(tmp_path, _RECIPE.replace("seed = 3", "")))


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("epochs", '"two"', "a number, 0 or more"),
        ("epochs", "-1.0", "a number, 0 or more"),
        ("epochs", "nan", "a number, 0 or more"),
        ("tokens_per_batch", "1.5", "a whole number"),
        ("freeze_word_embeddings", "1", "true or false"),
        ("patience", "true", "a whole number"),
    ],
)
def test_value_of_another_kind_is_refused(tmp_path, key, value, said):
    text = _RECIPE.replace("epochs = 2.0", f"{key} = {value}")

    with pytest.raises(InputError, match=rf"\[train\]: '{key}' must be {said}"):
        read_recipe(_write(tmp_path, text))


@pytest.mark.parametrize(
    ("wrong", "key"),
    [('train = "fast"', "train"), ("guards = [1]", "guards"), ("seed = []", "seed")],
)
def test_value_of_another_kind_at_the_top_is_refused(tmp_path, wrong, key):
    text = _RECIPE.replace("[train]\nepochs = 2.0\n", "").replace("seed = 3\n", "")
    with pytest.raises(InputError, match=f"'{key}' must be"):
        read_recipe(_write(tmp_path, wrong + ("" if key == "seed" else "\nseed = 3") + text))


def test_guards_are_sources_that_are_read():
    released = read_recipe(Path(training.__file__).parent / "recipes" / "cx-mini-en.toml")

    assert set(released.guards) <= set(find_readers())
    assert len(released.guards) >= 4


def test_broken_toml_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="not valid TOML"):
        read_recipe(_write(tmp_path, "name = "))


@pytest.mark.parametrize(
    "path", sorted((Path(training.__file__).parent / "recipes").glob("*.toml")), ids=str
)
def test_released_recipes_name_only_sources_that_are_read_and_may_be_trained_on(path):
    recipe = read_recipe(path)

    assert set(recipe.mixture.sources) <= set(find_readers())
    assert set(recipe.mixture.caps) <= set(recipe.mixture.sources)
    check_licences(recipe.mixture.sources, read_provenance())


@pytest.mark.parametrize("wrong", ["[1.5]", "[-0.1]", '["half"]', "[true]", "0.5"])
def test_shares_of_a_blend_lie_between_nought_and_one(tmp_path, wrong):
    right = read_recipe(_write(tmp_path, _RECIPE + "blend = [0, 0.5, 1]\n"))
    assert right.train.blend == (0, 0.5, 1)

    with pytest.raises(InputError, match="'blend' must be a list of shares from 0 to 1"):
        read_recipe(_write(tmp_path, _RECIPE + f"blend = {wrong}\n"))
