"""The document's safety."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.report.page import embed_json

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(_json)
def test_embedded_data_reads_back_and_cannot_leave_its_element(data: object) -> None:
    text = str(embed_json(data))
    assert json.loads(text) == data
    assert not set(text) & set("<>&\u2028\u2029")
