from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cxnlp.errors import InputError
from training.evaluation import fitted
from training.evaluation.fitted import fit, fit_on_recipe
from training.example import Example, document
from training.recipe import MixtureConfig, Recipe


def _opinions(split: str) -> list[Example]:
    words = (("awful", 0, 1.0), ("plain", 1, 3.0), ("lovely", 2, 5.0))
    return [
        document(
            f"{word} room {number}", "made", split, sentiment=sentiment, satisfaction=score,
            topics={"food_drink": sentiment == 0, "staff_service": sentiment == 2},
            polarities={"food_drink": 0} if sentiment == 0 else {"staff_service": 2},
        )
        for number in range(12)
        for word, sentiment, score in words
    ]  # fmt: skip


def test_fitted_once_and_kept_until_a_label_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, val, notes = _opinions("train"), _opinions("val"), list[str]()
    first = fit(train, val, cache=tmp_path / "cache", note=notes.append)
    assert notes == ["fitting TF-IDF on 36 texts"]
    (kept,) = (tmp_path / "cache").iterdir()

    again = fit(train, val, cache=tmp_path / "cache", note=notes.append)

    assert len(notes) == 1
    texts = _opinions("test")
    for head in ("sentiment", "satisfaction", "topic", "polarity"):
        one, other = (getattr(system.predict(texts), head) for system in (first, again))
        np.testing.assert_array_equal(one, other)
    fit([*train[:-1], document("lovely room 11", "made", "train", sentiment=0)], val,
        cache=tmp_path / "cache", note=notes.append)  # fmt: skip
    assert len(notes) == 2
    kept.write_bytes(b"broken")
    fit(train, val, cache=tmp_path / "cache", note=notes.append)
    assert "cannot be read; fitting again" in notes[2]
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_fitted_on_what_a_folder_holds_of_a_recipe(tmp_path: Path, write_source) -> None:
    rows = [
        {"text": f"{word} shop {n}", "rating": stars, "split": ("train", "val")[n % 2]}
        for n in range(20)
        for word, stars in (("awful", 1), ("lovely", 5))
    ]
    write_source("womens_clothing", rows)
    recipe = Recipe(
        name="x", seed=1, base="x", mixture=MixtureConfig(sources=("womens_clothing", "nhs_fft"))
    )

    baseline, lines = fit_on_recipe(tmp_path, recipe, cache=None, note=lambda line: None)

    assert lines == [
        f"TF-IDF is fitted without nhs_fft: not in {tmp_path}",
        "TF-IDF says nothing of emotion and topic: it is fitted on no such label",
    ]
    assert baseline is not None
    found = baseline([document(f"{w} thing", "x", "test") for w in ("lovely", "awful")])
    assert found.sentiment.tolist() == [2, 0]
    assert found.satisfaction is not None
    assert found.satisfaction[0] > found.satisfaction[1]
    # No text said anything of topics or emotions.
    assert (found.topic, found.emotion, found.polarity) == (None, None, None)


def test_folder_without_any_source_of_the_recipe_fits_nothing(tmp_path: Path) -> None:
    recipe = Recipe(name="x", seed=1, base="x", mixture=MixtureConfig(sources=("contrast",)))

    baseline, lines = fit_on_recipe(tmp_path, recipe, cache=None, note=lambda line: None)

    assert baseline is None
    assert "holds no source of the recipe" in lines[0]


def test_no_training_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training text is left"):
        fit([], [], cache=None, note=lambda line: None)


def test_labelled_texts_are_whole_and_say_something() -> None:
    labelled = document("good", "x", "train", sentiment=2)
    assert fitted.labelled_texts([labelled, document("no label", "x", "train")]) == [labelled]
