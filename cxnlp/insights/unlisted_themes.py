"""Themes that no topic covers: what sentences without a topic speak of together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from cxnlp.insights.comments import UncoveredSpans, read_comments, read_uncovered_spans
from cxnlp.insights.data import InsightData
from cxnlp.insights.exemplars import exemplars
from cxnlp.insights.finding import Finding, InsightResult, Value, Where
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.repeated_phrases import repeated_phrases
from cxnlp.insights.theme_clusters import LIFT, Keys, key_words, rates_of, together
from cxnlp.insights.theme_words import NO_THEME
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.co_occurrence import Together
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.net_sentiment import mention_net_sentiment
from cxnlp.metrics.numbers import format_n
from cxnlp.metrics.phrases import Phrases, find_phrases
from cxnlp.metrics.share import share

MAX_SPANS = 20_000
MIN_COMMENTS = 10  # of a theme
MAX_THEMES = 10

_SIGNIFICANT = 0.01

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Sentences that speak of one matter."""

    phrases: tuple[str, ...]  # that name it, the most telling first
    spans: tuple[int, ...]  # positions of its sentences
    observed: int  # held-back sentences that say two of its key words or more
    expected: float  # of them by chance
    p_adjusted: float  # for all clusters that were looked at (Bonferroni)


def unlisted_themes(
    texts: Sequence[str],
    rows: Sequence[int],
    *,
    background: Sequence[str] | None = None,
    min_comments: int = MIN_COMMENTS,
    seed: int = 0,
) -> tuple[Theme, ...]:
    """Return the themes of sentences, the most frequent first; none where there is none.

    The comments are split in two. The sentences of one half are clustered (TF-IDF, truncated SVD,
    k-means), and the words that tell a cluster from the others become its key words (class TF-IDF,
    Grootendorst, 2022). k-means finds clusters in anything, so the other half decides: a cluster is
    a theme where key words stand together in its sentences at least 2.5 times as often as words
    thrown at random would, beyond chance (p of .01 for all clusters together). A sentence belongs
    to the theme where it says two key words, or little but one.

    :param rows: the comment of each sentence; one comment never lies in both halves.
    :param background: texts that tell how common words are; the sentences where not given. A theme
        that most of the sentences speak of stands out only against others.
    :param min_comments: in fewer comments nothing is a theme.
    """
    found = find_phrases(texts, min_texts=max(min_comments // 3, 3), max_words=2, without=NO_THEME)
    single = np.flatnonzero(found.n_words == 1)
    said = found.said[:, single]
    comments, comment_of = np.unique(np.asarray(rows, dtype=np.int64), return_inverse=True)
    if len(comments) < 2 * min_comments or len(single) < 2:
        return ()
    in_first = np.random.default_rng(seed).permutation(len(comments)) % 2 == 0
    # All words of a sentence, for each is a place where a key word could have stood.
    every = find_phrases(texts, min_texts=1, max_words=1).said
    n_words = np.asarray(every.sum(axis=1)).ravel()
    rates = rates_of([found.names[i] for i in single], texts if background is None else background)
    says = np.asarray(said.sum(axis=1)).ravel() > 0
    first = np.flatnonzero(in_first[comment_of] & says)
    second = np.flatnonzero(~in_first[comment_of] & says)
    matters = key_words(found.said[first], said[first], n_words[first], rates, seed=seed)
    held_back = said[second].tocsc()
    themes: list[tuple[Keys, Together]] = []
    for keys in matters:
        test = together(held_back, keys, n_words[second], rates)
        surely = test.p_value * len(matters) <= _SIGNIFICANT
        if surely and test.observed >= LIFT * test.expected:
            themes.append((keys, test))
    members = _members(said, n_words, [keys for keys, _ in themes])
    made = [
        Theme(
            phrases=_names(found, own, [found.names[single[i]] for i in keys]),
            spans=tuple(own.tolist()),
            observed=test.observed,
            expected=test.expected,
            p_adjusted=min(1.0, test.p_value * len(matters)),
        )
        for (keys, test), own in zip(themes, members, strict=True)
        if len(np.unique(comment_of[own])) >= min_comments
    ]
    return tuple(sorted(made, key=lambda t: (-len(t.spans), t.phrases)))


def _members(said: csr_matrix, n_words: Ints, themes: Sequence[Keys]) -> list[Ints]:
    """Return the sentences of each theme; one that fits several goes to the one it says most of."""
    if not themes:
        return []
    columns = said.tocsc()
    fits = np.zeros((len(n_words), len(themes)))
    for j, keys in enumerate(themes):
        n_keys = np.asarray(columns[:, list(keys)].sum(axis=1)).ravel()
        fits[:, j] = np.where((n_keys >= 2) | ((n_keys == 1) & (n_words <= 2)), n_keys, 0)
    best = np.where(fits.max(axis=1) > 0, fits.argmax(axis=1), -1)
    return [np.flatnonzero(best == j) for j in range(len(themes))]


def _names(found: Phrases, own: Ints, keys: Sequence[str]) -> tuple[str, ...]:
    """Return up to three phrases with a key word that tell these sentences from the rest."""
    frequency = np.asarray(found.said.sum(axis=0)).ravel()
    counts = np.asarray(found.said[own].sum(axis=0)).ravel()
    telling = counts / len(own) * np.log(1 + found.said.shape[0] / np.maximum(frequency, 1))
    words = set(keys)
    ranked = [
        int(i)
        for i in np.argsort(-telling, kind="stable")
        if counts[i] >= 3 and not words.isdisjoint(found.names[i].split())
    ][:12]
    columns = found.said[own].tocsc()
    said = [columns[:, [i]].tocoo().row.astype(np.int64) for i in ranked]
    groups = repeated_phrases([found.names[i] for i in ranked], said)
    return tuple(found.names[ranked[group[0]]] for group in groups[:3])


NAME = "unlisted_themes"
TITLE = "Themes nobody listed"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Find what the sentences speak of that no topic covers."""
    spans = read_uncovered_spans(data, limit=MAX_SPANS, seed=options.seed)
    n = len(spans.rows)
    counted = f"{format_n(n)} sentences that no topic covers, of {format_n(spans.n_read)} comments"
    if len(set(spans.rows)) < MIN_RELIABLE_N:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note=f"There are {counted}; themes need sentences of {MIN_RELIABLE_N} comments.",
        )
    background = read_comments(data, seed=options.seed).texts
    themes = unlisted_themes(spans.texts, spans.rows, background=background, seed=options.seed)[
        :MAX_THEMES
    ]
    drawn = f" (drawn by chance from {format_n(spans.n_all)})" if n < spans.n_all else ""
    made = f"{len(themes)} {'theme' if len(themes) == 1 else 'themes'}" if themes else "no theme"
    findings = tuple(_finding(theme, spans, options) for theme in themes)
    return InsightResult(
        name=NAME,
        title=TITLE,
        status="ok",
        note=f"In {counted}{drawn}, {made} stood apart from chance. General experience is no topic "
        "here.",
        findings=findings,
        table=tuple(_row(t, f, spans) for t, f in zip(themes, findings, strict=True)),
    )


def _finding(theme: Theme, spans: UncoveredSpans, options: InsightOptions) -> Finding:
    sentiment = _net_sentiment(theme, spans)
    rows = sorted({spans.rows[i] for i in theme.spans})
    # Of a sample the share is that of the comments read, thinned as the sentences were.
    n_read = round(spans.n_read * len(spans.rows) / spans.n_all)
    spoken = share(min(len(rows), n_read), n_read)
    shown = exemplars([spans.texts[i] for i in theme.spans], seed=options.seed)
    named = ", ".join(f"“{phrase}”" for phrase in theme.phrases)
    return Finding(
        insight=NAME,
        sentence=f"{format_n(len(rows))} comments speak of something that no topic covers: "
        f"{named}. That is "
        f"{interval_text(spoken, 'percent', counted='comments')}; its net sentiment is "
        f"{interval_text(sentiment, 'points', counted='comments')}.",
        verdict="real",
        importance=(spoken.value or 0.0) / 100 * abs(sentiment.value or 0.0) / 200,
        n=len(rows),
        where=Where(sentiment=_leaning(sentiment)),
        estimate=spoken,
        unit="percent",
        p_value=theme.p_adjusted,
        evidence=tuple(dict.fromkeys(spans.rows[theme.spans[i]] for i in shown)),
    )


def _net_sentiment(theme: Theme, spans: UncoveredSpans) -> Estimate:
    """Return the net sentiment of a theme's sentences, clustered by comment."""
    of, sign = np.unique([spans.rows[i] for i in theme.spans], return_inverse=True)[1], {
        "positive": 1, "negative": -1,
    }  # fmt: skip
    x = np.bincount(of, weights=[sign.get(spans.sentiments[i], 0) for i in theme.spans])
    m = np.bincount(of)
    return mention_net_sentiment(
        len(m),
        x=float(x.sum()),
        m=float(m.sum()),
        xx=float((x * x).sum()),
        xm=float((x * m).sum()),
        mm=float((m * m).sum()),
    )


def _leaning(sentiment: Estimate) -> str | None:
    if sentiment.high is not None and sentiment.high < 0:
        return "negative"
    return "positive" if sentiment.low is not None and sentiment.low > 0 else None


def _row(theme: Theme, finding: Finding, spans: UncoveredSpans) -> dict[str, Value]:
    sentiment = _net_sentiment(theme, spans)
    spoken = finding.estimate
    return {
        "theme": "; ".join(theme.phrases),
        "n_comments": finding.n,
        "n_sentences": len(theme.spans),
        "share": None if spoken is None else spoken.value,
        "share_low": None if spoken is None else spoken.low,
        "share_high": None if spoken is None else spoken.high,
        "net_sentiment": sentiment.value,
        "net_sentiment_low": sentiment.low,
        "net_sentiment_high": sentiment.high,
        "n_together": theme.observed,
        "n_together_by_chance": theme.expected,
        "p_adjusted": theme.p_adjusted,
    }
