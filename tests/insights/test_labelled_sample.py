from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxnlp.cli.sample import command
from cxnlp.errors import InputError, OutputError
from cxnlp.insights.data import InsightData
from cxnlp.insights.labelled_sample import COLUMNS, allocate, draw_sample, write_sample
from cxnlp.insights.sample_labels import read_labels
from tests.insights.planted import Row

Write = Callable[..., Path]
Make = Callable[..., Row]

SENTIMENT_OF = ("negative", "positive", "positive", "neutral")


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def fill(path: Path, labels: dict[str, tuple[str, str]], **options: str) -> None:
    """Write the labels of some ids into a sample, as a spreadsheet would save it."""
    rows = cells(path)
    for row in rows:
        row["sentiment"], row["topics"] = labels.get(row["interaction_id"], ("", ""))
    with path.open("w", encoding=options.get("encoding", "utf-8"), newline="") as stream:
        out = csv.DictWriter(stream, COLUMNS, delimiter=options.get("delimiter", ","))
        out.writeheader()
        out.writerows(rows)


@pytest.fixture
def scored(write_scored: Write, scored_row: Make, nps_answer: Make) -> Path:
    """Return 400 texts: 100 detractors, 60 passives, 140 promoters, and 100 without a score."""
    values = [3] * 100 + [8] * 60 + [10] * 140 + [None] * 100
    rows = [
        scored_row(
            i,
            sentiment=SENTIMENT_OF[i % 4],
            text=f"comment {i}",
            responses=[] if value is None else [nps_answer(float(value))],
        )
        for i, value in enumerate(values)
    ]
    rows.append(scored_row(400, sentiment=None, text="Tres bien", language="fr"))
    rows.append(scored_row(401, sentiment=None, text=None))
    return write_scored(rows)


def test_every_stratum_is_drawn_from_and_weights_bring_it_back(scored: Path) -> None:
    rows = draw_sample(InsightData.open(scored), n=80)
    assert len(rows) == len({row.interaction_id for row in rows}) == 80
    numbers = [int(row.interaction_id.removeprefix("row ")) for row in rows]
    assert max(numbers) < 400  # what was not scored is not drawn

    # Detractors, passives, promoters, and by sentiment those without a score.
    def stratum(number: int) -> str:
        bins = ((100, "low"), (160, "middle"), (300, "high"))
        return next((name for end, name in bins if number < end), SENTIMENT_OF[number % 4])

    sizes, drawn = Counter(map(stratum, range(400))), Counter(map(stratum, numbers))
    for row, number in zip(rows, numbers, strict=True):
        name = stratum(number)
        assert row.weight == pytest.approx(sizes[name] / drawn[name])
    assert sum(row.weight for row in rows) == pytest.approx(400)
    assert drawn["middle"] > 80 * 60 / 400  # a small stratum is read more closely
    assert numbers != sorted(numbers)


def test_the_seed_decides(scored: Path) -> None:
    first, again, other = (draw_sample(InsightData.open(scored), n=40, seed=s) for s in (0, 0, 1))
    assert first == again != other


def test_more_than_there_are_gives_all(scored: Path) -> None:
    rows = draw_sample(InsightData.open(scored), n=10_000)
    assert len(rows) == 400
    assert {row.weight for row in rows} == {1.0}


@pytest.mark.parametrize(
    ("sizes", "n", "given"),
    [([100, 900, 1], 50, [12, 37, 1]), ([5, 5], 100, [5, 5]), ([4, 4, 4], 2, [1, 1, 0]),
     ([], 10, []), ([7], 3, [3])],
)  # fmt: skip
def test_allocation_by_hand(sizes: list[int], n: int, given: list[int]) -> None:
    assert allocate(sizes, n) == given


def test_the_file_shows_no_label_and_runs_no_formula(
    write_scored: Write, scored_row: Make, tmp_path: Path
) -> None:
    rows = [scored_row(i, sentiment="negative", text='=HYPERLINK("x")', question="@why")
            for i in range(3)]  # fmt: skip
    rows.append(
        scored_row(3, text=None, turns=[{"role": "customer", "text": "No"},
                                        {"role": "agent", "text": "Oh"}])
    )  # fmt: skip
    path = tmp_path / "sample.csv"
    write_sample(draw_sample(InsightData.open(write_scored(rows))), path)
    found = cells(path)
    assert tuple(found[0]) == COLUMNS
    texts = [row["text"] for row in found]
    assert texts.count('\'=HYPERLINK("x")') == 3
    assert "customer: No\nagent: Oh" in texts
    assert {row["question"] for row in found} == {"'@why", ""}
    assert {row["sentiment"] + row["topics"] for row in found} == {""}
    assert "negative" not in path.read_text(encoding="utf-8-sig")


