"""Write an evaluation as a Markdown page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from training.evaluation.tables import Table, lay_out
from training.results import table

_ABOUT = (
    "Macro F1 is the mean over the labels that occur in a set. "
    "In brackets: the 95% interval of 300 resamples. Sure are the texts that are not marked "
    "`unsure`, those whose sentiment has a probability of at least {abstain_below:.3f}. An emotion "
    "or topic answer is accurate where every label known of the text is right; of emotions and "
    "topics the calibration error is that of each label's probability, of the others that of the "
    "likeliest answer. Satisfaction's accuracy and κ are of whole levels."
)


def to_markdown(evaluation: Mapping[str, Any]) -> str:
    """Return the page of an evaluation."""
    parts = [f"# Evaluation of {evaluation['model']}", describe(evaluation)]
    parts.append(_ABOUT.format(**evaluation))
    parts += [_section(item) for item in lay_out(evaluation)]
    if evaluation["notes"]:
        notes = "\n".join(f"- {note}" for note in evaluation["notes"])
        parts.append(f"## Notes\n\n{notes}")
    return "\n\n".join(parts) + "\n"


def describe(evaluation: Mapping[str, Any]) -> str:
    """Return what was evaluated, on how much."""
    sets = evaluation["sets"].values()
    n, total = sum(s["n"] for s in sets), sum(s["of"] for s in sets)
    limit = f", at most {evaluation['limit']:,} of each" if evaluation["limit"] else ""
    sources = "1 source" if len(sets) == 1 else f"{len(sets)} sources"
    return (
        f"{n:,} of {total:,} texts of split {evaluation['split']} from {sources}{limit} "
        f"(seed {evaluation['seed']}), at {evaluation['precision']}."
    )


def _section(item: Table) -> str:
    lines = [f"## {item.title}", *([item.text] if item.text else [])]
    return "\n\n".join([*lines, table(item.header, item.rows)])
