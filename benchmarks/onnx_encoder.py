"""The same encoder and heads in ONNX Runtime, in fp32 and quantised to 8 bits."""

from __future__ import annotations

import contextlib
import logging
import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import torch

from benchmarks.torch_encoder import PlainOutputs, to_tensors
from cxnlp.errors import ModelError
from cxnlp.model.encoding import EncoderInput
from training.network import OUTPUTS

_INPUTS = ("input_ids", "attention_mask", "pooling")
_TOLERANCE = 1e-3  # of a logit: what fp32 may lose by another order of its sums


def export_onnx(network: PlainOutputs, example: EncoderInput, path: Path) -> None:
    """Write the network as an ONNX file, with free batch, token and span counts."""
    batch, tokens, spans = (torch.export.Dim(name) for name in ("batch", "tokens", "spans"))
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        contextlib.redirect_stdout(nowhere),  # its progress, where the figures stand
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # of its own parts
        torch.onnx.export(
            network,
            to_tensors(example),
            str(path),
            input_names=list(_INPUTS),
            output_names=list(OUTPUTS),
            dynamo=True,
            external_data=False,
            dynamic_shapes=(
                {0: batch, 1: tokens},
                {0: batch, 1: tokens},
                {0: batch, 1: spans, 2: tokens},
            ),
        )


def quantise_onnx(path: Path, quantised: Path) -> None:
    """Write an ONNX file with 8-bit weights; activations are quantised as they come."""
    from onnxruntime.quantization import (  # type: ignore[import-untyped]
        QuantType,
        quantize_dynamic,
    )

    logging.getLogger("root").setLevel(logging.ERROR)
    quantize_dynamic(str(path), str(quantised), weight_type=QuantType.QInt8)


def open_onnx(path: Path, n_threads: int) -> Any:
    """Return a session on the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def onnx_runner(session: Any, batches: Sequence[EncoderInput]) -> Callable[[], None]:
    """Return a run of all batches."""
    feeds = [_feed(batch) for batch in batches]

    def run() -> None:
        for feed in feeds:
            session.run(None, feed)

    return run


def logit_error(session: Any, network: PlainOutputs, batch: EncoderInput) -> float:
    """Return the largest difference of a logit from PyTorch's."""
    with torch.inference_mode():
        wanted = network(*to_tensors(batch))
    found = session.run(list(OUTPUTS), _feed(batch))
    # Rows that only fill a text's spans up are nobody's logits.
    real = batch.pooling.sum(axis=2) > 0
    return max(
        float(np.abs(ours[real] - theirs.numpy()[real]).max())
        for ours, theirs in zip(found, wanted, strict=True)
    )


def check_onnx(session: Any, network: PlainOutputs, batch: EncoderInput) -> None:
    """Check that an fp32 session computes what PyTorch does: a wrong graph has no speed.

    :raises ModelError: where it does not.
    """
    error = logit_error(session, network, batch)
    if error > _TOLERANCE:
        raise ModelError(f"The exported graph is wrong: a logit is off by {error:.2g}.")


def _feed(batch: EncoderInput) -> dict[str, Any]:
    return {name: getattr(batch, name) for name in _INPUTS}
