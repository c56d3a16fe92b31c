"""The tables that readers take along."""

from __future__ import annotations

from cxnlp.metrics.estimate import Estimate
from cxnlp.report.chart_table import ESTIMATE_COLUMNS, ChartTable, estimate_values, table_of_rows


def test_rows_with_other_columns_leave_cells_empty() -> None:
    table = table_of_rows("Words", [{"a": 1, "b": True}, {"a": -0.0, "c": "x"}])
    assert table.columns == ("a", "b", "c")
    assert table.to_page()["rows"] == [[1, "yes", None], [0.0, None, "x"]]


def test_numbers_are_whole_and_suppressed_ones_hidden() -> None:
    shown = estimate_values(Estimate(value=1 / 3, low=0.0, high=1.0, n=40))
    hidden = estimate_values(Estimate(value=1 / 3, low=0.0, high=1.0, n=4))
    table = ChartTable(name="T", columns=ESTIMATE_COLUMNS, rows=[shown, hidden])
    assert table.to_page()["rows"] == [
        [0.333333, 0.0, 1.0, 40, "ok"],
        [None, None, None, 4, "suppressed"],
    ]
