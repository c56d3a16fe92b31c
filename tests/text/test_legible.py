from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.text.legible import find_addresses, make_legible


def test_plain_text_is_left_alone() -> None:
    legible = make_legible("Plain, really.")
    assert legible.text == "Plain, really."
    assert legible.original(3, 5) == (3, 5)


def test_typographic_quotes_become_plain_without_moving() -> None:
    legible = make_legible("I can’t “wait”")
    assert legible.text == 'I can\'t "wait"'
    assert legible.offsets is None


def test_pictographs_are_named_and_point_back_to_themselves() -> None:
    text = "Bad 😡 app"
    legible = make_legible(text)
    start = legible.text.index("pouting face")
    assert text[slice(*legible.original(start, start + len("pouting face")))] == "😡"
    end = legible.text.index("app")
    assert text[slice(*legible.original(end, end + 3))] == "app"


def test_skin_tones_and_joiners_are_dropped() -> None:
    assert make_legible("👍🏽").text.split() == ["thumbs", "up", "sign"]


@given(st.text(max_size=60), st.data())
def test_every_place_maps_into_the_text(text: str, data: st.DataObject) -> None:
    legible = make_legible(text)
    start = data.draw(st.integers(0, len(legible.text)))
    end = data.draw(st.integers(start, len(legible.text)))
    first, last = legible.original(start, end)
    assert 0 <= first <= last <= len(text)


def test_addresses_are_found() -> None:
    text = "@united see https://t.co/x1 or www.a.com, mail me@b.com"
    found = [text[start:end] for start, end in find_addresses(text)]
    assert found == ["@united", "https://t.co/x1", "www.a.com,"]


def test_half_a_character_is_replaced() -> None:
    assert make_legible("bad \ud83d end").text == "bad \ufffd end"
