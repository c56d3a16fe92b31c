"""Words and phrases that one part of the data says unusually often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix

from cxnlp.insights.comment_groups import Comparison, compared_column, comparisons_of
from cxnlp.insights.comments import MAX_COMMENTS, Comments, read_comments
from cxnlp.insights.data import InsightData
from cxnlp.insights.exemplars import exemplars
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.leaning import leaning
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.repeated_phrases import repeated_phrases
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.estimate import MIN_RELIABLE_N, MIN_SHOWN_N, Estimate
from cxnlp.metrics.log_odds import log_odds
from cxnlp.metrics.net_sentiment import net_sentiment
from cxnlp.metrics.numbers import PERCENT, format_n, format_value
from cxnlp.metrics.phrases import Phrases, find_phrases
from cxnlp.metrics.share import share

MIN_COMMENTS = 10  # fewer, of all that are read, could not be told from chance
MAX_SHOWN = 5  # phrases of one group

# The prior imagines a tenth as many words as the group says: enough to hold back rare words.
_PRIOR_SHARE = 0.1
_SIGNIFICANT = 0.05

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualPhrase:
    """A phrase that a group says more often than others do."""

    kind: str
    name: str
    phrase: str
    also: tuple[str, ...]  # phrases of the same comments that only repeat it
    inside: Estimate  # share of the group's comments that say it, in percent
    outside: Estimate
    n_inside: int
    n_outside: int
    z: float
    p_value: float  # two-sided, for this phrase alone
    p_adjusted: float  # for all phrases in all groups (Bonferroni)
    comments: tuple[int, ...]  # positions of the group's comments that say it


def unusual_words(
    phrases: Phrases, comparisons: Sequence[Comparison], *, max_shown: int = MAX_SHOWN
) -> tuple[UnusualPhrase, ...]:
    """Return the phrases that stand out in each comparison, by group, the clearest first.

    A comment counts a phrase once. Weighted log-odds with a prior in the proportions of both sides
    (Monroe, Colaresi & Quinn, 2008); p-values times the number of phrases and groups looked at, so
    the chance of one false phrase among all is at most 5%. Phrases that fewer than 5 comments of
    the group say are not shown; phrases that repeat each other are shown once. Comparisons with
    fewer than 30 comments on a side are left out.

    :param comparisons: masks as long as `phrases.said` has rows.
    """
    usable = [
        c for c in comparisons if min(int(c.inside.sum()), int(c.outside.sum())) >= MIN_RELIABLE_N
    ]
    if not usable or not phrases.names:
        return ()
    by_phrase = phrases.said.tocsc()
    counts = []
    n_tests = 0
    for comparison in usable:
        a = np.asarray(comparison.inside.astype(np.int64) @ phrases.said).ravel()
        b = np.asarray(comparison.outside.astype(np.int64) @ phrases.said).ravel()
        tested = a + b >= MIN_COMMENTS  # it does not look at which side says it
        n_tests += int(tested.sum())
        counts.append((comparison, a, b, tested))
    found: list[UnusualPhrase] = []
    for comparison, a, b, tested in counts:
        if not tested.any():
            continue
        both = (a + b)[tested]
        prior = both * (_PRIOR_SHARE * max(a[tested].sum(), 1) / both.sum())
        said = log_odds(a[tested], b[tested], prior=prior)
        n_in, n_out = int(comparison.inside.sum()), int(comparison.outside.sum())
        places = np.flatnonzero(tested)
        more = (a[tested] * n_out > b[tested] * n_in) & (a[tested] >= MIN_SHOWN_N)
        candidates = np.flatnonzero(more & (said.p_value * n_tests <= _SIGNIFICANT) & (said.z > 0))
        candidates = candidates[np.argsort(-said.z[candidates], kind="stable")]
        comments = [
            _saying(by_phrase, int(places[i]), comparison.inside)
            for i in candidates[: 10 * max_shown]
        ]
        for group in repeated_phrases([phrases.names[places[i]] for i in candidates], comments)[
            :max_shown
        ]:
            first = candidates[group[0]]
            j = int(places[first])
            found.append(
                UnusualPhrase(
                    kind=comparison.kind,
                    name=comparison.name,
                    phrase=phrases.names[j],
                    also=tuple(phrases.names[places[candidates[i]]] for i in group[1:]),
                    inside=share(int(a[j]), n_in),
                    outside=share(int(b[j]), n_out),
                    n_inside=int(a[j]),
                    n_outside=int(b[j]),
                    z=float(said.z[first]),
                    p_value=float(said.p_value[first]),
                    p_adjusted=min(1.0, float(said.p_value[first]) * n_tests),
                    comments=tuple(comments[group[0]].tolist()),
                )
            )
    return tuple(found)


def _saying(phrases: csc_matrix, column: int, inside: Bools) -> Ints:
    """Return the positions of the group's comments that say a phrase."""
    start, end = phrases.indptr[column], phrases.indptr[column + 1]
    own = np.sort(phrases.indices[start:end]).astype(np.int64)
    return own[inside[own]]


