from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cxnlp.labels import SENTIMENTS

EXAMPLE = Path(__file__).parents[2] / "examples" / "retrain"


def test_the_shipped_rows_are_what_their_readme_says() -> None:
    rows_of = pytest.importorskip("training.labelled.rows")
    duplicates = pytest.importorskip("training.labelled.duplicates")
    rows = {
        name: rows_of.read_label_rows([EXAMPLE / f"{name}.csv"])[0] for name in ("labels", "judge")
    }
    counts = {name: Counter(SENTIMENTS[r.sentiment] for r in part) for name, part in rows.items()}
    assert counts["labels"] == {"negative": 134, "neutral": 133, "positive": 133}
    assert counts["judge"] == {"negative": 66, "neutral": 67, "positive": 67}
    for row in (*rows["labels"], *rows["judge"]):
        stars = row.satisfaction
        assert SENTIMENTS[row.sentiment] == (
            "negative" if stars <= 2 else "neutral" if stars == 3 else "positive"
        )
    leaked = duplicates.find_in([r.text for r in rows["judge"]], [r.text for r in rows["labels"]])
    assert leaked == set()
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert "CC0-1.0" in readme
