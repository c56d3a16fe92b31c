"""Let a trained teacher read a recipe's texts, for soft labels of their sentiment.

`python -m training.teach RECIPE --network TEACHER --base DIR --data DIR --out soft.parquet`: RECIPE
is the student's, BASE the teacher's encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import torch

from cxnlp.errors import CxnlpError, InputError
from cxnlp.labels import SENTIMENTS
from training.base import locate_base
from training.batches import deal, prepare, to_tensors
from training.example import Example
from training.network import CxNetwork
from training.recipe import Recipe, read_recipe
from training.soft_labels import write_soft_labels
from training.start import start_from
from training.train import load_tokenizer, select
from training.trainer import choose_device

_EVEN = (1 / len(SENTIMENTS),) * len(SENTIMENTS)
_TOKENS_PER_BATCH = 4096


def wanted(recipe: Recipe, examples: Sequence[Example]) -> list[Example]:
    """Return the whole texts of the sources that a recipe has taught, each once."""
    chosen = [
        example
        for example in examples
        if example.source in recipe.mixture.taught
        and len(example.spans) == 1
        and example.spans[0].end - example.spans[0].start == len(example.text)
        and any(character.isalnum() for character in example.text)
    ]
    return list({(e.text, e.question): e for e in chosen}.values())


@torch.no_grad()
def teach(
    network: CxNetwork, base: Path, examples: Sequence[Example], *, max_tokens: int
) -> list[list[float]]:
    """Return the probabilities of each sentiment for each text.

    :raises InputError: on a text without a token.
    """
    device = choose_device()
    network = network.to(device).eval()
    # A label of no matter: what says nothing is not prepared.
    known = [replace(e, spans=(replace(e.spans[0], soft_sentiment=_EVEN),)) for e in examples]
    items = prepare(known, load_tokenizer(base), max_tokens=max_tokens)
    if len(items) != len(examples):
        raise InputError("A text for the teacher holds no token; drop it where it is read.")
    places = {id(item): number for number, item in enumerate(items)}
    found: list[list[float]] = [[] for _ in items]
    # Longest first: where memory or time is short, it shows at once.
    for batch in reversed(list(deal(items, tokens_per_batch=_TOKENS_PER_BATCH, seed=None))):
        encoded, _ = to_tensors(batch)
        arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
        with torch.autocast(device.type, torch.bfloat16):
            logits = network(*(torch.from_numpy(array).to(device) for array in arrays))
        for item, row in zip(batch, logits.sentiment[:, 0].float().softmax(-1), strict=True):
            found[places[id(item)]] = row.tolist()
    return found


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", "paths", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, help="The teacher's encoder.")
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--any-data", is_flag=True, help="Take data files other than data.toml describes.")
def main(recipe_path: Path, paths: Path, base: str, data: Path, out: Path, any_data: bool) -> None:
    """Write what a teacher says of the texts of the student's RECIPE to OUT."""
    try:
        recipe = read_recipe(recipe_path)
        examples = wanted(recipe, select(recipe, data=data, any_data=any_data))
        folder = locate_base(base)
        network = CxNetwork.from_base(folder)
        start_from(network, paths)
        torch.set_flush_denormal(True)
        found = teach(network, folder, examples, max_tokens=recipe.train.max_tokens)
        write_soft_labels(out, examples, found)
        click.echo(f"{len(examples)} texts", err=True)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
