"""Lay measures out as tables, with the baselines beside every figure of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from training.evaluation.grades import is_graded
from training.taken import is_own

HEADS = (
    ("sentiment", "Sentiment", "macro_f1", "macro F1 of negative, neutral, positive"),
    ("satisfaction", "Satisfaction", "spearman", "Spearman correlation with the score given"),
    ("emotion", "Emotion", "macro_f1", "macro F1 over the labels that occur"),
    ("topic", "Topic", "macro_f1", "macro F1 over the topics that occur"),
    ("polarity", "Topic polarity", "macro_f1", "macro F1 given the topic"),
)
_BASELINES = {"tfidf": "TF-IDF + logistic regression", "vader": "VADER"}
_BEFORE = "before"
_TEMPLATES = "contrast:"  # before the name of the templates that made sentences of our own


def measured(metrics: dict[str, Any], head: str) -> dict[str, Any]:
    """Return what was measured of a head on the test sets that count for it."""
    sets: dict[str, Any] = metrics["test"].get(head, {})
    return {s: v for s, v in sets.items() if head == "sentiment" or not is_own(s)}


def results(metrics: dict[str, Any]) -> str:
    """Return a table a head: seen sources, unseen sources, and our own sentences."""
    intro = (
        "## Measured\n\nOn texts that training never saw, each set's own test split. In brackets: "
        "the 95% interval of 300 resamples. Both baselines are beside every figure they can "
        "give; TF-IDF was fitted on the same training texts, with the question."
    )
    if metrics.get("before"):
        intro += f" Before is {metrics['before']} on the same texts."
    parts = [intro]
    for head, title, measure, what in HEADS:
        sets = measured(metrics, head)
        seen = [s for s in sets if s not in metrics["unseen"] and not is_own(s)]
        unseen = [s for s in sets if s in metrics["unseen"]]
        parts.append(f"### {title}\n\n{what[0].upper()}{what[1:]}.")
        if any(is_graded(source) for source in sets):
            parts.append(
                "Where two people graded a text, `/annotators` is against those who read it, "
                "`/writers` against its writer's own score of the whole visit; the first row takes "
                "the annotators' grade, or the writer's where there is no other."
            )
        parts.append(_results_table(sets, seen, measure))
        if unseen:
            parts.append("Sources that nothing was trained on:")
            parts.append(_results_table(sets, unseen, measure))
    sentiment = measured(metrics, "sentiment")
    own = [source for source in sentiment if is_own(source)]
    if own:
        parts.append(
            "### Our own sentences\n\nAccuracy on sentences of our own that training never saw: "
            "from templates held back whole, and written one by one (`written`, `two_sided`). The "
            "intervals are left out: the sentences of a template are alike."
        )
        parts.append(_results_table(sentiment, own, "accuracy"))
        parts += _topics_of_templates(metrics)
        parts += _topics_as_written(metrics)
    return "\n\n".join(parts)


def _topics_of_templates(metrics: dict[str, Any]) -> list[str]:
    """Say how the topics of sentences from templates compare, which no table above counts."""
    sets = {
        source: systems
        for source, systems in metrics["test"].get("topic", {}).items()
        if source.startswith(_TEMPLATES) and "tfidf" in systems
    }
    if not sets:
        return []
    lost = [s for s in sets if _loses(sets[s], "tfidf", "macro_f1")]
    return [
        "The topics of sentences from templates follow from the thing they name, so a list of "
        "words finds them too, and no table counts them: TF-IDF + logistic regression is ahead of "
        "ours on "
        f"{len(lost)} of {len(sets)} of these sets "
        f"({listed(source.removeprefix(_TEMPLATES) for source in lost)})."
    ]


def _topics_as_written(metrics: dict[str, Any]) -> list[str]:
    """Return topics and polarities of sentences written one by one, which no table above has."""
    parts = []
    for head, title, measure, what in HEADS:
        sets = metrics["test"].get(head, {}) if head in ("topic", "polarity") else {}
        written = [s for s in sets if is_own(s) and not s.startswith(_TEMPLATES)]
        if written:
            parts += [f"{title} of those written, {what}:", _results_table(sets, written, measure)]
    return parts


def _results_table(sets: dict[str, Any], sources: Sequence[str], measure: str) -> str:
    if not sources:
        return "Not measured."
    columns = {_BEFORE: "before", **_BASELINES}
    names = [name for name in columns if any(name in sets[s] for s in sources)]
    rows = []
    for source in sources:
        ours = sets[source]["cxnlp"]
        interval = "" if measure == "accuracy" else f" [{ours['low']:.3f}, {ours['high']:.3f}]"
        cells = [source.removeprefix(_TEMPLATES), str(ours["n"]), f"{ours[measure]:.3f}{interval}"]
        cells += [f"{sets[source][b][measure]:.3f}" if b in sets[source] else "–" for b in names]
        rows.append([*cells, _verdict(sets[source], measure)])
    header = ["data set", "n", "ours", *(columns[b] for b in names), "ours beats the baselines"]
    return table(header, rows)


def _verdict(systems: dict[str, Any], measure: str) -> str:
    there = [name for name in _BASELINES if name in systems]
    if not there:
        return "no baseline measured"
    lost = [_BASELINES[name] for name in there if _loses(systems, name, measure)]
    if lost:
        return "**not yet**: " + " and ".join(lost)
    best = max(systems[name][measure] for name in there)
    close = measure != "accuracy" and best >= systems["cxnlp"]["low"]
    return "yes, within the interval" if close else "yes"


def _loses(systems: dict[str, Any], baseline: str, measure: str) -> bool:
    return bool(systems["cxnlp"][measure] <= systems[baseline][measure])


def behind(metrics: dict[str, Any]) -> str:
    """List every figure of ours that is not above a baseline's."""
    lines, n_compared = [], 0
    for head, title, measure, _ in HEADS:
        for source, systems in measured(metrics, head).items():
            shown = "accuracy" if is_own(source) else measure
            for name, label in _BASELINES.items():
                if name in systems:
                    n_compared += 1
                    if _loses(systems, name, shown):
                        ours, theirs = systems["cxnlp"][shown], systems[name][shown]
                        called, n = source.removeprefix(_TEMPLATES), systems[name]["n"]
                        lines.append(
                            f"- {title}, {called} (n = {n}): {ours:.3f}, {label} {theirs:.3f}"
                        )
    heading = "## What does not beat the baselines yet\n\n"
    if not n_compared:
        return heading + "No baseline was measured."
    if not lines:
        return heading + f"Nothing: all {n_compared} comparisons above are ahead."
    return f"{heading}{len(lines)} of the {n_compared} comparisons above:\n\n" + "\n".join(lines)


def worse_than_before(metrics: dict[str, Any]) -> str:
    """List every figure of ours that is below that of the release before; empty without one."""
    if not metrics.get("before"):
        return ""
    lines, n_compared = [], 0
    for head, title, measure, _ in HEADS:
        for source, systems in measured(metrics, head).items():
            if _BEFORE in systems:
                n_compared += 1
                shown = "accuracy" if is_own(source) else measure
                ours, theirs = systems["cxnlp"][shown], systems[_BEFORE][shown]
                if ours < theirs:
                    n = systems["cxnlp"]["n"]
                    name = source.removeprefix(_TEMPLATES)
                    lines.append(f"- {title}, {name} (n = {n}): {ours:.3f}, before {theirs:.3f}")
    heading = f"## What is worse than {metrics['before']}\n\n"
    if not lines:
        return heading + f"Nothing, of {n_compared} figures."
    return f"{heading}{len(lines)} of {n_compared} figures:\n\n" + "\n".join(lines)


def listed(names: Iterable[str]) -> str:
    """Return names with commas between them."""
    return ", ".join(names) or "none"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
