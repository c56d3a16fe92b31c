"""Train a recipe: `python -m training.train RECIPE --data DIR --base DIR --out DIR`."""

from __future__ import annotations

import random
from pathlib import Path

import click
import numpy as np
import torch
from tokenizers import Tokenizer

from training.batches import Item, deal, prepare
from training.mixture import choose, concatenate
from training.network import CxNetwork
from training.readers import read_sources
from training.recipe import read_recipe
from training.splits import drop_held_out, read_held_out
from training.trainer import Trainer


def load_tokenizer(base: Path) -> Tokenizer:
    """Return a base folder's tokenizer without truncation or padding of its own."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--without", multiple=True, help="Hold a source out of training.")
def main(recipe_path: Path, data: Path, base: Path, out: Path, without: tuple[str, ...]) -> None:
    """Train the network of RECIPE, resuming from the last checkpoint in OUT."""
    recipe = read_recipe(recipe_path)
    out.mkdir(parents=True, exist_ok=True)
    random.seed(recipe.seed)
    np.random.seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    sources = [source for source in recipe.mixture.sources if source not in without]
    examples = drop_held_out(read_sources(data, sources), read_held_out(data))
    chosen = choose(examples, recipe.mixture, seed=recipe.seed)
    tokenizer = load_tokenizer(base)
    max_tokens = recipe.train.max_tokens
    items = prepare(chosen, tokenizer, max_tokens=max_tokens)

    def items_of_epoch(epoch: int) -> list[Item]:
        joined = concatenate(chosen, n=recipe.mixture.concatenations, seed=recipe.seed + epoch)
        return items + prepare(joined, tokenizer, max_tokens=max_tokens)

    budget = recipe.train.tokens_per_batch
    n_steps = sum(1 for _ in deal(items_of_epoch(0), tokens_per_batch=budget, seed=0))
    click.echo(f"{len(items)} texts, {n_steps} steps an epoch", err=True)
    Trainer(recipe, CxNetwork.from_base(base, dropout=recipe.train.dropout), out).run(
        items_of_epoch, n_steps
    )


if __name__ == "__main__":
    main()
