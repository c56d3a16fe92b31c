"""Read the vectors of spans out of a graph, beside what its heads say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxnlp.errors import InputError, ModelError

Floats = NDArray[np.float32]

VECTORS = "vectors"

# The matrices that read the states before each layer, and those after the last, by their names.
_READS_LAYER = "encoder.encoder.layer.{}.attention.self.query.weight"
_READS_SPANS = "sentiment.hidden.weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOut:
    """What is made of the vectors of a batch's spans, as one more answer of the encoder."""

    name: str  # among the answers of a batch
    layers: tuple[int, ...]  # 0 is the embedding, the last is what the heads read
    width: int  # of what `apply` returns
    apply: Callable[[Floats], Floats]  # (..., len(layers) * encoder width) -> (..., width)


def read_vectors(layers: Sequence[int], *, width: int) -> ReadOut:
    """Return the read-out of the vectors themselves.

    :param width: of the encoder.
    """
    return ReadOut(
        name=VECTORS, layers=tuple(layers), width=len(layers) * width, apply=lambda found: found
    )


def add_vectors(graph: Any, layers: Sequence[int]) -> None:
    """Add the output `VECTORS` to an OpenVINO graph: (batch, spans, len(layers) * width).

    A span's vector is the mean of its tokens' states after each layer, one behind the other.

    :raises InputError: where the encoder has no such layer.
    :raises ModelError: where the graph does not bear the names of its training.
    """
    from openvino import opset15

    named = {node.get_friendly_name(): node for node in graph.get_ops()}
    n_layers = 0
    while _READS_LAYER.format(n_layers) in named:
        n_layers += 1
    if not n_layers or _READS_SPANS not in named or "pooling" not in named:
        raise ModelError("The graph does not name its layers; vectors cannot be read out of it.")
    for layer in layers:
        if not 0 <= layer <= n_layers:
            raise InputError(f"There is no layer {layer}; name layers from 0 to {n_layers}.")
    spans = _read_by(named[_READS_SPANS])
    states = [
        spans.get_node().input_value(1)
        if layer == n_layers
        else _read_by(named[_READS_LAYER.format(layer)])
        for layer in layers
    ]
    together = states[0] if len(states) == 1 else opset15.concat(states, -1)
    pooled = opset15.matmul(named["pooling"], together, False, False)
    pooled.output(0).set_names({VECTORS})
    graph.add_results([opset15.result(pooled)])


def _read_by(weight: Any) -> Any:
    """Return the value that is multiplied by a weight, which is kept in 16 bits and widened."""
    [widened] = weight.output(0).get_target_inputs()
    [product] = widened.get_node().output(0).get_target_inputs()
    return product.get_node().input_value(0)
