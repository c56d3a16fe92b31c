from __future__ import annotations

import io
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cxnlp.cli.main import main
from cxnlp.cli.train import _TrainingBar


def test_without_the_training_packages_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "training.build", None)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("")

    result = CliRunner().invoke(main, ["train", str(recipe), "--out", str(tmp_path / "out")])

    assert result.exit_code == 1
    assert "pip install -e '.[train]'" in result.output


def test_the_bar_shows_step_loss_share_and_time_left():
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[said]}"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as bar:
        shown = _TrainingBar(bar)
        shown.note("a line")
        shown.observe(SimpleNamespace(step=1234, spent=0.25), 2.0)
        bar.refresh()

    for said in ("a line", "25%", "step 1,234", "loss 2.000", "-:--:--"):
        assert said in screen.getvalue()


def test_recipe_and_out_are_needed(tmp_path):
    result = CliRunner().invoke(main, ["train", str(tmp_path / "gone.toml")])

    assert result.exit_code == 2


@pytest.mark.parametrize("option", ["--labels", "--data", "--soft-labels"])
def test_what_is_not_there_is_a_usage_error(tmp_path, option):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("")
    arguments = ["train", str(recipe), "--out", str(tmp_path / "out"), option, "/gone"]

    assert CliRunner().invoke(main, arguments).exit_code == 2
