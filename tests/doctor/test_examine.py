"""What the doctor says of files, and that it is what scoring them then does."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxnlp import Classifier
from cxnlp.cli.main import main
from cxnlp.declarations import JourneyFile
from cxnlp.doctor.examine import examine
from cxnlp.doctor.findings import Findings
from cxnlp.doctor.to_text import describe
from cxnlp.errors import InputError
from cxnlp.scoring.run import score_files

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = "The Zanzibar suite was horrible"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


def _examine(path: Path, classifier: Classifier, **options: object) -> Findings:
    return examine([path], load=lambda: classifier, **options)  # type: ignore[arg-type]


def _hotel(folder: Path) -> Path:
    path = folder / "hotel.csv"
    rows = ["ref,date,comment,stars,nps,room"]
    for i in range(40):
        rows.append(
            f"{i},2024-0{1 + i % 3}-10,The room was fine on day {i},{1 + i % 5},{i % 11},{i}"
        )
    rows.append(f"40,2024-02-30,{SECRET},5,11,7")
    rows.append(f"0,2024-03-10,{SECRET},5,9,7")
    rows.append("42,2024-03-11,,,,")
    rows.append("43,,Il servizio era pessimo e nessuno ha risposto alle mie domande,2,3,1")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_it_says_what_scoring_then_does(tmp_path: Path, classifier: Classifier) -> None:
    path = _hotel(tmp_path)
    found = _examine(path, classifier)
    scored = score_files(
        [path], tmp_path / "out.parquet", load=lambda: classifier, mapping={},
        journey=JourneyFile(), note=lambda line: None,
    )  # fmt: skip
    assert (found.rows_read, found.rows_kept) == (scored.rows_read, scored.rows_kept)
    assert (found.rows_rejected, found.values_rejected) == (
        scored.rows_rejected, scored.values_rejected,
    )  # fmt: skip
    assert {r.reason: r.n for r in found.rejected} == scored.reasons
    assert found.n_texts == scored.n_scored + sum(scored.foreign.values())
    assert found.languages == {"en": found.n_texts - 1, "it": 1}
    assert sum(score.n for score in found.scores) == scored.n_responses


def test_columns_scales_dates_and_repetitions(tmp_path: Path, classifier: Classifier) -> None:
    found = _examine(_hotel(tmp_path), classifier, mapping={"id": "ref"})
    (columns,) = found.columns
    assert columns.fields["text"] == "comment"
    assert columns.fields["nps"] == "nps"
    assert columns.others == ("stars", "room")
    (score,) = found.scores
    assert (score.kind, score.scale_min, score.scale_max) == ("nps", 0, 10)
    (like,) = found.score_like
    assert (like.column, like.low, like.high, like.scales[0]) == ("stars", 1, 5, (1, 5))
    assert (found.first, found.last) == ("2024-01-10", "2024-03-10")
    assert found.n_repeated_ids == 1
    assert found.seconds is not None
    assert found.seconds > 0


def test_texts_that_stand_again_are_counted(tmp_path: Path, classifier: Classifier) -> None:
    path = tmp_path / "x.csv"
    path.write_text("text\n" + "Nobody answered my call at all\n" * 3 + "Great\n" * 5)
    found = _examine(path, classifier)
    assert found.n_repeated_texts == 2
    assert any("put in twice" in line for line in describe(found))


def test_a_declared_score_is_not_advised(classifier: Classifier) -> None:
    runner = CliRunner()
    result = runner.invoke(main, ["doctor", str(EXAMPLES / "sfo" / "survey.csv")])
    assert result.exit_code == 0, result.output
    assert "NETPRO: NPS of 0 to 10, higher is better; 2,746 answers" in result.output
    assert "[[metric]]" not in result.output
    assert "There is no touchpoint" not in result.output


def test_the_declaration_it_proposes_is_read(tmp_path: Path, classifier: Classifier) -> None:
    path = _hotel(tmp_path)
    lines = describe(_examine(path, classifier))
    at = next(i for i, line in enumerate(lines) if line.strip() == "[[metric]]")
    (tmp_path / "journey.toml").write_text("\n".join(line.strip() for line in lines[at:]) + "\n")
    result = CliRunner().invoke(main, ["doctor", str(path), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert [(s["question"], s["kind"]) for s in found["scores"]] == [
        ("stars", "csat"), ("nps", "nps"),
    ]  # fmt: skip
    assert found["score_like"] == []


def test_no_text_of_a_customer_is_shown(tmp_path: Path, classifier: Classifier) -> None:
    found = _examine(_hotel(tmp_path), classifier)
    shown = "\n".join(describe(found)) + json.dumps(asdict(found))
    assert "Zanzibar" not in shown
    assert "room was fine" not in shown


def test_scores_alone_and_conversations(classifier: Classifier) -> None:
    chats = _examine(EXAMPLES / "chats" / "both_sides.jsonl", classifier)
    assert (chats.n_conversations, chats.n_texts) == (12, 0)
    assert any("12 conversations of 105 turns" in line for line in describe(chats))


def test_what_cannot_be_scored_cannot_be_examined(tmp_path: Path, classifier: Classifier) -> None:
    with pytest.raises(InputError, match="no such file"):
        _examine(tmp_path / "none.csv", classifier)
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(InputError):
        _examine(path, classifier)


def test_a_code_beside_the_scale_hides_no_score(tmp_path: Path, classifier: Classifier) -> None:
    rows = [f"The room was fine on day {i},{i % 11}" for i in range(50)]
    path = tmp_path / "recommend.csv"
    path.write_text("\n".join(["comment,How likely?", *rows, "Do not know,11"]) + "\n")
    (like,) = _examine(path, classifier).score_like
    assert (like.low, like.high, like.scales) == (0, 11, ((0, 10),))


def test_what_an_export_reads_already_is_not_advised(
    tmp_path: Path, classifier: Classifier
) -> None:
    path = tmp_path / "delighted.csv"
    rows = "".join(f"{i},p{i},nps,{i % 5},It was fine {i},1700000000\n" for i in range(20))
    path.write_text("id,person,survey_type,score,comment,created_at\n" + rows)
    found = _examine(path, classifier)
    assert [score.kind for score in found.scores] == ["nps"]
    assert found.score_like == ()
