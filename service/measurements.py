"""What /metrics tells: waiting, tokenising, inference, batch sizes, refusals, the model."""

from __future__ import annotations

import os
from typing import Any

_SECONDS = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0,
)  # fmt: skip
_ITEMS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_TOKENS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)


class Measurements:
    """Prometheus metrics of one worker; `render` adds up those of all workers.

    prometheus_client is imported here and not above: it decides on its first import, by
    PROMETHEUS_MULTIPROC_DIR, whether workers write where the others can read.
    """

    def __init__(self) -> None:
        import prometheus_client as prometheus

        self._prometheus = prometheus
        self._registry = prometheus.CollectorRegistry()
        self.queue = self._seconds("queue", "Between tokenising and the first batch")
        self.tokenise = self._seconds("tokenise", "Languages, sentences, tokens")
        self.infer = self._seconds("infer", "One batch in the encoder")
        self.decode = self._seconds("decode", "From logits to labels")
        self.total = self._seconds("total", "A request, from its admission to its labels")
        self._batch_items = self._sizes("batch_items", "Texts and windows in a batch", _ITEMS)
        self._batch_tokens = self._sizes("batch_tokens", "Padded tokens in a batch", _TOKENS)
        self.items = self._counter("items", "Items by what became of them", "outcome")
        self.refused = self._counter("refused", "Requests that were refused", "reason")
        self.pending = prometheus.Gauge(
            "cxnlp_pending_requests",
            "Admitted and not yet answered",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._model = prometheus.Gauge(
            "cxnlp_model",
            "1 for the model that scores, 0 for one that did",
            ["model"],
            registry=self._registry,
            multiprocess_mode="livemax",
        )
        self._label: str | None = None

    def observe_batch(self, n_items: int, n_tokens: int, seconds: float) -> None:
        """Count one batch of the encoder."""
        self.infer.observe(seconds)
        self._batch_items.observe(n_items)
        self._batch_tokens.observe(n_tokens)

    def name_model(self, label: str) -> None:
        """Say which model scores from now on."""
        if self._label is not None:
            self._model.labels(self._label).set(0)
        self._model.labels(label).set(1)
        self._label = label

    def render(self) -> tuple[bytes, str]:
        """Return all metrics in Prometheus' text format, and its media type."""
        registry = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            from prometheus_client.multiprocess import MultiProcessCollector

            registry = self._prometheus.CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return self._prometheus.generate_latest(registry), self._prometheus.CONTENT_TYPE_LATEST

    def _seconds(self, name: str, what: str) -> Any:
        return self._prometheus.Histogram(
            f"cxnlp_{name}_seconds", what, registry=self._registry, buckets=_SECONDS
        )

    def _sizes(self, name: str, what: str, buckets: tuple[int, ...]) -> Any:
        return self._prometheus.Histogram(
            f"cxnlp_{name}", what, registry=self._registry, buckets=buckets
        )

    def _counter(self, name: str, what: str, label: str) -> Any:
        return self._prometheus.Counter(f"cxnlp_{name}", what, [label], registry=self._registry)
