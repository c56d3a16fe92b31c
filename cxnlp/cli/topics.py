"""`cxnlp topics`: fit topics of one's own on a handful of examples, or have some suggested."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from cxnlp.topics.fit import Fitted

_PIPED_WIDTH = 120


@click.group()
def command() -> None:
    """Fit topics of your own, or have some suggested."""


@command.command("fit")
@click.argument("topics", metavar="TOPICS.toml", type=click.Path(path_type=Path))
@click.argument("examples", metavar="EXAMPLES.csv", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", metavar="FOLDER", type=click.Path(path_type=Path),
    help="Where to write; default: a folder named like TOPICS.toml, beside it.",
)  # fmt: skip
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of folds.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but the results and errors.")
def fit_command(
    topics: Path, examples: Path, output: Path | None, model: str | None, seed: int, quiet: bool
) -> None:
    """Fit a head for your own topics; `cxnlp score --topics FOLDER` then scores them too.

    TOPICS.toml has a [[topic]] table with a name and a description for each. EXAMPLES.csv has the
    columns text and topic: eight texts or more a topic, and, where you can, texts about none of
    them with the topic "none". What is printed was measured on examples that were held back.
    """
    from cxnlp.model.locate import locate_model
    from cxnlp.model.own_topics import encoder_checksum
    from cxnlp.topics.definition import read_topics
    from cxnlp.topics.examples import read_examples
    from cxnlp.topics.fit import fit_topics
    from cxnlp.topics.save import check_topics_folder, save_topics
    from cxnlp.topics.vectors import load_for_vectors

    started = time.monotonic()
    folder = output or topics.with_name(f"{topics.stem}.head" if not topics.suffix else topics.stem)
    wanted = read_topics(topics)
    given = read_examples(examples, wanted)
    check_topics_folder(folder)
    classifier = load_for_vectors(model)
    fitted = fit_topics(wanted, given, classifier, seed=seed)
    label = classifier.config.label
    save_topics(fitted, folder, encoder=encoder_checksum(locate_model(model)), model=label)
    _print_fitted(fitted, sys.stdout)
    if not quiet:
        seconds = time.monotonic() - started
        click.echo(f"{folder}: fitted on {label} in {seconds:.0f} s. Score with:", err=True)
        click.echo(f"cxnlp score FILE -o OUT.parquet --topics {folder}", err=True)


def _print_fitted(fitted: Fitted, file: TextIO) -> None:
    from rich import box
    from rich.table import Table

    from cxnlp.cli.console import open_console

    names = {topic.label: topic.name for topic in fitted.topics}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("topic", overflow="fold")
    for heading in ("examples", "precision", "recall", "unrelated texts"):
        table.add_column(heading, justify="right")
    table.add_column("confused with", overflow="fold")
    for quality in fitted.qualities:
        other = quality.confused_with
        table.add_row(
            names[quality.label],
            str(quality.n_examples),
            "none found" if quality.precision is None else _percent(quality.precision),
            _percent(quality.recall),
            f"{quality.n_unrelated} of {fitted.n_none}",
            "" if other is None else f"{names[other]} ({quality.n_confused})",
        )
    console = open_console(file, piped_width=_PIPED_WIDTH)
    console.print(table)
    for quality in fitted.qualities:
        if quality.warning is not None:
            line = f"Not usable yet: {names[quality.label]}: {quality.warning}"
            console.print(line, soft_wrap=True)
    if fitted.confusion is not None:
        pair = fitted.confusion
        console.print(
            f"Most confused: {pair.first} and {pair.second} ({pair.n_texts} "
            f"{'text' if pair.n_texts == 1 else 'texts'}).",
            soft_wrap=True,
        )
    console.print(
        f"Of {fitted.n_none} texts about none of them, {fitted.n_none_found} were taken for one.",
        soft_wrap=True,
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


@command.command("suggest")
@click.argument("scored", metavar="OUT.parquet", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", metavar="TOPICS.toml", type=click.Path(path_type=Path),
    default=Path("topics.toml"), show_default=True,
    help="Where to write; the examples go to examples.csv beside it.",
)  # fmt: skip
@click.option(
    "-n", "n_topics", type=click.IntRange(1, 50), default=10, show_default=True,
    help="Topics at most.",
)  # fmt: skip
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
def suggest_command(scored: Path, output: Path, model: str | None, **options: Any) -> None:
    """Suggest topics for what no topic covers: names and examples to edit, ready for fit."""
    from cxnlp.insights.suggested_topics import suggest_from, write_suggestions
    from cxnlp.topics.vectors import load_for_vectors

    found = suggest_from(scored, lambda: load_for_vectors(model), **options)
    examples = write_suggestions(found, output)
    for topic in found.topics:
        click.echo(f"{topic.name}: {topic.n_sentences} sentences of {topic.n_comments} comments")
    click.echo(
        f"{output} and {examples}: {len(found.topics)} topics out of {found.n_sentences:,} "
        "sentences that no topic covers. Edit names and examples, take out what is none, then:",
        err=True,
    )
    click.echo(f"cxnlp topics fit {output} {examples}", err=True)
