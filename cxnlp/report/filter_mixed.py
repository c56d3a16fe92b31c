"""The choices and cells of the filters, from the cube that the journey was summed with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from cxnlp.insights.answer_mix import parts_of
from cxnlp.insights.data import InsightData
from cxnlp.journey.cube import KEYS, SCALE, Cube
from cxnlp.journey.cube_cells import in_order, sum_over
from cxnlp.report.filter_keys import texts_of
from cxnlp.report.filter_values import CHANNEL, MAX_VALUES, OTHER, SEPARATOR, Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """A cube whose groups are values of channel and segments, and what those are called."""

    cube: Cube
    names: tuple[str, ...]  # in the order in which a group joins their values

    @classmethod
    def of(cls, data: InsightData) -> Mixed | None:
        """Return the mixed cube of a file, or None where its groups cannot be told apart."""
        cube = data.cube.mixed
        names = (CHANNEL, *data.mixed_segments)
        if cube is None:
            return None
        groups = {*texts_of(cube.documents, "group"), *texts_of(cube.answers, "group")}
        # A value that holds the separator itself would be taken for two.
        whole = all(len(parts_of(group)) == len(names) for group in groups)
        return cls(cube=cube, names=names) if whole else None

    def holds(self, names: Sequence[str]) -> bool:
        """Tell whether the groups tell all of these apart."""
        return set(names) <= set(self.names)

    def choices(self, names: Sequence[str]) -> tuple[Choice, ...]:
        """Return the choices of each name with two values or more, as `read_choices` does."""
        documents = self.cube.documents
        counted: list[Counter[str]] = [Counter() for _ in self.names]
        for row in documents.select(["group", "n"]).to_pylist():
            for counter, value in zip(counted, parts_of(row["group"]), strict=True):
                counter[value] += row["n"]
        found = (_choice(name, counted[self.names.index(name)]) for name in names)
        return tuple(choice for choice in found if len(choice.values) > 1)

    def n_cells(self, choices: Sequence[Choice]) -> int:
        """Return how many cells the cross of all choices has."""
        return sum_over(self._coded(self.cube.documents, choices), KEYS).num_rows

    def cube_of(self, choices: Sequence[Choice]) -> Cube:
        """Return the cube with the joined codes of these choices as its group."""

        def cells(table: pa.Table, *keys: str) -> pa.Table:
            return sum_over(self._coded(table, choices), (*KEYS, *keys))

        return Cube(
            documents=in_order(cells(self.cube.documents)),
            answers=in_order(cells(self.cube.answers, *SCALE, "bucket")),
            emotions=cells(self.cube.emotions, "emotion"),
            topics=cells(self.cube.topics, "topic"),
        )

    def _coded(self, table: pa.Table, choices: Sequence[Choice]) -> pa.Table:
        """Return a table whose group is the codes of the choices, as `Choice.code` gives them."""
        at = [(self.names.index(c.name), {v: i for i, v in enumerate(c.values)}) for c in choices]
        groups = texts_of(table, "group")
        codes = {}
        for group in set(groups):
            values = parts_of(group)
            joined = (str(places.get(values[i], len(places))) for i, places in at)
            codes[group] = SEPARATOR.join(joined)
        column = pa.array([codes[group] for group in groups], pa.string())
        return table.set_column(table.schema.get_field_index("group"), "group", column)


def _choice(name: str, counted: Counter[str]) -> Choice:
    ranked = sorted(counted, key=lambda value: (-counted[value], value))
    values = tuple(value for value in ranked[:MAX_VALUES] if value != OTHER)
    return Choice(name=name, values=values, n_other=len(ranked) - len(values))
