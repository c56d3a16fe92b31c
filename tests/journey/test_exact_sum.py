import random

import ibis
import pyarrow as pa
import pytest

from cxnlp.journey.exact_sum import exact_sum


def total(values: list[float | None]) -> float | None:
    table = ibis.memtable(pa.table({"x": pa.array(values, pa.float64())}))
    return table.agg(s=exact_sum(table.x)).to_pyarrow()["s"][0].as_py()


def test_numbers_add_up() -> None:
    assert total([1.5, -2.25, 4.0, None]) == 3.25
    assert total([-0.1] * 10) == pytest.approx(-1, abs=5e-9)


def test_nothing_has_no_sum() -> None:
    assert total([None]) is None


def test_the_order_does_not_matter() -> None:
    draw = random.Random(0)
    values = [draw.uniform(-5, 5) * 10 ** draw.randint(0, 6) for _ in range(20_000)]
    sums, plain = set(), set()
    for _ in range(8):
        draw.shuffle(values)
        sums.add(total(values))
        plain.add(sum(values))
    assert len(plain) > 1  # such numbers do show the order
    assert len(sums) == 1
    assert sums.pop() == pytest.approx(plain.pop(), abs=20_000 * 5e-10)
