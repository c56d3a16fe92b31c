"""Make a model folder of a trained network: export, calibrate, measure, write its card."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from cxnlp.errors import CxnlpError
from cxnlp.model.classifier import Classifier
from cxnlp.model.confusion import CONFUSION_FILE
from cxnlp.model.folder import CHECKSUMS
from cxnlp.model.locate import locate_model
from training import capabilities
from training.answers import System, ask_model
from training.base import locate_base
from training.baselines import ask_vader
from training.calibrate import calibrate_heads
from training.card import write_card
from training.confusion import write_confusion
from training.evaluate import OURS, Report, ask, measure
from training.evaluation.files import write_json
from training.evaluation.fitted import fit, labelled_texts
from training.evaluation.grades import read_graded
from training.evaluation.low_precision import measure_low_precision
from training.evaluation.run import measure_sets_together
from training.evaluation.targets import summarise
from training.example import Example
from training.export import no_calibration, write_checksums, write_graph, write_labels
from training.fairness import FAIRNESS_FILE, measure_fairness
from training.labelled.read import OwnLabels, whole_texts
from training.probe import probe_intents
from training.provenance import (
    check_files,
    check_licences,
    evaluation_only,
    find_data_set,
    read_provenance,
)
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.scores import document_logits, labels_of
from training.spans import measure_spans
from training.suite import SUITE
from training.taken import is_own, take
from training.train import select
from training.trained import count_labels, read_progress


@click.command()
@click.argument("recipe_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--network", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--base", required=True, help="The encoder: a folder, or its name on the hub.")
@click.option("--revision", required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--limit", default=3000, show_default=True, help="Texts of each source and split.")
@click.option("--baselines/--no-baselines", default=True, help="Fit TF-IDF beside.")
@click.option(
    "--before",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The release to measure beside; default: the one in OUT.",
)
@click.option("--cache", type=click.Path(path_type=Path), help="Keep the fitted TF-IDF here.")
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
    data: Path | None,
    base: Path,
    revision: str,
    out: Path,
    limit: int,
    baselines: bool,
    any_data: bool,
    before: Path | None = None,
    cache: Path | None = None,
    name: str | None = None,
    own: OwnLabels | None = None,
    keep: Path | None = None,
    part: bool = False,
) -> None:
    """Write the model folder of a trained network, measured through its own runtime.

    :param data: None where nothing but own labels, and what needs no folder, was trained on.
    :param name: of the model; default: that of the recipe.
    :param own: labelled by the user; those held back judge the model, too.
    :param keep: a released folder whose temperatures and thresholds are kept.
    :param part: do without the sources to judge on that `data` does not hold.
    :raises InputError: on a source that may not be trained on, or data that is not as described.
    """
    data_sets = read_provenance()
    # Nobody trains on these; their texts say how a model does on somebody else's customers.
    unseen_sources = evaluation_only(data_sets)
    if data is None:
        unseen_sources = ()
    elif part:
        found = [find_data_set(source, data_sets) for source in unseen_sources]
        there = {d.name for d in found if (data / d.name / "data.parquet").is_file()}
        unseen_sources = tuple(
            s for s, d in zip(unseen_sources, found, strict=True) if d.name in there
        )
    own_val, own_test = (whole_texts(own.of_split(s)) if own else [] for s in ("val", "test"))
    check_licences(recipe.mixture.sources, data_sets)
    if data is not None and not any_data:
        check_files(data, [*recipe.mixture.sources, *unseen_sources], data_sets)
    with tempfile.TemporaryDirectory() as aside:
        previous = _keep_before(before, out, Path(aside))
        (out / CONFUSION_FILE).unlink(missing_ok=True)  # the errors of the release before
        write_graph(network, base, out, name=name or recipe.name, revision=revision)
        folder = data or Path()
        examples = read_sources(folder, recipe.mixture.sources)
        val = take(examples, "val", limit=limit)
        # Sentences of our own calibrate only what nothing else is known of.
        val = [e for e in val if not is_own(e.source)] or val
        val += own_val
        if keep is None:
            classifier = _calibrate(out, val)
        else:
            shutil.copy(keep / "labels.json", out / "labels.json")
            classifier = Classifier(out, verify=False)
        said = ask({OURS: ask_model(classifier)}, val)
        systems: dict[str, System] = {OURS: ask_model(classifier)}
        label = None
        if previous is not None:
            old = Classifier(previous, verify=False)
            systems["before"], label = ask_model(old), old.config.label
        train = select(recipe, data=data, any_data=True)
        train += own.of_split("train") if own else []
        if baselines:
            echo = partial(click.echo, err=True)
            systems["tfidf"] = fit(labelled_texts(train), val, cache=cache, note=echo).predict
        systems["vader"] = ask_vader
        test = take(examples, "test", limit=limit) + (own_test or own_val)
        other = [replace(e, split="test") for e in read_sources(folder, unseen_sources)]
        unseen = take(other, "test", limit=limit)
        graded = [
            e
            for source in recipe.mixture.sources
            if data is not None
            for e in take(read_graded(folder / source, source), "test", limit=limit)
        ]
        metrics = {
            "name": name or recipe.name,
            "revision": revision,
            "precision": classifier.precision,
            "before": label,
            "trained": {**read_progress(network), **count_labels(train)},
            "validation": _without_bins(measure(said)),
            **_measure(out, classifier, systems, test=test, unseen=unseen, graded=graded),
            "probes": probe_intents(network, base, data) if baselines and data else {},
            "own_labels": own.record() if own else None,
            "recipe": asdict(recipe),
        }
    metrics["summary"] = summarise(metrics)
    write_json(out / "metrics.json", metrics)
    write_card(out, recipe)
    write_confusion(out, said)
    write_checksums(out)
    click.echo(f"{out}: {classifier.config.label}", err=True)


def _calibrate(out: Path, val: Sequence[Example]) -> Classifier:
    """Write temperatures and thresholds from validation texts; return the model with them."""
    write_labels(no_calibration(), out)
    logits = document_logits(Classifier(out, verify=False), val)
    write_labels(calibrate_heads(logits, labels_of(val)), out)
    return Classifier(out, verify=False)


def _measure(
    out: Path,
    classifier: Classifier,
    systems: dict[str, System],
    *,
    test: Sequence[Example],
    unseen: Sequence[Example],
    graded: Sequence[Example],
) -> dict[str, Any]:
    """Return what the test texts say of the released folder."""
    others = frozenset(e.source for e in unseen)
    found = measure_sets_together(ask(systems, [*test, *unseen, *graded]), unseen=others)
    report = found["test"]
    measured = {source for sets in report.values() for source in sets}
    theirs = [e for e in [*test, *unseen] if not is_own(e.source) and e.source in measured]
    return {
        **found,
        "test": _without_bins(report),
        "low_precision": measure_low_precision(out, classifier, theirs, report) if theirs else {},
        "spans": measure_spans(classifier, [e for e in test if not is_own(e.source)]),
        "contrast_spans": measure_spans(classifier, [e for e in test if is_own(e.source)]),
        "capabilities": {
            name: {key: value for key, value in outcome.items() if key != "failing"}
            for name, outcome in capabilities.run(classifier).items()
        },
        "fairness": measure_fairness(classifier, SUITE / FAIRNESS_FILE),
        "unseen": sorted(others),
    }


def _keep_before(before: Path | None, out: Path, aside: Path) -> Path | None:
    """Return the folder of the release before, copied where writing the new one cannot reach it."""
    folder = before or (out if (out / CHECKSUMS).is_file() else None)
    if folder is None:
        return None
    return Path(shutil.copytree(locate_model(folder), aside / "before"))


def _without_bins(report: Report) -> Report:
    """Return measures without the bins of each data set; those over many sets stand apart."""
    return {
        head: {
            source: {
                name: {key: value for key, value in measures.items() if key != "bins"}
                for name, measures in systems.items()
            }
            for source, systems in sets.items()
        }
        for head, sets in report.items()
    }


if __name__ == "__main__":
    main()
