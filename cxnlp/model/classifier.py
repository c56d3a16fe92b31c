"""Classify texts: one encoder pass for every head, the document and each of its sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from cxnlp.errors import ModelError
from cxnlp.labels import EMOTIONS, SATISFACTION_LEVELS, SENTIMENTS, TOPICS
from cxnlp.model.arguments import read_strings, read_strings_for
from cxnlp.model.decode import Decoder, calibrate
from cxnlp.model.encoding import Window, collate, padded_length, tokenise
from cxnlp.model.folder import HEADS, ModelConfig, locate_model, read_config, verify_model
from cxnlp.model.prediction import Prediction, unscored
from cxnlp.model.runtime import OpenVinoRuntime
from cxnlp.model.windows import Plan, plan_windows
from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.text.language import detect_languages
from cxnlp.text.sentences import Span, split_sentences

__all__ = ["Classifier", "Prediction"]

# Padded tokens a batch: enough to fill the matrix units, small enough to keep two streams busy.
_TOKENS_PER_BATCH = 4096

# What each head says of a span.
_SHAPES: dict[str, tuple[int, ...]] = {
    "sentiment": (len(SENTIMENTS),),
    "satisfaction": (len(SATISFACTION_LEVELS),),
    "emotion": (len(EMOTIONS),),
    "topic": (len(TOPICS),),
    "polarity": (len(TOPICS), len(SENTIMENTS)),
}

Floats = NDArray[np.float32]
Progress = Callable[[float], None]


def _silent(share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Texts ready for the encoder; None where a text is not to be scored."""

    plans: tuple[Plan | None, ...]
    languages: tuple[str | None, ...]
    truncated: tuple[bool, ...]


