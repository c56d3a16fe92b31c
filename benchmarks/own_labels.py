"""What a few hundred labels of one's own do to a released model, there and elsewhere.

`python -m benchmarks.own_labels --data DIR`: for each source that the release never saw, 300 texts
become a label file, `cxnlp train` fine-tunes the release on it, and both models are asked about the
other texts of that source, and about the test texts of guard sets: paired, with intervals.
"""

from __future__ import annotations

import contextlib
import csv
import json
import random
import statistics
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from cxnlp.labels import SENTIMENTS
from cxnlp.model.classifier import Classifier
from training.answers import ask_model
from training.build import BuildOptions, build_model
from training.evaluate import AnsweredSet, ask
from training.evaluation.compare import A, B, Compared, compare_sets
from training.example import Example, document
from training.labelled.duplicates import find_in
from training.provenance import evaluation_only, read_provenance
from training.readers import read_sources
from training.readers.opinions import rows
from training.splits import read_held_out
from training.taken import take

RECIPE = Path("training/recipes/fine-tune.toml")
GUARDS = (
    "nhs_fft", "vader_graded", "huliu_product_reviews", "aware", "goemotions", "mams_acsa", "roast",
    "womens_clothing",
)  # fmt: skip
UNSEEN = ("hotel_reviews_5k", "amazon_full_1k", "dynasent_r1", "dynasent_r2", "brighter")
_FOLDERS = {"dynasent_r1": "dynasent_val", "dynasent_r2": "dynasent_val"}
_BRIGHTER = frozenset(("anger", "fear", "joy", "sadness", "surprise"))
_HELD_BACK = 1000  # texts of the source that judge


def read_company(data: Path, source: str) -> list[Example]:
    """Return all texts of a source that no release was trained on."""
    if source == "brighter":
        return [
            document(
                row["text"],
                source,
                "test",
                emotions=frozenset(row["emotions"]) & _BRIGHTER,
                emotion_scheme=_BRIGHTER,
            )
            for row in rows(data / source, keep=lambda f: f["lang"] == "eng").to_dict("records")
        ]
    examples = read_sources(data, [_FOLDERS.get(source, source)])
    return [replace(e, split="test") for e in examples if e.source == source]


def write_labels(path: Path, examples: Sequence[Example]) -> None:
    """Write texts as the label file that a company would hand in.

    Stars say what is negative and what positive, but not what is neutral: a sentiment without one
    of its classes is left out, for it would be refused.
    """
    whole = {e.spans[0].sentiment for e in examples} >= set(range(len(SENTIMENTS)))
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(("text", "sentiment", "satisfaction", "emotions"))
        for example in examples:
            span = example.spans[0]
            emotions = None if span.emotions is None else ";".join(sorted(span.emotions)) or "none"
            said = span.sentiment if whole else None
            sentiment = None if said is None else SENTIMENTS[said]
            out.writerow((example.text, sentiment, span.satisfaction, emotions))


def compare(
    before: Mapping[str, AnsweredSet], model: Path, examples: Sequence[Example]
) -> list[Compared]:
    """Return what a model changes on each source and head, paired, with intervals and verdicts.

    :param before: what the release said, by source.
    """
    both = []
    for item in ask({B: ask_model(Classifier(model, verify=False))}, examples):
        answers = {A: before[item.source].answers[A], **item.answers}
        both.append(replace(item, answers=answers))
    return list(compare_sets(both, a=A, b=B, data=model, n_differing=0).heads)


def draw(
    data: Path, source: str, *, n: int, seed: int, held_out: Collection[str]
) -> tuple[list[Example], list[Example]]:
    """Return the texts that are labelled, and those held back: none nearly equal to a labelled.

    :param held_out: texts of other sets that judge models; none of them is labelled.
    """
    texts = list({e.text: e for e in read_company(data, source)}.values())
    random.Random(seed).shuffle(texts)
    known = find_in([e.text for e in texts[: 2 * n]], held_out)
    texts = [e for i, e in enumerate(texts) if i not in known]
    chosen, others = texts[:n], texts[n : n + _HELD_BACK]
    leaked = find_in([e.text for e in others], (e.text for e in chosen))
    return chosen, [e for i, e in enumerate(others) if i not in leaked]


