"""Train each head alone and all together on the same texts, to see what they cost each other.

`python -m training.apart RECIPE --data DIR --base DIR --out DIR` trains six networks and prints
what each head reaches on validation texts of the recipe's sources: macro F1 of sentiment, rank
correlation of satisfaction, mean average precision of emotions and topics (no threshold is chosen),
accuracy of polarity.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score

from cxnlp.errors import CxnlpError
from cxnlp.labels import SENTIMENTS
from training.base import locate_base
from training.batches import Item, deal, prepare, to_tensors
from training.label_arrays import UNKNOWN
from training.measures import figures_of_classes
from training.network import OUTPUTS, CxNetwork
from training.readers import read_sources
from training.recipe import LossWeights, Recipe, read_recipe
from training.train import load_tokenizer, select
from training.trainer import Trainer

_TEXTS = 6000  # validation texts, at most

Figures = dict[str, float]


def says(item: Item, head: str) -> bool:
    """Return whether a text has a label of a head."""
    _, targets = to_tensors([item])
    values = getattr(targets, head)
    known = ~values.isnan() if values.dtype.is_floating_point else values != UNKNOWN
    return bool(known.any())


def only(recipe: Recipe, head: str) -> Recipe:
    """Return a recipe in which the other heads' losses are not counted."""
    weights = {name: 0.0 for name in OUTPUTS if name != head}
    return dataclasses.replace(recipe, loss=dataclasses.replace(recipe.loss, **weights))


@torch.no_grad()
def judge(network: CxNetwork, items: Sequence[Item]) -> Figures:
    """Return each head's figure on the whole texts."""
    network.eval()
    found: dict[str, list[NDArray[np.float32]]] = {name: [] for name in OUTPUTS}
    gold: dict[str, list[NDArray[np.float32]]] = {name: [] for name in OUTPUTS}
    for batch in deal(items, tokens_per_batch=4096, seed=None):
        encoded, targets = to_tensors(batch)
        arrays = (encoded.input_ids, encoded.attention_mask, encoded.pooling)
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(*(torch.from_numpy(array) for array in arrays))
        for name in OUTPUTS:
            found[name].append(getattr(logits, name)[:, 0].float().numpy())
            gold[name].append(getattr(targets, name)[:, 0].numpy())
    joined = {name: (np.concatenate(found[name]), np.concatenate(gold[name])) for name in OUTPUTS}
    return {name: _figure(name, *joined[name]) for name in OUTPUTS}


def _figure(head: str, logits: NDArray[np.float32], gold: NDArray[np.float32]) -> float:
    if head == "satisfaction":
        known = ~np.isnan(gold)
        shares = torch.from_numpy(logits[known]).softmax(-1).numpy()
        return float(spearmanr(shares @ np.arange(1, 6), gold[known]).statistic)
    known = gold != UNKNOWN
    if head == "sentiment":
        labels = logits[known].argmax(-1), gold[known].astype(np.int64)
        return float(figures_of_classes(*labels, len(SENTIMENTS))["macro_f1"])
    if head == "polarity":
        return float((logits.argmax(-1)[known] == gold[known]).mean())
    precisions = [
        average_precision_score(gold[rows, label], logits[rows, label])
        for label in range(gold.shape[1])
        if 10 <= gold[rows := known[:, label], label].sum() < rows.sum()
    ]
    return float(np.mean(precisions))


def train_and_judge(
    recipe: Recipe, base: Path, items: Sequence[Item], val: Sequence[Item], out: Path
) -> Figures:
    """Return the figures of a network trained on the items once."""
    torch.manual_seed(recipe.seed)
    out.mkdir(parents=True, exist_ok=True)
    n_steps = sum(1 for _ in deal(items, tokens_per_batch=recipe.train.tokens_per_batch, seed=0))
    Trainer(recipe, CxNetwork.from_base(base), out).run(lambda epoch: items, n_steps)
    network = CxNetwork.from_base(base)
    network.load_state_dict(load_file(out / "network.safetensors"))
    return judge(network, val)


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
def main(recipe_path: Path, data: Path, base: str, out: Path) -> None:
    """Train the heads of RECIPE together and each alone."""
    try:
        recipe, folder = read_recipe(recipe_path), locate_base(base)
        tokenizer, length = load_tokenizer(folder), recipe.train.max_tokens
        items = prepare(select(recipe, data=data), tokenizer, max_tokens=length)
        read = [e for e in read_sources(data, recipe.mixture.sources) if e.split == "val"]
        order = np.random.default_rng(recipe.seed).permutation(len(read))[:_TEXTS]
        val = prepare([read[int(place)] for place in order], tokenizer, max_tokens=length)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error
    torch.set_flush_denormal(True)
    together = train_and_judge(recipe, folder, items, val, out / "together")
    for head in (field.name for field in dataclasses.fields(LossWeights)):
        texts = [item for item in items if says(item, head)]
        alone = train_and_judge(only(recipe, head), folder, texts, val, out / head)[head]
        lost = round(100 * (alone - together[head]), 2)
        line = {"head": head, "texts": len(texts), "alone": alone, "together": together[head]}
        click.echo(json.dumps({**line, "points_lost": lost}))


if __name__ == "__main__":
    main()
