"""Look at files of feedback without scoring them: one reading, and a short trial of the model."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cxnlp.declarations import JourneyFile
from cxnlp.doctor.findings import FileColumns, Findings, Rejected
from cxnlp.doctor.score_columns import find_score_like
from cxnlp.doctor.tally import Tally
from cxnlp.errors import InputError
from cxnlp.importers.exports import AUTO
from cxnlp.importers.feedback import Feedback, read_feedback
from cxnlp.importers.plan import Plan
from cxnlp.importers.rejects import RejectLog
from cxnlp.model.classifier import Classifier
from cxnlp.text.language import detect_languages

_TIMED = 192  # texts; two seconds on a slow machine
_ROWS_NAMED = 5
_TOUCHPOINTS_NAMED = 30

Progress = Callable[[int, float], None]  # rows read, share of the input read


class _Rejects(RejectLog):
    """Counts rejects by reason, and keeps where the first ones are."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, list[tuple[str, int, str]]] = {}

    def add(self, file: str, row: int, field: str, reason: str) -> None:
        super().add(file, row, field, reason)
        places = self.places.setdefault(reason, [])
        if len(places) < _ROWS_NAMED:
            places.append((file, row, field))

    def found(self) -> tuple[Rejected, ...]:
        """Return the reasons, the most frequent first."""
        return tuple(
            Rejected(
                reason=reason,
                n=n,
                file=(first := self.places[reason][0])[0],
                field=first[2],
                rows=tuple(row for file, row, _ in self.places[reason] if file == first[0]),
            )
            for reason, n in self.counts.most_common()
        )


def examine(
    paths: Sequence[Path],
    *,
    load: Callable[[], Classifier],
    mapping: Mapping[str, str | Sequence[str]] | None = None,
    journey: JourneyFile | None = None,
    format_name: str = AUTO,
    sheet: str | None = None,
    progress: Progress = lambda rows, share: None,
) -> Findings:
    """Return what files look like, read as `cxnlp score` would read them.

    Languages are those of an even sample, and so is the time that scoring will take: a part of it
    is scored, and the rest taken to go as fast by character.

    :param load: loads the model, for the trial.
    :raises InputError: on a file that `cxnlp score` could not read either.
    """
    notes: list[str] = []
    rejects = _Rejects()
    with rejects:
        feedback = read_feedback(
            paths,
            mapping=mapping or {},
            journey=journey or JourneyFile(),
            rejects=rejects,
            note=notes.append,
            format_name=format_name,
            sheet=sheet,
        )
        tally = Tally()
        for batch in feedback.batches():
            tally.add(batch)
            progress(feedback.counts.rows_read, feedback.bytes_read / max(feedback.bytes_total, 1))
    return _describe(feedback, tally, rejects, notes, load)


def _describe(
    feedback: Feedback,
    tally: Tally,
    rejects: _Rejects,
    notes: list[str],
    load: Callable[[], Classifier],
) -> Findings:
    counts = feedback.counts
    languages = Counter(detect_languages([text for text, _ in tally.sample]))
    seconds, n_timed = _time(tally, load)
    return Findings(
        columns=tuple(_columns(plan) for plan in feedback.plans),
        rows_read=counts.rows_read,
        rows_kept=counts.rows_kept,
        rows_rejected=counts.rows_rejected,
        values_rejected=counts.values_rejected,
        n_interactions=tally.n,
        n_texts=tally.n_texts,
        n_conversations=tally.n_conversations,
        n_turns=counts.turns,
        n_without_text=tally.n_without_text,
        n_characters=tally.n_characters,
        longest=tally.longest,
        n_repeated_ids=counts.duplicates,
        n_repeated_texts=tally.n_repeated_texts,
        languages=dict(languages.most_common()),
        n_language_sample=len(tally.sample),
        first=None if tally.first is None else tally.first.date().isoformat(),
        last=None if tally.last is None else tally.last.date().isoformat(),
        n_undated=tally.n_undated,
        touchpoints=dict(tally.touchpoints.most_common(_TOUCHPOINTS_NAMED)),
        n_touchpoints=len(tally.touchpoints),
        channels=dict(tally.channels.most_common()),
        scores=tally.scores(),
        score_like=tuple(
            found
            for plan in feedback.plans
            for found in find_score_like(plan.table, plan.file, known=_known(plan))
        ),
        rejected=rejects.found(),
        seconds=seconds,
        n_timed=n_timed,
        notes=tuple(notes),
    )


def _known(plan: Plan) -> set[str]:
    return {
        *plan.columns.values(),
        *plan.texts,
        *plan.segments,
        *plan.derived,
        *(name.rpartition(" (")[0] for name in plan.derived),  # a score, parted by its kinds
        *(m.column for m in plan.metrics),
        *(m.weight_column for m in plan.metrics if m.weight_column),
    }


def _columns(plan: Plan) -> FileColumns:
    names = [name for name in plan.table.schema.names if name not in plan.derived]
    known = _known(plan)
    return FileColumns(
        file=plan.file,
        source=plan.source,
        n_columns=len(names),
        fields={f: c for f, c in plan.columns.items() if c in names},
        questions=dict(plan.texts) if len(plan.texts) > 1 else {},
        segments=tuple(plan.segments),
        others=tuple(name for name in names if name not in known),
    )


def _time(tally: Tally, load: Callable[[], Classifier]) -> tuple[float | None, int]:
    """Return how long scoring all texts will take on this machine, and on how many it was tried."""
    tried = tally.sample[:: max(1, len(tally.sample) // _TIMED)][:_TIMED]
    n_characters = sum(len(text) for text, _ in tried)
    if not n_characters:
        return None, 0
    started = time.perf_counter()
    classifier = load()
    loaded = time.perf_counter()
    for _ in range(2):  # the first time, the runtime still compiles for these lengths
        began = time.perf_counter()
        try:
            classifier.classify([text for text, _ in tried], questions=[q for _, q in tried])
        except InputError:
            return None, 0
    pace = (time.perf_counter() - began) / n_characters
    return loaded - started + pace * tally.n_characters, len(tried)
