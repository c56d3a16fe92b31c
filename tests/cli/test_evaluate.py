from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cxnlp.cli.laid_tables import print_tables
from cxnlp.cli.main import main
from cxnlp.model.locate import locate_model

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from training.evaluation.tables import Table  # noqa: E402

_TEXTS = [
    ("The crew was friendly and boarding was quick.", "positive", "staff_service", 5),
    ("Awful food, I could not eat it.", "negative", "food_drink", 1),
    ("Where can I find my boarding pass?", "neutral", "", 3),
    ("They lost my bag and nobody helped.", "negative", "staff_service", 1),
    ("Delicious meal on board!", "positive", "food_drink", 5),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set with every kind of label but emotions, and a folder that is none."""
    folder = tmp_path_factory.mktemp("data")
    rows = [
        {"text": text, "question": "How was it?" if n % 2 else None, "sentiment": sentiment,
         "topics": [topic] if topic else [], "polarities": [sentiment] if topic else [],
         "rating": stars}
        for n, (text, sentiment, topic, stars) in enumerate(_TEXTS * 2)
    ]  # fmt: skip
    (folder / "airline").mkdir()
    pd.DataFrame(rows).to_parquet(folder / "airline" / "data.parquet")
    (folder / "notes").mkdir()
    return folder


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


@pytest.fixture(scope="module")
def done(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    out = tmp_path_factory.mktemp("out") / "ev"
    model = locate_model(None)
    result = evaluate(model, "--data", data, "--no-baselines", "--against", "cx-mini-en", "-o", out)
    return result, out


def test_figures_are_printed_and_written(done: tuple[Result, Path]) -> None:
    result, out = done
    assert result.exit_code == 0, result.output
    assert "10 of 10 texts of split test from 1 source" in result.stdout
    evaluation = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    sentiment = evaluation["test"]["sentiment"]["airline"]
    assert set(sentiment) == {"cxnlp", "before", "vader"}
    # The same model on both sides.
    assert sentiment["cxnlp"] == sentiment["before"]
    assert sentiment["cxnlp"]["n"] == 10
    assert len(sentiment["cxnlp"]["bins"]) == 15
    assert f"{sentiment['cxnlp']['macro_f1']:.3f} [" in result.stdout
    assert set(evaluation["test"]) == {"sentiment", "satisfaction", "topic", "polarity"}
    assert "kappa" in evaluation["test"]["satisfaction"]["airline"]["cxnlp"]
    assert evaluation["sets"]["airline"]["trained_on"] is False
    assert evaluation["notes"] == ["notes: skipped, has no data.parquet"]
    assert "\nNotes\n- notes: skipped" in result.stdout


def test_page_holds_every_label_and_bin(done: tuple[Result, Path]) -> None:
    page = (done[1] / "evaluation.md").read_text(encoding="utf-8")
    for heading in (
        "## Sentiment", "## Calibration over many sets", "## Topic label by label",
        "## Sentiment by slice", "## Reliability of sentiment, all sets",
        "## Reliability of topic polarity, airline", "## Notes",
    ):  # fmt: skip
        assert f"{heading}\n" in page
    assert "| airline | food_drink | 4 |" in page
    assert "| question | with | 5 |" in page


def test_texts_are_in_no_output(done: tuple[Result, Path]) -> None:
    result, out = done
    written = "".join(path.read_text(encoding="utf-8") for path in out.iterdir())
    assert not any(text in result.output + written for text, *_ in _TEXTS)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--data", "{data}/gone"], 1, "gone: there is no such folder or file."),
        (["--data", "{data}/notes"], 1, "notes: holds no data set."),
        (["--data", "{data}", "--split", "val"], 1, "has no rows of split 'val', only test."),
        (["--data", "{data}", "--only", "airlines"], 2, "did you mean 'airline'?"),
        (["--data", "{data}", "--against", "gone"], 1, "gone: no such model."),
        (["--data", "{data}", "--map", "stars=x"], 1, "no column 'stars' is read; map one of text"),
        (["--data", "{data}", "--map", "text"], 2, "'text' is not field=column."),
        (["--data", "{data}", "--limit", "-1"], 2, "-1 is not in the range"),
        (["--data", "{data}", "--recipe", "gone.toml"], 2, "gone.toml"),
        ([], 2, "Missing option '--data'"),
    ],
)
def test_bad_input_is_one_sentence(
    data: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    filled = [argument.format(data=data) for argument in arguments]
    result = evaluate("cx-mini-en", *filled, "--no-baselines", "-o", tmp_path / "out")
    assert result.exit_code == code, result.output
    assert said in result.output
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["evaluation.json", "evaluation.md"])
def test_a_folder_in_the_place_of_a_result_is_said_at_once(
    data: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    result = evaluate("cx-mini-en", "--data", data / "gone", "-o", tmp_path)
    assert result.exit_code == 1
    assert f"{name}: is a folder." in result.output


def test_results_of_before_stay_where_measuring_fails(data: Path, tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").write_text("{}")
    assert evaluate("cx-mini-en", "--data", data / "gone", "-o", tmp_path).exit_code == 1
    assert (tmp_path / "evaluation.json").read_text() == "{}"


def test_too_few_texts_are_refused_before_anything_is_fitted(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("text,sentiment\nLovely crew,positive\nLate again,negative\n")
    result = evaluate("cx-mini-en", "--data", path, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "few: sentiment not measured: 2 labelled texts, fewer than 5." in result.output
    assert "fitting" not in result.output
    assert not (tmp_path / "out").exists()


def test_columns_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    lines = ["Comment,Feeling", *(f'"{text}",{sentiment}' for text, sentiment, *_ in _TEXTS)]
    path.write_text("\n".join(lines))
    mapping = ("--map", "text=Comment", "--map", "sentiment=Feeling")
    result = evaluate("--data", path, *mapping, "--no-baselines", "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "5 of 5 texts" in result.stdout


def test_no_name_is_cut_where_results_are_piped() -> None:
    name, file = "a_data_set_with_a_long_name_" * 4, io.StringIO()
    table = Table(
        title="T", header=("data set", *"abcdefgh"), rows=((name, *["0.9 [0.8, 1]"] * 8),)
    )
    print_tables([table], file, piped_width=300)
    (row,) = [line for line in file.getvalue().splitlines() if name in line]
    assert row.count("0.9 [0.8, 1]") == 8


def test_damaged_model_is_named(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(locate_model(None), copy)
    (copy / "model.bin").write_bytes(b"")
    result = evaluate(copy, "--data", data, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "model.bin: altered since release" in result.output


def test_without_the_training_packages_it_says_what_to_install(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "training.evaluation.run", None)
    result = evaluate("cx-mini-en", "--data", data, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "pip install -e '.[train]'" in result.output
    assert not (tmp_path / "out").exists()


def test_baseline_without_training_texts_is_not_fitted(data: Path, tmp_path: Path) -> None:
    result = evaluate("cx-mini-en", "--data", data, "-o", tmp_path, "-q")
    assert result.exit_code == 0, result.output
    assert "TF-IDF is not fitted" in result.output
    assert "holds no source of the recipe" in result.output
