"""Several open questions answered by one respondent."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cxnlp.errors import InputError
from cxnlp.importers.verbatims import is_question, split_columns
from cxnlp.journey.journey_file import read_journey_file

GOOD = "What was good, and why?"
BAD = "What could we do better?"
HEADER = f'Respondent,Customer ID,Date,NPS,"{GOOD}",{BAD},Team\n'
SURVEY = HEADER + (
    "r1,c1,2021-10-03,9,The staff were so kind,Nothing at all really,A\n"
    "r2,c2,2021-10-04,11,  ,Shorter queues at the till,B\n"
    "r3,c3,never,7,,,A\n"
    ",c4,2021-10-05,3,It was clean in there,More seats in the hall,B\n"
    "r5,c5,,,,,A\n"
)


def short(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["interaction_id"], row["question"], row["text"]) for row in rows]


EXPECTED = [
    (f"a.csv:1:{GOOD}", GOOD, "The staff were so kind"),
    (f"a.csv:1:{BAD}", BAD, "Nothing at all really"),
    (f"a.csv:2:{BAD}", BAD, "Shorter queues at the till"),
    ("a.csv:3", None, None),
    (f"a.csv:4:{GOOD}", GOOD, "It was clean in there"),
    (f"a.csv:4:{BAD}", BAD, "More seats in the hall"),
]


def check(got: Any) -> None:
    assert short(got.rows) == EXPECTED
    assert [row["submission_id"] for row in got.rows] == ["r1", "r1", "r2", "r3", *["a.csv:4"] * 2]
    assert [row["customer_id"] for row in got.rows] == ["c1", "c1", "c2", "c3", "c4", "c4"]
    answers = {
        (row["submission_id"], answer["question_id"]): answer["value"]
        for row in got.rows
        for answer in row["responses"]
    }
    assert sorted(answers.values()) == [3, 7, 9]
    # What is wrong with a row is told once, by its number in the file.
    assert got.rejects == [
        ("a.csv", 2, "NPS", "nps outside 0-10"),
        ("a.csv", 3, "Date", "not a date that can be read"),
        ("a.csv", 5, "What was good, and why?", "no text and no score"),
    ]
    counts = got.feedback.counts
    assert (counts.rows_read, counts.rows_kept, counts.interactions) == (5, 4, 6)
    assert {GOOD, BAD, "Team"} <= set(got.feedback.schema.names)
    assert [row["Team"] for row in got.rows] == ["A", "A", "B", "A", "B", "B"]
    assert got.rows[0][BAD] == "Nothing at all really"


def test_every_open_question_that_is_found_is_read_and_told(read: Any, write: Any) -> None:
    got = read(write("a.csv", SURVEY))
    check(got)
    told = [note for note in got.notes if "as text" in note]
    assert told == [
        f"a.csv: {GOOD!r}, {BAD!r} are read as text, each with its name as the question. "
        "Use --map text=COLUMN,COLUMN where that is wrong."
    ]


@pytest.mark.parametrize("text", [f"{GOOD},{BAD}", [GOOD, BAD], f" {GOOD} , {BAD} "])
def test_the_columns_can_be_told(read: Any, write: Any, text: Any) -> None:
    got = read(write("a.csv", SURVEY), text=text)
    check(got)
    assert not any("as text" in note for note in got.notes)


def test_the_journey_file_may_name_several(read: Any, write: Any) -> None:
    journey = write("journey.toml", f"[columns]\ntext = ['{GOOD}', '{BAD}']\n")
    check(read(write("a.csv", SURVEY), journey=read_journey_file(journey)))


def test_the_order_is_as_told_and_the_file_is_cut_anywhere(read: Any, write: Any) -> None:
    path = write("a.csv", SURVEY)
    got = read(path, text=f"{BAD},{GOOD}")
    assert got.rows[0]["question"] == BAD
    assert read(path, rows=1).rows == read(path).rows


def test_one_column_of_several_can_be_told(read: Any, write: Any) -> None:
    got = read(write("a.csv", SURVEY), text=BAD)
    assert short(got.rows)[0] == ("a.csv:1", BAD, "Nothing at all really")


def test_a_comment_beside_questions_is_a_verbatim_too(read: Any, write: Any) -> None:
    path = write(
        "a.csv",
        "ID,How was your visit today?,Any other comments?,Comment\n"
        "x1,It was really very good,None that I know of,Do call me back please\n",
    )
    rows = read(path, text="How was your visit today?,Comment").rows
    assert [row["interaction_id"] for row in rows] == ["x1:How was your visit today?", "x1:Comment"]
    assert len(read(path).rows) >= 2


def test_a_question_of_choices_names_or_numbers_is_no_verbatim(read: Any, write: Any) -> None:
    rows = [
        f"I really like number {n} of them,{choice},{n},Ann Other Name {n},{store} Street"
        for n, (choice, store) in enumerate(
            zip(["Very satisfied indeed", "Not satisfied at all"] * 20, range(40), strict=True)
        )
    ]
    header = (
        "What did you like?,How satisfied were you with us?,How many times do you come?,"
        "What is your full name?,Which store did you visit?\n"
    )
    got = read(write("a.csv", header + "\n".join(rows)))
    assert {row["question"] for row in got.rows} == {"What did you like?"}
    assert [row["interaction_id"] for row in got.rows][:2] == ["a.csv:1", "a.csv:2"]


def test_short_answers_beside_a_sentence_are_verbatims(read: Any, write: Any) -> None:
    path = write(
        "a.csv",
        f"id,How satisfied are you with us?,{BAD}\n"
        "1,Very satisfied,Nothing\n2,Not satisfied,Answer the phone faster please\n"
        "3,Neither satisfied nor dissatisfied,More parking\n",
    )
    assert {row["question"] for row in read(path).rows} == {BAD}


def test_a_file_with_a_row_for_each_text_is_read_as_that(read: Any, write: Any) -> None:
    for header in (f"text,{BAD}", f"question,comment,{BAD}"):
        cells = ",".join(["It is a text of its own"] * header.count(","))
        got = read(write("a.csv", f"{header}\n{cells},It is another one of some length\n"))
        assert [row["text"] for row in got.rows] == ["It is a text of its own"]


def test_too_long_a_verbatim_is_rejected_alone(read: Any, write: Any) -> None:
    path = write("a.csv", f"Q1,Q2\n{'x' * 100_001},fine\na\0b,\n")
    got = read(path, text="Q1,Q2")
    assert short(got.rows) == [("a.csv:1:Q2", "Q2", "fine")]
    assert got.rejects == [
        ("a.csv", 1, "Q1", "over 100,000 characters"), ("a.csv", 2, "Q1", "NUL character"),
    ]  # fmt: skip


def test_the_id_of_a_row_counts_once(read: Any, write: Any) -> None:
    got = read(write("a.csv", "id,Q1,Q2\n1,a,b\n1,c,d\n2,e,\n"), text="Q1,Q2")
    assert [row["interaction_id"] for row in got.rows] == ["1:Q1", "1:Q2", "2:Q1"]
    assert got.rejects == [("a.csv", 2, "id", "duplicate id")]


def test_types_other_than_text_are_no_hindrance(read: Any, tmp_path: Any) -> None:
    pq.write_table(pa.table({"Q1": ["a", None], "Q2": [1, 2]}), tmp_path / "a.parquet")
    got = read(tmp_path / "a.parquet", text="Q1,Q2")
    assert [row["text"] for row in got.rows] == ["a", "1", "2"]


def test_what_cannot_be_is_refused(read: Any, write: Any) -> None:
    path = write("a.csv", "conversation_id,role,Q1,Q2\n1,user,a,b\n1,agent,a,b\n")
    with pytest.raises(InputError, match=r"no column 'Q3' for text. The columns"):
        read(path, text="Q1,Q3")
    with pytest.raises(InputError, match="have one column of text, but 2 are mapped"):
        read(path, text="Q1,Q2", conversation="conversation_id")
    with pytest.raises(InputError, match="'nps' takes one column"):
        read(path, nps=["Q1", "Q2"])


def test_names_with_commas_are_found() -> None:
    columns = ["a, b", "c", "a", "b"]
    assert split_columns("a, b,c", columns) == ["a, b", "c"]
    assert split_columns("a,c,a", columns) == ["a", "c"]
    assert split_columns("", columns) == []
    assert split_columns("x,y", columns) == ["x", "y"]


@pytest.mark.parametrize(
    ("header", "asks"),
    [
        ("What could we do better?", True),
        ("Q12. Why did you give us this score", True),
        ("3) Please tell us more about it:", True),
        ("Is there anything else you would like to add? (optional)", True),
        ("Comment", False),
        ("Why?", False),
        ("How often", False),
        ("Q1", False),
        ("Whatever they said about it", False),
        ("2021", False),
        ("", False),
    ],
)
def test_headers_that_ask(header: str, asks: bool) -> None:
    assert is_question(header) is asks


def test_several_kinds_of_comment_are_all_read(read: Any, write: Any) -> None:
    rows = "".join(
        f"s{i},The staff were kind {i},The queue was long {i},{i % 11}\n" for i in range(12)
    )
    got = read(write("a.csv", "Response ID,Positive comments,Negative comments,NPS\n" + rows))
    assert short(got.rows)[:2] == [
        ("a.csv:1:Positive comments", "Positive comments", "The staff were kind 0"),
        ("a.csv:1:Negative comments", "Negative comments", "The queue was long 0"),
    ]
    got = read(write("b.csv", "Response ID,Likes,Dislikes,NPS\n" + rows))
    assert [row["question"] for row in got.rows[:2]] == ["Likes", "Dislikes"]
    # One alone is the text, and asks nothing.
    alone = read(write("c.csv", "Response ID,Other comments,Agent comment,NPS\n" + rows))
    assert {row["question"] for row in alone.rows} == {None}
    assert alone.rows[0]["text"] == "The staff were kind 0"


def test_columns_that_tell_of_comments_are_no_comments(read: Any, write: Any) -> None:
    rows = "".join(f"yes,Ann,praise,The staff were kind {i},{i % 11}\n" for i in range(12))
    header = "Has Comment,Feedback Owner,Type of feedback,What they said,NPS\n"
    got = read(write("a.csv", header + rows))
    assert short(got.rows)[0] == ("a.csv:1", "What they said", "The staff were kind 0")
    assert len(got.rows) == 12
    # Few short values again and again are choices, whatever their name.
    rows = "".join(f"yes please,The staff were kind {i},{i % 11}\n" for i in range(12))
    got = read(write("b.csv", "Feedback wanted,Guest feedback,NPS\n" + rows))
    assert [row["text"] for row in got.rows[:1]] == ["The staff were kind 0"]
