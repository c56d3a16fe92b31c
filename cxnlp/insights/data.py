"""A scored file as insights read it: everything computed once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from cxnlp.errors import InputError
from cxnlp.insights.answer_mix import adjustable_segments, mix_of
from cxnlp.insights.respondents import MAX_RESPONDENTS, draw_respondents
from cxnlp.insights.respondents import Respondents as Respondents
from cxnlp.insights.verbatims_at import Verbatim as Verbatim
from cxnlp.insights.verbatims_at import verbatims_at
from cxnlp.journey.cube import Cube
from cxnlp.journey.journey_file import JourneyFile
from cxnlp.journey.naming import touchpoint_name, touchpoint_names
from cxnlp.journey.scored import ScoredFile, open_scored, reading
from cxnlp.journey.summarise import summarise_opened
from cxnlp.journey.summary import JourneySummary
from cxnlp.metrics.estimate import MIN_RELIABLE_N
from cxnlp.records import METRIC_KINDS
from cxnlp.text.personal_data import cover_personal_data


class InsightData:
    """One scored file, opened once for all insights.

    Nothing is read before it is asked for, and nothing twice.
    """

    def __init__(
        self,
        scored: ScoredFile,
        *,
        period: str | None = None,
        seed: int = 0,
        journey: JourneyFile | None = None,
        covered: bool = True,
    ) -> None:
        self.scored = scored
        self.covered = covered
        self.seed = seed
        self.journey = journey if journey is not None else scored.journey
        self.period = period or self.journey.period
        self._respondents: dict[tuple[str, int], Respondents] = {}
        self._by: dict[str, JourneySummary] = {}

    @classmethod
    def open(
        cls, path: Path, *, period: str | None = None, seed: int = 0, covered: bool = True
    ) -> InsightData:
        """Open a Parquet file that `cxnlp score` wrote.

        :param period: day, week, month, quarter or year; the journey file's where None.
        :param seed: of the sample of respondents.
        :param covered: cover personal data in the comments that are shown.
        :raises InputError: where the file is missing, not Parquet, or not scored.
        """
        return cls(open_scored(Path(path)), period=period, seed=seed, covered=covered)

    @cached_property
    def summary(self) -> JourneySummary:
        """The journey without a column to break it down by; its cube has `mixed`."""
        return summarise_opened(
            self.scored,
            period=self.period,
            mix=mix_of(self.scored, self.mixed_segments),
            journey=self.journey,
        )

    @cached_property
    def mixed_segments(self) -> tuple[str, ...]:
        """The segments that `cube.mixed` tells apart beside the channel."""
        with reading(self.scored.path):
            return adjustable_segments(self.scored, self.journey.segments)

    @cached_property
    def main(self) -> str | None:
        """The key of the headline metric in `summary.definitions`, or None.

        NPS, else CSAT, else CES, else the first rating: the first with enough answers.
        """
        found = self.summary.overall.metrics
        return next(
            (
                key
                for key, definition in self.summary.definitions.items()
                if definition.kind in METRIC_KINDS
                and key in found
                and found[key].n >= MIN_RELIABLE_N
            ),
            None,
        )

    @property
    def cube(self) -> Cube:
        """The counts and sums that `summary` was made of, over touchpoint, stage and period."""
        cube = self.summary.cube
        if cube is None:
            raise InputError(f"{self.scored.path}: the journey was summed without its cube.")
        return cube

    @cached_property
    def touchpoint_names(self) -> dict[str, str]:
        """The name that people read of every touchpoint in the file."""
        declared = touchpoint_names(self.journey)
        found = {cell.touchpoint for cell in self.summary.touchpoints if cell.touchpoint}
        return {name: touchpoint_name(name, declared) for name in sorted(found)} | declared

    def by(self, column: str) -> JourneySummary:
        """Return the journey broken down by a column or segment.

        :raises InputError: where there is no such column, or it has too many values.
        """
        if column not in self._by:
            self._by[column] = summarise_opened(
                self.scored, period=self.period, by=column, journey=self.journey
            )
        return self._by[column]

    def respondents(self, metric: str, limit: int = MAX_RESPONDENTS) -> Respondents:
        """Return a seeded sample of those who gave a score and whose text was scored.

        :param metric: a key of `summary.definitions` that stands for answers.
        :raises InputError: on any other.
        """
        definition = self.summary.definitions.get(metric)
        if definition is None or definition.kind not in METRIC_KINDS:
            raise InputError(f"{self.scored.path}: there are no answers to a metric {metric!r}.")
        if (metric, limit) not in self._respondents:
            with reading(self.scored.path):
                drawn = draw_respondents(
                    self.scored, definition, period=self.period, limit=limit, seed=self.seed
                )
            self._respondents[metric, limit] = drawn
        return self._respondents[metric, limit]

    def texts(self, rows: Sequence[int]) -> list[Verbatim]:
        """Return the comments in these file rows, in this order, as they may be shown.

        :raises InputError: where the file has no such row.
        """
        main = None if self.main is None else self.summary.definitions[self.main]
        with reading(self.scored.path):
            found = verbatims_at(self.scored, rows, definition=main)
        if not self.covered:
            return found
        return [replace(item, text=cover_personal_data(item.text)) for item in found]
