"""What ours has to beat: TF-IDF with logistic regression on the same texts, and VADER."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from scipy.stats import spearmanr
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from cxnlp.labels import SATISFACTION_LEVELS, SENTIMENTS, TOPICS
from training.answers import Answers, Bools
from training.calibrate import find_threshold
from training.example import Example
from training.label_arrays import UNKNOWN, Labels
from training.measures import Ints, whole_levels
from training.scores import Floats, fully_labelled

_STRENGTHS = (1.0, 4.0)  # inverse regularisation, chosen on validation texts
# Of the gradient. Ten times finer takes four times as long, and gained nothing on vader_graded:
# macro F1 .586 against .588.
_TOLERANCE = 1e-3
# Of one label's model, chosen label by label. On goemotions test: macro F1 .459, with strengths of
# 2 and 8 and no class weights .448.
_SET_SETTINGS: tuple[tuple[float, str | None], ...] = ((4.0, None), (2.0, "balanced"))
_POLARITY_WORDS = 20_000  # each once for every topic
_FALLBACK_THRESHOLD = 0.3  # where no validation text has the label

_SetModel = tuple[LogisticRegression, float] | None  # None where all texts say the same


class TfidfBaseline:
    """Word unigrams and bigrams of the text, and of the question, into logistic regressions.

    It has what ours has: questions, sample weights, thresholds from validation texts. Strengths and
    class weights are chosen there by the measure that a head is compared on.
    """

    def __init__(
        self, train: Sequence[Example], labels: Labels, val: Sequence[Example], val_labels: Labels
    ) -> None:
        self._texts = TfidfVectorizer(
            ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=150_000
        )
        self._questions = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        self._texts.fit([example.text for example in train])
        self._questions.fit([example.question or "none" for example in train])
        x, val_x = self._features(train), self._features(val)
        self._sentiment = _fit_sentiment(
            x, labels.sentiment, _weights(train), val_x, val_labels.sentiment
        )
        self._satisfaction = _fit_satisfaction(
            x, labels.satisfaction, val_x, val_labels.satisfaction
        )
        self._emotions = _fit_sets(x, labels.emotion, val_x, val_labels.emotion)
        self._topics = _fit_sets(x, labels.topic, val_x, fully_labelled(val_labels.topic))
        polar = (labels.polarity != UNKNOWN).any(axis=1)
        self._polarity_words = TfidfVectorizer(
            ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=_POLARITY_WORDS
        )
        self._polarity: LogisticRegression | None = None
        if polar.any():
            self._polarity_words.fit([e.text for e, p in zip(train, polar, strict=True) if p])
            self._polarity = self._fit_polarity(train, x, labels, val, val_x, val_labels)

    def _features(self, examples: Sequence[Example]) -> csr_matrix:
        texts = self._texts.transform([example.text for example in examples])
        questions = self._questions.transform([example.question or "none" for example in examples])
        return csr_matrix(hstack([texts, questions]))

    def _fit_polarity(
        self,
        train: Sequence[Example],
        x: csr_matrix,
        labels: Labels,
        val: Sequence[Example],
        val_x: csr_matrix,
        val_labels: Labels,
    ) -> LogisticRegression:
        """Fit on words, topics, and each word with the topic that is asked for."""
        parts = []
        for examples, features, polarity in (
            (train, x, labels.polarity),
            (val, val_x, val_labels.polarity),
        ):
            rows, topics = np.nonzero(polarity != UNKNOWN)
            words = self._polarity_words.transform([e.text for e in examples])
            parts.append((_with_topic(features[rows], words[rows], topics), polarity[rows, topics]))
        (fit_x, y), (check_x, check_y) = parts
        models = _fit_each(fit_x, y, None, strengths=_STRENGTHS)
        return _best(models, lambda m: _macro_f1(check_y, m.predict(check_x)), check_y)

    def predict(self, examples: Sequence[Example]) -> Answers:
        """Return what this baseline says of texts."""
        x = self._features(examples)
        return Answers(
            sentiment=np.full(len(examples), SENTIMENTS.index("neutral"))
            if self._sentiment is None
            else self._sentiment.predict(x),
            satisfaction=None if self._satisfaction is None else _expected(self._satisfaction, x),
            emotion=_predict_sets(x, self._emotions),
            topic=_predict_sets(x, self._topics),
            polarity=None if self._polarity is None else self._towards_topics(examples, x),
        )

    def _towards_topics(self, examples: Sequence[Example], x: csr_matrix) -> Ints:
        words = self._polarity_words.transform([example.text for example in examples])
        columns = [
            self._polarity.predict(_with_topic(x, words, np.full(len(examples), topic)))  # type: ignore[union-attr]
            for topic in range(len(TOPICS))
        ]
        return np.stack(columns, axis=1)


def _weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    return np.array([example.spans[0].weight for example in examples])


def _with_topic(x: csr_matrix, words: csr_matrix, topics: Ints) -> csr_matrix:
    """Append which topic is asked for, and the words again in columns of that topic alone."""
    n = len(topics)
    one_hot = csr_matrix((np.ones(n), (np.arange(n), topics)), (n, len(TOPICS)))
    cells = words.tocoo()
    columns = cells.col + topics[cells.row] * words.shape[1]
    of_topic = csr_matrix((cells.data, (cells.row, columns)), (n, words.shape[1] * len(TOPICS)))
    return hstack([x, one_hot, of_topic]).tocsr()


def _fit_each(
    x: csr_matrix,
    y: Ints,
    weights: NDArray[np.float64] | None,
    *,
    strengths: Sequence[float],
    class_weights: Sequence[str | None] = ("balanced",),
) -> list[LogisticRegression]:
    """Fit a model a setting; none where there is but one class."""
    if len(set(y.tolist())) < 2:
        return []
    return [
        LogisticRegression(C=c, max_iter=500, tol=_TOLERANCE, class_weight=balance).fit(
            x, y, sample_weight=weights
        )
        for c in strengths
        for balance in class_weights
    ]


def _best(
    models: list[LogisticRegression],
    measure: Callable[[LogisticRegression], float],
    val_y: Ints | Floats,
) -> LogisticRegression | None:
    """Return the model that does best on validation texts, the first where there are none."""
    if not models:
        return None
    return max(models, key=measure) if len(val_y) else models[0]


def _macro_f1(gold: Ints, found: Ints) -> float:
    return float(f1_score(gold, found, average="macro", zero_division=0))


def _fit_sentiment(
    x: csr_matrix, y: Ints, weights: NDArray[np.float64], val_x: csr_matrix, val_y: Ints
) -> LogisticRegression | None:
    known, val_known = y != UNKNOWN, val_y != UNKNOWN
    models = _fit_each(x[known], y[known], weights[known], strengths=_STRENGTHS)
    check_x, check_y = val_x[val_known], val_y[val_known]
    return _best(models, lambda m: _macro_f1(check_y, m.predict(check_x)), check_y)


def _fit_satisfaction(
    x: csr_matrix, scores: Floats, val_x: csr_matrix, val_scores: Floats
) -> LogisticRegression | None:
    known, val_known = ~np.isnan(scores), ~np.isnan(val_scores)
    levels = whole_levels(scores[known])
    models = _fit_each(
        x[known], levels, None, strengths=_STRENGTHS, class_weights=("balanced", None)
    )
    check_x, check_y = val_x[val_known], val_scores[val_known]

    def rank(model: LogisticRegression) -> float:
        return float(np.nan_to_num(spearmanr(_expected(model, check_x), check_y).statistic))

    return _best(models, rank, check_y)


def _expected(model: LogisticRegression, x: csr_matrix) -> Floats:
    """Return the score to expect from the probabilities of the levels."""
    levels = np.asarray(SATISFACTION_LEVELS)[model.classes_ - 1]
    expected: Floats = (model.predict_proba(x) @ levels).astype(np.float32)
    return expected


def _fit_sets(x: csr_matrix, y: Ints, val_x: csr_matrix, val_y: Ints) -> list[_SetModel]:
    """Fit one model a label, with a threshold from validation texts as ours has."""
    return [_fit_label(x, y[:, column], val_x, val_y[:, column]) for column in range(y.shape[1])]


def _fit_label(x: csr_matrix, y: Ints, val_x: csr_matrix, val_y: Ints) -> _SetModel:
    known, val_known = y != UNKNOWN, val_y != UNKNOWN
    if len(set(y[known].tolist())) < 2:
        return None
    check_x, check_y = val_x[val_known], val_y[val_known]
    best: tuple[float, LogisticRegression, float] | None = None
    for strength, balance in _SET_SETTINGS:
        model = LogisticRegression(C=strength, solver="liblinear", class_weight=balance)
        model.fit(x[known], y[known])
        score, threshold = 0.0, None
        if len(check_y):
            found = model.predict_proba(check_x)[:, 1].astype(np.float32)
            threshold = find_threshold(found, check_y)
        if threshold is None:
            threshold = _FALLBACK_THRESHOLD
        else:
            score = float(f1_score(check_y, found >= threshold, zero_division=0))
        if best is None or score > best[0]:
            best = score, model, threshold
    return None if best is None else best[1:]


def _predict_sets(x: csr_matrix, models: list[_SetModel]) -> Bools:
    columns = [
        np.zeros(x.shape[0], dtype=bool)
        if entry is None
        else entry[0].predict_proba(x)[:, 1] >= entry[1]
        for entry in models
    ]
    return np.stack(columns, axis=1)


def ask_vader(examples: Sequence[Example]) -> Answers:
    """Return VADER's three-way sentiment at its authors' bounds of ±0.05."""
    analyser = SentimentIntensityAnalyzer()
    scores: Floats = np.array(
        [analyser.polarity_scores(example.text)["compound"] for example in examples]
    )
    found = np.full(len(examples), SENTIMENTS.index("neutral"))
    found[scores >= 0.05] = SENTIMENTS.index("positive")
    found[scores <= -0.05] = SENTIMENTS.index("negative")
    return Answers(sentiment=found)
