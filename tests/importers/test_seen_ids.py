"""Repeated ids are found, however they come in batches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.importers.seen_ids import SeenIds


@given(st.lists(st.lists(st.sampled_from([f"i{n}" for n in range(40)]), max_size=12), max_size=12))
def test_as_a_plain_set_would(batches):
    seen: set[str] = set()
    ids = SeenIds()
    for batch in batches:
        expected = []
        for name in batch:
            expected.append(name in seen)
            seen.add(name)
        assert ids.add(batch) == expected
