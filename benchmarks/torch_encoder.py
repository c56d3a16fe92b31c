"""The released weights and heads in PyTorch: the encoder that others are measured with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig

from cxnlp.errors import ModelError
from cxnlp.model.encoding import EncoderInput, Window, collate
from cxnlp.model.folder import read_config
from training.export import read_weights
from training.network import OUTPUTS, CxNetwork

BATCH_WINDOWS = 64


class PlainOutputs(nn.Module):
    """A network whose logits come as a tuple, in the order of `OUTPUTS`."""

    def __init__(self, network: CxNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, pooling: Tensor
    ) -> tuple[Tensor, ...]:
        """Return each head's logits, (batch, spans, ...)."""
        found = self.network(input_ids, attention_mask, pooling)
        return tuple(getattr(found, name) for name in OUTPUTS)


def load_torch(folder: Path) -> PlainOutputs:
    """Return a released folder's network in fp32, ready for inference.

    :raises ModelError: where the folder lacks weights.
    """
    shape = read_config(folder).encoder
    weights = {name: torch.tensor(w).float() for name, w in read_weights(folder).items()}
    network = CxNetwork(
        BertConfig(
            vocab_size=weights["encoder.embeddings.word_embeddings.weight"].shape[0],
            hidden_size=shape.width,
            num_hidden_layers=shape.n_layers,
            num_attention_heads=shape.n_heads,
            intermediate_size=4 * shape.width,
            max_position_embeddings=shape.max_tokens,
            layer_norm_eps=shape.norm_eps,
        )
    )
    missing = set(network.load_state_dict(weights, strict=False).missing_keys)
    # Revisions 1 and 2 have no topic attention; new, it adds nothing.
    missing = {name for name in missing if not name.startswith("topic_attention.")}
    if missing - {"encoder.embeddings.token_type_embeddings.weight"}:
        raise ModelError(f"{folder}: lacks the weights {', '.join(sorted(missing))}.")
    return PlainOutputs(network).eval()


def batch_windows(windows: Sequence[Window]) -> list[EncoderInput]:
    """Return batches of windows of like length: what every runtime but ours is given."""
    ordered = sorted(windows, key=lambda window: -len(window.ids))
    return [
        collate(ordered[first : first + BATCH_WINDOWS])
        for first in range(0, len(ordered), BATCH_WINDOWS)
    ]


def to_tensors(batch: EncoderInput) -> tuple[Tensor, Tensor, Tensor]:
    """Return a batch as PyTorch takes it."""
    arrays = (batch.input_ids, batch.attention_mask, batch.pooling)
    ids, mask, pooling = (torch.from_numpy(array) for array in arrays)
    return ids, mask, pooling


def torch_runner(network: PlainOutputs, batches: Sequence[EncoderInput]) -> Callable[[], None]:
    """Return a run of all batches."""
    inputs = [to_tensors(batch) for batch in batches]

    def run() -> None:
        with torch.inference_mode():
            for batch in inputs:
                network(*batch)

    return run
