from __future__ import annotations

import math
import random

import numpy as np
import pytest

from cxnlp.insights.comment_groups import Comparison, comparisons_of
from cxnlp.insights.comments import Comments
from cxnlp.insights.data import InsightData
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.unusual_words import run, unusual_words
from cxnlp.metrics.phrases import find_phrases

WORDS = [f"{a}{b}{c}o" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]


def random_texts(n: int, *, seed: int, words: list[str] = WORDS) -> list[str]:
    rng = random.Random(seed)
    weights = [1 / (i + 3) for i in range(len(words))]
    return [" ".join(rng.choices(words, weights, k=rng.randint(1, 20))) for _ in range(n)]


def compared(inside: list[bool], name: str = "web") -> Comparison:
    mask = np.array(inside)
    return Comparison(kind="touchpoint", name=name, inside=mask, outside=~mask)


def test_agrees_with_the_published_formula() -> None:
    # 400 comments at the touchpoint, 600 elsewhere; the formulas written out again.
    inside = ["wifi slow"] * 120 + ["staff"] * 280
    outside = ["wifi"] * 20 + ["staff"] * 580
    phrases = find_phrases([*inside, *outside], min_texts=10)
    assert phrases.names == ("wifi", "slow", "staff", "wifi slow")
    found = unusual_words(phrases, [compared([True] * 400 + [False] * 600)])
    a, b = [120, 120, 280, 120], [20, 0, 580, 0]
    n_a, n_b = sum(a), sum(b)
    prior = [(x + y) * 0.1 * n_a / (n_a + n_b) for x, y in zip(a, b, strict=True)]
    alpha_0 = sum(prior)

    def z(i: int) -> float:
        def odds(y: float, n: int) -> float:
            return math.log((y + prior[i]) / (n + alpha_0 - y - prior[i]))

        variance = 1 / (a[i] + prior[i]) + 1 / (b[i] + prior[i])
        return (odds(a[i], n_a) - odds(b[i], n_b)) / math.sqrt(variance)

    (wifi,) = found
    assert wifi.phrase == "wifi slow"
    assert set(wifi.also) == {"wifi", "slow"}
    assert wifi.z == pytest.approx(z(phrases.names.index(wifi.phrase)))
    assert wifi.p_value == pytest.approx(math.erfc(abs(wifi.z) / math.sqrt(2)))
    assert wifi.p_adjusted == pytest.approx(4 * wifi.p_value)
    assert (wifi.n_inside, wifi.inside.n, wifi.inside.value) == (120, 400, 30.0)
    assert wifi.comments == tuple(range(120))


def test_what_is_planted_is_found_and_shown_once() -> None:
    texts = random_texts(600, seed=1)
    at = [i % 3 == 0 for i in range(600)]
    for i in range(0, 120, 3):
        texts[i] += ". The car park was full"
    found = unusual_words(find_phrases(texts, min_texts=10), [compared(at)])
    assert len(found) == 1
    assert "park" in found[0].phrase
    assert {"car", "full"} <= {found[0].phrase, *found[0].also}
    assert found[0].n_inside == 40
    assert found[0].n_outside == 0


def test_a_phrase_of_few_is_never_shown() -> None:
    texts = ["Ask for Annabel Smith"] * 4 + ["fine and good enough"] * 200
    found = unusual_words(find_phrases(texts, min_texts=1), [compared([True] * 40 + [False] * 164)])
    assert not any("annabel" in " ".join((f.phrase, *f.also)) for f in found)


def null_claims(n_simulations: int) -> int:
    claims = 0
    for seed in range(n_simulations):
        texts = random_texts(400, seed=seed)
        rng = np.random.default_rng(seed)
        touchpoint = rng.integers(0, 4, 400)
        comparisons = [
            Comparison(kind="touchpoint", name=str(t), inside=touchpoint == t,
                       outside=touchpoint != t)
            for t in range(4)
        ]  # fmt: skip
        claims += bool(unusual_words(find_phrases(texts, min_texts=10), comparisons))
    return claims


def test_random_words_stand_out_nowhere() -> None:
    assert null_claims(20) <= 3  # more than 3 of 20 has a chance of 1.6% at a true 5%


@pytest.mark.slow
def test_random_words_stand_out_nowhere_in_200_simulations() -> None:
    assert null_claims(200) <= 10


def test_too_few_comments_are_not_compared() -> None:
    phrases = find_phrases(["wifi slow"] * 20 + ["staff"] * 60, min_texts=5)
    assert unusual_words(phrases, [compared([True] * 20 + [False] * 60)]) == ()
    assert unusual_words(phrases, []) == ()
    assert unusual_words(find_phrases([""] * 80), [compared([True] * 40 + [False] * 40)]) == ()


def test_periods_are_compared_with_those_before() -> None:
    n = 8
    comments = Comments(
        rows=range(n),
        texts=["x"] * n,
        touchpoints=["a", "b", None, "a"] * 2,
        periods=["2024-Q1", "2024-Q2", "2024-Q3", None] * 2,
        groups=[None] * n,
        sentiments=["neutral"] * n,
        n_all=n,
    )
    by_name = {c.name: c for c in comparisons_of(comments)}
    assert set(by_name) == {"a", "b", "2024-Q2", "2024-Q3"}
    assert by_name["b"].outside.sum() == 6
    assert by_name["2024-Q3"].outside.tolist() == [True, True, False, False] * 2


def test_the_planted_file(planted_data: InsightData) -> None:
    result = run(planted_data, InsightOptions())
    rising = [f for f in result.findings if f.where.period == "2024-Q4"]
    assert result.status == "ok"
    assert len(rising) == 1
    assert "“stroller wheel squeaks”" in rising[0].sentence
    assert all("stroller" in v.text for v in planted_data.texts(rising[0].evidence))
    assert all(f.p_value is not None and f.p_value <= 0.05 for f in result.findings)
