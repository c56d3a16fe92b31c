"""What ours has to beat: TF-IDF with logistic regression on the same texts, and VADER."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from cxnlp.labels import EMOTIONS, SATISFACTION_LEVELS, SENTIMENTS, TOPICS
from training.calibrate import find_threshold
from training.example import Example
from training.label_arrays import UNKNOWN, Labels
from training.scores import Floats, fully_labelled

_STRENGTHS = (1.0, 4.0)  # inverse regularisation, chosen on validation texts


class TfidfBaseline:
    """Word unigrams and bigrams of the text, and of the question, into logistic regressions."""

    def __init__(
        self, train: Sequence[Example], labels: Labels, val: Sequence[Example], val_labels: Labels
    ) -> None:
        self._texts = TfidfVectorizer(
            ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=150_000
        )
        self._questions = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        self._texts.fit([example.text for example in train])
        self._questions.fit([example.question or "none" for example in train])
        features, val_features = self._features(train), self._features(val)
        self._sentiment = self._fit_classes(
            features, labels.sentiment, val_features, val_labels.sentiment
        )
        graded = np.nan_to_num(labels.satisfaction.round(), nan=UNKNOWN).astype(np.int64)
        val_graded = np.nan_to_num(val_labels.satisfaction.round(), nan=UNKNOWN).astype(np.int64)
        self._satisfaction = self._fit_classes(features, graded, val_features, val_graded)
        self._emotions = self._fit_sets(
            features, labels.emotion, val_features, val_labels.emotion, EMOTIONS
        )
        self._topics = self._fit_sets(
            features, labels.topic, val_features, fully_labelled(val_labels.topic), TOPICS
        )
        self._polarity = self._fit_polarity(features, labels.polarity)

    def _features(self, examples: Sequence[Example]) -> csr_matrix:
        texts = self._texts.transform([example.text for example in examples])
        questions = self._questions.transform([example.question or "none" for example in examples])
        return csr_matrix(hstack([texts, questions]))

    @staticmethod
    def _fit_classes(
        x: csr_matrix, y: NDArray[np.int64], val_x: csr_matrix, val_y: NDArray[np.int64]
    ) -> LogisticRegression:
        known, val_known = y != UNKNOWN, val_y != UNKNOWN
        models = [
            LogisticRegression(C=c, max_iter=300, class_weight="balanced").fit(x[known], y[known])
            for c in _STRENGTHS
        ]
        # By the measure that it is compared on.
        return max(
            models,
            key=lambda m: f1_score(
                val_y[val_known], m.predict(val_x[val_known]), average="macro", zero_division=0
            ),
        )

    @staticmethod
    def _fit_sets(
        x: csr_matrix,
        y: NDArray[np.int64],
        val_x: csr_matrix,
        val_y: NDArray[np.int64],
        names: tuple[str, ...],
    ) -> list[tuple[LogisticRegression, float] | None]:
        """Fit one model a label, with a threshold from validation texts as ours has."""
        models: list[tuple[LogisticRegression, float] | None] = []
        for column, _name in enumerate(names):
            known, val_known = y[:, column] != UNKNOWN, val_y[:, column] != UNKNOWN
            if len(set(y[known, column].tolist())) < 2:
                models.append(None)
                continue
            model = LogisticRegression(C=4.0, solver="liblinear").fit(x[known], y[known, column])
            threshold = None
            if val_known.any():
                scores = model.predict_proba(val_x[val_known])[:, 1].astype(np.float32)
                threshold = find_threshold(scores, val_y[val_known, column])
            models.append((model, 0.3 if threshold is None else threshold))
        return models

    @staticmethod
    def _topic_features(x: csr_matrix, topics: NDArray[np.int64]) -> csr_matrix:
        one_hot = csr_matrix(
            (np.ones(len(topics)), (np.arange(len(topics)), topics)), (len(topics), len(TOPICS))
        )
        return hstack([x, one_hot]).tocsr()

    def _fit_polarity(self, x: csr_matrix, y: NDArray[np.int64]) -> LogisticRegression:
        rows, topics = np.nonzero(y != UNKNOWN)
        model = LogisticRegression(C=4.0, max_iter=300, class_weight="balanced")
        return model.fit(self._topic_features(x[rows], topics), y[rows, topics])

    def predict(self, examples: Sequence[Example]) -> dict[str, Any]:
        """Return what this baseline says of each head, shaped as ours."""
        x = self._features(examples)
        levels = np.asarray(SATISFACTION_LEVELS)[self._satisfaction.classes_ - 1]
        polarity = np.stack(
            [
                self._polarity.predict(self._topic_features(x, np.full(len(examples), topic)))
                for topic in range(len(TOPICS))
            ],
            axis=1,
        )
        return {
            "sentiment": self._sentiment.predict(x),
            "satisfaction": self._satisfaction.predict_proba(x) @ levels,
            "emotion": self._sets(x, self._emotions),
            "topic": self._sets(x, self._topics),
            "polarity": polarity,
        }

    @staticmethod
    def _sets(
        x: csr_matrix, models: list[tuple[LogisticRegression, float] | None]
    ) -> NDArray[np.bool_]:
        columns = [
            np.zeros(x.shape[0], dtype=bool)
            if entry is None
            else entry[0].predict_proba(x)[:, 1] >= entry[1]
            for entry in models
        ]
        return np.stack(columns, axis=1)


def vader_sentiment(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Return VADER's three-way sentiment at its authors' bounds of ±0.05."""
    analyser = SentimentIntensityAnalyzer()
    scores: Floats = np.array(
        [analyser.polarity_scores(example.text)["compound"] for example in examples]
    )
    found = np.full(len(examples), SENTIMENTS.index("neutral"))
    found[scores >= 0.05] = SENTIMENTS.index("positive")
    found[scores <= -0.05] = SENTIMENTS.index("negative")
    return found
