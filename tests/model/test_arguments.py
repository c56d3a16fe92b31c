from __future__ import annotations

from typing import Any

import pytest

from cxnlp.errors import InputError
from cxnlp.model.arguments import read_strings, read_strings_for
from cxnlp.model.classifier import Classifier


def test_strings_come_from_any_iterable() -> None:
    assert read_strings(("a", None), "texts") == ["a", None]
    assert read_strings(iter(["a", None]), "texts") == ["a", None]


@pytest.mark.parametrize("value", ["Lovely staff.", b"Lovely staff."])
def test_one_string_is_not_read_letter_by_letter(classifier: Classifier, value: Any) -> None:
    with pytest.raises(InputError, match="texts is one string; give a list") as error:
        classifier.classify(value)
    assert "Lovely" not in str(error.value)


@pytest.mark.parametrize("value", [3, float("nan"), b"Lovely"])
def test_what_is_no_string_is_named_by_place_and_type(classifier: Classifier, value: Any) -> None:
    with pytest.raises(InputError, match=rf"texts\[1\] is of type {type(value).__name__}"):
        classifier.classify(["Fine.", value])
    with pytest.raises(InputError, match=r"questions\[0\] is of type"):
        classifier.classify(["Fine."], questions=[value])


def test_one_value_a_text() -> None:
    assert read_strings_for(["a", "b"], None, "languages") == [None, None]
    with pytest.raises(InputError, match="1 languages for 2 texts"):
        read_strings_for(["a", "b"], ["en"], "languages")
