"""Make a model folder of a trained network: export, calibrate, measure, write its card."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch

from cxnlp.errors import CxnlpError
from cxnlp.labels import TOPICS
from cxnlp.model.classifier import Classifier
from training.base import locate_base
from training.baselines import TfidfBaseline
from training.calibrate import calibrate_heads
from training.card import write_card
from training.evaluate import by_source, evaluate, measure_spans
from training.example import Example
from training.export import no_calibration, write_checksums, write_graph, write_labels
from training.mixture import choose
from training.provenance import check_files, check_licences, evaluation_only, read_provenance
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.scores import document_logits, labels_of
from training.splits import drop_held_out, read_held_out


def take(examples: Sequence[Example], split: str, *, limit: int) -> list[Example]:
    """Return at most `limit` one-span texts of a split from each source, chosen by seed."""
    taken = []
    for group in by_source([e for e in examples if e.split == split]).values():
        whole = [e for e in group if len(e.spans) == 1 and any(c.isalnum() for c in e.text)]
        random.Random(0).shuffle(whole)
        taken += whole[:limit]
    return taken


def read_progress(network: Path) -> dict[str, float]:
    """Return how far the run that left a network went, from the checkpoint beside it."""
    checkpoint = network.parent / "checkpoint.pt"
    if not checkpoint.is_file():
        return {}
    progress = torch.load(checkpoint, map_location="cpu", weights_only=True)["progress"]
    return {"steps": progress["step"], "minutes": round(progress["seconds"] / 60, 1)}


def count_labels(train: Sequence[Example]) -> dict[str, Any]:
    """Return how many texts each source gives, and how many say each topic and its polarity."""
    spans = [span for example in train for span in example.spans]
    present = Counter(t for span in spans for t, there in span.topics.items() if there)
    polarity = Counter(t for span in spans for t in span.polarities)
    return {
        "texts": dict(sorted(Counter(e.source.split(":")[0] for e in train).items())),
        "topics": {t: {"present": present[t], "polarity": polarity[t]} for t in TOPICS},
    }


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, help="The encoder: a folder, or its name on the hub.")
@click.option("--revision", required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--limit", default=3000, show_default=True, help="Texts of each source and split.")
@click.option("--baselines/--no-baselines", default=True, help="Fit TF-IDF beside.")
@click.option("--any-data", is_flag=True, help="Take data files other than data.toml describes.")
def main(recipe_path: Path, base: str, **options: Any) -> None:
    """Write the model folder OUT of a trained NETWORK, measured through its own runtime."""
    try:
        release(read_recipe(recipe_path), base=locate_base(base), **options)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


def release(
    recipe: Recipe,
    *,
    network: Path,
    data: Path,
    base: Path,
    revision: str,
    out: Path,
    limit: int,
    baselines: bool,
    any_data: bool,
) -> None:
    """Write the model folder of a trained network, measured through its own runtime.

    :raises InputError: on a source that may not be trained on, or data that is not as described.
    """
    data_sets = read_provenance()
    # Nobody trains on these; their texts say how a model does on somebody else's customers.
    unseen_sources = evaluation_only(data_sets)
    check_licences(recipe.mixture.sources, data_sets)
    if not any_data:
        check_files(data, [*recipe.mixture.sources, *unseen_sources], data_sets)
    write_graph(network, base, out, name=recipe.name, revision=revision)
    write_labels(no_calibration(), out)
    examples = read_sources(data, recipe.mixture.sources)
    val = [e for e in take(examples, "val", limit=limit) if not _is_own(e)]
    val_labels = labels_of(val)
    classifier = Classifier(out, verify=False)
    write_labels(calibrate_heads(document_logits(classifier, val), val_labels), out)
    classifier = Classifier(out, verify=False)
    held_out = read_held_out(data, evaluation_only=unseen_sources)
    train = choose(drop_held_out(examples, held_out), recipe.mixture, seed=recipe.seed)
    baseline, counts = None, count_labels(train)
    if baselines:
        # Whole texts, those whose sentences are labelled too included.
        train = [e for e in train if (e.spans[0].start, e.spans[0].end) == (0, len(e.text))]
        click.echo(f"fitting TF-IDF on {len(train)} texts", err=True)
        baseline = TfidfBaseline(train, labels_of(train), val, val_labels)
    test = take(examples, "test", limit=limit)
    other = [replace(e, split="test") for e in read_sources(data, unseen_sources)]
    unseen = take(other, "test", limit=limit)
    report = {
        "revision": revision,
        "precision": classifier.precision,
        "trained": {**read_progress(network), **counts},
        "validation": evaluate(classifier, None, val),
        "test": evaluate(classifier, baseline, test + unseen),
        "spans": measure_spans(classifier, [e for e in test if not _is_own(e)]),
        "contrast_spans": measure_spans(classifier, [e for e in test if _is_own(e)]),
        "unseen": sorted({e.source for e in unseen}),
    }
    (out / "metrics.json").write_text(json.dumps(_rounded(report), indent=1) + "\n", "utf-8")
    write_card(out, recipe)
    write_checksums(out)
    click.echo(f"{out}: {classifier.config.label}", err=True)


def _is_own(example: Example) -> bool:
    return example.source.startswith("contrast")


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
