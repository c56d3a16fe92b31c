"""Make a model folder in one step: read labels, train, export, calibrate, measure, write the card.

The folder has the layout of a release, and beside it `run/`: the recipe as it was resolved, the
curves, the weights, and, until the model is whole, the checkpoint.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cxnlp.atomic_file import write_beside, writing
from cxnlp.errors import CxnlpError, InputError, OutputError
from cxnlp.model.folder import CHECKSUMS
from training.base import locate_base
from training.curves import draw_curves
from training.hashes import hash_file
from training.labelled.read import OwnLabels, read_own_labels
from training.labelled.split import check_held_out
from training.provenance import evaluation_only, read_provenance
from training.recipe import Recipe, read_recipe
from training.release import release
from training.splits import read_held_out
from training.start import write_base
from training.train import TrainInputs, train, without_data
from training.trained import read_progress
from training.trainer import CHECKPOINT, CURVES, NETWORK, Observer

RUN = "run"
_BASE = "base"  # the encoder of a released folder, until the model is whole
_PICTURE = "curves.svg"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_REVISION_LETTERS = 8

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a model is made of, and where it goes."""

    recipe: Path
    out: Path
    data: Path | None = None
    base: str | None = None
    labels: tuple[Path, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)  # label column -> column as read
    start: Path | None = None
    soft_labels: Path | None = None
    name: str | None = None  # default: that of the folder
    revision: str | None = None  # default: from the trained weights
    limit: int = 1000  # texts of each source that measure
    baselines: bool = False
    any_data: bool = False


def build_model(options: BuildOptions, *, note: Note, observer: Observer | None = None) -> Path:
    """Return the finished model folder; the same call again goes on from the last checkpoint.

    :raises InputError: where a recipe, label, data set or start cannot be used: nothing is trained.
    :raises OutputError: where the folder holds another model, or cannot be written.
    """
    name = options.name or options.out.resolve().name
    for what in (name, options.revision):
        if what is not None and not _NAME.fullmatch(what):
            raise InputError(
                f"{what!r} names no model: take letters, digits, dot, hyphen and underscore, "
                "64 at most."
            )
    recipe = _resolve(options, note)
    _check_out(options.out)
    new = not options.out.exists()
    try:
        return _build(options, recipe, name, note=note, observer=observer)
    except CxnlpError:
        if new and not (options.out / RUN / CHECKPOINT).is_file():
            shutil.rmtree(options.out, ignore_errors=True)  # nothing was trained there
        raise


def _build(
    options: BuildOptions, recipe: Recipe, name: str, *, note: Note, observer: Observer | None
) -> Path:
    run = options.out / RUN
    own = _read_labels(options, recipe)
    for line in own.notes if own else ():
        note(line)
    with writing(run):
        run.mkdir(parents=True, exist_ok=True)
    base = _find_base(options, run)
    inputs = TrainInputs(
        base=base,
        out=run,
        data=options.data,
        start=options.start,
        soft_labels=options.soft_labels,
        any_data=options.any_data,
        own=own.examples if own else (),
        own_record=own.record() if own else None,
    )
    train(recipe, inputs, note=note, observer=observer)
    progress = read_progress(run / NETWORK)
    note(f"{progress['steps']:,} steps in {progress['minutes']:.1f} minutes; exporting, measuring")
    with write_beside(run / _PICTURE) as beside:
        beside.write_text(draw_curves(run / CURVES, title=f"{name}: loss"), encoding="utf-8")
    released = options.start if options.start is not None and options.start.is_dir() else None
    release(
        recipe,
        network=run / NETWORK,
        data=options.data,
        base=base,
        revision=options.revision or hash_file(run / NETWORK)[:_REVISION_LETTERS],
        out=options.out,
        limit=options.limit,
        baselines=options.baselines,
        any_data=options.any_data,
        before=released,
        name=name,
        own=own,
        # Few labels of one company set no thresholds, and no training moves none.
        keep=released if options.data is None or not progress["steps"] else None,
        part=True,
    )
    (run / CHECKPOINT).unlink(missing_ok=True)
    for left in run.glob("*.tmp"):
        left.unlink()  # of a run that was killed while it wrote
    shutil.rmtree(run / _BASE, ignore_errors=True)
    return options.out


def _resolve(options: BuildOptions, note: Note) -> Recipe:
    recipe = read_recipe(options.recipe)
    if options.data is not None:
        return recipe
    left = without_data(recipe)
    missing = [s for s in recipe.mixture.sources if s not in left.mixture.sources]
    if missing and not options.labels:
        raise InputError(
            f"{options.recipe}: reads {', '.join(missing[:5])} and others from a folder. Pass "
            "--data, or labels of your own with --labels."
        )
    if missing:
        note(f"without --data, {len(missing)} sources of the recipe are left out")
    return left


def _check_out(out: Path) -> None:
    """Refuse a folder that holds a model, or anything else than a run that was broken off."""
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}: is a file. Name a folder with --out.")
    if (out / CHECKSUMS).is_file():
        raise OutputError(f"{out}: holds a finished model. Name another --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / RUN).is_dir():
        raise OutputError(f"{out}: is a folder of something else. Name another --out.")


def _read_labels(options: BuildOptions, recipe: Recipe) -> OwnLabels | None:
    if not options.labels:
        return None
    own = read_own_labels(options.labels, recipe.labels, seed=recipe.seed, mapping=options.mapping)
    if options.data is not None:
        judging = evaluation_only(read_provenance())
        held_out = read_held_out(options.data, evaluation_only=judging)
        check_held_out(own.merged, own.examples, held_out)
    return own


def _find_base(options: BuildOptions, run: Path) -> Path:
    if options.base is not None:
        return locate_base(options.base)
    if options.start is None or not options.start.is_dir():
        raise InputError("No encoder to start from. Pass --base, or --from a released folder.")
    return write_base(options.start, run / _BASE)
