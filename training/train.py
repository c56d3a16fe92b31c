"""Train a recipe: `python -m training.train RECIPE --data DIR --base DIR --out DIR`."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from tokenizers import Tokenizer

from cxnlp.errors import CxnlpError, InputError
from training.base import locate_base
from training.batches import Item, deal, prepare
from training.capabilities import texts as suite_texts
from training.edits import edit
from training.example import Example, normalise
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
from training.soft_labels import attach, read_soft_labels
from training.splits import drop_held_out, read_held_out
from training.start import label_of, start_from
from training.trainer import Trainer


def load_tokenizer(base: Path) -> Tokenizer:
    """Return a base folder's tokenizer without truncation or padding of its own."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def select(
    recipe: Recipe,
    *,
    data: Path,
    without: Sequence[str] = (),
    soft_labels: Path | None = None,
    any_data: bool = False,
) -> list[Example]:
    """Return the texts that a recipe is trained on.

    `without` holds sources out, and what was taken from them to be annotated.

    :raises InputError: on a source that may not be trained on, or data that is not as described.
    """
    sources = [source for source in recipe.mixture.sources if source not in without]
    data_sets = read_provenance()
    check_licences(sources, data_sets)
    if not any_data:
        check_files(data, sources, data_sets)
    held_out = read_held_out(data, evaluation_only=evaluation_only(data_sets))
    # A word or two is every customer's answer; held out, nobody could learn what it means.
    suite = {text for text in map(normalise, suite_texts()) if len(text.split()) > 3}
    examples = drop_held_out(read_sources(data, sources), held_out | suite)
    examples = [example for example in examples if example.origin not in without]
    if soft_labels is not None:
        examples = attach(
            examples,
            read_soft_labels(soft_labels),
            sources=recipe.mixture.taught,
            doubted=recipe.mixture.doubted,
        )
    return choose(examples, recipe.mixture, seed=recipe.seed)


def train(
    recipe: Recipe,
    *,
    data: Path,
    base: Path,
    out: Path,
    start: Path | None,
    soft_labels: Path | None,
    without: Sequence[str],
    any_data: bool,
) -> None:
    """Train a recipe's network into a folder, resuming from the checkpoint there.

    :raises InputError: on a source that may not be trained on, data that is not as described, or a
        folder that holds another recipe's checkpoint.
    """
    random.seed(recipe.seed)
    np.random.seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    chosen = select(recipe, data=data, without=without, soft_labels=soft_labels, any_data=any_data)
    tokenizer = load_tokenizer(base)
    max_tokens = recipe.train.max_tokens
    items = prepare(chosen, tokenizer, max_tokens=max_tokens)
    if not items:
        raise InputError(f"{data}: the sources of {recipe.name} hold nothing to train on.")

    # The epoch that is counted is the first that is trained: it is not prepared twice.
    @lru_cache(maxsize=1)
    def items_of_epoch(epoch: int) -> list[Item]:
        seed = recipe.seed + epoch
        joined = concatenate(chosen, n=recipe.mixture.concatenations, seed=seed)
        if recipe.train.edited:
            edited = edit(chosen, share=recipe.train.edited, seed=seed)
            return prepare(edited + joined, tokenizer, max_tokens=max_tokens)
        return items + prepare(joined, tokenizer, max_tokens=max_tokens)

    budget = recipe.train.tokens_per_batch
    n_steps = sum(1 for _ in deal(items_of_epoch(0), tokens_per_batch=budget, seed=0))
    click.echo(f"{len(items)} texts, {n_steps} steps an epoch", err=True)
    resolved = {
        **asdict(recipe),
        "without": list(without),
        "n_texts": len(items),
        "from": label_of(start) if start else None,
        "soft_labels": str(soft_labels) if soft_labels else None,
    }
    _keep_recipe(out, json.dumps(resolved, indent=1) + "\n")
    network = CxNetwork.from_base(base, dropout=recipe.train.dropout)
    if start is not None:
        start_from(network, start)
    Trainer(recipe, network, out).run(items_of_epoch, n_steps)


def _keep_recipe(out: Path, resolved: str) -> None:
    """Write down what is trained; a checkpoint of something else must not be gone on from."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "recipe.json"
    if (out / "checkpoint.pt").exists() and path.is_file():
        if path.read_text(encoding="utf-8") != resolved:
            raise InputError(
                f"{out}: holds the checkpoint of another recipe or other data (recipe.json "
                "differs). Name another --out, or remove the folder to begin again."
            )
    path.write_text(resolved, encoding="utf-8")


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, help="The encoder: a folder, or its name on the hub.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "start",
    type=click.Path(exists=True, path_type=Path),
    help="Start from a released folder or a trained network instead of new heads on BASE.",
)
@click.option(
    "--soft-labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What a teacher says of the texts: the file of training.teach.",
)
@click.option("--without", multiple=True, help="Hold a source out of training.")
@click.option("--any-data", is_flag=True, help="Take data files other than data.toml describes.")
def main(recipe_path: Path, base: str, **options: Any) -> None:
    """Train the network of RECIPE, resuming from the last checkpoint in OUT."""
    try:
        recipe = read_recipe(recipe_path)
        train(recipe, base=locate_base(base), **options)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
