"""Score files of feedback into one output, whole or not at all."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import and_
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from cxnlp.declarations import JourneyFile
from cxnlp.errors import InputError
from cxnlp.importers.exports import AUTO
from cxnlp.importers.feedback import Feedback, read_feedback
from cxnlp.importers.rejects import RejectLog
from cxnlp.journey.journey_file import journey_to_json
from cxnlp.model.classifier import Classifier
from cxnlp.model.own_topics import OwnTopics
from cxnlp.records import METADATA_JOURNEY, METADATA_MODEL, METADATA_SUMMARY
from cxnlp.scoring.batches import score_batches, scored_schema
from cxnlp.scoring.writers import check_output, open_writer

# The shard that is scored together: large enough that texts of one length fill a batch.
_ROWS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What became of the rows of one run."""

    output: Path
    model: str
    rows_read: int
    rows_kept: int
    rows_rejected: int
    values_rejected: int
    n_scored: int
    n_without_text: int
    n_responses: int
    n_conversations: int = 0
    n_conversations_scored: int = 0  # of n_scored; the others are texts
    n_interactions: int = 0  # of the rows kept, more than they where a row has several texts
    n_turns: int = 0  # of the conversations
    n_turns_blank: int = 0  # of customers; left out
    foreign: dict[str, int] = field(default_factory=dict)  # language -> texts not scored
    reasons: dict[str, int] = field(default_factory=dict)  # reject reason -> count
    rejects: Path | None = None

    def to_metadata(self) -> dict[str, object]:
        """Return the counts as they stand in the output; no path and no time of this run."""
        return {
            "rows_read": self.rows_read,
            "rows_kept": self.rows_kept,
            "rejected": sum(self.reasons.values()),
            "rows_rejected": self.rows_rejected,
            "values_rejected": self.values_rejected,
            "n_scored": self.n_scored,
            "n_without_text": self.n_without_text,
            "n_responses": self.n_responses,
            "n_conversations": self.n_conversations,
            "n_interactions": self.n_interactions,
            "n_turns": self.n_turns,
            "n_turns_blank": self.n_turns_blank,
            "foreign": self.foreign,
            "reasons": self.reasons,
        }


Progress = Callable[[int, float], None]  # rows scored, share of the input read


def score_files(
    inputs: Sequence[Path],
    output: Path,
    *,
    load: Callable[[], Classifier],
    mapping: Mapping[str, str],
    journey: JourneyFile,
    note: Callable[[str], None],
    progress: Progress = lambda rows, share: None,
    format_name: str = AUTO,
    sheet: str | None = None,
    raw_csv: bool = False,
) -> RunSummary:
    """Score input files into `output`; rejects go to OUT.rejects.csv beside it.

    :param load: loads the model, and is called once the inputs are known to be readable.
    :param format_name: one of `cxnlp.importers.exports.format_names`.
    :param sheet: of the workbooks among the inputs; default: the first with data.
    :param raw_csv: whether CSV has texts as they are, those too that a spreadsheet would run.
    :raises InputError: where an input cannot be read, or holds nothing usable.
    :raises OutputError: where the output cannot be written; nothing is left half-written.
    """
    check_output(output, inputs=inputs)
    rejects = RejectLog.beside(output)
    with rejects:
        feedback = read_feedback(
            inputs,
            mapping=mapping,
            journey=journey,
            rejects=rejects,
            note=note,
            format_name=format_name,
            sheet=sheet,
        )
        schema = scored_schema(feedback.schema)
        with open_writer(output, schema, inputs=inputs, raw_csv=raw_csv) as writer:
            classifier = load()
            tally = _Tally(classifier.config.languages)
            pace = _Pace(feedback, progress)
            for batch in score_batches(pace.batches(), classifier, progress=pace.update):
                writer.write(batch)
                tally.add(batch)
                pace.finish()
            if not tally.rows:
                raise InputError(_nothing_usable(inputs, feedback, rejects))
            for line in writer.notes():
                note(f"{output}: {line}.")
            summary = tally.summarise(output, classifier, feedback, rejects)
            writer.set_metadata(
                {
                    METADATA_JOURNEY: journey_to_json(journey).encode(),
                    METADATA_MODEL: json.dumps(_describe(classifier)).encode(),
                    METADATA_SUMMARY: json.dumps(summary.to_metadata()).encode(),
                }
            )
    return summary


