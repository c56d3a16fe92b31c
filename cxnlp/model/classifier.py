"""Classify texts: one encoder pass for every head, the document and each of its sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from cxnlp.errors import ModelError
from cxnlp.model.arguments import read_strings, read_strings_for
from cxnlp.model.decode import Decoder, add_own_topics, calibrate
from cxnlp.model.encoding import collate, tokenise
from cxnlp.model.folder import ModelConfig, read_config, verify_model
from cxnlp.model.gather import Floats, Gathering, batch_by_length
from cxnlp.model.locate import locate_model
from cxnlp.model.own_topics import OWN_TOPICS, OwnTopics, read_own_topics
from cxnlp.model.pieces import TextPiece, read_pieces
from cxnlp.model.prediction import Prediction, unscored
from cxnlp.model.read_out import ReadOut
from cxnlp.model.runtime import OpenVinoRuntime
from cxnlp.model.windows import Plan, join_plans, plan_windows
from cxnlp.text.language import detect_languages
from cxnlp.text.sentences import Span, split_many
from cxnlp.turns import Turn

__all__ = ["Classifier", "Prediction"]

# Padded tokens a batch: enough to fill the matrix units, small enough to keep two streams busy.
_TOKENS_PER_BATCH = 4096

Progress = Callable[[float], None]


def _silent(share: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Texts ready for the encoder; None where a text is not to be scored."""

    plans: tuple[Plan | None, ...]
    languages: tuple[str | None, ...]
    truncated: tuple[bool, ...]

    @property
    def scored(self) -> list[Plan]:
        """Return the plans of the texts that are scored, in order."""
        return [plan for plan in self.plans if plan is not None]


