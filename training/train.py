"""Train a recipe: `python -m training.train RECIPE --data DIR --base DIR --out DIR`."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np
import torch
from tokenizers import Tokenizer

from cxnlp.errors import CxnlpError, InputError
from training.base import locate_base
from training.batches import Item, deal, prepare
from training.mixture import choose, concatenate
from training.network import CxNetwork
from training.provenance import (
    check_files,
    check_licences,
    evaluation_only,
    read_provenance,
)
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.splits import drop_held_out, read_held_out
from training.trainer import Trainer


def load_tokenizer(base: Path) -> Tokenizer:
    """Return a base folder's tokenizer without truncation or padding of its own."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def train(
    recipe: Recipe, *, data: Path, base: Path, out: Path, without: Sequence[str], any_data: bool
) -> None:
    """Train a recipe's network into a folder, resuming from the checkpoint there.

    :raises InputError: on a source that may not be trained on, or data that is not as described.
    """
    sources = [source for source in recipe.mixture.sources if source not in without]
    data_sets = read_provenance()
    check_licences(sources, data_sets)
    if not any_data:
        check_files(data, sources, data_sets)
    out.mkdir(parents=True, exist_ok=True)
    random.seed(recipe.seed)
    np.random.seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    held_out = read_held_out(data, evaluation_only=evaluation_only(data_sets))
    chosen = choose(
        drop_held_out(read_sources(data, sources), held_out), recipe.mixture, seed=recipe.seed
    )
    tokenizer = load_tokenizer(base)
    max_tokens = recipe.train.max_tokens
    items = prepare(chosen, tokenizer, max_tokens=max_tokens)
    if not items:
        raise InputError(f"{data}: the sources of {recipe.name} hold nothing to train on.")

    def items_of_epoch(epoch: int) -> list[Item]:
        joined = concatenate(chosen, n=recipe.mixture.concatenations, seed=recipe.seed + epoch)
        return items + prepare(joined, tokenizer, max_tokens=max_tokens)

    budget = recipe.train.tokens_per_batch
    n_steps = sum(1 for _ in deal(items_of_epoch(0), tokens_per_batch=budget, seed=0))
    click.echo(f"{len(items)} texts, {n_steps} steps an epoch", err=True)
    resolved = {**asdict(recipe), "without": list(without), "n_texts": len(items)}
    (out / "recipe.json").write_text(json.dumps(resolved, indent=1) + "\n", encoding="utf-8")
    Trainer(recipe, CxNetwork.from_base(base, dropout=recipe.train.dropout), out).run(
        items_of_epoch, n_steps
    )


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, help="The encoder: a folder, or its name on the hub.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--without", multiple=True, help="Hold a source out of training.")
@click.option("--any-data", is_flag=True, help="Take data files other than data.toml describes.")
def main(
    recipe_path: Path, data: Path, base: str, out: Path, without: tuple[str, ...], any_data: bool
) -> None:
    """Train the network of RECIPE, resuming from the last checkpoint in OUT."""
    try:
        recipe = read_recipe(recipe_path)
        folder = locate_base(base)
        train(recipe, data=data, base=folder, out=out, without=without, any_data=any_data)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
