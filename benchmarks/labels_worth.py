"""What labels chosen by `cxnlp sample --for-labels` are worth beside labels of random texts.

`python -m benchmarks.labels_worth --data DIR`: of each source that the release never saw, a part is
held back, and texts of the other part are labelled, chosen one way or the other. A logistic
regression on the encoder's frozen vectors learns from them what to add to the release's own
probabilities; without labels it is the release.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from cxnlp.insights.label_order import closeness, doubt_of_topics, order_by_worth
from cxnlp.labels import SENTIMENTS
from cxnlp.topics.near_duplicates import group_near_duplicates

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SOURCES = ("dynasent_r1", "dynasent_r2", "amazon_full_1k", "hotel_reviews_5k")
SIZES = (50, 100, 200, 400)
RELEASE, RANDOM, CHOSEN, BOTH, MARGIN = (
    "release", "random", "chosen", "of both", "smallest margin",
)  # fmt: skip
_HELD_BACK = 0.4
_STRENGTH = 1.0  # of the penalty on what is added to the release
_MOST = 1500  # texts of a source
# Ways of choosing were compared on the draws from 0; the one that was taken is judged on others.
_FIRST_DRAW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Texts of a source through the release."""

    vectors: Floats  # [n, width], each of length 1
    probabilities: Floats  # [n, 3]
    doubt_of_topics: Floats  # [n]
    gold: Ints  # [n]


def read_source(data: Path, name: str, model: Path) -> Source:
    """Return the labelled texts of a source, near-copies once, read by the release."""
    from benchmarks.own_labels import read_company
    from cxnlp.model.classifier import Classifier
    from cxnlp.model.folder import read_config
    from cxnlp.topics.vectors import encode_texts, load_for_vectors

    examples = [e for e in read_company(data, name) if e.spans[0].sentiment is not None]
    np.random.default_rng(0).shuffle(examples)  # type: ignore[arg-type]
    examples = examples[:_MOST]
    groups = group_near_duplicates([e.text for e in examples])
    firsts = np.unique(groups, return_index=True)[1]
    examples = [examples[i] for i in np.sort(firsts)]
    texts = [e.text for e in examples]
    last = read_config(model).encoder.n_layers
    found = Classifier(model).classify(texts, languages=["en"] * len(texts))
    return Source(
        vectors=encode_texts(load_for_vectors(model, layers=(last,)), texts).texts.astype(float),
        probabilities=np.array([[p.sentiment_probs[k] for k in SENTIMENTS] for p in found]),
        doubt_of_topics=doubt_of_topics([[{"score": t.score} for t in p.topics] for p in found]),
        gold=np.array([e.spans[0].sentiment for e in examples], dtype=np.int64),
    )


def choose(source: Source, pool: Ints, how: str, n: int, generator: np.random.Generator) -> Ints:
    """Return n places of the pool."""
    doubt = closeness(source.probabilities[pool])
    if how == RANDOM:
        return pool[generator.permutation(len(pool))[:n]]
    if how == MARGIN:
        return pool[np.argsort(-doubt, kind="stable")[:n]]
    if how == BOTH:
        doubt = (doubt + source.doubt_of_topics[pool]) / 2
    return pool[order_by_worth(source.vectors[pool], doubt, n, generator=generator)]


def learn(vectors: Floats, probabilities: Floats, gold: Ints) -> Floats:
    """Return weights [width + 1, labels] of what is added to the logarithms of probabilities."""
    from scipy.optimize import minimize

    inputs = np.hstack([vectors, np.ones((len(vectors), 1))])
    known = np.log(probabilities + 1e-6)
    right = np.eye(probabilities.shape[1])[gold]
    shape = (inputs.shape[1], right.shape[1])

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        logits = known + inputs @ weights
        logits -= logits.max(axis=1, keepdims=True)
        said = np.exp(logits)
        said /= said.sum(axis=1, keepdims=True)
        value = -np.log(said[right > 0] + 1e-12).sum() + _STRENGTH / 2 * (weights**2).sum()
        return value, (inputs.T @ (said - right) + _STRENGTH * weights).ravel()

    start = np.zeros(shape[0] * shape[1])
    return minimize(loss, start, jac=True, method="L-BFGS-B").x.reshape(shape)


