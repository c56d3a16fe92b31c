"""Make a model folder of a trained network: export, calibrate, measure, write its card."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import click

from cxnlp.model.classifier import Classifier
from training.baselines import TfidfBaseline
from training.calibrate import calibrate_heads
from training.card import write_card
from training.evaluate import by_source, evaluate, measure_spans
from training.example import Example
from training.export import no_calibration, write_checksums, write_graph, write_labels
from training.mixture import choose
from training.readers import read_sources
from training.recipe import read_recipe
from training.scores import document_logits, labels_of
from training.splits import drop_held_out, read_held_out

# Sources that no model is trained on; their texts say how it does on somebody else's customers.
UNSEEN = ("dynasent_val", "amazon_full_1k", "hotel_reviews_5k")


def take(examples: Sequence[Example], split: str, *, limit: int) -> list[Example]:
    """Return at most `limit` one-span texts of a split from each source, chosen by seed."""
    taken = []
    for group in by_source([e for e in examples if e.split == split]).values():
        whole = [e for e in group if len(e.spans) == 1 and any(c.isalnum() for c in e.text)]
        random.Random(0).shuffle(whole)
        taken += whole[:limit]
    return taken


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--revision", required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--limit", default=3000, show_default=True, help="Texts of each source and split.")
@click.option("--baselines/--no-baselines", default=True, help="Fit TF-IDF beside.")
def main(recipe_path: Path, network: Path, data: Path, base: Path, revision: str, out: Path,
         limit: int, baselines: bool) -> None:
    """Write the model folder OUT of a trained NETWORK, measured through its own runtime."""
    recipe = read_recipe(recipe_path)
    write_graph(network, base, out, name=recipe.name, revision=revision)
    write_labels(no_calibration(), out)
    examples = read_sources(data, recipe.mixture.sources)
    held_out = read_held_out(data)
    val = [e for e in take(examples, "val", limit=limit) if not e.source.startswith("contrast")]
    val_labels = labels_of(val)
    classifier = Classifier(out, verify=False)
    write_labels(calibrate_heads(document_logits(classifier, val), val_labels), out)
    classifier = Classifier(out, verify=False)
    baseline = None
    if baselines:
        train = choose(drop_held_out(examples, held_out), recipe.mixture, seed=recipe.seed)
        train = [e for e in train if len(e.spans) == 1]
        click.echo(f"fitting TF-IDF on {len(train)} texts", err=True)
        baseline = TfidfBaseline(train, labels_of(train), val, val_labels)
    test = take(examples, "test", limit=limit)
    unseen = take([e for s in UNSEEN for e in read_sources(data, [s])], "test", limit=limit)
    report = {
        "revision": revision,
        "precision": classifier.precision,
        "validation": evaluate(classifier, None, val),
        "test": evaluate(classifier, baseline, test + unseen),
        "spans": measure_spans(classifier, test),
        "unseen": sorted({e.source for e in unseen}),
    }
    (out / "metrics.json").write_text(json.dumps(_rounded(report), indent=1) + "\n", "utf-8")
    write_card(out, recipe)
    write_checksums(out)
    click.echo(f"{out}: {classifier.config.label}", err=True)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
