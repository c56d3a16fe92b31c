"""Train briefly without some trades, to see what one choice does on customers never seen.

`python -m training.trials RECIPE --data DIR --base DIR --hold-out TRADE... --set train.epochs=2`
trains without the trades, judges the sentiment of their texts, and adds a line to TRIALS.jsonl.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray
from safetensors.torch import load_file

from cxnlp.errors import CxnlpError, InputError
from cxnlp.labels import SENTIMENTS
from training.base import locate_base
from training.baselines import TfidfBaseline, ask_vader
from training.example import Example, SpanLabel
from training.measures import figures_of_classes
from training.network import CxNetwork
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.scores import labels_of
from training.teach import teach
from training.train import TrainInputs, select, train

_TRADES = Path(__file__).parent / "trades.toml"
_PER_SOURCE = 1500  # texts that judge


def read_trades() -> dict[str, dict[str, list[str]]]:
    """Return trade -> the sources that speak for it, and those of them that judge."""
    return tomllib.loads(_TRADES.read_text(encoding="utf-8"))


def override(recipe: Recipe, settings: Mapping[str, str]) -> Recipe:
    """Return a recipe with values set by `part.key`, written as in TOML.

    `mixture.without` drops sources, `mixture.with` adds some.

    :raises InputError: on a part or a key that no recipe has, or a value that is not TOML.
    """
    for place, text in settings.items():
        part, _, key = place.partition(".")
        try:
            value: Any = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError as error:
            raise InputError(
                f"--set {place}: the value is not TOML. Put quotes round text."
            ) from error
        if place == "mixture.without":
            key, value = "sources", [s for s in recipe.mixture.sources if s not in value]
        elif place == "mixture.with":
            key, value = "sources", [*recipe.mixture.sources, *value]
        config: Any = getattr(recipe, part, None)
        if key not in getattr(type(config), "__slots__", ()):
            raise InputError(f"--set {place}: a recipe has no such key.")
        value = tuple(value) if isinstance(value, list) else value
        changes: dict[str, Any] = {part: dataclasses.replace(config, **{key: value})}
        recipe = dataclasses.replace(recipe, **changes)
    return recipe


def judges(
    data: Path, sources: Iterable[str], *, without: Sequence[str] = ()
) -> dict[str, list[Example]]:
    """Return the texts with a sentiment of each source, of every split, at most `_PER_SOURCE`.

    Of the annotated texts, only those taken from a source that is held out.

    :raises InputError: where a source holds no such text.
    """
    found = {}
    for source in sources:
        texts = [
            example
            for example in read_sources(data, [source])
            if len(example.spans) == 1
            and example.spans[0].sentiment is not None
            and any(character.isalnum() for character in example.text)
            and (source != "annotated" or example.origin in without)
        ]
        if not texts:
            raise InputError(f"{source}: holds no text that can judge; hold its trade out, too.")
        order = np.random.default_rng(0).permutation(len(texts))[:_PER_SOURCE]
        found[source] = [texts[int(place)] for place in order]
    return found


def _sentiment_only(examples: Iterable[Example]) -> list[Example]:
    """Return the whole texts with a sentiment, without any other label."""
    found = []
    for example in examples:
        span = example.spans[0]
        if len(example.spans) == 1 and span.sentiment is not None:
            bare = SpanLabel(
                start=0, end=len(example.text), sentiment=span.sentiment, weight=span.weight
            )
            found.append(dataclasses.replace(example, spans=(bare,)))
    return found


def judge_baselines(
    train: Iterable[Example], val: Iterable[Example], texts: Mapping[str, list[Example]]
) -> dict[str, dict[str, float]]:
    """Return the macro F1 of TF-IDF, fitted on the same texts, and of VADER on each source."""
    known, checked = _sentiment_only(train), _sentiment_only(val)
    tfidf = TfidfBaseline(known, labels_of(known), checked, labels_of(checked))
    figures: dict[str, dict[str, float]] = {}
    for source, examples in texts.items():
        answers = {"tfidf": tfidf.predict(examples), "vader": ask_vader(examples)}
        gold = labels_of(examples).sentiment
        figures[source] = {
            name: _macro_f1(np.asarray(answer.sentiment), gold) for name, answer in answers.items()
        }
    return figures


def _macro_f1(found: NDArray[np.int64], gold: NDArray[np.int64]) -> float:
    return round(figures_of_classes(found, gold, len(SENTIMENTS))["macro_f1"], 4)


def judge(network: Path, base: Path, texts: Mapping[str, list[Example]]) -> dict[str, float]:
    """Return the macro F1 of the sentiment of a trained network on each source."""
    trained = CxNetwork.from_base(base)
    trained.load_state_dict(load_file(network))
    figures = {}
    for source, examples in texts.items():
        found = np.array(teach(trained, base, examples, max_tokens=160)).argmax(1)
        figures[source] = _macro_f1(found, labels_of(examples).sentiment)
    return figures


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True)
@click.option("--hold-out", multiple=True, type=click.Choice(sorted(read_trades())))
@click.option("--judge", "judging", multiple=True, help="A source that judges besides.")
@click.option("--set", "settings", multiple=True, metavar="PART.KEY=VALUE")
@click.option("--baselines", is_flag=True, help="Judge TF-IDF and VADER beside.")
@click.option("--soft-labels", type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="TRIALS.jsonl")
def main(
    recipe_path: Path,
    data: Path,
    base: str,
    hold_out: tuple[str, ...],
    judging: tuple[str, ...],
    settings: tuple[str, ...],
    baselines: bool,
    soft_labels: Path | None,
    out: Path,
) -> None:
    """Train RECIPE without some trades, and judge it on their texts."""
    try:
        trades = read_trades()
        changes = dict(setting.partition("=")[::2] for setting in settings)
        recipe = override(read_recipe(recipe_path), changes)
        without = [source for trade in hold_out for source in trades[trade]["sources"]]
        sources = [source for trade in hold_out for source in trades[trade]["judge"]]
        folder = locate_base(base)
        known = {*recipe.mixture.sources} - {*without, "annotated"}
        if trained := sorted(known & set(judging)):
            raise InputError(f"--judge {', '.join(trained)}: trained on. Hold its trade out.")
        texts = judges(data, [*sources, *judging], without=without)
        with TemporaryDirectory() as run:
            inputs = TrainInputs(
                data=data,
                base=folder,
                out=Path(run),
                soft_labels=soft_labels,
                without=tuple(without),
            )
            train(recipe, inputs, note=partial(click.echo, err=True))
            figures = judge(Path(run) / "network.safetensors", folder, texts)
            beside = {}
            if baselines:
                chosen = select(recipe, data=data, without=without)
                kept = [s for s in recipe.mixture.sources if s not in without]
                read = read_sources(data, kept)
                val = [e for e in read if e.split == "val" and e.origin not in without]
                beside = judge_baselines(chosen, val, texts)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error
    held = [figures[source] for source in sources]
    line = {
        "hold_out": hold_out,
        "set": changes,
        "taught": soft_labels is not None,
        "mean": round(float(np.mean(held)), 4) if held else None,
        **figures,
        **({"baselines": beside} if beside else {}),
    }
    with out.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    click.echo(json.dumps(line))


if __name__ == "__main__":
    main()