def macro_f1(gold: Ints, said: Ints) -> float:
    """Return the mean F1 of the labels that occur."""
    from sklearn.metrics import f1_score

    return float(f1_score(gold, said, labels=np.unique(gold), average="macro"))


def simulate(source: Source, *, draws: int) -> dict[tuple[str, int], list[float]]:
    """Return (way of choosing, labels) -> macro F1 of each draw, on the texts it held back."""
    found: dict[tuple[str, int], list[float]] = defaultdict(list)
    for draw in range(_FIRST_DRAW, _FIRST_DRAW + draws):
        order = np.random.default_rng(draw).permutation(len(source.gold))
        cut = round(_HELD_BACK * len(order))
        judged, pool = order[:cut], order[cut:]
        known = np.log(source.probabilities[judged] + 1e-6)
        gold = source.gold[judged]
        found[RELEASE, 0].append(macro_f1(gold, known.argmax(axis=1)))
        for n in (size for size in SIZES if size <= 0.9 * len(pool)):
            for how in (RANDOM, CHOSEN, BOTH, MARGIN):
                generator = np.random.default_rng([draw, n])
                drawn = choose(source, pool, how, n, generator)
                weights = learn(
                    source.vectors[drawn], source.probabilities[drawn], source.gold[drawn]
                )
                said = known + source.vectors[judged] @ weights[:-1] + weights[-1]
                found[how, n].append(macro_f1(gold, said.argmax(axis=1)))
    return dict(found)


def interval(differences: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean over draws and its 95% interval by 2,000 resamples of the draws."""
    values = np.asarray(differences, dtype=float)
    resampled = np.random.default_rng(0).choice(values, size=(2000, len(values))).mean(axis=1)
    low, high = np.quantile(resampled, (0.025, 0.975))
    return float(values.mean()), float(low), float(high)


def lay_out(runs: Mapping[str, Mapping[tuple[str, int], Sequence[float]]]) -> str:
    """Return a Markdown table: macro F1, and the points ahead of random choice."""
    lines = [
        "| source | labels | release | random | chosen | chosen − random "
        "| --unsure-of both − random | smallest margin alone − random |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, run in runs.items():
        for n in (size for size in SIZES if (RANDOM, size) in run):
            ahead = []
            for how in (CHOSEN, BOTH, MARGIN):
                pairs = zip(run[how, n], run[RANDOM, n], strict=True)
                mean, low, high = interval([100 * (a - b) for a, b in pairs])
                ahead.append(f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]")
            means = [float(np.mean(run[key])) for key in ((RELEASE, 0), (RANDOM, n), (CHOSEN, n))]
            figures = " | ".join(f"{mean:.3f}" for mean in means)
            lines.append(f"| {name} | {n} | {figures} | {' | '.join(ahead)} |")
    return "\n".join(lines)


@click.command()
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--model", default=Path("models/cx-mini-en"), type=click.Path(path_type=Path))
@click.option("--source", "sources", multiple=True, default=SOURCES, show_default=True)
@click.option("--draws", default=20, show_default=True, help="Of what is held back.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Keep every figure here.")
def main(data: Path, model: Path, sources: Sequence[str], draws: int, output: Path | None) -> None:
    """Print what labels chosen by doubt and diversity gain over random ones, in sentiment."""
    runs = {}
    for name in sources:
        source = read_source(data, name, model)
        click.echo(f"{name}: {len(source.gold):,} texts", err=True)
        runs[name] = simulate(source, draws=draws)
        if output is not None:
            kept = {s: {f"{h} {n}": v for (h, n), v in r.items()} for s, r in runs.items()}
            output.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    click.echo(lay_out(runs))


if __name__ == "__main__":
    main()
