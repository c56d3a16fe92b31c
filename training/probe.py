"""How much of customers' intents the shared encoder still tells: a linear probe on frozen states.

`python -m training.probe --network RUN/network.safetensors --base DIR --data DIR` prints the
accuracy on the test split of banking77 (77 intents), its regularisation chosen on a tenth of the
training texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from cxnlp.errors import CxnlpError, InputError
from training.base import locate_base
from training.batches import deal, prepare, to_tensors
from training.example import document
from training.network import CxNetwork
from training.scores import Floats
from training.start import start_from
from training.train import load_tokenizer

_STRENGTHS = (0.003, 0.01, 0.03)  # inverse regularisation
_MAX_TOKENS = 64


@torch.no_grad()
def embed(network: CxNetwork, base: Path, texts: Sequence[str]) -> Floats:
    """Return (texts, 3 x width): the mean states of the middle layer, the one below, the last.

    :raises InputError: on a text without a token.
    """
    examples = [document(text, "probe", "test", sentiment=0) for text in texts]
    items = prepare(examples, load_tokenizer(base), max_tokens=_MAX_TOKENS)
    if len(items) != len(texts):
        raise InputError("A text to embed holds no token; drop it where it is read.")
    places = {id(item): number for number, item in enumerate(items)}
    network.eval()
    found = np.zeros((len(items), 3 * network.encoder.config.hidden_size), dtype=np.float32)
    for batch in deal(items, tokens_per_batch=4096, seed=None):
        encoded, _ = to_tensors(batch)
        states = network.encoder(
            input_ids=torch.from_numpy(encoded.input_ids),
            attention_mask=torch.from_numpy(encoded.attention_mask),
            output_hidden_states=True,
        ).hidden_states
        pooling = torch.from_numpy(encoded.pooling)[:, :1]
        layers = (states[len(states) // 2], states[-2], states[-1])
        means = torch.cat([torch.bmm(pooling, layer)[:, 0] for layer in layers], dim=-1)
        found[[places[id(item)] for item in batch]] = means.float().numpy()
    return found


def probe(
    train: Floats, labels: Sequence[str], test: Floats, gold: Sequence[str]
) -> tuple[float, float]:
    """Return a linear probe's accuracy on test texts, and the regularisation it was fitted with."""
    scaler = StandardScaler().fit(train)
    train, test = scaler.transform(train), scaler.transform(test)
    rows = np.arange(len(labels))
    fit_rows, val_rows = train_test_split(rows, test_size=0.1, random_state=0, stratify=labels)
    names = np.asarray(labels)

    def fitted(strength: float, chosen: NDArray[np.int64]) -> LogisticRegression:
        model = LogisticRegression(C=strength, max_iter=300)
        return model.fit(train[chosen], names[chosen])

    best = max(
        _STRENGTHS,
        key=lambda strength: float(
            fitted(strength, fit_rows).score(train[val_rows], names[val_rows])
        ),
    )
    return float(fitted(best, rows).score(test, np.asarray(gold))), best


def probe_intents(path: Path, base: Path, data: Path) -> dict[str, dict[str, float]]:
    """Return the accuracy of a probe for the intents of banking77; nothing where it is not there.

    :raises InputError: where the weights are not those of such a network.
    """
    file = data / "banking77" / "data.parquet"
    if not file.is_file():
        return {}
    network = CxNetwork.from_base(base)
    start_from(network, path)
    frame = pd.read_parquet(file)
    parts = [frame[frame["split"] == split] for split in ("train", "test")]
    vectors = [embed(network, base, part["text"].tolist()) for part in parts]
    labels = [part["intent"].tolist() for part in parts]
    accuracy, strength = probe(vectors[0], labels[0], vectors[1], labels[1])
    return {"banking77": {"accuracy": accuracy, "n": len(labels[1]), "strength": strength}}


@click.command()
@click.option("--network", "path", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True)
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
def main(path: Path, base: str, data: Path) -> None:
    """Print the accuracy of a probe for the intents of banking77 on a trained encoder."""
    try:
        found = probe_intents(path, locate_base(base), data)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error
    if not found:
        raise click.ClickException(f"{data}: holds no banking77/data.parquet to probe with.")
    click.echo(found)


if __name__ == "__main__":
    main()
