"""`cxnlp embed`: the encoder's vectors of texts and sentences, as Parquet."""

from __future__ import annotations

from pathlib import Path

import click

from cxnlp.cli.progress import show_progress
from cxnlp.cli.score import read_mapping


def _read_layers(
    ctx: click.Context, param: click.Parameter, value: str | None
) -> tuple[int, ...] | None:
    if value is None:
        return None
    parts = value.split(",")
    if not all(part.strip().isdecimal() for part in parts) or len(parts) > 16:
        raise click.BadParameter("name layers by number, such as 0,4,6.", ctx=ctx, param=param)
    return tuple(int(part) for part in parts)


@click.command("embed")
@click.argument(
    "inputs", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "-o", "--output", required=True, metavar="VECTORS.parquet",
    type=click.Path(path_type=Path), help="Where to write.",
)  # fmt: skip
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", callback=read_mapping,
    help="Read a field from this input column; may be repeated.",
)  # fmt: skip
@click.option("--model", metavar="NAME|FOLDER", help="Default: the model that came with cxnlp.")
@click.option(
    "--layers", metavar="N,...", callback=_read_layers,
    help="Layers, one behind the other: 0 is the words' own.  [default: the last]",
)  # fmt: skip
@click.option("--spans/--no-spans", default=True, help="Also of every sentence.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(
    inputs: tuple[Path, ...],
    output: Path,
    mapping: dict[str, str],
    model: str | None,
    layers: tuple[int, ...] | None,
    spans: bool,
    quiet: bool,
) -> None:
    """Write the encoder's vectors of FILEs: one of each text, and one of each of its sentences.

    Reads what `cxnlp score` reads. The columns are interaction_id, source, row, turn, start, end
    (code points; empty for the whole text), model and vector: the mean of the tokens' states, as it
    comes out of the encoder, not at length 1.
    """
    from cxnlp.declarations import JourneyFile
    from cxnlp.model.folder import read_config
    from cxnlp.model.locate import locate_model
    from cxnlp.scoring.embed import embed_files
    from cxnlp.topics.vectors import load_for_vectors

    def note(line: str) -> None:
        if not quiet:
            click.echo(line, err=True)

    chosen = layers or (read_config(locate_model(model)).encoder.n_layers,)
    with show_progress(quiet=quiet) as progress:
        found = embed_files(
            inputs,
            output,
            load=lambda: load_for_vectors(model, layers=chosen),
            mapping=mapping,
            journey=JourneyFile(),
            note=progress.note if not quiet else note,
            spans=spans,
            progress=progress.update,
        )
    note(
        f"{found.n_texts:,} texts and {found.n_sentences:,} sentences, {found.width} numbers each; "
        f"{found.n_left_out:,} rows without a text that the model reads."
    )
    if found.rejects is not None:
        note(f"Rejected values and rows: see {found.rejects}.")
    note(f"{found.output}: vectors of {found.model}.")
