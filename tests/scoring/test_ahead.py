from __future__ import annotations

import threading

import pytest

from cxnlp.scoring.ahead import prepare_ahead


def test_keeps_order_and_prepares_in_another_thread() -> None:
    threads = set()

    def prepare(item: int) -> int:
        threads.add(threading.get_ident())
        return item * 2

    assert list(prepare_ahead(prepare, range(10))) == list(range(0, 20, 2))
    assert threading.get_ident() not in threads
    assert list(prepare_ahead(prepare, [])) == []


def test_draws_no_more_than_it_may_run_ahead() -> None:
    drawn = []

    def items() -> object:
        for item in range(10):
            drawn.append(item)
            yield item

    ready = prepare_ahead(lambda item: item, items())
    assert next(ready) == 0
    assert drawn == [0, 1]


def test_an_error_comes_where_its_item_would_have_come() -> None:
    def prepare(item: int) -> int:
        return 1 // item

    ready = prepare_ahead(prepare, [1, 1, 0, 1])
    assert [next(ready), next(ready)] == [1, 1]
    with pytest.raises(ZeroDivisionError):
        next(ready)