class Classifier:
    """A loaded model: texts in, predictions out, in the same order."""

    def __init__(self, folder: Path, *, verify: bool = True, precision: str | None = None) -> None:
        if verify:
            verify_model(folder)
        self.config: ModelConfig = read_config(folder)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the library raises bare exceptions
            raise ModelError(f"{folder / 'tokenizer.json'}: cannot be loaded.") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._cls_id = self._token_id("[CLS]", folder)
        self._sep_id = self._token_id("[SEP]", folder)
        self._runtime = OpenVinoRuntime(folder, precision=precision)
        self.precision = self._runtime.precision
        self._decoder = Decoder(self.config)

    def _token_id(self, token: str, folder: Path) -> int:
        found: int | None = self._tokenizer.token_to_id(token)
        if found is None:
            raise ModelError(f"{folder / 'tokenizer.json'}: has no token {token}.")
        return found

    @classmethod
    def load(
        cls, model: str | Path | None = None, *, verify: bool = True, precision: str | None = None
    ) -> Classifier:
        """Load a model by folder or name; without either, the one that came with cxnlp.

        :raises ModelError: where there is none, or a file of it was altered.
        """
        return cls(locate_model(model), verify=verify, precision=precision)

    def classify(
        self,
        texts: Iterable[str | None],
        *,
        questions: Iterable[str | None] | None = None,
        languages: Iterable[str | None] | None = None,
    ) -> list[Prediction]:
        """Return one prediction a text, in order.

        :param questions: what each text answers: a survey question, or an agent's turn.
        :param languages: ISO 639-1 codes where they are known; the others are detected.
        :raises InputError: on what is no string, or is not one for each text.
        """
        return self.infer(self.prepare(texts, questions=questions, languages=languages))

    def prepare(
        self,
        texts: Iterable[str | None],
        *,
        questions: Iterable[str | None] | None = None,
        languages: Iterable[str | None] | None = None,
    ) -> Prepared:
        """Tokenise texts and plan their windows; needs no inference, so a thread may run ahead."""
        texts = read_strings(texts, "texts")
        questions = read_strings_for(texts, questions, "questions")
        languages = _languages(texts, read_strings_for(texts, languages, "languages"))
        cut = [(text or "")[:MAX_TEXT_CHARACTERS] for text in texts]
        wanted = [
            index
            for index, text in enumerate(cut)
            if text.strip() and languages[index] in self.config.languages
        ]
        tokens = tokenise(self._tokenizer, [cut[index] for index in wanted])
        asked = tokenise(self._tokenizer, [questions[index] or "" for index in wanted])
        plans: list[Plan | None] = [None] * len(cut)
        for index, text_tokens, question_tokens in zip(wanted, tokens, asked, strict=True):
            plan = plan_windows(
                text_tokens,
                split_sentences(cut[index]),
                question_tokens if questions[index] else None,
                cls_id=self._cls_id,
                sep_id=self._sep_id,
            )
            plans[index] = plan if plan.windows else None
        return Prepared(
            plans=tuple(plans),
            languages=tuple(languages),
            truncated=tuple(len(text or "") > MAX_TEXT_CHARACTERS for text in texts),
        )

    def infer(self, prepared: Prepared, *, progress: Progress = _silent) -> list[Prediction]:
        """Run prepared texts through the model and decode them.

        :param progress: is told the share of the texts' windows that is done, batch by batch.
        """
        plans = [plan for plan in prepared.plans if plan is not None]
        logits = self.span_logits(plans, progress=progress)
        probabilities = calibrate(logits, self.config)
        predictions, first = [], 0
        for plan, language, truncated in zip(
            prepared.plans, prepared.languages, prepared.truncated, strict=True
        ):
            if plan is None:
                predictions.append(unscored(self.config.label, language))
                continue
            predictions.append(
                self._decoder.decode(
                    probabilities, first, plan.sentences, language=language, truncated=truncated
                )
            )
            first += 1 + len(plan.sentences)
        return predictions

    def given_span_logits(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> dict[str, Floats]:
        """Return each head's logits of spans that are given, in order, each in its text."""
        tokens = tokenise(self._tokenizer, texts)
        plans = [
            plan_windows(item, sorted(places), None, cls_id=self._cls_id, sep_id=self._sep_id)
            for item, places in zip(tokens, spans, strict=True)
        ]
        rows, first = [], 0
        for plan, places in zip(plans, spans, strict=True):
            rows += [first + 1 + plan.sentences.index(place) for place in places]
            first += 1 + len(plan.sentences)
        return {name: values[rows] for name, values in self.span_logits(plans).items()}

    def span_logits(
        self, plans: Sequence[Plan], *, progress: Progress = _silent
    ) -> dict[str, Floats]:
        """Return each head's logits, a row for every text followed by rows for its sentences.

        Pieces of one span in several windows are averaged by token count.
        """
        windows = [window for plan in plans for window in plan.windows]
        n_rows = sum(1 + len(plan.sentences) for plan in plans)
        # Where each (window, pooling row) goes, and with what weight.
        targets: list[list[tuple[int, int, float]]] = []
        first = 0
        for plan in plans:
            here: list[list[tuple[int, int, float]]] = [[] for _ in plan.windows]
            totals = np.zeros(1 + len(plan.sentences))
            for piece in plan.pieces:
                totals[piece.span] += piece.n_tokens
            for piece in plan.pieces:
                weight = piece.n_tokens / totals[piece.span]
                here[piece.window].append((piece.row, first + piece.span, weight))
            targets.extend(here)
            first += 1 + len(plan.sentences)
        out = {name: np.zeros((n_rows, *_SHAPES[name]), dtype=np.float32) for name in HEADS}
        order = list(_batch_by_length(windows))
        batches = (collate([windows[index] for index in batch]) for batch in order)
        n_done = 0
        for batch, found in zip(order, self._runtime.infer(batches), strict=True):
            rows = [
                (place, row, target, weight)
                for place, index in enumerate(batch)
                for row, target, weight in targets[index]
            ]
            columns = zip(*rows, strict=True)
            places, pool_rows, goals, weights = (np.array(column) for column in columns)
            for name in HEADS:
                values = found[name][places, pool_rows]
                scale = weights.astype(np.float32).reshape(-1, *[1] * (values.ndim - 1))
                np.add.at(out[name], goals, values * scale)
            n_done += len(batch)
            progress(n_done / len(windows))
        return out


def _batch_by_length(windows: Sequence[Window]) -> Iterator[list[int]]:
    """Yield indices of windows of like length, at most a token budget together."""
    order = sorted(range(len(windows)), key=lambda index: -len(windows[index].ids))
    batch: list[int] = []
    longest = 0
    for index in order:
        if batch and (len(batch) + 1) * longest > _TOKENS_PER_BATCH:
            yield batch
            batch = []
        if not batch:
            longest = padded_length(windows[index])
        batch.append(index)
    if batch:
        yield batch


def _languages(texts: Sequence[str | None], given: Sequence[str | None]) -> list[str | None]:
    """Fill in the languages that are not given; a missing text has none."""
    unknown = [i for i, text in enumerate(texts) if given[i] is None and text and text.strip()]
    # A locale's country does not matter here: en-GB is read as en.
    languages = [code and code.strip().lower().partition("-")[0] for code in given]
    for index, language in zip(
        unknown, detect_languages([texts[i] or "" for i in unknown]), strict=True
    ):
        languages[index] = language
    return languages
