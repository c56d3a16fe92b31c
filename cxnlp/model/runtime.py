"""Run a model folder's graph on the CPU with OpenVINO."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxnlp.errors import InputError, ModelError
from cxnlp.model.encoding import EncoderInput
from cxnlp.model.folder import HEADS
from cxnlp.model.read_out import VECTORS, ReadOut, add_vectors

Floats = NDArray[np.float32]

_KERNELS_KEPT = 100
_PRECISIONS = ("bf16", "f16", "f32")


class OpenVinoRuntime:
    """A compiled graph; one inference stream per core keeps every core busy."""

    def __init__(
        self,
        folder: Path,
        *,
        precision: str | None = None,
        streams: int | None = None,
        read_out: ReadOut | None = None,
    ) -> None:
        if precision not in (None, *_PRECISIONS):
            choices = ", ".join(_PRECISIONS)
            raise InputError(f"There is no precision {precision!r}; choose one of {choices}.")
        try:
            import openvino as ov
        except ImportError as error:
            raise ModelError("openvino is not installed. Run: pip install cxnlp.") from error
        core = ov.Core()
        precision = precision or choose_precision(core)
        n_cores = count_cores()
        try:
            graph = core.read_model(folder / "model.xml", folder / "model.bin")
            if read_out is not None:
                add_vectors(graph, read_out.layers)
            self._compiled = core.compile_model(
                graph,
                "CPU",
                {
                    "INFERENCE_PRECISION_HINT": precision,
                    "PERFORMANCE_HINT": "THROUGHPUT",
                    "INFERENCE_NUM_THREADS": streams or n_cores,
                    "NUM_STREAMS": streams or n_cores,
                    # Pinned, several processes would sit on the same cores and leave others idle.
                    "ENABLE_CPU_PINNING": False,
                    # Of kernels made for one shape of batch. By default it holds thousands, and a
                    # service grows for days; fewer are made anew without a loss that shows.
                    "CPU_RUNTIME_CACHE_CAPACITY": _KERNELS_KEPT,
                },
            )
        except RuntimeError as error:
            raise ModelError(f"{folder}: the graph cannot be loaded; verify the folder.") from error
        self.precision = precision
        self._read_out = read_out
        self.n_streams = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))

    def open(self) -> Callable[[EncoderInput], dict[str, Floats]]:
        """Return a function that runs one batch; each thread needs one of its own."""
        request = self._compiled.create_infer_request()

        def run(batch: EncoderInput) -> dict[str, Floats]:
            # Shared inputs must outlive the request, which the memory of a batch does not.
            request.infer(_inputs(batch), share_inputs=False)
            return self._outputs(request)

        return run

    def infer(self, batches: Iterable[EncoderInput]) -> Iterator[dict[str, Floats]]:
        """Yield each batch's logits by head, (batch, spans, ...), in the order of the batches.

        Up to one batch a stream is in flight; no more are held than that.
        """
        requests = [self._compiled.create_infer_request() for _ in range(self.n_streams)]
        waiting: list[Any] = []
        for number, batch in enumerate(batches):
            request = requests[number % len(requests)]
            if len(waiting) == len(requests):
                yield self._collect(waiting.pop(0))
            request.start_async(_inputs(batch), share_inputs=False)
            waiting.append(request)
        for request in waiting:
            yield self._collect(request)

    def _collect(self, request: Any) -> dict[str, Floats]:
        request.wait()
        return self._outputs(request)

    def _outputs(self, request: Any) -> dict[str, Floats]:
        found = {name: np.array(request.get_tensor(name).data, np.float32) for name in HEADS}
        if self._read_out is not None:
            vectors = np.array(request.get_tensor(VECTORS).data, np.float32)
            found[self._read_out.name] = self._read_out.apply(vectors)
        return found


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _inputs(batch: EncoderInput) -> dict[str, Any]:
    return {
        "input_ids": batch.input_ids,
        "attention_mask": batch.attention_mask,
        "pooling": batch.pooling,
    }


def choose_precision(core: Any) -> str:
    """Return "bf16" where the processor multiplies in it natively, else "f32"."""
    capabilities = core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "bf16" if "BF16" in capabilities else "f32"
