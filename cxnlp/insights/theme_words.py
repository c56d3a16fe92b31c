"""Words that no theme is made of: empty answers, courtesy and verdicts on the whole."""

from __future__ import annotations

NO_THEME: frozenset[str] = frozenset(
    """
    absolutely agree amazing answer answers anything appalling applicable appreciate appreciated
    awesome awful bad best better big brilliant bye class comment comments complaint complaints
    day dear definitely disappointed disappointing dont enjoy enjoyed especially excellent
    exceptional experience experiences extremely fab fabulous fantastic far fault feedback feel
    feels felt fine first first-class glad good goodbye great happen happened happy hate hello
    help helped helpful hi highly hope horrible idea improve improved improvement improvements
    incredible kind like liked love loved lovely na nice nil no-one nope not-applicable ok okay
    outstanding overall perfect perfectly please pleased poor positive problem problems
    recommend response satisfactory satisfied satisfying see service services sorry suggestion
    suggestions super superb sure terrible thank thanks think thought time times top total truly
    unreadable unsure useless usual usually wonderful word work worked works worse worst yeah
    yep yes
    """.split()  # noqa: SIM905
)
