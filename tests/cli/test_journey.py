"""`cxnlp journey` on a small scored file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from cxnlp.cli.main import main
from cxnlp.journey.journey_file import JourneyFile, Touchpoint, journey_to_json
from cxnlp.records import INTERACTION, METADATA_JOURNEY, PREDICTION

KINDS = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "rating": (1, 5)}


def _write(path: Path, *, kinds: tuple[str, ...], scored: bool = True) -> Path:
    journey = JourneyFile(
        stages=("purchase",),
        touchpoints=(
            Touchpoint(name="web", stage="purchase", display="Web shop [beta], new and improved"),
        ),
    )
    rows: list[dict[str, Any]] = []
    for i in range(40):
        answers = [
            {
                "question_id": kind, "metric": kind, "value": low + i % (high - low + 1),
                "scale_min": low, "scale_max": high, "higher_is_better": True, "weight": 1.0,
            }
            for kind, (low, high) in KINDS.items() if kind in kinds
        ]  # fmt: skip
        topics = [{"label": "price_value", "score": 0.9, "sentiment": "negative"}]
        rows.append(
            {
                "source": "a.csv",
                "touchpoint": ("web", "shop")[i % 2],
                "stage": ("purchase", None)[i % 2],
                "channel": ("chat", "email")[i // 20],
                "text": "text",
                "language": "en",
                "responses": answers,
                "sentiment": ("negative", "positive")[i % 2] if scored else None,
                "topics": topics if scored else None,
            }
        )
    fields = {field.name: field for field in (*PREDICTION, *INTERACTION)}
    metadata: dict[bytes | str, bytes | str] = {METADATA_JOURNEY: journey_to_json(journey).encode()}
    schema = pa.schema(fields.values(), metadata=metadata)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["journey", *map(str, arguments)])


@pytest.mark.parametrize("kinds", [(), ("nps",), ("nps", "csat"), ("nps", "csat", "ces", "rating")])
def test_table_fits_eighty_columns_without_control_codes(
    tmp_path: Path, kinds: tuple[str, ...]
) -> None:
    result = _run(_write(tmp_path / "out.parquet", kinds=kinds), "--by", "channel")
    assert result.exit_code == 0, result.output
    assert max(map(len, result.output.splitlines())) <= 80
    assert "\x1b" not in result.output
    assert "…" not in result.output
    assert "[beta]" in result.output  # not read as markup
    assert "price value" in result.output
    assert "+0 [-29, +29]" in result.output  # net sentiment of all


def test_no_number_is_cut_however_many_scores(tmp_path: Path) -> None:
    path = _write(tmp_path / "out.parquet", kinds=("nps", "csat", "ces", "rating"))
    piped = _run(path, "--by", "channel").output
    ces = json.loads(_run(path, "--format", "json").output)["overall"]["ces"]
    assert all(line.count("[") == line.count("]") for line in piped.splitlines())
    assert f"{ces['value']:.2f} [{ces['low']:.2f}, {ces['high']:.2f}]" in piped
    assert piped.count("Touchpoint") > 1


def test_table_without_comments_leaves_sentiment_out(tmp_path: Path) -> None:
    result = _run(_write(tmp_path / "out.parquet", kinds=("nps",), scored=False))
    assert result.exit_code == 0, result.output
    assert "NPS" in result.output
    assert "sentiment" not in result.output


def test_json(tmp_path: Path) -> None:
    path = _write(tmp_path / "out.parquet", kinds=("nps",))
    data = json.loads(_run(path, "--format", "json", "--period", "year").output)
    assert data["period"] == "year"
    assert data["overall"]["nps"]["n"] == 40
    assert [cell["touchpoint"] for cell in data["cells"]] == ["web", "shop"]


def test_csv(tmp_path: Path) -> None:
    path = _write(tmp_path / "out.parquet", kinds=("nps",))
    rows = list(csv.DictReader(io.StringIO(_run(path, "--format", "csv").output)))
    assert [row["n"] for row in rows if row["metric"] == "nps"] == ["20", "20"]


def test_names_beyond_the_letters_of_the_terminal(tmp_path: Path) -> None:
    path = _write(tmp_path / "out.parquet", kinds=("nps",))
    table = pq.read_table(path)
    names = pa.array(["Café 名"] * len(table))
    pq.write_table(table.append_column("team", names), path)
    terminal = CliRunner(charset="ascii", env={"PYTHONUTF8": "0"})
    arguments = ["journey", str(path), "--by", "team"]
    shown = terminal.invoke(main, arguments)
    assert shown.exit_code == 0, shown.output
    assert "Caf? ?" in shown.output
    for form in ("json", "csv"):
        written = terminal.invoke(main, [*arguments, "--format", form])
        assert "Café 名" in written.stdout_bytes.decode("utf-8")


def test_errors_are_one_sentence(tmp_path: Path) -> None:
    text = tmp_path / "a.csv"
    text.write_text("id,text\n1,a\n")
    path = _write(tmp_path / "out.parquet", kinds=())
    for arguments in ((text,), (tmp_path / "none.parquet",), (path, "--by", "nothing")):
        result = _run(*arguments)
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert len(result.output.strip().splitlines()) == 1
