"""One place's shares corrected: by its labelled texts, else by the model's validation errors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from cxnlp.insights.label_counts import LabelCounts, Place, ReadText
from cxnlp.insights.sample_labels import LabelledText
from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.metrics.confusion import Confusion, why_not_corrected
from cxnlp.metrics.corrected_share import corrected_shares
from cxnlp.metrics.estimate import MIN_RELIABLE_N, NO_DATA, Estimate
from cxnlp.metrics.prediction_powered import prediction_powered_share
from cxnlp.metrics.share import share
from cxnlp.records import METADATA_MODEL

BY_SAMPLE, BY_CONFUSION, RAW = "labelled sample", "validation confusion", "not corrected"
# A share may be corrected by labels of its own place from so many on.
MIN_LABELLED = MIN_RELIABLE_N
_NOTHING = 0.1  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelErrors:
    """How the model of a scored file errs, as counted on its validation texts."""

    model: str
    domain: str
    sentiment: Confusion
    topics: dict[str, Confusion]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedShare:
    """One share, raw and corrected, in percent; `corrected` has no value where it is not."""

    place: Place
    kind: str  # "sentiment" or "topic"
    label: str
    raw: Estimate
    corrected: Estimate
    method: str
    why_not: str = ""  # a clause; empty where it is corrected
    n_labelled: int = 0


def read_model_errors(path: Path) -> ModelErrors | None:
    """Return the errors that travel with a scored file, or None where it names none."""
    if not path.is_file():
        return None
    described = json.loads((pq.read_schema(path).metadata or {}).get(METADATA_MODEL, b"{}"))
    found = described.get("confusion")
    if not found:
        return None
    return ModelErrors(
        model=described.get("model", "the model"),
        domain=found["domain"],
        sentiment=Confusion(
            labels=SENTIMENTS,
            counts=tuple(tuple(row) for row in found["sentiment"]),
            effective=tuple(found["sentiment_effective"]),
        ),
        topics={
            topic: Confusion(
                labels=(f"no {topic}", topic),
                counts=tuple(tuple(row) for row in counts),
                effective=tuple(found["topics_effective"][topic]),
            )
            for topic, counts in found["topics"].items()
        },
    )


def correct(
    place: Place,
    counts: LabelCounts,
    *,
    errors: ModelErrors | None,
    labelled: Sequence[tuple[LabelledText, ReadText]] = (),
    seed: int = 0,
) -> list[CorrectedShare]:
    """Return every sentiment and every topic that occurs in one place, raw and corrected.

    By the labelled texts of the place where there are at least `MIN_LABELLED`, else by the
    validation confusion, else not at all.
    """
    here = [pair for pair in labelled if place in pair[1].places]
    felt = [pair for pair in here if pair[0].sentiment is not None]
    told = [pair for pair in here if pair[0].topics is not None]
    found = []
    by_confusion = _by_confusion(
        [counts.sentiment[s] for s in SENTIMENTS], errors.sentiment if errors else None, seed=seed
    )
    for k, label in enumerate(SENTIMENTS):
        estimate, why_not = by_confusion[0][k], by_confusion[1]
        truth = [text.sentiment == label for text, _ in felt]
        guess = [read.sentiment == label for _, read in felt]
        found.append(
            _corrected(
                CorrectedShare(
                    place=place, kind="sentiment", label=label,
                    raw=share(counts.sentiment[label], counts.n),
                    corrected=estimate, method=BY_CONFUSION, why_not=why_not,
                ),
                counts.sentiment[label], felt, truth, guess,
            )
        )  # fmt: skip
    for topic in TOPICS:
        truth = [topic in (text.topics or ()) for text, _ in told]
        guess = [topic in read.topics for _, read in told]
        if not (counts.topics[topic] or any(truth)):
            continue
        k = counts.topics[topic]
        confusion = errors.topics.get(topic) if errors else None
        estimates, why_not = _by_confusion([counts.n - k, k], confusion, seed=seed)
        if errors and confusion is None:
            why_not = f"no validation text of {errors.model} says whether {topic} is there"
        found.append(
            _corrected(
                CorrectedShare(
                    place=place, kind="topic", label=topic, raw=share(k, counts.n),
                    corrected=estimates[1], method=BY_CONFUSION, why_not=why_not,
                ),
                k, told, truth, guess,
            )
        )  # fmt: skip
    return found


def _by_confusion(
    counts: Sequence[int], confusion: Confusion | None, *, seed: int
) -> tuple[Sequence[Estimate], str]:
    empty = [replace(NO_DATA, n=sum(counts))] * len(counts)
    if confusion is None:
        return empty, "the scored file does not say how its model errs"
    if why_not := why_not_corrected(confusion):
        return empty, why_not
    found = corrected_shares(counts, confusion, seed=seed)
    # Where no share at all explains the counts, the model errs otherwise on these texts.
    if any((e.high or 0.0) < _NOTHING or (e.low or 0.0) > 100 - _NOTHING for e in found):
        return empty, "no share explains these counts with its errors on validation texts"
    return found, ""


def _corrected(
    found: CorrectedShare,
    predicted: int,
    labelled: Sequence[tuple[LabelledText, ReadText]],
    truth: Sequence[bool],
    guess: Sequence[bool],
) -> CorrectedShare:
    """Return the share corrected by its labelled texts where they are enough."""
    if len(labelled) < MIN_LABELLED:
        method = RAW if found.why_not else found.method
        return replace(found, n_labelled=len(labelled), method=method)
    estimate = prediction_powered_share(
        predicted,
        found.raw.n,
        truth=truth,
        guess=guess,
        weights=[text.weight for text, _ in labelled],
        # How many fell into one touchpoint or group was left to chance.
        stratified=found.place.kind == "overall",
    )
    return replace(
        found, corrected=estimate, method=BY_SAMPLE, why_not="", n_labelled=len(labelled)
    )
