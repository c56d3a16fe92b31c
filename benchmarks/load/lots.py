"""Many texts a request, as a share of what the classifier does without a service."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from .connection import Pool
from .generate import send_in_turn
from .messages import score_in_lots
from .outcome import Latency, Tally, accepted_latency, tally
from .rates import answered_per_s

N_ITEMS = 64
N_SENDERS = 4  # enough that the next request is there when one is answered
_WARM_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lots:
    """Texts a second through the service, and of the classifier before and after it."""

    texts: str
    n_items: int
    bare_before: float
    service: float
    bare_after: float
    share: float  # of the mean of both
    tally: Tally
    latency: Latency | None


async def texts_per_s(
    pool: Pool, texts: Sequence[str], *, seconds: float
) -> tuple[float, Tally, Latency | None]:
    """Return the speed through the service, with what became of the requests."""
    requests = score_in_lots(texts, N_ITEMS)
    warm_s = min(_WARM_S, seconds)
    await send_in_turn(pool, requests, n_senders=N_SENDERS, seconds=warm_s)
    outcomes = await send_in_turn(pool, requests, n_senders=N_SENDERS, seconds=seconds)
    return N_ITEMS * answered_per_s(outcomes), tally(outcomes), accepted_latency(outcomes)


def measure_bare(texts: Sequence[str], *, seconds: float, model: str | None) -> float:
    """Return the texts a second of `Classifier.classify`, in a process of its own that ends."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_classify_for, list(texts), seconds, model).result()


def _classify_for(texts: list[str], seconds: float, model: str | None) -> float:
    from cxnlp import Classifier

    classifier = Classifier.load(model)
    classifier.classify(texts)  # warm
    n_rounds, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        classifier.classify(texts)
        n_rounds += 1
    return n_rounds * len(texts) / (time.perf_counter() - start)
