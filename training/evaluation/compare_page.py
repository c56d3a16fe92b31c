"""A comparison of two models as tables, for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from training.evaluation.compare import Compared, Comparison
from training.evaluation.tables import Table
from training.results import table

_WORDS = {
    "better": "B better",
    "worse": "B worse",
    "noise": "within chance",
    "not_enough_data": "not enough data",
}
_MEASURES = {
    "macro_f1": "macro F1",
    "f1": "F1",
    "spearman": "Spearman",
    "mean_absolute_error": "mean error",
}


def summary(found: Comparison) -> str:
    """Return what a comparison comes to, in one sentence."""
    n = {verdict: sum(c.verdict == verdict for c in found.heads) for verdict in _WORDS}
    return (
        f"{found.b} (B) beside {found.a} (A): better in {n['better']}, worse in {n['worse']} of "
        f"{len(found.heads)} measures; {n['noise']} within chance, {n['not_enough_data']} with "
        "not enough data."
    )


def head_table(found: Comparison) -> Table:
    """Return one line a data set and head."""
    return _table("Models side by side", found.heads, labels=False)


def label_table(found: Comparison) -> Table:
    """Return one line a label."""
    return _table("Label by label", found.labels, labels=True)


def _table(title: str, items: Sequence[Compared], *, labels: bool) -> Table:
    names = ("data set", "head", "label") if labels else ("data set", "head")
    header = (*names, "measure", "n", "A", "B", "B - A", "95% interval", "verdict")
    rows = []
    for c in items:
        p = c.paired
        first = (c.source, c.head, c.label or "") if labels else (c.source, c.head)
        rows.append(
            (
                *first,
                _MEASURES[p.measure],
                f"{p.n:,}",
                f"{p.a:.3f}",
                f"{p.b:.3f}",
                f"{p.difference:+.3f}",
                f"{p.low:+.3f} to {p.high:+.3f}",
                _WORDS[c.verdict],
            )
        )
    return Table(
        title=title, header=header, rows=tuple(rows), n_names=len(names) + 1, brief=not labels
    )


def told_labels(found: Comparison) -> Table:
    """Return the labels at which one model is better for sure."""
    told = [c for c in found.labels if c.verdict in ("better", "worse")]
    return _table("Labels that differ", told, labels=True)


def differing_lines(found: Comparison) -> list[str]:
    """Return the texts on which the two differ most, two lines each."""
    lines = ["Where the two differ most"] if found.differing else []
    for text in found.differing:
        asked = f" (asked: {_flat(text.question)})" if text.question else ""
        lines += [
            f"- {text.source}, {text.head}: people say {text.gold}; A {text.a}; B {text.b}{asked}",
            f"  > {_flat(text.text)}",
        ]
    return lines


def to_markdown(found: Comparison) -> str:
    """Return the whole comparison as a page."""
    lines = [f"# {found.b} beside {found.a}", "", summary(found), ""]
    lines += [
        "Differences are B minus A on the same texts, with paired bootstrap intervals; verdicts "
        "are corrected for how many were made (Benjamini and Hochberg).",
        "",
    ]
    for item in (head_table(found), label_table(found)):
        lines += [f"## {item.title}", "", table(item.header, item.rows), ""]
    if found.differing:
        title, *texts = differing_lines(found)
        lines += [f"## {title}", "", *texts]
    if found.notes:
        lines += ["", "## Notes", "", *(f"- {note}" for note in found.notes)]
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    """Return a text on one line, so that none of it is read as the page's own."""
    return " ".join(text.split())
