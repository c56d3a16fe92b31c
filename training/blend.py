"""Average trained weights with those of the start, by the share that does best on other texts.

Between a model and what fine-tuning made of it lie models that keep more of the one and have most
of the other (Wortsman et al., 2022, Robust fine-tuning of zero-shot models).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from cxnlp.atomic_file import write_beside
from training.recipe import TrainConfig

SHARES = "shares.csv"

# Of weights: the loss on held-back labels, and how far answers on other texts have moved.
Judge = Callable[[Mapping[str, Tensor]], tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How well the weights do that are trained to one share, and the start's for the rest."""

    share: float
    held_back: float  # loss
    moved: float  # divergence from what the start answers


def blend(
    start: Mapping[str, Tensor], trained: Mapping[str, Tensor], share: float
) -> dict[str, Tensor]:
    """Return the weights that lie at a share of the way from the start's to the trained ones."""
    return {
        name: value if share == 1 else start[name].to(value).lerp(value, share)
        for name, value in trained.items()
    }


def judge_shares(
    start: Mapping[str, Tensor],
    trained: Mapping[str, Tensor],
    shares: Sequence[float],
    judge: Judge,
) -> list[Share]:
    """Return how well each share does, in their order."""
    found = []
    for share in shares:
        held_back, moved = judge(blend(start, trained, share))
        found.append(Share(share=share, held_back=held_back, moved=moved))
    return found


def best_share(judged: Sequence[Share], *, most_moved: float) -> Share:
    """Return the share of the least held-back loss among those that move answers little enough.

    Of equal ones it is the one nearest the start, and so it is where all move them too far.
    """
    within = [one for one in judged if one.moved <= most_moved]
    return min(within or judged, key=lambda s: (s.held_back if within else 0.0, s.share))


def blend_best(
    start: Mapping[str, Tensor],
    trained: Mapping[str, Tensor],
    config: TrainConfig,
    judge: Judge,
    *,
    path: Path,
) -> dict[str, Tensor]:
    """Return the weights of the best share, and write what each was worth to a file."""
    judged = judge_shares(start, trained, config.blend, judge)
    chosen = best_share(judged, most_moved=config.most_moved)
    write_shares(path, judged, chosen)
    return blend(start, trained, chosen.share)


def write_shares(path: Path, judged: Sequence[Share], chosen: Share) -> None:
    """Write what each share was worth, and which one was taken, as CSV."""
    stream = io.StringIO()
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(("share", "held_back", "moved", "taken"))
    for one in judged:
        taken = "yes" if one == chosen else "no"
        out.writerow((one.share, f"{one.held_back:.4f}", f"{one.moved:.4f}", taken))
    with write_beside(path) as beside:
        beside.write_text(stream.getvalue(), encoding="utf-8")
