"""What a few hundred labels of one's own do to a released model, there and elsewhere.

`python -m benchmarks.own_labels --data DIR`: for each source that the release never saw, 300 texts
become a label file, `cxnlp train` fine-tunes the release on it, and both models are asked about the
other texts of that source, and about the test texts of guard sets.
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
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from cxnlp.labels import SENTIMENTS
from cxnlp.model.classifier import Classifier
from training.answers import ask_model
from training.build import BuildOptions, build_model
from training.evaluate import OURS, ask, measure
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
_FIGURES = {"satisfaction": ("spearman", "mean_absolute_error")}

Figures = dict[str, float]  # "source head measure" -> value


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


def figures(model: Path, examples: Sequence[Example]) -> Figures:
    """Return what a model reaches on each source and head."""
    report = measure(ask({OURS: ask_model(Classifier(model, verify=False))}, examples))
    return {
        f"{source} {head} {name}": systems[OURS][name]
        for head, sets in report.items()
        for source, systems in sets.items()
        for name in _FIGURES.get(head, ("macro_f1",))
    }


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
) -> float:
    """Make the model of some labels in a folder, where it is not yet; return the minutes."""
    timing = folder / "minutes.json"
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
        started = time.monotonic()
        build_model(options, note=lambda line: click.echo(f"  {line}", err=True))
        timing.write_text(json.dumps((time.monotonic() - started) / 60))
    minutes: float = json.loads(timing.read_text())
    return minutes


def lay_out(runs: Sequence[Mapping[str, Any]]) -> str:
    """Return the runs as a Markdown table: means over the draws, and the worst guard."""
    lines = [
        "| source | replay | draws | figure | before | after | guards, mean | guards, worst "
        "| minutes |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    keys = dict.fromkeys((run["source"], run["replay"]) for run in runs)
    for source, replay in keys:
        of_key = [run for run in runs if (run["source"], run["replay"]) == (source, replay)]
        moves: dict[str, float] = {}
        for name in of_key[0]["before"]:
            if not name.startswith(f"{source} ") and not name.endswith("error"):
                moves[name] = _mean(of_key, "after", name) - _mean(of_key, "before", name)
        worst = min(moves, key=lambda name: moves[name])
        minutes = max(run["minutes"] for run in of_key)
        for name in (n for n in of_key[0]["before"] if n.startswith(f"{source} ")):
            lines.append(
                f"| {source} | {'data' if replay else 'none'} | {len(of_key)} "
                f"| {name.removeprefix(f'{source} ').replace('_', ' ')} "
                f"| {_mean(of_key, 'before', name):.3f} | {_mean(of_key, 'after', name):.3f} "
                f"| {100 * statistics.mean(moves.values()):+.1f} "
                f"| {100 * moves[worst]:+.1f} ({worst}) | {minutes:.1f} |"
            )
    return "\n".join(lines)


def _mean(runs: Sequence[Mapping[str, Any]], when: str, name: str) -> float:
    return statistics.mean(run[when][name] for run in runs)


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
    runs = []
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
                minutes = build_once(
                    chosen, folder, recipe=recipe, release=release, replay=replayed
                )
                click.echo(f"{source} {seed}: {minutes:.1f} minutes", err=True)
                if not measured:
                    continue
                asked = [*held_back, *guards]
                before, after = figures(release, asked), figures(folder / "own", asked)
            runs.append(
                {
                    "source": source, "seed": seed, "replay": replay, "minutes": minutes,
                    "n_labels": len(chosen), "n_held_back": len(held_back), "before": before,
                    "after": after,
                }
            )  # fmt: skip
            if output is not None:
                output.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    if runs:
        click.echo(lay_out(runs))


if __name__ == "__main__":
    main()
