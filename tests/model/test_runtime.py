"""The runtime forgets: requests that are done with, and kernels of shapes gone by."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

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


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="NO /proc: memory is not told")
def test_batches_of_ever_new_shapes_do_not_fill_the_memory() -> None:
    """Kernels are made for one shape each: all of them kept, these take 300 MB."""
    code = (
        "from tests.model.test_runtime import grow_by_shapes\n"
        "grow_by_shapes(0, 150)\n"
        "print(grow_by_shapes(150, 700))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=True
    )
    assert int(run.stdout) < 170


def grow_by_shapes(first: int, last: int) -> int:
    """Run batches of shapes of their own; return by how many MiB this process grew."""
    run = Classifier.load(verify=False, streams=1).runtime.open()
    shapes = [(rows, 8 * length, spans) for rows in range(1, 9) for length in range(1, 10)
              for spans in range(1, 11)]  # fmt: skip
    random.Random(0).shuffle(shapes)
    held = 0
    for number, (n_rows, n_tokens, n_spans) in enumerate(shapes[first:last]):
        if number == 20:  # loaded, and warm
            held = _resident()
        ids = np.full(n_tokens, 100, dtype=np.int32)
        run(collate([Window(ids=ids, spans=((1, n_tokens - 1),) * n_spans)] * n_rows))
    return _resident() - held


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20
