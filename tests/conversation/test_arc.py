from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxnlp.conversation.arc import find_arc
from tests.conversation.made_turns import Chat

scores = st.lists(st.floats(-1, 1).map(lambda value: round(value, 4)), max_size=12)


def test_nothing_counts(chat: Chat) -> None:
    for turns in ([], [chat.turn(0, "ok thanks", 0.8)], chat.scored(None)):
        found = find_arc(turns)
        assert (found.n_counted, found.trend) == (0, "too_short")
        assert {found.start, found.worst, found.worst_turn, found.now, found.recovery} == {None}


def test_one_turn(chat: Chat) -> None:
    found = find_arc(chat.scored(-0.9))
    assert (found.start, found.worst, found.worst_turn, found.now) == (-0.9, -0.9, 0, -0.9)
    assert (found.recovery, found.trend, found.slope) == (None, "too_short", None)


def test_by_hand(chat: Chat) -> None:
    found = find_arc(chat.scored(-0.2, -0.8, 0.4))
    # now: (-.2 x .25 - .8 x .5 + .4) / 1.75 = -.05 / 1.75; recovery: (-.0286 + .8) / 1.8
    assert (found.start, found.worst, found.worst_turn) == (-0.2, -0.8, 2)
    assert found.now == pytest.approx(-0.0286, abs=1e-4)
    assert found.recovery == pytest.approx(0.4286, abs=1e-4)
    assert found.slope == pytest.approx(0.3)
    assert found.trend == "steady"


def test_one_short_turn_does_not_swing_it(chat: Chat) -> None:
    turns = chat.scored(-0.8, -0.8)
    short = find_arc([*turns, chat.turn(9, "Great!", 0.9)]).now
    long = find_arc([*turns, chat.turn(9, "Great! You have solved all of it for me.", 0.9)]).now
    assert short is not None
    assert long is not None
    assert short < -0.4  # (-.8 x .75 + .9 x .15) / .9 = -.517
    assert long > 0.1


def test_the_last_of_equal_worst_turns(chat: Chat) -> None:
    found = find_arc(chat.scored(-0.9, 0.5, -0.9))
    assert (found.worst_turn, found.recovery) == (4, None)


def test_no_recovery_from_what_was_never_bad(chat: Chat) -> None:
    assert find_arc(chat.scored(0.1, 0.9)).recovery is None
    assert find_arc(chat.scored(-0.02, 0.0)).recovery is None


def test_full_recovery(chat: Chat) -> None:
    assert find_arc(chat.scored(-0.9, *[1.0] * 20)).recovery == pytest.approx(1.0, abs=1e-3)


def test_sarcastic_thanks_are_no_recovery(chat: Chat) -> None:
    turns = chat.scored(-0.9)
    found = find_arc([*turns, chat.turn(2, "Wonderful. Thanks for nothing, that was great.", 0.9)])
    assert found.now is not None
    assert found.now < -0.5


def test_a_foreign_turn_carries_no_weight(chat: Chat) -> None:
    foreign = chat.turn(1, "Das ist alles ganz furchtbar hier.", None)
    first, *others = chat.scored(-0.5, 0.5)
    assert find_arc([first, foreign, *others]) == find_arc([first, *others])


@given(scores)
def test_bounds(chat: Chat, values: list[float]) -> None:
    found = find_arc(chat.scored(*values))
    assert found.n_counted == len(values)
    if not values or found.worst is None or found.now is None:
        assert not values
        return
    assert found.start == values[0]
    assert found.worst == min(values)
    assert values[(found.worst_turn or 0) // 2] == found.worst
    assert min(values) - 1e-4 <= found.now <= max(values) + 1e-4
    assert found.recovery is None or 0 <= found.recovery <= 1


@given(scores, st.integers(0, 12), st.sampled_from(["ok thanks", "No", "👍", "4471", "Hello!"]))
def test_an_acknowledgement_changes_nothing(
    chat: Chat, values: list[float], place: int, text: str
) -> None:
    turns = chat.scored(*values)
    place = min(place, len(turns))
    more = [*turns[:place], chat.turn(2 * place - 1, text, -1.0, emotions={"anger": 1.0})]
    assert find_arc([*more, *turns[place:]]) == find_arc(turns)
