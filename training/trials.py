"""Train briefly without some trades, to see what one choice does on customers never seen.

`python -m training.trials RECIPE --data DIR --base DIR --hold-out TRADE... --set train.epochs=2`
trains without the trades, judges the sentiment of their texts, and adds a line to TRIALS.jsonl.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np
from safetensors.torch import load_file

from cxnlp.errors import CxnlpError, InputError
from cxnlp.labels import SENTIMENTS
from training.base import locate_base
from training.example import Example
from training.measures import measure_classes
from training.network import CxNetwork
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.teach import teach
from training.train import train

_TRADES = Path(__file__).parent / "trades.toml"
_PER_SOURCE = 1500  # texts that judge


def read_trades() -> dict[str, dict[str, list[str]]]:
    """Return trade -> the sources that speak for it, and those of them that judge."""
    return tomllib.loads(_TRADES.read_text(encoding="utf-8"))


def override(recipe: Recipe, settings: Mapping[str, str]) -> Recipe:
    """Return a recipe with values set by `part.key`, written as in TOML; `mixture.without` drops.

    :raises InputError: on a part or a key that no recipe has.
    """
    for place, text in settings.items():
        part, _, key = place.partition(".")
        value: Any = tomllib.loads(f"value = {text}")["value"]
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


def judges(data: Path, sources: Iterable[str]) -> dict[str, list[Example]]:
    """Return the texts with a sentiment of each source, of every split, at most `_PER_SOURCE`."""
    found = {}
    for source in sources:
        texts = [
            example
            for example in read_sources(data, [source])
            if len(example.spans) == 1
            and example.spans[0].sentiment is not None
            and any(character.isalnum() for character in example.text)
        ]
        order = np.random.default_rng(0).permutation(len(texts))[:_PER_SOURCE]
        found[source] = [texts[int(place)] for place in order]
    return found


def judge(network: Path, base: Path, texts: Mapping[str, list[Example]]) -> dict[str, float]:
    """Return the macro F1 of the sentiment of a trained network on each source."""
    trained = CxNetwork.from_base(base)
    trained.load_state_dict(load_file(network))
    figures = {}
    for source, examples in texts.items():
        found = np.array(teach(trained, base, examples, max_tokens=160)).argmax(1)
        gold = np.array([example.spans[0].sentiment for example in examples])
        measured = measure_classes(found, gold, SENTIMENTS)
        figures[source] = round(float(str(measured["macro_f1"])), 4)
    return figures


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True)
@click.option("--hold-out", multiple=True, type=click.Choice(sorted(read_trades())))
@click.option("--judge", "judging", multiple=True, help="A source that judges besides.")
@click.option("--set", "settings", multiple=True, metavar="PART.KEY=VALUE")
@click.option("--soft-labels", type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="TRIALS.jsonl")
def main(
    recipe_path: Path,
    data: Path,
    base: str,
    hold_out: tuple[str, ...],
    judging: tuple[str, ...],
    settings: tuple[str, ...],
    soft_labels: Path | None,
    out: Path,
) -> None:
    """Train RECIPE without some trades, and judge it on their texts."""
    try:
        trades = read_trades()
        changes = dict(setting.split("=", 1) for setting in settings)
        recipe = override(read_recipe(recipe_path), changes)
        without = [source for trade in hold_out for source in trades[trade]["sources"]]
        sources = [source for trade in hold_out for source in trades[trade]["judge"]]
        folder = locate_base(base)
        with TemporaryDirectory() as run:
            train(
                recipe,
                data=data,
                base=folder,
                out=Path(run),
                start=None,
                soft_labels=soft_labels,
                without=without,
                any_data=False,
            )
            texts = judges(data, [*sources, *judging])
            figures = judge(Path(run) / "network.safetensors", folder, texts)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error
    held = [figures[source] for source in sources]
    line = {
        "hold_out": hold_out,
        "set": changes,
        "taught": soft_labels is not None,
        "mean": round(float(np.mean(held)), 4) if held else None,
        **figures,
    }
    with out.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")
    click.echo(json.dumps(line))


if __name__ == "__main__":
    main()
