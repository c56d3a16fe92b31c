"""A request of the runtime may be opened, used and forgotten beside others."""

from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np

from cxnlp import Classifier
from cxnlp.model.encoding import Window, collate


def test_requests_may_be_forgotten_while_others_run() -> None:
    """In a process of its own: what was wrong with it once ended the process."""
    code = (
        "from tests.model.test_runtime import use_and_forget\n"
        "for _ in range(3): use_and_forget()\n"
        "print('well')"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert (run.returncode, run.stdout.strip()) == (0, "well"), run.stderr[-500:]


def use_and_forget() -> None:
    classifier = Classifier.load(verify=False)
    classifier.classify(["The food was cold. " * n for n in range(1, 30)])
    run = classifier.runtime.open()
    for n_tokens in range(8, 200, 8):
        window = Window(ids=np.full(n_tokens, 100, dtype=np.int32), spans=((1, n_tokens - 1),))
        found = run(collate([window] * 4))
        assert found["sentiment"].shape == (4, 1, 3)
    del run
    gc.collect()
    classifier.classify(["ok"])
