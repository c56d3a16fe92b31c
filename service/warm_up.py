"""Run a model over every length once, so that the first customer does not wait for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from cxnlp.model.classifier import Classifier
from cxnlp.model.encoding import Window, collate
from cxnlp.model.windows import MAX_WINDOW_TOKENS

_LONGEST = MAX_WINDOW_TOKENS + 40  # with a question before it
_BATCHES = (1, 4)  # rows; the others run as fast after these
_TEXTS = ("The food was cold, but the waiter was kind.", "ok", "Why? 😀")


def warm_up(classifier: Classifier) -> None:
    """Let each stream see each padded length, and load what tokenising loads on its first use."""
    classifier.classify(_TEXTS, questions=("How was it?", None, None))
    n_streams = classifier.runtime.n_streams
    with ThreadPoolExecutor(max_workers=n_streams) as pool:
        for future in [pool.submit(_run, classifier) for _ in range(n_streams)]:
            future.result()


def _run(classifier: Classifier) -> None:
    run = classifier.runtime.open()
    for n_tokens in range(8, _LONGEST + 1, 8):
        window = Window(ids=np.full(n_tokens, 100, dtype=np.int32), spans=((1, n_tokens - 1),))
        for n_rows in _BATCHES if n_tokens <= 64 else _BATCHES[:1]:
            run(collate([window] * n_rows))
