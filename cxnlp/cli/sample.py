"""`cxnlp sample`: texts of a scored file to label by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from cxnlp.insights.label_order_pool import UnsureOf


@click.command("sample")
@click.argument("scored", type=click.Path(path_type=Path), metavar="OUT.parquet")
@click.option("-n", "n", type=click.IntRange(1), default=200, show_default=True, help="Texts.")
@click.option(
    "-o",
    "--output",
    metavar="SAMPLE.csv",
    type=click.Path(path_type=Path),
    help="Where to write; beside the input, ending in .sample.csv, or .to_label.csv, unless given.",
)
@click.option("--seed", default=0, show_default=True, help="Another seed draws other texts.")
@click.option(
    "--for-labels", is_flag=True,
    help="Pick texts to train on: where the model is unsure, far from each other.",
)  # fmt: skip
@click.option(
    "--unsure-of", type=click.Choice(("sentiment", "topics", "both")), default="sentiment",
    show_default=True, help="With --for-labels: what the model is unsure of.",
)  # fmt: skip
@click.option(
    "--guesses", is_flag=True,
    help="With --for-labels: what the model thinks, too. It leads who labels.",
)  # fmt: skip
@click.option(
    "--model", metavar="NAME|FOLDER",
    help="With --for-labels: whose vectors tell texts apart. Default: the current model.",
)  # fmt: skip
def command(
    scored: Path,
    n: int,
    output: Path | None,
    seed: int,
    for_labels: bool,
    unsure_of: UnsureOf,
    guesses: bool,
    model: str | None,
) -> None:
    """Draw texts to label by hand, as CSV: to correct shares by, or to train on.

    To correct shares: a random sample, stratified by score. Fill in `sentiment` (negative, neutral
    or positive) and `topics` (names joined by `;`, or `none`), leave the other columns as they
    are, and run `cxnlp insights OUT.parquet --labels SAMPLE.csv`.

    To train on, with --for-labels: the texts of which the model is least sure, unlike each other,
    near-copies once, the most worth labelling first. Of more than 50,000 texts, a random 50,000
    are looked at. Fill in what you know and run `cxnlp train RECIPE --labels SAMPLE.csv --from
    MODEL --out DIR`.

    The two are not to be mixed: texts picked because the model is unsure say nothing of shares,
    and `--labels` of insights and report refuses them.
    """
    if for_labels:
        _for_labels(scored, n, output, seed, unsure_of, guesses, model)
        return
    for given, name in ((guesses, "--guesses"), (model, "--model")):
        if given:
            raise click.UsageError(f"{name} goes with --for-labels only.")
    from cxnlp.insights.data import InsightData
    from cxnlp.insights.labelled_sample import draw_sample, write_sample

    path = output or scored.with_suffix(".sample.csv")
    rows = draw_sample(InsightData.open(scored, seed=seed), n=n, seed=seed)
    write_sample(rows, path)
    click.echo(str(path))
    click.echo(f"{len(rows):,} texts to label.", err=True)
    _tell_names()


def _for_labels(
    scored: Path,
    n: int,
    output: Path | None,
    seed: int,
    unsure_of: UnsureOf,
    guesses: bool,
    model: str | None,
) -> None:
    from cxnlp.insights.label_order_file import choose_to_label, write_to_label
    from cxnlp.insights.label_order_pool import MAX_POOL

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        from cxnlp.model.folder import read_config
        from cxnlp.model.locate import locate_model
        from cxnlp.topics.vectors import encode_texts, load_for_vectors

        click.echo(f"Comparing the {len(texts):,} most doubtful texts.", err=True)
        last = read_config(locate_model(model)).encoder.n_layers
        return encode_texts(load_for_vectors(model, layers=(last,)), texts).texts

    path = output or scored.with_suffix(".to_label.csv")
    chosen = choose_to_label(scored, encode=encode, n=n, unsure_of=unsure_of, seed=seed)
    write_to_label(chosen, path, guesses=guesses)
    click.echo(str(path))
    if chosen.pool.n_read < chosen.pool.n_scored:
        click.echo(f"A random {MAX_POOL:,} of the texts were looked at.", err=True)
    click.echo(chosen.describe(), err=True)
    click.echo("To train on (docs/labels.md): these texts do not correct shares.", err=True)
    _tell_names()


def _tell_names() -> None:
    from cxnlp.labels import SENTIMENTS, TOPICS

    click.echo(f"sentiment: {', '.join(SENTIMENTS)}", err=True)
    click.echo(f"topics, joined by ;, or none: {', '.join(TOPICS)}", err=True)
