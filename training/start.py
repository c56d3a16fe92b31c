"""Start a network from a trained one: a released folder, or the weights that a run left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from cxnlp.errors import InputError
from training.export import read_weights
from training.network import CxNetwork

# Parts that earlier revisions lack, and that change nothing until they are trained.
_MAY_BE_NEW = ("topic_attention.",)


def label_of(path: Path) -> str:
    """Return what a start is called: name@revision of a released folder, else the path."""
    config = path / "config.json"
    if not config.is_file():
        return str(path)
    named = json.loads(config.read_text(encoding="utf-8"))
    return f"{named['name']}@{named['revision']}"


def write_base(folder: Path, into: Path) -> Path:
    """Write the encoder of a released folder as a base folder, as if it had been fetched.

    Whoever has a released model needs no encoder besides to train it on.

    :raises InputError: where the folder holds no released model.
    """
    try:
        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))["encoder"]
        weights = read_weights(folder)
        words = weights["encoder.embeddings.word_embeddings.weight"]
        inner = weights["encoder.encoder.layer.0.intermediate.dense.weight"]
        config = {
            "model_type": "bert",
            "vocab_size": len(words),
            "type_vocab_size": len(weights["encoder.embeddings.token_type_embeddings.weight"]),
            "num_hidden_layers": shape["n_layers"],
            "num_attention_heads": shape["n_heads"],
            "hidden_size": shape["width"],
            "intermediate_size": len(inner),
            "layer_norm_eps": shape["norm_eps"],
            "max_position_embeddings": shape["max_tokens"],
        }
        tokenizer = (folder / "tokenizer.json").read_bytes()
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{folder}: not a whole released model folder. Name one, or give --base."
        ) from error
    into.mkdir(parents=True, exist_ok=True)
    (into / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    (into / "tokenizer.json").write_bytes(tokenizer)
    encoder = {
        name.removeprefix("encoder."): torch.from_numpy(np.asarray(values, dtype=np.float32))
        for name, values in weights.items()
        if name.startswith("encoder.")
    }
    save_file(encoder, into / "model.safetensors", metadata={"format": "pt"})
    return into


def start_from(network: CxNetwork, path: Path) -> None:
    """Load a released folder's weights, or a network.safetensors, into a network of that shape.

    :raises InputError: where the weights are not those of such a network.
    """
    if path.is_dir():
        weights = {
            name: torch.from_numpy(np.asarray(values, dtype=np.float32))
            for name, values in read_weights(path).items()
        }
    else:
        try:
            weights = load_file(path)
        except SafetensorError as error:
            raise InputError(
                f"{path}: not a whole network.safetensors. Take the file that training left."
            ) from error
    try:
        missing, unknown = network.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise InputError(f"{path}: the weights of a network of another size.") from error
    # A graph keeps only what it computes with: position numbers and the like are rebuilt.
    needed = [
        name
        for name in missing
        if name in dict(network.named_parameters()) and not name.startswith(_MAY_BE_NEW)
    ]
    if unknown or needed:
        raise InputError(
            f"{path}: not the weights of this network (missing {needed[:3]}, unknown "
            f"{unknown[:3]}). Take a released folder or network.safetensors, and its own base."
        )
