"""The engine says what the library says, whatever runs beside it, and refuses in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from cxnlp import Classifier
from cxnlp.model.prediction import Prediction
from cxnlp.turns import Turn
from service.engine import Engine, EngineLimits
from service.envelope import Refused
from service.measurements import Measurements
from service.score_request import Item

TEXTS = [
    "The food was cold, but the waiter was kind.",
    "ok",
    "I waited two hours and nobody told me why. " * 12,
    "Where is the exit?",
    "Absolutely loved it! " * 60,
]


def _item(text: str | None, turns: tuple[Turn, ...] | None = None) -> Item:
    return Item(id=None, text=text, turns=turns, question=None, language="en", error=None)


@pytest.fixture
def engine(classifier: Classifier) -> Iterator[Engine]:
    engine = Engine(EngineLimits(), Measurements(), n_streams=classifier.runtime.n_streams)
    yield engine
    engine.close()


def _same(found: Prediction, expected: Prediction) -> None:
    assert (found.sentiment, found.language) == (expected.sentiment, expected.language)
    assert found.sentiment_score == pytest.approx(expected.sentiment_score, abs=0.01)
    assert [(s.start, s.end) for s in found.spans or ()] == [
        (s.start, s.end) for s in expected.spans or ()
    ]


def test_it_says_what_the_library_says(engine: Engine, classifier: Classifier) -> None:
    found = asyncio.run(engine.score(classifier, [_item(text) for text in TEXTS]))

    expected = classifier.classify(TEXTS, languages=["en"] * len(TEXTS))
    for one, other in zip(found, expected, strict=True):
        _same(one, other)


def test_requests_beside_each_other_get_their_own_answers(
    engine: Engine, classifier: Classifier
) -> None:
    requests = [[TEXTS[(n + k) % len(TEXTS)] for k in range(1 + n % 4)] for n in range(40)]

    async def all_at_once() -> list[list[Prediction]]:
        return await asyncio.gather(
            *(engine.score(classifier, [_item(t) for t in texts]) for texts in requests)
        )

    expected = dict(zip(TEXTS, classifier.classify(TEXTS, languages=["en"] * 5), strict=True))
    for texts, found in zip(requests, asyncio.run(all_at_once()), strict=True):
        for text, prediction in zip(texts, found, strict=True):
            _same(prediction, expected[text])
    assert engine.n_pending == 0


def test_nothing_to_infer_is_answered(engine: Engine, classifier: Classifier) -> None:
    foreign = Item(id=None, text="Guten Tag", turns=None, question=None, language="de", error=None)

    assert asyncio.run(engine.score(classifier, [])) == []
    [found] = asyncio.run(engine.score(classifier, [foreign]))
    assert (found.sentiment, found.language) == (None, "de")


def test_a_conversation_is_one_item(engine: Engine, classifier: Classifier) -> None:
    turns = (Turn(role="agent", text="What was good?"), Turn(role="customer", text="Nothing."))

    [found] = asyncio.run(engine.score(classifier, [_item(None, turns)]))

    [expected] = classifier.classify([None], turns=[turns], languages=["en"])
    _same(found, expected)


def test_a_request_past_its_deadline_is_refused_and_costs_nothing_more(
    classifier: Classifier,
) -> None:
    engine = Engine(EngineLimits(deadline=0.05), Measurements(), n_streams=1)
    long = [_item("The staff were rude to us and the room was cold. " * 1500) for _ in range(4)]

    async def one() -> None:
        with pytest.raises(Refused) as refused:
            await engine.score(classifier, long)
        assert (refused.value.status, refused.value.code) == (503, "deadline_passed")
        assert engine.n_pending == 0
        engine.limits = EngineLimits()
        [found] = await engine.score(classifier, [_item("Lovely.")])
        assert found.sentiment == "positive"

    asyncio.run(one())
    engine.close()


def test_a_cancelled_request_leaves_the_queue(engine: Engine, classifier: Classifier) -> None:
    async def leave() -> float:
        items = [_item("The staff were rude and the room was cold. " * 60) for _ in range(200)]
        task = asyncio.create_task(engine.score(classifier, items))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert engine.n_pending == 0
        started = time.monotonic()
        await engine.score(classifier, [_item("ok")])
        return time.monotonic() - started

    whole = 200 * 60 * 10 / 20_000  # seconds that the abandoned request would have taken
    assert asyncio.run(leave()) < whole / 2


def test_overload_is_refused_at_once(classifier: Classifier) -> None:
    engine = Engine(EngineLimits(max_requests=3), Measurements(), n_streams=1)

    async def rush() -> list[object]:
        work = (engine.score(classifier, [_item(TEXTS[2])]) for _ in range(10))
        return await asyncio.gather(*work, return_exceptions=True)

    found = asyncio.run(rush())
    engine.close()

    refused = [answer for answer in found if isinstance(answer, Refused)]
    assert len(refused) == 7
    assert {(error.status, error.code) for error in refused} == {(429, "overloaded")}
    assert all(isinstance(a, list) and a[0].sentiment == "negative" for a in found[:3])


def test_an_error_in_one_batch_is_told_and_the_engine_goes_on(
    engine: Engine, classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(batch: object) -> None:
        raise RuntimeError("no memory")

    async def both() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(classifier.runtime, "open", lambda: broken)
            other = Engine(EngineLimits(), Measurements(), n_streams=1)
            with pytest.raises(RuntimeError):
                await other.score(classifier, [_item("Lovely.")])
            assert other.n_pending == 0
            other.close()
        [found] = await engine.score(classifier, [_item("Lovely.")])
        assert found.sentiment == "positive"

    asyncio.run(both())