class _Pace:
    """Tells how far a run is, though the reader is a shard ahead of the model."""

    def __init__(self, feedback: Feedback, progress: Progress) -> None:
        self._feedback, self._progress = feedback, progress
        self._ahead: deque[tuple[int, float]] = deque()  # rows and share of input at each end
        self._rows, self._share = 0, 0.0

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches of the feedback, noting where each ends."""
        total = max(1, self._feedback.bytes_total)
        for batch in self._feedback.batches(_ROWS):
            self._ahead.append((len(batch), self._feedback.bytes_read / total))
            yield batch

    def update(self, done: float) -> None:
        """Report the share of the batch at hand that is done."""
        rows, end = self._ahead[0]
        self._progress(self._rows + round(done * rows), self._share + done * (end - self._share))

    def finish(self) -> None:
        """Report the batch at hand as written."""
        self.update(1.0)
        rows, self._share = self._ahead.popleft()
        self._rows += rows


class _Tally:
    """Counts rows as they are written."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self.rows = self.scored = self.without_text = 0
        self.conversations = 0  # of those scored
        self.foreign: Counter[str] = Counter()

    def add(self, batch: pa.RecordBatch) -> None:
        self.rows += len(batch)
        scored = batch.column("sentiment").is_valid().to_pylist()
        self.scored += scored.count(True)
        spoken = batch.column("turns").is_valid().to_pylist()
        self.conversations += sum(map(and_, spoken, scored))
        for language, text, done in zip(
            batch.column("language").to_pylist(),
            pc.or_(batch.column("text").is_valid(), batch.column("turns").is_valid()).to_pylist(),
            scored,
            strict=True,
        ):
            if done:
                continue
            # Text in which the model finds no word to read counts as none.
            if not text or language in self._languages:
                self.without_text += 1
            else:
                self.foreign[language or "unknown"] += 1

    def summarise(
        self, output: Path, classifier: Classifier, feedback: Feedback, rejects: RejectLog
    ) -> RunSummary:
        counts = feedback.counts
        return RunSummary(
            output=output,
            model=classifier.config.label,
            rows_read=counts.rows_read,
            rows_kept=counts.rows_kept,
            rows_rejected=counts.rows_rejected,
            values_rejected=counts.values_rejected,
            n_scored=self.scored,
            n_without_text=self.without_text,
            n_responses=counts.answers,
            n_conversations=counts.conversations,
            n_conversations_scored=self.conversations,
            n_interactions=counts.interactions,
            n_turns=counts.turns,
            n_turns_blank=counts.turns_blank,
            foreign=dict(sorted(self.foreign.items())),
            reasons=dict(sorted(rejects.counts.items())),
            rejects=rejects.path if rejects.total else None,
        )


def _describe(classifier: Classifier) -> dict[str, object]:
    config = classifier.config
    return {
        "model": config.label,
        "languages": list(config.languages),
        "abstain_below": config.abstain_below,
        "own_topics": _describe_topics(classifier.own_topics),
        # It travels with the labels, so that a report needs no model folder to correct them.
        "confusion": None if config.confusion is None else config.confusion.to_dict(),
    }


def _describe_topics(own_topics: OwnTopics | None) -> dict[str, object] | None:
    if own_topics is None:
        return None
    return {"labels": list(own_topics.labels), "sha256": own_topics.checksum}


def _nothing_usable(inputs: Sequence[Path], feedback: Feedback, rejects: RejectLog) -> str:
    names = ", ".join(str(path) for path in inputs)
    reasons = ", ".join(f"{reason} ({n})" for reason, n in rejects.counts.most_common(3))
    return (
        f"{names}: none of {feedback.counts.rows_read} rows can be used: {reasons or 'no rows'}. "
        "Check the columns, or name them with --map."
    )
