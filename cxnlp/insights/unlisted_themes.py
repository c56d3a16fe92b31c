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
from cxnlp.insights.leaning import leaning
from cxnlp.insights.options import InsightOptions
from cxnlp.insights.theme_clusters import LIFT, Keys, halves, held_back_tests, key_words, usage_of
from cxnlp.insights.theme_words import NO_THEME
from cxnlp.insights.wording import interval_text
from cxnlp.metrics.estimate import MIN_RELIABLE_N, Estimate
from cxnlp.metrics.net_sentiment import mention_net_sentiment
from cxnlp.metrics.numbers import format_n
from cxnlp.metrics.phrases import Phrases, find_phrases
from cxnlp.metrics.share import share

MAX_SPANS = 20_000
MIN_COMMENTS = 10  # of a theme
MAX_THEMES = 10

MIN_SENTENCES = 3  # different ones that say a phrase, for it to count
_SIGNIFICANT = 0.01
_MAX_NAMES = 3
_AS_OFTEN = 0.8

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Sentences that speak of one matter."""

    phrases: tuple[str, ...]  # that name it, the most telling first
    spans: tuple[int, ...]  # positions of its sentences
    observed: int  # held-back sentences that say two of its key words or more
    expected: float  # of them by chance
    p_adjusted: float  # for all clusters that were looked at (weighted Bonferroni)


def unlisted_themes(
    texts: Sequence[str],
    rows: Sequence[int],
    *,
    background: Sequence[str] | None = None,
    min_comments: int = MIN_COMMENTS,
    seed: int = 0,
) -> tuple[Theme, ...]:
    """Return the themes of sentences, the most frequent first; none where there is none.

    The different sentences are split in two. One half is clustered, and the words that tell a
    cluster from the others become its key words (`key_words`). k-means finds clusters in anything,
    so the other half decides: a cluster is a theme where two key words stand together in its
    sentences at least 2.5 times as often as words thrown at random would, and more than by chance
    (p of .01 for all clusters together, of which larger ones are tested less strictly). A sentence
    belongs to a theme where it says two of its key words, or little but one. The same sentence over
    and over is a form and makes no theme.

    :param rows: the comment of each sentence.
    :param background: texts that tell how common words are; the sentences where not given. A theme
        that most of the sentences speak of stands out only against others.
    :param min_comments: in fewer comments nothing is a theme.
    """
    comments = np.asarray(rows, dtype=np.int64)
    if len(np.unique(comments)) < 2 * min_comments:
        return ()
    plain = [" ".join(text.casefold().split()) for text in texts]
    numbers = {sentence: i for i, sentence in enumerate(dict.fromkeys(plain))}
    sentence_of = np.array([numbers[sentence] for sentence in plain])
    sentences = list(numbers)
    n_times = np.bincount(sentence_of)
    found = find_phrases(sentences, min_texts=MIN_SENTENCES, max_words=2, without=NO_THEME)
    single = np.flatnonzero(found.n_words == 1)
    if len(single) < 2:
        return ()
    said = found.said[:, single]
    # All words of a sentence, for each is a place where a key word could have stood.
    every = find_phrases(sentences, min_texts=1, max_words=1).said
    n_words = np.asarray(every.sum(axis=1)).ravel()
    first, second = halves(said, seed=seed)
    usage = usage_of(
        [found.names[i] for i in single],
        sentences if background is None else background,
        besides=[sentences[i] for i in first],
    )
    matters = key_words(
        found.said[first], said[first], n_words[first], usage, n_times=n_times[first], seed=seed
    )
    matters = {keys: n for keys, n in matters.items() if 3 * n >= min_comments}
    themes = [
        theme
        for theme in held_back_tests(matters, said[second].tocsc(), n_words[second], usage)
        if theme[2] <= _SIGNIFICANT and theme[1].observed >= LIFT * theme[1].expected
    ]
    made = []
    members = _members(said, n_words, [keys for keys, *_ in themes])
    for (keys, test, p_adjusted), own in zip(themes, members, strict=True):
        spans = np.flatnonzero(np.isin(sentence_of, own))
        if len(np.unique(comments[spans])) >= min_comments:
            made.append(
                Theme(
                    phrases=_names(found, own, [found.names[single[i]] for i in keys]),
                    spans=tuple(spans.tolist()),
                    observed=test.observed,
                    expected=test.expected,
                    p_adjusted=p_adjusted,
                )
            )
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
    names: list[int] = []
    for i in np.argsort(-telling, kind="stable"):
        own_words = set(found.names[i].split())
        if counts[i] < 2 or words.isdisjoint(own_words):
            continue
        alike = [j for j in names if not own_words.isdisjoint(found.names[j].split())]
        if not alike and len(names) < _MAX_NAMES:
            names.append(int(i))
        elif alike and found.n_words[i] > max(found.n_words[j] for j in alike):
            # A longer phrase that is said almost as often says more.
            if counts[i] >= _AS_OFTEN * max(counts[j] for j in alike):
                names = [int(i) if j == alike[0] else j for j in names if j not in alike[1:]]
    return tuple(found.names[i] for i in names)


NAME = "unlisted_themes"
TITLE = "Themes nobody listed"


def run(data: InsightData, options: InsightOptions) -> InsightResult:
    """Find what the sentences speak of that no topic covers."""
    spans = read_uncovered_spans(data, limit=MAX_SPANS, seed=options.seed)
    n = len(spans.rows)
    read = f"{format_n(spans.n_read)} comment{'' if spans.n_read == 1 else 's'}"
    counted = f"{format_n(n)} sentences that no topic covers, of {read}"
    if len(set(spans.rows)) < MIN_RELIABLE_N:
        return InsightResult(
            name=NAME,
            title=TITLE,
            status="not_enough_data",
            note=f"Themes need sentences of {MIN_RELIABLE_N} comments; found: {counted}.",
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
    n_read = round(spans.n_read * len(set(spans.rows)) / spans.n_with)
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
        where=Where(sentiment=leaning(sentiment)),
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
        "n_held_back_together": theme.observed,
        "n_held_back_by_chance": theme.expected,
        "p_value": theme.p_adjusted,
        "verdict": "real",
    }
