"""The journey file says what it must, or what is wrong in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxnlp.errors import InputError, JourneyFileError
from cxnlp.journey.journey_file import (
    DEFAULT_STAGES,
    JourneyFile,
    Metric,
    Touchpoint,
    find_journey_file,
    journey_from_json,
    journey_to_json,
    read_journey_file,
)
from cxnlp.slug import slug

WHOLE = """
period = "quarter"
stages = ["Access", "Care"]
segments = ["region"]

[columns]
text = "Comment"
occurred_at = "When"

[[touchpoint]]
name = "A & E"
stage = "care"
display = "Emergency"

[[touchpoint]]
name = "Web site"
stage = "Access"

[[metric]]
column = "NETPRO"
kind = "nps"
missing = [11, "x"]
touchpoint = "A & E"
weight_column = "w"

[[metric]]
column = "effort"
kind = "ces"
question_id = "q2"
scale_min = 1
scale_max = 5
higher_is_better = false

[[metric]]
column = "sat"
kind = "csat"
"""


@pytest.fixture
def read(tmp_path: Path):
    """Return a function that reads a journey file of the text given."""

    def run(text: str) -> JourneyFile:
        path = tmp_path / "journey.toml"
        path.write_text(text, encoding="utf-8")
        return read_journey_file(path)

    return run


def test_a_whole_file(read):
    assert read(WHOLE) == JourneyFile(
        stages=("Access", "Care"),
        touchpoints=(
            Touchpoint(name="a_e", stage="Care", display="Emergency"),
            Touchpoint(name="web_site", stage="Access", display="Web site"),
        ),
        segments=("region",),
        metrics=(
            Metric(
                column="NETPRO",
                kind="nps",
                question_id="NETPRO",
                scale_min=0,
                scale_max=10,
                higher_is_better=True,
                missing=("11", "x"),
                touchpoint="a_e",
                weight_column="w",
            ),
            Metric(
                column="effort",
                kind="ces",
                question_id="q2",
                scale_min=1,
                scale_max=5,
                higher_is_better=False,
            ),
            Metric(
                column="sat",
                kind="csat",
                question_id="sat",
                scale_min=1,
                scale_max=5,
                higher_is_better=True,
            ),
        ),
        period="quarter",
        columns={"text": "Comment", "date": "When"},
    )


def test_json_brings_the_same_back(read):
    journey = read(WHOLE)
    assert journey_from_json(journey_to_json(journey)) == journey
    assert journey_from_json(journey_to_json(journey).encode()) == journey
    for broken in ("", "{}", "[1]", '{"stages": 3}'):
        with pytest.raises(JourneyFileError):
            journey_from_json(broken)


def test_an_empty_file_is_the_default(read):
    assert read("") == JourneyFile()
    assert read("\ufeff") == JourneyFile()
    assert read("").stages == DEFAULT_STAGES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("perod = 'day'", "unknown key 'perod': did you mean 'period'"),
        ("period = 'hour'", "period 'hour' is not one of day"),
        ("period = 3", "period 3 is not one of"),
        ("stages = 'care'", "stages must be a list of strings"),
        ("stages = ['care', 'Care']", "stage 'care' stands twice"),
        ("segments = ['region', 'region']", "segment 'region' stands twice"),
        ("segments = [1]", "segments must be a list of strings"),
        ("columns = 1", "must hold lines"),
        ("[columns]\ntxt = 'a'", "no field 'txt'"),
        ("[touchpoint]\nname = 'a'", "written as"),
        ("[[touchpoint]]\nstage = 'reach'", "name is missing"),
        ("[[touchpoint]]\nname = 'a'", "stage is missing"),
        ("[[touchpoint]]\nname = 'a'\nstage = 'reech'", "not in stages: did you mean 'reach'"),
        ("[[touchpoint]]\nname = '!'\nstage = 'reach'", "no letter or digit"),
        ("[[touchpoint]]\nname = 'a'\nstage = 'reach'\nlabel = 'b'", "unknown key 'label'"),
        ("[[touchpoint]]\nname = 'a'\nstage = 'reach'\n" * 2, "touchpoint 'a' stands twice"),
        ("[[metric]]\nkind = 'nps'", "column is missing"),
        ("[[metric]]\ncolumn = 'a'", "kind is missing"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'npz'", "did you mean 'nps'"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'nps'\nscale_min = 1\nscale_max = 10", "0-10"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'nps'\nhigher_is_better = false", "always better"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'csat'\nscale_max = 7", "scale_min and scale_max"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'csat'\nscale_min = 5\nscale_max = 1", "below"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'csat'\nscale_min = '1'\nscale_max = 5", "a number"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'csat'\nscale_min = 1\nscale_max = inf", "a number"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'rating'", "scale_min and scale_max"),
        (
            "[[metric]]\ncolumn = 'a'\nkind = 'ces'\nscale_min = 1\nscale_max = 7",
            "higher_is_better",
        ),
        ("[[metric]]\ncolumn = 'a'\nkind = 'csat'\nhigher_is_better = 1", "true or false"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'nps'\nmissing = 11", "missing must be a list"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'nps'\nmising = [11]", "did you mean 'missing'"),
        ("[[metric]]\ncolumn = 'a'\nkind = 'nps'\n" * 2, "question_id 'a' stands twice"),
        ("stages = [", "not valid TOML"),
    ],
)
def test_errors_name_the_file_and_the_fault(read, tmp_path, text, message):
    with pytest.raises(JourneyFileError) as error:
        read(text)
    assert message in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "journey.toml"))


def test_unreadable_files(tmp_path):
    with pytest.raises(JourneyFileError, match="cannot be read"):
        read_journey_file(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes(b"stages = ['caf\xe9']")
    with pytest.raises(InputError, match="not UTF-8"):
        read_journey_file(tmp_path / "latin.toml")


def test_the_file_beside_the_first_input_is_found(tmp_path):
    assert find_journey_file([]) is None
    assert find_journey_file([tmp_path / "a.csv"]) is None
    (tmp_path / "journey.toml").touch()
    assert find_journey_file([tmp_path / "a.csv", Path("/b.csv")]) == tmp_path / "journey.toml"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("PTS \xa0- Patient  Transport", "pts_patient_transport"),
        ("Straße", "strasse"),
        ("Überweisung", "uberweisung"),
        ("in_store", "in_store"),
        ("客服", "客服"),
        ("बिल", "बिल"),
        ("!?", ""),
    ],
)
def test_slugs(name, expected):
    assert slug(name) == expected
    assert slug(expected) == expected


def test_the_title_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "journey.toml"
    path.write_text('title = "Patients"\n', encoding="utf-8")
    journey = read_journey_file(path)
    assert journey.title == "Patients"
    assert journey_from_json(journey_to_json(journey)) == journey
    path.write_text("title = 3\n", encoding="utf-8")
    with pytest.raises(JourneyFileError, match="title"):
        read_journey_file(path)
