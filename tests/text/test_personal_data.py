import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.text.personal_data import COVER, cover_personal_data, find_personal_data

KINDS = {
    "email": [
        "jane.doe+x@ex-ample.co.uk",
        "JO@EXAMPLE.COM",
        "a_b@mail.example.org",
        "jo@shop.internal",
    ],
    "phone": ["+44 20 7946 0958", "(415) 555-2671", "+49 30 901820", "020 7946 0958"],
    "card": ["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"],
    "ip": ["192.168.0.12", "2001:db8::1"],
}


@pytest.mark.parametrize(("kind", "secret"), [(k, s) for k, all_ in KINDS.items() for s in all_])
def test_each_kind_is_found_where_it_stands(kind: str, secret: str) -> None:
    text = f"😀 They never answered, mine is {secret} and I wait."
    found = find_personal_data(text)
    assert (kind, text.index(secret), text.index(secret) + len(secret)) in [
        (item.kind, item.start, item.end) for item in found
    ]
    covered = cover_personal_data(text)
    assert len(covered) == len(text)
    assert secret not in covered
    assert covered.startswith("😀 They never answered, mine is ")
    assert covered.endswith(" and I wait.")


@pytest.mark.parametrize(
    "text",
    [
        "Waited from 10.30 to 14:45 on 2026-11-22 for £1,234.50.",
        "Version 3.11.2 is fine :: much better than 2.0",
        "5 stars, 10/10, room 1204, 12 days, 100%",
        "I was at the clinic @ 9, twice",
        "Order 2026 arrived in week 47; 250 items",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert cover_personal_data(text) == text


def test_the_end_of_a_window_hides_nothing() -> None:
    for before in range(860, 1010, 7):
        text = "x " * (before // 2) + "jane.doe@example.com" + " and more" * 200
        assert "jane.doe@example.com" not in cover_personal_data(text)


def test_a_long_text_takes_its_time_in_proportion() -> None:
    cover_personal_data("jo@example.com 192.168.0.12")  # the recognisers are loaded
    text = ("a" * 90 + "@") * 1_000
    started = time.perf_counter()
    cover_personal_data(text)
    assert time.perf_counter() - started < 20


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_only_letters_and_digits_are_covered(text: str) -> None:
    covered = cover_personal_data(text)
    assert len(covered) == len(text)
    for before, after in zip(text, covered, strict=True):
        assert after == before or (after == COVER and before.isalnum())