def test_labels_come_back_and_what_cannot_be_used_is_counted(scored: Path, tmp_path: Path) -> None:
    data, path = InsightData.open(scored), tmp_path / "sample.csv"
    drawn = draw_sample(data, n=9)
    write_sample(drawn, path)
    ids = [row.interaction_id for row in drawn]
    labels = {
        ids[0]: ("Negative", "Wait time speed; price_value"),
        ids[1]: ("neutral", "none"),
        ids[2]: ("positive", ""),  # half
        ids[3]: ("", "food_drink"),  # half
        ids[4]: ("positiv", "none"),  # its topics are used
        ids[5]: ("positive", "staff_service;queues"),  # its sentiment is used
        ids[6]: ("angry", ""),  # nothing is used
    }
    fill(path, labels, delimiter=";", encoding="cp1252")
    with path.open("a", encoding="cp1252", newline="") as stream:
        stream.write("feedback.csv;row 9999;1;;unknown;positive;none\r\n")
        stream.write(f"feedback.csv;{ids[0]};1;;again;positive;none\r\n")
    sample = read_labels(path, data.scored)
    by_row = {f"row {text.row}": text for text in sample.texts}
    assert set(by_row) == set(ids[:6])
    assert by_row[ids[0]].sentiment == "negative"
    assert by_row[ids[0]].topics == {"wait_time_speed", "price_value"}
    assert by_row[ids[0]].weight == pytest.approx(drawn[0].weight, rel=1e-5)
    assert by_row[ids[1]].topics == frozenset()
    assert (by_row[ids[2]].topics, by_row[ids[3]].sentiment) == (None, None)
    assert (by_row[ids[4]].sentiment, by_row[ids[4]].topics) == (None, frozenset())
    assert (by_row[ids[5]].sentiment, by_row[ids[5]].topics) == ("positive", None)
    counts = (sample.n_rows, sample.n_empty, sample.n_half, sample.n_outside)
    assert counts == (11, 2, 2, 3)
    assert (sample.n_unknown_id, sample.n_repeated) == (1, 1)
    assert sample.describe() == (
        "6 of 11 rows are labelled; 2 left empty; 2 half-filled, used for what they have; 1 with "
        "an id that is not in the scored file; 1 repeating an id; 3 with a label outside the "
        "scheme, which is not used"
    )


def test_an_id_that_begins_as_a_formula_is_found_again(
    write_scored: Write, scored_row: Make, tmp_path: Path
) -> None:
    rows = [scored_row(i, interaction_id=name) for i, name in enumerate(("=1+1", "-7", " 9 "))]
    data, path = InsightData.open(write_scored(rows)), tmp_path / "sample.csv"
    write_sample(draw_sample(data), path)
    fill(path, {row["interaction_id"]: ("neutral", "none") for row in cells(path)})
    assert {text.row for text in read_labels(path, data.scored).texts} == {0, 1, 2}


def test_one_id_in_two_sources_is_two_texts(
    write_scored: Write, scored_row: Make, tmp_path: Path
) -> None:
    rows = [scored_row(1, source="a.csv"), scored_row(1, source="b.csv")]
    data, path = InsightData.open(write_scored(rows)), tmp_path / "sample.csv"
    write_sample(draw_sample(data), path)
    fill(path, {"row 1": ("neutral", "none")})
    assert {text.row for text in read_labels(path, data.scored).texts} == {0, 1}


def test_labels_are_not_overwritten(scored: Path, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    rows = draw_sample(InsightData.open(scored), n=5)
    write_sample(rows, path)
    write_sample(rows, path)
    fill(path, {rows[0].interaction_id: ("neutral", "")})
    with pytest.raises(OutputError, match="holds labels already"):
        write_sample(rows, path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"id,text\n1,a\n", "no column interaction_id, sentiment, topics"),
        (b"interaction_id,weight,sentiment,topics\nrow 1,heavy,neutral,none\n", ":2: the weight"),
        (b"interaction_id,weight,sentiment,topics\nrow 1,-1,neutral,none\n", "not above 0"),
    ],
)
def test_files_that_are_no_labels(scored: Path, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_labels(path, InsightData.open(scored).scored)
    with pytest.raises(InputError, match="no such file"):
        read_labels(tmp_path / "none.csv", InsightData.open(scored).scored)


def test_without_weights_every_text_stands_for_as_many(scored: Path, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("interaction_id,sentiment,topics\nrow 1,neutral,none\nrow 2,negative,\n")
    sample = read_labels(path, InsightData.open(scored).scored)
    assert [(text.row, text.weight) for text in sample.texts] == [(1, 1.0), (2, 1.0)]


def test_nothing_scored_is_an_error(write_scored: Write, scored_row: Make) -> None:
    path = write_scored([scored_row(0, sentiment=None, text=None)])
    with pytest.raises(InputError, match="no text was scored"):
        draw_sample(InsightData.open(path))
    with pytest.raises(InputError, match="at least 1"):
        draw_sample(InsightData.open(path), n=0)


def test_the_command_writes_the_sample_and_says_what_to_fill_in(
    scored: Path, tmp_path: Path
) -> None:
    path = tmp_path / "sample.csv"
    result = CliRunner().invoke(command, [str(scored), "-n", "50", "-o", str(path)])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(path)
    assert "50 texts to label" in result.stderr
    assert "wait_time_speed" in result.stderr
    assert len(cells(path)) == 50
    beside = CliRunner().invoke(command, [str(scored), "-n", "5"])
    assert beside.stdout.strip() == str(scored.with_suffix(".sample.csv"))
    wrong = CliRunner().invoke(command, [str(scored), "-o", str(tmp_path / "sample.xlsx")])
    assert isinstance(wrong.exception, OutputError)
