"""Train a recipe: `python -m training.train RECIPE --data DIR --base DIR --out DIR`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
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
from training.hashes import hash_inputs
from training.mixture import choose, concatenate
from training.network import CxNetwork
from training.provenance import (
    OWN_SOURCES,
    check_files,
    check_licences,
    evaluation_only,
    find_data_set,
    read_provenance,
    text_sources,
)
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.soft_labels import attach, read_soft_labels
from training.splits import drop_held_out, read_held_out
from training.start import label_of, start_from
from training.taken import watched
from training.trainer import CHECKPOINT, Observer, Trainer

_OTHERS = 400  # texts that say how far a network has moved, where a recipe blends


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainInputs:
    """What a recipe is trained on and from."""

    base: Path
    out: Path
    data: Path | None = None  # None: only what needs no folder of data
    start: Path | None = None
    soft_labels: Path | None = None
    without: tuple[str, ...] = ()
    any_data: bool = False
    own: tuple[Example, ...] = ()  # labelled by the user, of every split
    own_record: dict[str, Any] | None = None  # what is kept of them


def load_tokenizer(base: Path) -> Tokenizer:
    """Return a base folder's tokenizer without truncation or padding of its own."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def without_data(recipe: Recipe) -> Recipe:
    """Return a recipe with those of its sources that need no folder of data."""
    sources = tuple(s for s in recipe.mixture.sources if s in OWN_SOURCES)
    return replace(recipe, mixture=replace(recipe.mixture, sources=sources))


def select(
    recipe: Recipe,
    *,
    data: Path | None,
    without: Sequence[str] = (),
    soft_labels: Path | None = None,
    any_data: bool = False,
    held_back: frozenset[str] = frozenset(),
) -> list[Example]:
    """Return the texts that a recipe is trained on.

    `without` holds sources out, and what was taken from them to be annotated; `held_back` holds
    normalised texts out.

    :raises InputError: on a source that may not be trained on, or data that is not as described.
    """
    sources = [source for source in recipe.mixture.sources if source not in without]
    data_sets = read_provenance()
    check_licences(sources, data_sets)
    held_out = set(held_back)
    if data is not None:
        if any_data:
            _check_folders(data, sources)
        else:
            check_files(data, sources, data_sets)
        held_out |= read_held_out(data, evaluation_only=evaluation_only(data_sets))
    # A word or two is every customer's answer; held out, nobody could learn what it means.
    suite = {text for text in map(normalise, suite_texts()) if len(text.split()) > 3}
    examples = drop_held_out(read_sources(data or Path(), sources), held_out | suite)
    examples = [example for example in examples if example.origin not in without]
    if soft_labels is not None:
        examples = attach(
            examples,
            read_soft_labels(soft_labels),
            sources=recipe.mixture.taught,
            doubted=recipe.mixture.doubted,
        )
    return choose(examples, recipe.mixture, seed=recipe.seed)


def _check_folders(data: Path, sources: Sequence[str]) -> None:
    data_sets = read_provenance()
    folders = dict.fromkeys(find_data_set(s, data_sets).name for s in text_sources(sources))
    missing = [name for name in folders if not (data / name / "data.parquet").is_file()]
    if missing:
        raise InputError(
            f"{data}: has no data.parquet for {', '.join(missing)}. Fetch these data sets, or take "
            "their sources out of the recipe."
        )


def train(
    recipe: Recipe,
    inputs: TrainInputs,
    *,
    note: Callable[[str], None],
    observer: Observer | None = None,
) -> None:
    """Train a recipe's network into a folder, resuming from the checkpoint there.

    :raises InputError: on a source that may not be trained on, data that is not as described, or a
        folder that holds another recipe's checkpoint.
    """
    random.seed(recipe.seed)
    np.random.seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    own = [e for e in inputs.own if e.split == "train"]
    kept_apart = [e for e in inputs.own if e.split != "train"]
    chosen = select(
        recipe,
        data=inputs.data,
        without=inputs.without,
        soft_labels=inputs.soft_labels,
        any_data=inputs.any_data,
        held_back=frozenset(normalise(e.text) for e in kept_apart),
    )
    chosen += own * recipe.labels.repeats
    tokenizer = load_tokenizer(inputs.base)
    max_tokens = recipe.train.max_tokens
    ready = partial(prepare, tokenizer=tokenizer, max_tokens=max_tokens)
    items = ready(chosen)
    if not items:
        raise InputError(f"{recipe.name}: its sources hold nothing to train on.")

    # The epoch that is counted is the first that is trained: it is not prepared twice.
    @lru_cache(maxsize=1)
    def items_of_epoch(epoch: int) -> list[Item]:
        seed = recipe.seed + epoch
        joined = concatenate(chosen, n=recipe.mixture.concatenations, seed=seed)
        if recipe.train.edited:
            edited = edit(chosen, share=recipe.train.edited, seed=seed)
            return ready(edited + joined)
        return items + ready(joined)

    budget = recipe.train.tokens_per_batch
    n_steps = sum(1 for _ in deal(items_of_epoch(0), tokens_per_batch=budget, seed=0))
    note(f"{len(items):,} texts, {n_steps:,} steps an epoch")
    stop_by = [e for e in kept_apart if e.split == "val"]
    sources = [source for source in recipe.mixture.sources if source not in inputs.without]
    watch = partial(watched, inputs.data or Path(), sources)
    resolved = {
        **asdict(recipe),
        "without": list(inputs.without),
        "n_texts": len(items),
        "from": label_of(inputs.start) if inputs.start else None,
        "soft_labels": str(inputs.soft_labels) if inputs.soft_labels else None,
        "own_labels": inputs.own_record,
        "sha256": hash_inputs(
            recipe,
            data=inputs.data,
            base=inputs.base,
            start=inputs.start,
            soft_labels=inputs.soft_labels,
        ),
    }
    _keep_recipe(inputs.out, json.dumps(resolved, indent=1) + "\n")
    network = CxNetwork.from_base(inputs.base, dropout=recipe.train.dropout)
    if inputs.start is not None:
        start_from(network, inputs.start)
    trainer = Trainer(
        recipe,
        network,
        inputs.out,
        held_back=ready(stop_by or watch()),
        others=ready(watch(most=_OTHERS)) if recipe.train.blend else (),
        observer=observer,
    )
    note(f"training on {trainer.device.type}")
    trainer.run(items_of_epoch, n_steps)


def _keep_recipe(out: Path, resolved: str) -> None:
    """Write down what is trained; a checkpoint of something else must not be gone on from."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "recipe.json"
    if (out / CHECKPOINT).exists() and path.is_file():
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
        inputs = TrainInputs(base=locate_base(base), **options)
        train(read_recipe(recipe_path), inputs, note=partial(click.echo, err=True))
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
