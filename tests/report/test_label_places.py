"""Names beside dots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cxnlp.report.label_places import LabelPlace, place_labels

WITHIN = (0.0, 0.0, 400.0, 300.0)


def box(place: LabelPlace, name: str) -> tuple[float, float, float, float]:
    width = len(name) * 5.7
    left = place.x - {"start": 0, "middle": width / 2, "end": width}[place.anchor]
    return left, place.y - 10, left + width, place.y + 2


def test_a_free_dot_has_its_name_to_the_right() -> None:
    (place,) = place_labels([(100, 100)], ["Delivery"], within=WITHIN)
    assert place is not None
    assert (place.anchor, place.x > 100) == ("start", True)


def test_at_the_right_edge_it_stands_to_the_left() -> None:
    (place,) = place_labels([(390, 100)], ["Delivery"], within=WITHIN)
    assert place is not None
    assert place.anchor == "end"


def test_without_room_there_is_no_name() -> None:
    dots = [(20.0 * i, 8.0) for i in range(5)]
    found = place_labels(dots, ["A name much too long for this place"] * 5, within=(0, 0, 90, 16))
    assert found == [None] * 5


@given(
    st.lists(
        st.tuples(st.floats(10, 390), st.floats(10, 290), st.sampled_from(["", "Food", "Staff x"])),
        max_size=12,
    )
)
def test_no_name_covers_another_or_leaves_the_chart(dots: list[tuple[float, float, str]]) -> None:
    names = [name for *_, name in dots]
    found = place_labels([(x, y) for x, y, _ in dots], names, within=WITHIN)
    boxes = [box(p, n) for p, n in zip(found, names, strict=True) if p is not None]
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0
        assert right <= 400
        for other in boxes[:i]:
            apart = left >= other[2] - 1.1 or right <= other[0] + 1.1
            assert apart or top >= other[3] - 1.1 or bottom <= other[1] + 1.1
