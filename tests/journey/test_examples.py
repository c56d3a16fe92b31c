"""The examples in the repository, read as feedback: their published figures must come out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.importers.feedback import read_feedback
from cxnlp.importers.rejects import RejectLog
from cxnlp.journey.journey_file import journey_to_json, read_journey_file
from cxnlp.journey.summarise import summarise
from cxnlp.journey.summary import JourneySummary
from cxnlp.records import METADATA_JOURNEY, PREDICTION

EXAMPLES = Path(__file__).parents[2] / "examples"


def _summary_of(folder: str, file: str, out: Path, *, by: str | None = None) -> JourneySummary:
    """Read an example as `cxnlp score` does, and leave every prediction null."""
    journey = read_journey_file(EXAMPLES / folder / "journey.toml")
    rejects = RejectLog()
    feedback = read_feedback(
        [EXAMPLES / folder / file],
        mapping={},
        journey=journey,
        rejects=rejects,
        note=lambda line: None,
    )
    table = pa.Table.from_batches(list(feedback.batches()), schema=feedback.schema)
    for field in PREDICTION:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    metadata = {METADATA_JOURNEY: journey_to_json(journey).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), out)
    return summarise(out, by=by)


def _rounded(summary: JourneySummary, metric: str) -> tuple[float, float, float, int]:
    e = summary.overall.metrics[metric]
    assert e.value is not None
    assert e.low is not None
    assert e.high is not None
    return (round(e.value, 2), round(e.low, 2), round(e.high, 2), e.n)


@pytest.fixture(scope="module")
def nhs(tmp_path_factory: pytest.TempPathFactory) -> JourneySummary:
    return _summary_of("nhs", "feedback.csv", tmp_path_factory.mktemp("nhs") / "nhs.parquet")


@pytest.fixture(scope="module")
def sfo(tmp_path_factory: pytest.TempPathFactory) -> JourneySummary:
    return _summary_of("sfo", "survey.csv", tmp_path_factory.mktemp("sfo") / "sfo.parquet")


def test_nhs_counts_one_answer_per_respondent(nhs: JourneySummary) -> None:
    value, _, _, n = _rounded(nhs, "csat")
    # A row per verbatim would say 85.3% of 943.
    assert (round(value, 1), n) == (86.4, 597)
    assert sum(cell.n_answers for cell in nhs.cells) == 597


def test_nhs_has_stages_of_its_own_and_quarters(nhs: JourneySummary) -> None:
    stages = list(dict.fromkeys(cell.stage for cell in nhs.touchpoints))
    assert stages == ["access", "transport", "care", "secure care", None]
    assert nhs.period == "quarter"
    periods = [cell.period for cell in nhs.periods]
    assert (periods[0], periods[-2:]) == ("2021-Q1", ["2022-Q4", None])
    # The file has 1,008 rows; 12 have neither a comment nor a score.
    assert nhs.overall.n == 996


def test_sfo_promoter_score_is_the_published_one(sfo: JourneySummary) -> None:
    assert _rounded(sfo, "nps") == (39.84, 37.18, 42.41, 2746)


def test_sfo_ratings_stand_at_their_touchpoints(sfo: JourneySummary) -> None:
    places = {cell.touchpoint: cell for cell in sfo.touchpoints}
    food = places["food"].metrics["rating:Q7FOOD"]
    # Counts of 5, 4, 3, 2 and 1 in the file.
    assert food.n == 2421
    assert food.value == pytest.approx((434 * 5 + 915 * 4 + 817 * 3 + 217 * 2 + 38) / 2421)
    assert places["food"].stage == "waiting"
    assert "nps" not in places["food"].metrics
    assert places["airport"].metrics["nps"].n == 2746
    # Of 2,831 respondents three answered none of the declared questions.
    assert sfo.overall.n == 2828


def test_sfo_by_a_segment_changes_every_denominator(tmp_path: Path) -> None:
    summary = _summary_of("sfo", "survey.csv", tmp_path / "sfo.parquet", by="BAREA")
    assert {cell.group: cell.n for cell in summary.groups}["A"] == 743
    assert sum(cell.metrics["nps"].n for cell in summary.groups) == 2746
    assert all(0 < cell.metrics["nps"].n <= cell.n for cell in summary.groups)
