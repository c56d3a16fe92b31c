"""Reading whole files: what is guessed, kept, rejected and refused."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxnlp.declarations import JourneyFile, Metric, Touchpoint
from cxnlp.errors import InputError
from cxnlp.importers.cells import is_blank
from cxnlp.journey.journey_file import read_journey_file
from cxnlp.records import INTERACTION

UTC = datetime.UTC


def metric(column: str, kind: str = "csat", **changes: object) -> Metric:
    """Return a declared metric."""
    low, high = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "rating": (1, 5)}[kind]
    fields = {
        "column": column,
        "kind": kind,
        "question_id": column,
        "scale_min": low,
        "scale_max": high,
        "higher_is_better": True,
        **changes,
    }
    return Metric(**fields)


def test_usual_columns_are_guessed_and_said(read, write):
    path = write(
        "a.csv",
        "Review ID,Comment,Question,Created At,Channel,Touchpoint,Customer ID,NPS\n"
        "r1,Good,Why?,2021-10-03T10:00:00Z,E-Mail,Check-in desk,c1,9\n",
    )
    got = read(path)
    row = got.rows[0]
    assert row["interaction_id"] == "r1"
    assert row["source"] == "a.csv"
    assert row["text"] == "Good"
    assert row["question"] == "Why?"
    assert row["occurred_at"] == datetime.datetime(2021, 10, 3, 10, tzinfo=UTC)
    assert row["channel"] == "email"
    assert row["touchpoint"] == "check_in_desk"
    assert row["customer_id"] == "c1"
    assert row["submission_id"] == "r1"
    assert row["responses"][0]["metric"] == "nps"
    assert row["responses"][0]["value"] == 9
    assert row["responses"][0]["touchpoint"] == "check_in_desk"
    assert len(got.notes) == 1
    for said in ("id from 'Review ID'", "text from 'Comment'", "nps from 'NPS'", "--map"):
        assert said in got.notes[0]


def test_schema_is_the_interaction_then_the_input(read, write):
    got = read(write("a.csv", "Comment,Region,language\nGood,North,en-GB\n"))
    schema = got.feedback.schema
    assert pa.schema(list(schema)[: len(INTERACTION)]) == INTERACTION
    assert schema.names[len(INTERACTION) :] == ["Comment", "Region", "input_language"]
    assert got.rows[0]["language"] == "en"
    assert got.rows[0]["input_language"] == "en-GB"


def test_colliding_input_column_gets_a_free_name(read, write):
    got = read(write("a.csv", "text,topics,input_topics\nGood,a,b\n"))
    assert got.rows[0]["input_input_topics"] == "a"
    assert got.rows[0]["input_topics"] == "b"


def test_a_text_column_of_that_name_is_not_kept_twice(read, write):
    got = read(write("a.csv", "text,n\n  Good ,1\n"))
    assert got.feedback.schema.names.count("text") == 1
    assert "input_text" not in got.feedback.schema.names
    assert got.rows[0]["text"] == "  Good "


def test_ambiguous_guess_takes_the_first_and_says_between_which(read, write):
    got = read(write("a.csv", "review,comment\nfirst,second\n"))
    assert got.rows[0]["text"] == "first"
    assert "the first of 'review', 'comment'" in got.notes[0]


def test_own_name_of_a_field_wins(read, write):
    assert read(write("a.csv", "comment,text\nno,yes\n")).rows[0]["text"] == "yes"


def test_map_overrides_the_guess_and_can_switch_it_off(read, write):
    path = write("a.csv", "text,Other,Team,nps\na,b,T 1,9\n")
    row = read(path, text="Other", touchpoint="Team", nps="").rows[0]
    assert row["text"] == "b"
    assert row["touchpoint"] == "t_1"
    assert row["responses"] == []


def test_map_of_a_missing_column_names_those_there_are(read, write):
    path = write("a.csv", "Comment,Team\nsecret words,T\n")
    with pytest.raises(InputError, match="no column 'Coment'") as error:
        read(path, text="Coment")
    assert "'Comment', 'Team'" in str(error.value)
    assert "did you mean 'Comment'" in str(error.value)
    assert "secret" not in str(error.value)


def test_map_of_an_unknown_field_is_refused(read, write):
    with pytest.raises(InputError, match=r"no field 'txt'.*did you mean 'text'"):
        read(write("a.csv", "Comment\na\n"), txt="Comment")


def test_no_text_and_no_score_column_is_refused(read, write):
    with pytest.raises(InputError, match="--map text=COLUMN"):
        read(write("a.csv", "foo,bar\n1,2\n"))


def test_a_0_to_10_column_is_not_taken_for_nps(read, write):
    got = read(write("a.csv", "text,score,rating\ngood,9,10\n"))
    assert got.rows[0]["responses"] == []


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("11", "nps outside 0-10"),
        ("-1", "nps outside 0-10"),
        ("6.5", "nps not a whole number"),
        ("ten", "not a number"),
        ("1_0", "not a number"),
        ("inf", "not a number"),
    ],
)
def test_a_bad_score_rejects_the_answer_and_keeps_the_text(read, write, value, reason):
    got = read(write("a.csv", f"text,NPS\nGood,{value}\nBad,3\n"))
    assert [row["text"] for row in got.rows] == ["Good", "Bad"]
    assert [len(row["responses"]) for row in got.rows] == [0, 1]
    assert got.rejects == [("a.csv", 1, "NPS", reason)]
    assert got.feedback.counts.values_rejected == 1


def test_empty_scores_are_no_answers_and_no_rejects(read, write):
    got = read(write("a.csv", "text,nps\na,\nb,N/A\nc,7.0\n"))
    assert [len(row["responses"]) for row in got.rows] == [0, 0, 1]
    assert got.rejects == []


def test_a_row_with_nothing_left_is_rejected_with_one_line(read, write):
    got = read(write("a.csv", "text,nps\n   ,11\n,\nok,\n,8\n"))
    assert got.rejects == [
        ("a.csv", 1, "nps", "nps outside 0-10"),
        ("a.csv", 2, "text", "no text and no score"),
    ]
    assert [row["interaction_id"] for row in got.rows] == ["a.csv:3", "a.csv:4"]
    assert got.rows[1]["text"] is None


def test_nul_and_overlong_texts_are_rejected(read, write):
    long = "x" * 100_001
    edge = "y" * 100_000
    got = read(write("a.csv", f"text,nps\na\0b,5\n{long},\n{edge},\n"))
    assert got.rejects == [
        ("a.csv", 1, "text", "NUL character"),
        ("a.csv", 2, "text", "over 100,000 characters"),
    ]
    assert [row["text"] for row in got.rows] == [None, edge]


def test_ces_without_a_direction_is_said(read, write):
    got = read(write("a.csv", "text,CES\na,7\nb,8\n"))
    answer = got.rows[0]["responses"][0]
    assert (answer["scale_min"], answer["scale_max"], answer["higher_is_better"]) == (1, 7, True)
    assert any("CES 2.0" in note for note in got.notes)
    assert got.rejects == [("a.csv", 2, "CES", "ces outside 1-7")]


def test_declared_metric_with_missing_codes_touchpoint_and_weight(read, write):
    journey = JourneyFile(
        stages=("visit",),
        touchpoints=(Touchpoint(name="airport", stage="visit", display="Airport"),),
        metrics=(metric("Q1", "nps", missing=("11",), touchpoint="airport", weight_column="w"),),
    )
    got = read(write("a.csv", "Q1,w\n9,2.5\n11,1\n11.0,1\n8,0\n7,\n"), journey=journey)
    assert len(got.rows) == 1
    answer = got.rows[0]["responses"][0]
    assert (answer["value"], answer["weight"]) == (9, 2.5)
    assert (answer["touchpoint"], answer["stage"]) == ("airport", "visit")
    assert got.rejects == [
        ("a.csv", 2, "", "no text and no score"),
        ("a.csv", 3, "", "no text and no score"),
        ("a.csv", 4, "w", "weight is not a number above 0"),
        ("a.csv", 5, "w", "weight is not a number above 0"),
    ]


def test_a_declared_kind_is_not_guessed_again(read, write):
    journey = JourneyFile(metrics=(metric("score", "nps"),))
    got = read(write("a.csv", "text,score,nps\na,3,9\n"), journey=journey)
    assert [r["value"] for r in got.rows[0]["responses"]] == [3]
    assert any("'nps' is not read as nps" in note for note in got.notes)


def test_a_declared_column_must_be_there(read, write):
    with pytest.raises(InputError, match=r"no column 'score'.*metric"):
        read(write("a.csv", "text\na\n"), journey=JourneyFile(metrics=(metric("score"),)))
    with pytest.raises(InputError, match=r"no column 'region'.*segment"):
        read(write("a.csv", "text\na\n"), journey=JourneyFile(segments=("region",)))


def test_stage_from_the_journey_or_the_row_and_segments(read, write):
    journey = JourneyFile(
        stages=("Before", "After"),
        touchpoints=(Touchpoint(name="web_shop", stage="Before", display="Shop"),),
        segments=("region",),
    )
    path = write(
        "a.csv",
        "text,touchpoint,stage,region\na,Web-Shop,,north\nb,web shop,AFTER,\nc,!!,,x\n",
    )
    got = read(path, journey=journey)
    assert [row["stage"] for row in got.rows] == ["Before", "After", None]
    assert [row["touchpoint"] for row in got.rows] == ["web_shop", "web_shop", None]
    assert [dict(row["segments"]) for row in got.rows] == [{"region": "north"}, {}, {"region": "x"}]
    assert got.rejects == [("a.csv", 3, "touchpoint", "no letter or digit")]


def test_unknown_channel_rejects_the_field(read, write):
    got = read(write("a.csv", "text,channel\na,Telephone\nb,pigeon\nc,\n"))
    assert [row["channel"] for row in got.rows] == ["phone", None, None]
    assert [row["input_channel"] for row in got.rows] == ["Telephone", "pigeon", None]
    assert [(r[1], r[2]) for r in got.rejects] == [(2, "channel")]


def test_impossible_date_rejects_the_field(read, write):
    got = read(write("a.csv", "text,date\na,2023-02-30\nb,\nc,2023-02-28\nd,soon\n"))
    assert [row["occurred_at"] is None for row in got.rows] == [True, True, False, True]
    assert got.rejects == [
        ("a.csv", 1, "date", "impossible date"),
        ("a.csv", 4, "date", "not a date that can be read"),
    ]


@pytest.mark.parametrize(
    ("values", "month", "said"),
    [
        (("03/04/2021", "25/12/2021"), 4, "day/month"),
        (("03/04/2021", "12/25/2021"), 3, "month/day"),
        (("03/04/2021", "05/06/2021"), 4, "could be day/month or month/day"),
    ],
)
def test_order_of_day_and_month_comes_from_the_data_and_is_said(read, write, values, month, said):
    got = read(write("a.csv", "text,date\n" + "".join(f"x,{v}\n" for v in values)))
    assert got.rows[0]["occurred_at"].month == month
    assert got.rejects == []
    assert any(said in note for note in got.notes)


def test_a_repeated_id_is_rejected_across_batches(read, write):
    lines = [f"i{n},text {n}\n" for n in range(100)]
    got = read(write("a.csv", "id,text\n" + "".join(lines) + "i3,again\n"), rows=7)
    assert got.rejects == [("a.csv", 101, "id", "duplicate id")]
    assert got.feedback.counts.duplicates == 1
    assert len(got.rows) == 100


def test_an_id_column_that_repeats_throughout_is_no_id(read, write):
    lines = [f"c{n % 5},text {n}\n" for n in range(50)]
    got = read(write("a.csv", "id,text\n" + "".join(lines)))
    assert len(got.rows) == 50
    assert got.rows[0]["interaction_id"] == "a.csv:1"
    assert any("repeats" in note for note in got.notes)


def test_a_missing_id_falls_back_to_the_row(read, write):
    got = read(write("a.csv", "id,text\n,a\nx,b\n,c\n"))
    assert [row["interaction_id"] for row in got.rows] == ["a.csv:1", "x", "a.csv:3"]


def test_respondent_is_the_submission(read, write):
    got = read(write("a.csv", "id,respondent,text\n1,r1,a\n2,r1,b\n3,,c\n"))
    assert [row["submission_id"] for row in got.rows] == ["r1", "r1", "3"]


def test_several_files_share_a_union_of_columns(read, write, tmp_path):
    table = pa.table({"text": ["c"], "n": pa.array([5]), "when": [datetime.date(2021, 1, 2)]})
    pq.write_table(table, tmp_path / "b.parquet")
    got = read(write("a.csv", "text,n,x\na,1,\nb,2,9\n"), tmp_path / "b.parquet")
    assert [row["source"] for row in got.rows] == ["a.csv", "a.csv", "b.parquet"]
    assert [row["n"] for row in got.rows] == ["1", "2", "5"]
    assert [row["x"] for row in got.rows] == [None, "9", None]
    assert got.rows[2]["when"] == datetime.date(2021, 1, 2)
    assert got.feedback.bytes_read == got.feedback.bytes_total > 0


def test_files_of_one_name_are_told_apart(read, tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.csv").write_text(f"text\ngood {folder}\n")
    got = read(tmp_path / "x" / "a.csv", tmp_path / "y" / "a.csv")
    assert len({row["source"] for row in got.rows}) == 2
    with pytest.raises(InputError, match="given twice"):
        read(tmp_path / "x" / "a.csv", tmp_path / "x" / "a.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "x" / "a.csv")
    for other in (tmp_path / "link.csv", tmp_path / "y" / ".." / "x" / "a.csv"):
        with pytest.raises(InputError, match="given twice, also as "):
            read(tmp_path / "x" / "a.csv", other)


def test_a_copy_of_a_file_adds_nothing_and_is_told(read, write):
    one = write("a.csv", "text,nps\ngood,9\nbad,1\n")
    copy = write("renamed.csv", one.read_bytes())
    other = write("same_size.csv", "text,nps\ngood,8\nbad,1\n")
    got = read(one, copy, other)
    assert [row["source"] for row in got.rows] == ["a.csv"] * 2 + ["same_size.csv"] * 2
    assert [note for note in got.notes if "copy" in note] == [
        f"{copy}: is a copy of {one}, so it adds nothing and is not read."
    ]


def test_rows_that_two_files_share_are_read_once(read, write):
    first = write("may.csv", "id,text,nps\n1,good,9\n2,bad,1\n,good,9\n")
    then = write("june.csv", "nps,id,text\n1,2,bad\n7,3,fine\n9,,good\n9,1,another\n")
    got = read(first, then)
    assert [row["text"] for row in got.rows] == ["good", "bad", "good", "fine", "good", "another"]
    reason = "the same row with the same id in another file"
    assert got.rejects == [("june.csv", 1, "id", reason)]
    assert got.feedback.counts.duplicates == 1
    assert [row["text"] for row in read(first, then, rows=1).rows] == [r["text"] for r in got.rows]


def test_without_text_and_scores_both_ways_of_naming_one_are_told(read, write):
    with pytest.raises(InputError, match=r"--map text=COLUMN or, .*--map nps=COLUMN"):
        read(write("a.csv", "id,How likely are you to recommend us?\n1,9\n"))


def test_a_journey_column_that_is_nearly_there_is_named(read, write):
    with pytest.raises(InputError, match="names as metric: did you mean 'Recommend'"):
        read(
            write("a.csv", "text,Recommend\na,9\n"),
            journey=JourneyFile(metrics=(metric("Recomend", "nps"),)),
        )


def test_refusals_are_one_sentence_each(read, write, tmp_path):
    broken = write("broken.parquet", b"PAR1 this is no parquet PAR1")
    cases = {
        write("empty.csv", b""): "is empty",
        write("blank.csv", "\n\n  \n"): "is empty",
        write("bom.csv", b"\xef\xbb\xbf"): "is empty",
        write("header.csv", "id,text\n"): "has a header but no row",
        write("noise.csv", bytes(range(256)) * 40): "not text",
        write("book.csv", b"PK\x03\x04" + bytes(100)): "Excel",
        write("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100)): "picture",
        write("bad.jsonl", "hello\nthere\n"): "holds no JSON object",
        write("empty.jsonl", b""): "is empty",
        write("empty.parquet", b""): "is empty",
        broken: "broken or not a Parquet file",
        write("a.xlsx", b"PK"): "broken or not an Excel workbook",
        write("a.xls", b"x"): "Supported are .csv",
        write("noext", b"text\na\n"): "Supported are .csv",
        tmp_path: "is a folder",
        Path("-"): "Save the input and name the file",
        tmp_path / "nowhere.csv": "there is no such file",
    }
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "norows.parquet")
    cases[tmp_path / "norows.parquet"] = "no row"
    for path, message in cases.items():
        with pytest.raises(InputError, match=message) as error:
            read(path)
        assert str(path) in str(error.value)
        assert "\n" not in str(error.value)


def test_rejects_hold_no_text(read, write, tmp_path):
    read(write("a.csv", "text,nps,date\nsecret words,99,never ever\nsecret\0,,\n"))
    log = (tmp_path / "out.rejects.csv").read_text()
    assert "secret" not in log
    assert "never" not in log
    assert "99" not in log


def test_batch_size_does_not_change_the_rows(read, write):
    lines = "".join(f'{n},"line {n}\nmore",{n % 13}\n' for n in range(50))
    path = write("a.csv", "id,text,nps\n" + lines)
    assert read(path, rows=3).rows == read(path, rows=1000).rows


def test_the_patients_own_scores_come_out_once_each(read):
    folder = Path(__file__).parents[2] / "examples" / "nhs"
    got = read(folder / "feedback.csv", journey=read_journey_file(folder / "journey.toml"))
    assert {reason for *_, reason in got.rejects} <= {"no text and no score"}
    answers = {
        (row["submission_id"], r["question_id"]): r["value"]
        for row in got.rows
        for r in row["responses"]
    }
    assert len(answers) == 597
    assert round(100 * sum(v >= 4 for v in answers.values()) / 597, 1) == 86.4
    assert all(row["stage"] == "access" for row in got.rows if row["touchpoint"] == "111")


def test_the_airport_survey_reads_as_published(read):
    folder = Path(__file__).parents[2] / "examples" / "sfo"
    got = read(folder / "survey.csv", journey=read_journey_file(folder / "journey.toml"))
    values = [r["value"] for row in got.rows for r in row["responses"] if r["metric"] == "nps"]
    assert len(values) == 2746
    assert sum(v >= 9 for v in values) == 1436
    assert sum(v <= 6 for v in values) == 342


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.text(
            alphabet=st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\r\t"),
            min_size=1,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_any_text_comes_back_or_is_counted(read, tmp_path, texts):
    import csv

    path = tmp_path / "law.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(["n", "text"])
        writer.writerows(enumerate(texts))
    (tmp_path / "law.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))
    pq.write_table(pa.table({"text": texts}), tmp_path / "law.parquet")
    expected = [text for text in texts if not is_blank(text)]
    for name in ("law.csv", "law.jsonl", "law.parquet"):
        got = read(tmp_path / name)
        assert [row["text"] for row in got.rows] == expected
        assert len(got.rejects) == len(texts) - len(expected)
        (tmp_path / "out.rejects.csv").unlink(missing_ok=True)


def test_a_guess_must_fit_the_values(read, write):
    got = read(write("a.csv", "response,time,verbatim,created\n9,12:30,Good,2021-01-02\n"))
    assert got.rows[0]["text"] == "Good"
    assert got.rows[0]["occurred_at"].year == 2021
    assert got.rejects == []


@pytest.mark.parametrize(
    "text", ["\u200b", " \u00a0\u200b ", "\ufe0f\u200d", "\u00ad", "\ufffd\ufffd"]
)
def test_text_of_which_nothing_is_seen_is_no_text(read, write, text):
    got = read(write("a.csv", f"id,text\n1,{text}\n2,-\n"))
    assert [row["text"] for row in got.rows] == ["-"]
    assert got.rejects == [("a.csv", 1, "text", "no text and no score")]


def test_a_duration_is_not_guessed_to_be_a_date(read, tmp_path):
    for values in ([5, 7], [1.5, 2.5], [datetime.time(1, 2), None]):
        pq.write_table(pa.table({"text": ["a", "b"], "time": values}), tmp_path / "a.parquet")
        got = read(tmp_path / "a.parquet")
        assert got.rejects == []
        assert got.rows[0]["occurred_at"] is None


def test_headers_may_hold_odd_spaces(read, write):
    got = read(write("a.csv", "Customer\u00a0comment,\u200bid\nGood,1\n"))
    assert got.rows[0]["text"] == "Good"


def test_a_device_is_refused(read, tmp_path):
    (tmp_path / "null.csv").symlink_to("/dev/null")
    with pytest.raises(InputError, match="not a regular file"):
        read(tmp_path / "null.csv")


def test_an_answer_counts_once_however_many_rows_repeat_it(read, write) -> None:
    text = "respondent,nps,comment\nr1,9,good\nr1,9,and quick\nr2,3,bad\n,4,late\n,5,dear\n"
    assert read(write("a.csv", text)).feedback.counts.answers == 4
    assert read(write("a.csv", text), rows=1).feedback.counts.answers == 4


def test_decimal_commas_are_read_in_scores(read, write) -> None:
    text = "id;csat;comment\n1;4,0;good\n2;2,5;slow\n3;1,000;what\n4;4,5,6;why\n"
    got = read(write("a.csv", text))
    assert [[a["value"] for a in row["responses"]] for row in got.rows] == [[4.0], [2.5], [], []]
    assert [reject[3] for reject in got.rejects] == ["not a number"] * 2


def test_rejects_do_not_pile_up_where_hardly_a_row_fits(read, write, monkeypatch) -> None:
    from cxnlp.importers import interactions

    monkeypatch.setattr(interactions, "_MAX_PENDING", 10)
    waiting: list[int] = []
    flush = interactions.InteractionReader.flush

    def watched(self: interactions.InteractionReader) -> None:
        waiting.append(len(self._pending))
        flush(self)

    monkeypatch.setattr(interactions.InteractionReader, "flush", watched)
    got = read(write("a.csv", "id,nps,comment\n" + "x\n" * 95 + "1,9,good\n"))
    assert [row for _, row, _, _ in got.rejects] == list(range(1, 96))
    assert max(waiting) == 10
