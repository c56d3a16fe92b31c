"""The same classifier behind BentoML's own adaptive batching, as its documentation shows it."""

from __future__ import annotations

import os
from typing import Any

import bentoml

from cxnlp import Classifier


# Not named "batching": BentoML 1.4.39 takes a service's name for a key of its own configuration.
@bentoml.service(
    name="bentoml_batching",
    workers=int(os.environ.get("CXNLP_BENCH_WORKERS", "1")),
    traffic={"timeout": 60},
    logging={"access": {"enabled": False}},
)
class Batching:
    """Scores texts; requests that come together are merged by BentoML."""

    def __init__(self) -> None:
        self.classifier = Classifier.load(os.environ.get("CXNLP_BENCH_MODEL") or None)
        self.classifier.classify(["The food was cold, but the waiter was kind."])

    @bentoml.api(batchable=True, max_batch_size=64)  # type: ignore[untyped-decorator]
    def score(self, texts: list[str]) -> list[dict[str, Any]]:
        """Return one prediction a text."""
        return [prediction.to_dict() for prediction in self.classifier.classify(texts)]
