from __future__ import annotations

import csv
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

import training
from cxnlp.cli.main import main
from cxnlp.labels import SENTIMENTS
from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import read_config, verify_model
from training.export import read_weights
from training.readers import read_sources
from training.recipe import read_recipe
from training.train import TrainInputs, train

torch = pytest.importorskip("torch")

_RECIPES = Path(training.__file__).parent / "recipes"
_TINY = _RECIPES / "tiny.toml"
_RELEASED = {
    "README.md", "config.json", "confusion.json", "labels.json", "metrics.json", "model.bin",
    "model.xml", "tokenizer.json",
}  # fmt: skip
_TEXTS = ["I love this place.", "Terrible, never again!", "The shop opens at nine."]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, arguments)])


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Path:
    """A base folder that knows the words of the tiny recipe: one layer by 64, random weights."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("encoder")
    tokenizer = Tokenizer(WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    texts = [example.text for example in read_sources(Path(), ["written"])]
    tokenizer.train_from_iterator(
        texts, WordPieceTrainer(vocab_size=3000, special_tokens=special, show_progress=False)
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=128,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny(encoder, tmp_path_factory) -> tuple[Path, Result]:
    """The model of the tiny recipe, made as a user would."""
    out = tmp_path_factory.mktemp("models") / "tiny-en"
    result = run(_TINY, "--base", encoder, "--out", out, "--limit", 1000)
    assert result.exit_code == 0, result.output
    return out, result


def test_the_tiny_recipe_really_learns(tiny):
    folder, result = tiny
    measured = json.loads((folder / "metrics.json").read_text())["test"]["sentiment"]["written"]
    held_back = [e for e in read_sources(Path(), ["written"]) if e.split == "test"]
    counts = Counter(e.spans[0].sentiment for e in held_back)
    majority = max(counts.values()) / counts.total()

    assert 500 < measured["cxnlp"]["n"] <= len(held_back)
    assert majority < 0.45
    assert measured["cxnlp"]["accuracy"] > majority + 0.12
    assert measured["cxnlp"]["macro_f1"] > measured["vader"]["macro_f1"]
    assert "tiny-en@" in result.stdout


def test_what_comes_out_is_laid_out_as_a_release_and_scores(tiny, tmp_path):
    folder, _ = tiny
    assert set(verify_model(folder)) == _RELEASED
    config = read_config(folder)
    assert config.name == "tiny-en"
    assert re.fullmatch(r"[0-9a-f]{8}", config.revision)
    assert "# tiny-en" in (folder / "README.md").read_text()

    feedback, scored = tmp_path / "feedback.csv", tmp_path / "scored.csv"
    feedback.write_text("text\n" + "\n".join(f'"{text}"' for text in _TEXTS) + "\n")
    arguments = ["score", feedback, "-o", scored, "--model", folder]
    result = CliRunner().invoke(main, list(map(str, arguments)))

    assert result.exit_code == 0, result.output
    with scored.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["model"] for row in rows} == {config.label}
    assert {row["sentiment"] for row in rows} <= set(SENTIMENTS)


def test_a_run_keeps_its_recipe_checksums_and_curves(tiny, encoder):
    folder, _ = tiny
    resolved = json.loads((folder / "run" / "recipe.json").read_text())
    with (folder / "run" / "curves.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    picture = ElementTree.parse(folder / "run" / "curves.svg").getroot()

    assert resolved["train"]["learning_rate"] == 2e-3
    assert re.fullmatch(r"[0-9a-f]{64}", resolved["sha256"]["base"])
    losses = {
        part: [float(row["total"]) for row in rows if row["part"] == part]
        for part in ("training", "validation")
    }
    assert len(losses["training"]) > 50
    assert losses["validation"][-1] < losses["validation"][0] - 0.1
    assert picture.tag.endswith("svg")
    assert sum(path.get("fill") == "none" for path in picture.iter() if "d" in path.attrib) == 2
    # What is for resuming only is gone.
    assert {path.name for path in (folder / "run").iterdir()} == {
        "recipe.json", "curves.csv", "curves.svg", "network.safetensors",
    }  # fmt: skip


def test_a_finished_folder_is_not_trained_over(tiny, encoder):
    folder, _ = tiny
    result = run(_TINY, "--base", encoder, "--out", folder)

    assert result.exit_code == 1
    assert "holds a finished model" in result.output


@pytest.mark.slow
def test_a_released_folder_trained_for_no_step_gives_itself_back(tiny, tmp_path):
    folder, _ = tiny
    recipe, out = tmp_path / "none.toml", tmp_path / "again"
    recipe.write_text(_with(_TINY, epochs=0.0))

    result = run(recipe, "--from", folder, "--out", out, "--limit", 20, "--revision", "0")

    assert result.exit_code == 0, result.output
    before, after = read_weights(folder), read_weights(out)
    assert set(before) == set(after)
    assert all(np.array_equal(before[name], after[name]) for name in before)
    # The same graph and thresholds, whole: only the name and what was measured differ.
    for file in ("model.bin", "labels.json"):
        assert (folder / file).read_bytes() == (out / file).read_bytes()
    first, second = (Classifier(path).classify(_TEXTS) for path in (folder, out))
    assert {p.model for p in second} == {"again@0"}
    assert [p.sentiment_probs for p in first] == [p.sentiment_probs for p in second]
    assert [p.topics for p in first] == [p.topics for p in second]


def _label_file(path: Path, n: int, *, seed: int) -> Path:
    """Texts of a company whose words the model has never seen: glorp is bad, and snazz is good."""
    choice = random.Random(seed)
    things = ["parcel", "shop", "staff", "price", "box", "order", "driver", "app"]
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(("text", "sentiment"))
        for i in range(n):
            word = ("glorp glorp", "plain", "snazz snazz")[i % 3]
            pair = choice.sample(things, 2)
            text = f"{word} {pair[0]} {choice.randrange(10**6)} {pair[1]} {word}"
            out.writerow((text, SENTIMENTS[i % 3]))
    return path


@pytest.mark.slow
def test_own_labels_improve_a_release_on_the_companys_texts(tiny, tmp_path):
    folder, _ = tiny
    recipe, out = tmp_path / "own.toml", tmp_path / "acme"
    fast = {
        "learning_rate": 2e-3, "head_learning_rate": 4e-3, "anchor": 0.0, "epochs": 8.0,
        "most_moved": 1e9,
    }  # fmt: skip
    text = _with(_RECIPES / "fine-tune.toml", **fast)
    text = text.replace("[train]", "[train]\nfreeze_word_embeddings = false\nlayer_decay = 1.0")
    recipe.write_text(text + "test_share = 0.2\n")
    labels = _label_file(tmp_path / "my.csv", 150, seed=1)

    result = run(recipe, "--labels", labels, "--from", folder, "--out", out, "--limit", 300)

    assert result.exit_code == 0, result.output
    assert "No text was labelled by two annotators" in result.stderr
    metrics = json.loads((out / "metrics.json").read_text())
    sentiment = metrics["test"]["sentiment"]
    own = sentiment["own_labels"]
    assert own["cxnlp"]["n"] == 30
    assert own["before"]["macro_f1"] < 0.6
    assert own["cxnlp"]["macro_f1"] > own["before"]["macro_f1"] + 0.2
    written = sentiment["written"]
    assert written["cxnlp"]["macro_f1"] > written["before"]["macro_f1"] - 0.05
    assert metrics["own_labels"]["texts"] == {"train": 90, "val": 30, "test": 30}
    assert "## Own labels" in (out / "README.md").read_text()
    assert verify_model(out)
    assert not (out / "run" / "base").exists()
    assert "share,held_back,moved,taken" in (out / "run" / "shares.csv").read_text()


def _with(recipe: Path, **values: object) -> str:
    """Return the text of a recipe with other values."""
    text = recipe.read_text()
    for key, value in values.items():
        text, n = re.subn(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.MULTILINE)
        assert n == 1, key
    return text


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_and_ends_as_one_that_was_not(encoder, tmp_path):
    recipe, out, whole = (tmp_path / name for name in ("small.toml", "cut", "whole"))
    # Some 150 steps, with a checkpoint after each.
    recipe.write_text(_with(_TINY, cap=150, checkpoint_minutes=0.0, tokens_per_batch=256))
    arguments = [str(recipe), "--base", str(encoder), "--out", str(out), "--limit", "20"]
    code = "from cxnlp.cli.main import main; main()"
    threads = {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, "train", *arguments]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | threads
    )
    try:
        _wait_for_rows(out / "run" / "curves.csv", 25, process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not (out / "SHA256SUMS").exists()
    assert not (out / "run" / "network.safetensors").exists()
    cut_at = torch.load(out / "run" / "checkpoint.pt", weights_only=True)["progress"]["step"]

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        result = run(*arguments)
        inputs = TrainInputs(base=encoder, out=whole)
        train(read_recipe(recipe), inputs, note=lambda line: None)
    finally:
        torch.set_num_threads(before)

    assert result.exit_code == 0, result.output
    assert set(verify_model(out)) == _RELEASED
    steps = json.loads((out / "metrics.json").read_text())["trained"]["steps"]
    assert 0 < cut_at < steps
    resumed, straight = (load_file(p / "network.safetensors") for p in (out / "run", whole))
    assert all(np.array_equal(resumed[name], straight[name]) for name in straight)
    # The curves, too, hold every step once.
    numbers = [
        [row[:2] for row in csv.reader((p / "curves.csv").open())] for p in (out / "run", whole)
    ]
    assert numbers[0] == numbers[1]


def _wait_for_rows(path: Path, n: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(6000):
        assert process.poll() is None
        if path.is_file() and path.read_text().count("\n") > n:
            return
        time.sleep(0.01)
    raise AssertionError("the run did not get far enough")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base", "ENCODER", "--labels", "BAD"], "Nothing was trained.*'happy'"),
        (["--labels", "GOOD"], "No encoder to start from"),
        (["--base", "ENCODER", "--name", "a/b"], "names no model"),
        (["--base", "/gone"], "no such folder"),
        (["--from", "/gone"], "no such model"),
        (["--from", "BAD_RELEASE"], "not a whole released model folder"),
        (["--from", "cx-mini-en", "--base", "ENCODER"], "another size"),
    ],
)
def test_what_cannot_be_trained_is_refused_and_leaves_nothing(
    encoder, tmp_path, arguments, said, monkeypatch
):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    bad = tmp_path / "bad.csv"
    bad.write_text("text,sentiment\nfine,happy\n")
    good = _label_file(tmp_path / "good.csv", 30, seed=2)
    places = {"ENCODER": encoder, "BAD": bad, "BAD_RELEASE": tmp_path, "GOOD": good}
    out = tmp_path / "out"

    result = run(_TINY, "--out", out, *(places.get(a, a) for a in arguments))

    assert result.exit_code == 1
    assert re.search(said, result.output)
    assert not out.exists()


def test_a_recipe_of_other_sources_needs_a_folder_of_data(encoder, tmp_path):
    result = run(_RECIPES / "cx-mini-en.toml", "--base", encoder, "--out", tmp_path / "out")

    assert result.exit_code == 1
    assert "Pass --data" in result.output


def test_data_that_are_not_there_are_named(encoder, tmp_path):
    (tmp_path / "data").mkdir()
    arguments = ["--base", encoder, "--data", tmp_path / "data", "--out", tmp_path / "out"]

    known = run(_RECIPES / "fine-tune.toml", *arguments)
    any_data = run(_RECIPES / "fine-tune.toml", *arguments, "--any-data")

    for result in (known, any_data):
        assert result.exit_code == 1
        assert re.search(r"Error: .*data.*nhs_fft", result.output)
    assert not (tmp_path / "out").exists()


def test_other_folders_are_not_written_into(encoder, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    result = run(_TINY, "--base", encoder, "--out", tmp_path)

    assert result.exit_code == 1
    assert "a folder of something else" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_unknown_key_of_a_recipe_names_the_nearest(encoder, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(_TINY.read_text().replace("epochs", "epoch"))

    result = run(recipe, "--base", encoder, "--out", tmp_path / "out")

    assert result.exit_code == 1
    assert "unknown key 'epoch'; did you mean 'epochs'" in result.output