def without(data: Path, source: str, folder: Path) -> Path:
    """Return a folder of links to all data but that of the company, whose texts judge nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(data.iterdir()):
        link = folder / path.name
        if path.is_dir() and path.name != _FOLDERS.get(source, source) and not link.exists():
            link.symlink_to(path)
    return folder


def build_once(
    chosen: Sequence[Example], folder: Path, *, recipe: Path, release: Path, replay: Path | None
) -> dict[str, float]:
    """Make the model of some labels in a folder, where it is not yet; return what it took."""
    timing = folder / "took.json"
    if not timing.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_labels(folder / "labels.csv", chosen)
        options = BuildOptions(
            recipe=recipe,
            out=folder / "own",
            data=replay,
            labels=(folder / "labels.csv",),
            start=release,
            limit=200,
        )
        started, spent = time.monotonic(), time.process_time()
        build_model(options, note=lambda line: click.echo(f"  {line}", err=True))
        minutes = (time.monotonic() - started) / 60
        took = {"minutes": minutes, "cpu_seconds": time.process_time() - spent}
        timing.write_text(json.dumps(took))
    found: dict[str, float] = json.loads(timing.read_text())
    return found


def lay_out(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return the runs as a Markdown table, a row a draw and figure, with the worst guard."""
    lines = [
        "| source | draw | figure | before | after | points (95%) | guards, mean | guards, worst "
        "| guards worse | minutes | CPU seconds |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        of = [c for c in run["compared"] if "error" not in c["paired"]["measure"]]
        guards = [c for c in of if c["source"] != run["source"]]
        worst = min(guards, key=lambda c: c["paired"]["difference"])
        mean = statistics.mean(c["paired"]["difference"] for c in guards)
        n_worse = sum(c["verdict"] == "worse" for c in guards)
        for c in (c for c in of if c["source"] == run["source"]):
            paired = c["paired"]
            lines.append(
                f"| {run['source']} | {run['seed']} | {c['head']} {paired['measure']} "
                f"| {paired['a']:.3f} | {paired['b']:.3f} | {_points(c)} | {100 * mean:+.1f} "
                f"| {_points(worst)} {worst['source']} {worst['head']} "
                f"| {n_worse} of {len(guards)} "
                f"| {run['minutes']:.1f} | {run['cpu_seconds']:.0f} |"
            )
    return "\n".join(lines)


def _points(compared: Mapping[str, Any]) -> str:
    paired = compared["paired"]
    difference, low, high = (100 * paired[name] for name in ("difference", "low", "high"))
    return f"{difference:+.1f} ({low:+.1f} to {high:+.1f}, {compared['verdict']})"


@click.command()
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--release", default=Path("models/cx-mini-en"), type=click.Path(path_type=Path))
@click.option("--recipe", default=RECIPE, type=click.Path(exists=True, path_type=Path))
@click.option("--source", "sources", multiple=True, default=UNSEEN, show_default=True)
@click.option("--n", default=300, show_default=True, help="Labelled texts.")
@click.option("--draws", default=3, show_default=True, help="Of the labelled texts.")
@click.option("--limit", default=1000, show_default=True, help="Texts of each guard set.")
@click.option("--replay/--no-replay", default=True, help="Replay texts of --data, or do without.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the models here, and use them.")
@click.option("--measured/--not-measured", default=True, help="Make the models only, for timing.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Keep every figure here.")
def main(
    data: Path,
    release: Path,
    recipe: Path,
    sources: Sequence[str],
    n: int,
    draws: int,
    limit: int,
    replay: bool,
    keep: Path | None,
    measured: bool,
    output: Path | None,
) -> None:
    """Fine-tune the release on labels of each source; print what it gains, and loses elsewhere."""
    runs: list[dict[str, Any]] = []
    known: dict[str, AnsweredSet] = {}  # what the release says of the guard sets
    system = {A: ask_model(Classifier(release, verify=False))}
    guards = take(read_sources(data, GUARDS), "test", limit=limit)
    for source in sources:
        for seed in range(draws):
            with contextlib.ExitStack() as stack:
                here = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
                folder = here / f"{source}-{seed}-{'replay' if replay else 'alone'}"
                others = without(data, source, folder / "data")
                judging = evaluation_only(read_provenance())
                held_out = read_held_out(others, evaluation_only=judging)
                chosen, held_back = draw(data, source, n=n, seed=seed, held_out=held_out)
                replayed = others if replay else None
                took = build_once(chosen, folder, recipe=recipe, release=release, replay=replayed)
                click.echo(f"{source} {seed}: {took['minutes']:.1f} minutes", err=True)
                if not measured:
                    continue
                for item in ask(system, guards) if not known else ():
                    known[item.source] = item
                before = known | {item.source: item for item in ask(system, held_back)}
                compared = compare(before, folder / "own", [*held_back, *guards])
            runs.append(
                {
                    "source": source, "seed": seed, "replay": replay, **took,
                    "n_labels": len(chosen), "n_held_back": len(held_back),
                    "compared": [asdict(c) for c in compared],
                }
            )  # fmt: skip
            if output is not None:
                output.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    if runs:
        click.echo(lay_out(runs))


if __name__ == "__main__":
    main()