class Classifier:
    """A loaded model: texts in, predictions out, in the same order."""

    def __init__(
        self,
        folder: Path,
        *,
        verify: bool = True,
        precision: str | None = None,
        streams: int | None = None,
        topics: str | Path | None = None,
        read_out: ReadOut | None = None,
    ) -> None:
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
        self.own_topics: OwnTopics | None = None
        if topics is not None:
            self.own_topics = read_own_topics(topics, model=folder, label=self.config.label)
            read_out = self.own_topics.read_out()
        self.read_out = read_out
        self.runtime = OpenVinoRuntime(
            folder, precision=precision, streams=streams, read_out=read_out
        )
        self.precision = self.runtime.precision
        self._decoder = Decoder(self.config, self.own_topics)

    def _token_id(self, token: str, folder: Path) -> int:
        found: int | None = self._tokenizer.token_to_id(token)
        if found is None:
            raise ModelError(f"{folder / 'tokenizer.json'}: has no token {token}.")
        return found

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        *,
        verify: bool = True,
        precision: str | None = None,
        streams: int | None = None,
        topics: str | Path | None = None,
    ) -> Classifier:
        """Load a model by folder or name; without either, the one that came with cxnlp.

        :param streams: batches at once, each on a core of its own; as many as there are cores.
        :param topics: a folder that `cxnlp topics fit` wrote, to score own topics in the same pass.
        :raises ModelError: where there is none, a file of it was altered, or the topics were
            fitted on another model.
        """
        folder = locate_model(model)
        return cls(folder, verify=verify, precision=precision, streams=streams, topics=topics)

    def classify(
        self,
        texts: Iterable[str | None],
        *,
        questions: Iterable[str | None] | None = None,
        languages: Iterable[str | None] | None = None,
        turns: Iterable[Sequence[Turn] | None] | None = None,
    ) -> list[Prediction]:
        """Return one prediction a text, in order.

        :param questions: what each text answers: a survey question, or an agent's turn.
        :param languages: ISO 639-1 codes where they are known; the others are detected.
        :param turns: conversations: where there are turns, the text beside them is not looked at.
            Only the customer's turns are scored, each after the agent's turn that it answers; the
            spans of the one prediction say in which turn they stand.
        :raises InputError: on what is no string, or is not one for each text.
        """
        return self.infer(
            self.prepare(texts, questions=questions, languages=languages, turns=turns)
        )

    def prepare(
        self,
        texts: Iterable[str | None],
        *,
        questions: Iterable[str | None] | None = None,
        languages: Iterable[str | None] | None = None,
        turns: Iterable[Sequence[Turn] | None] | None = None,
    ) -> Prepared:
        """Tokenise texts and plan their windows; needs no inference, so a thread may run ahead."""
        texts = read_strings(texts, "texts")
        questions = read_strings_for(texts, questions, "questions")
        pieces = read_pieces(texts, questions, turns)
        given = read_strings_for(texts, languages, "languages")
        spoken = _languages([" ".join(piece.text for piece in item) for item in pieces], given)
        wanted = [
            piece if spoken[index] in self.config.languages else ()
            for index, piece in enumerate(pieces)
        ]
        plans = iter(self._plan([piece for item in wanted for piece in item]))
        joined = [join_plans([(piece.turn, next(plans)) for piece in item]) for item in wanted]
        return Prepared(
            plans=tuple(plan if plan.windows else None for plan in joined),
            languages=tuple(spoken),
            truncated=tuple(any(piece.truncated for piece in item) for item in pieces),
        )

    def _plan(self, pieces: Sequence[TextPiece]) -> Iterator[Plan]:
        tokens = tokenise(self._tokenizer, [piece.text for piece in pieces])
        asked = tokenise(self._tokenizer, [piece.question or "" for piece in pieces])
        cut = split_many([piece.text for piece in pieces])
        for piece, text_tokens, question_tokens, spans in zip(
            pieces, tokens, asked, cut, strict=True
        ):
            yield plan_windows(
                text_tokens,
                spans,
                question_tokens if piece.question else None,
                cls_id=self._cls_id,
                sep_id=self._sep_id,
            )

    def infer(self, prepared: Prepared, *, progress: Progress = _silent) -> list[Prediction]:
        """Run prepared texts through the model and decode them.

        :param progress: is told the share of the texts' windows that is done, batch by batch.
        """
        return self.decode(prepared, self.span_logits(prepared.scored, progress=progress))

    def decode(self, prepared: Prepared, logits: dict[str, Floats]) -> list[Prediction]:
        """Return a prediction for every prepared text, from the logits of those that are scored."""
        probabilities = calibrate(logits, self.config)
        if self.own_topics is not None:
            probabilities = add_own_topics(probabilities, logits[OWN_TOPICS], self.own_topics)
        predictions, first = [], 0
        for plan, language, truncated in zip(
            prepared.plans, prepared.languages, prepared.truncated, strict=True
        ):
            if plan is None:
                predictions.append(unscored(self.config.label, language))
                continue
            predictions.append(
                self._decoder.decode(
                    probabilities, first, plan, language=language, truncated=truncated
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
        """Return each head's logits, a row for every text followed by rows for its sentences."""
        gathering = Gathering(plans, read_out=self.read_out)
        windows = gathering.windows
        order = list(batch_by_length(windows, max_tokens=_TOKENS_PER_BATCH))
        batches = (collate([windows[index] for index in batch]) for batch in order)
        n_done = 0
        for batch, found in zip(order, self.runtime.infer(batches), strict=True):
            gathering.put(list(enumerate(batch)), found)
            n_done += len(batch)
            progress(n_done / len(windows))
        return gathering.logits


def _languages(texts: Sequence[str], given: Sequence[str | None]) -> list[str | None]:
    """Fill in the languages that are not given; a missing text has none."""
    unknown = [i for i, text in enumerate(texts) if given[i] is None and text.strip()]
    # A locale's country does not matter here: en-GB is read as en.
    languages = [code and code.strip().lower().partition("-")[0] for code in given]
    for index, language in zip(unknown, detect_languages([texts[i] for i in unknown]), strict=True):
        languages[index] = language
    return languages