NAME = "unusual_words"
TITLE = "Words that stand out"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Find what touchpoints, groups and periods say unusually often."""
    by = options.by or compared_column(options.compare)
    comments = read_comments(data, by=by, limit=MAX_COMMENTS, seed=options.seed)
    n = len(comments.rows)
    comparisons = [
        c
        for c in comparisons_of(comments)
        if min(c.inside.sum(), c.outside.sum()) >= MIN_RELIABLE_N
    ]
    if not comparisons:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note=f"No touchpoint, group or period has {MIN_RELIABLE_N} comments of {format_n(n)} "
            "to compare with as many elsewhere.",
        )
    phrases = find_phrases(comments.texts, min_texts=MIN_COMMENTS)
    found = unusual_words(phrases, comparisons)
    drawn = f", drawn by chance from {format_n(comments.n_all)}" if n < comments.n_all else ""
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=f"In {format_n(n)} comments{drawn}, {format_n(len(phrases.names))} words and phrases "
        f"were compared in {len(comparisons)} groups (log-odds with a Dirichlet prior, corrected "
        f"for all of them); {len(found) or 'none'} stood out.",
        findings=tuple(_finding(f, comments, data, options) for f in found),
        table=tuple(_row(f, comments) for f in found),
    )


def _finding(
    found: UnusualPhrase, comments: Comments, data: InsightData, options: InsightOptions
) -> Finding:
    sentiment = _sentiment(found, comments)
    texts = [comments.texts[i] for i in found.comments]
    evidence = (comments.rows[found.comments[i]] for i in exemplars(texts, seed=options.seed))
    own, others = found.inside.value or 0.0, found.outside.value or 0.0
    displayed = {t.name: t.display for t in data.journey.touchpoints if t.display}
    name = displayed.get(found.name, found.name) if found.kind == "touchpoint" else found.name
    place = f"In {name}" if found.kind == "period" else f"At {name}"
    place = f"Among {name}" if found.kind == "group" else place
    rest = "before" if found.kind == "period" else "elsewhere"
    sentence = (
        f"{place}, {interval_text(found.inside, 'percent', counted='comments')} say "
        f"“{found.phrase}”, against {format_value(others, PERCENT)} {rest} "
        f"({format_n(found.outside.n)} comments); the net sentiment of those who say it is "
        f"{interval_text(sentiment, 'points', counted='comments')}."
    )
    return Finding(
        insight=NAME,
        sentence=sentence,
        verdict="real",
        importance=found.n_inside / max(len(comments.rows), 1) * max(own - others, 0.0) / 100,
        n=found.n_inside,
        where=Where(
            touchpoint=found.name if found.kind == "touchpoint" else None,
            period=found.name if found.kind == "period" else None,
            group=found.name if found.kind == "group" else None,
            # What rises is a change, whatever those say who say it.
            sentiment=None if found.kind == "period" else leaning(sentiment),
        ),
        estimate=found.inside,
        unit="percent",
        p_value=found.p_adjusted,
        evidence=tuple(evidence),
    )


def _sentiment(found: UnusualPhrase, comments: Comments) -> Estimate:
    said = [comments.sentiments[i] for i in found.comments]
    return net_sentiment(
        positive=said.count("positive"), negative=said.count("negative"), n=len(said)
    )


def _row(found: UnusualPhrase, comments: Comments) -> dict[str, Value]:
    sentiment = _sentiment(found, comments)
    return {
        "kind": found.kind,
        "group": found.name,
        "phrase": found.phrase,
        "also": "; ".join(found.also),
        "n_comments": found.n_inside,
        "share": found.inside.value,
        "share_low": found.inside.low,
        "share_high": found.inside.high,
        "n_group": found.inside.n,
        "share_elsewhere": found.outside.value,
        "n_comments_elsewhere": found.n_outside,
        "n_elsewhere": found.outside.n,
        "z": found.z,
        "p_value": found.p_adjusted,
        "p_value_alone": found.p_value,
        "verdict": "real",
        "net_sentiment": sentiment.value,
        "net_sentiment_low": sentiment.low,
        "net_sentiment_high": sentiment.high,
    }
