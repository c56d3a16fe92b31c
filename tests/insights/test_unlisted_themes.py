from __future__ import annotations

import random

import numpy as np
import pytest

from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.theme_clusters import halves, usage_of
from cxnlp.insights.unlisted_themes import run, unlisted_themes
from cxnlp.metrics.phrases import find_phrases
from tests.insights.planted import data_of, plant_nothing

WORDS = [f"{a}{b}{c}{d}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst" for d in "aeiou"]
PARROT = (
    "The parrot in the lobby squawked all night",
    "a loud parrot kept squawking near the lobby desk",
    "please remove that squawking parrot from the lobby",
    "the noise of the parrot in the lobby was funny",
    "my kids adored the lobby parrot",
    "who thought of a squawking parrot in a quiet lobby",
)


def random_texts(n: int, *, seed: int, zipf: bool = False, n_words: int = 750) -> list[str]:
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(3, n_words + 3) if zipf else np.ones(n_words)
    weights = weights / weights.sum()
    return [
        " ".join(rng.choice(WORDS[:n_words], size=rng.integers(1, 20), p=weights)) for _ in range(n)
    ]


def with_parrots(n: int, *, of: int = 300, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [*random_texts(of, seed=seed), *(rng.choice(PARROT) for _ in range(n))]


@pytest.mark.parametrize("n", [15, 40, 150])
def test_what_is_planted_is_found_and_nothing_else(n: int) -> None:
    texts = with_parrots(n)
    (theme,) = unlisted_themes(texts, range(len(texts)))
    assert set(theme.spans) == set(range(300, 300 + n))
    assert "parrot" in " ".join(theme.phrases) or "lobby" in " ".join(theme.phrases)
    assert theme.p_adjusted <= 0.01


def test_two_themes_are_two() -> None:
    coffee = ("the coffee machine spilled milk", "milk froth from the coffee machine was cold",
              "coffee machine out of milk", "no milk in that coffee machine again",
              "the machine burnt my coffee and the milk")  # fmt: skip
    rng = random.Random(3)
    texts = [*with_parrots(60), *(rng.choice(coffee) for _ in range(50))]
    themes = unlisted_themes(texts, range(len(texts)))
    assert [len(t.spans) for t in themes] == [60, 50]


def null_claims(n_simulations: int) -> int:
    claims = 0
    for seed in range(n_simulations):
        n = (60, 200, 600)[seed % 3]
        n_words = (40, 200, 750)[seed // 3 % 3]
        texts = random_texts(2 * n, seed=seed, zipf=seed % 2 == 0, n_words=n_words)
        background = texts if seed % 5 else None
        claims += bool(unlisted_themes(texts[:n], range(n), background=background, seed=seed))
    return claims


def test_random_words_are_no_theme() -> None:
    assert null_claims(18) <= 1


@pytest.mark.slow
def test_random_words_are_no_theme_in_200_simulations() -> None:
    assert null_claims(200) <= 4  # 2% claimed; each claims at most with p of .01


@pytest.mark.parametrize(
    "said",
    ["ok thanks", "nothing", "n/a", "Nothing to add, thank you", "No comment", "very good service"],
)
def test_acknowledgements_are_no_theme(said: str) -> None:
    texts = [*random_texts(200, seed=4), *[said] * 80, *[f"{said}."] * 20, *[said.upper()] * 20]
    assert unlisted_themes(texts, range(len(texts))) == ()


def test_a_form_that_all_send_is_no_theme() -> None:
    texts = [*random_texts(200, seed=5), *["Written on the train with a borrowed phone"] * 90]
    assert unlisted_themes(texts, range(len(texts))) == ()


def test_few_comments_are_no_theme() -> None:
    texts = with_parrots(40)
    # All parrots stand in one comment.
    assert unlisted_themes(texts, [*range(300), *[300] * 40]) == ()
    assert unlisted_themes(texts[300:305], range(5)) == ()


@pytest.mark.parametrize(
    "texts", [[], [""] * 50, ["same words here"] * 100, ["a b c"] * 60, ["word"] * 60]
)
def test_undefined_is_defined(texts: list[str]) -> None:
    assert unlisted_themes(texts, range(len(texts))) == ()


def test_the_same_seed_says_the_same() -> None:
    texts = with_parrots(30)
    assert unlisted_themes(texts, range(330), seed=3) == unlisted_themes(texts, range(330), seed=3)


def test_halves_share_out_each_rarest_word() -> None:
    said = find_phrases([*["rare common"] * 4, *["common"] * 6, ""], min_texts=1, max_words=1).said
    first, second = halves(said, seed=0)
    assert sorted([*first, *second]) == list(range(10))
    assert sum(i < 4 for i in first) == sum(i < 4 for i in second) == 2


def test_usage_by_hand() -> None:
    background = ["parrot lobby noise. staff parrot!", "staff parrot", "desk lobby noise chair"]
    usage = usage_of(["parrot", "lobby", "zebra"], background, besides=["desk lobby noise chair"])
    # Left are "parrot lobby noise" and "staff parrot", which is said twice and counts once: 5
    # words. Each word is taken to be said once more than it is.
    assert usage.rates().tolist() == [3 / 5, 2 / 5, 1 / 5]
    # Without lobby there is one sentence of 2 words, with parrot; without parrot none at all.
    assert usage.rates_apart([0, 1]).tolist() == [(1 + 1) / 2, 1.0]


def test_the_planted_file(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())
    (finding,) = result.findings
    texts = [v.text for v in planted_data.texts(finding.evidence)]
    assert "“stroller wheel" in finding.sentence
    assert all("stroller wheel" in text for text in texts)
    assert finding.n == result.table[0]["n_comments"]


def test_where_nothing_is_planted_nothing_is_found() -> None:
    result = run(data_of(plant_nothing().rows), InsightOptions())
    assert result.status == "ok"
    assert result.findings == ()
    assert "no theme" in result.note
