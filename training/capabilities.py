"""Test what a model must be able to do: `python -m training.capabilities MODEL`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cxnlp.errors import CxnlpError, InputError
from cxnlp.model.classifier import Classifier, Prediction
from training.fairness import FAIRNESS_FILE, FairnessOutcome, measure_fairness, read_fairness
from training.suite import SUITE, Capability, Case, read_capability, read_suite

# Of sentiment_score, which runs from -1 to 1. Satisfaction runs from 1 to 5: twice as far.
MAX_MOVE = 0.15
MAX_WRONG_WAY = 0.1
_PIPED_WIDTH = 120


class Outcome(TypedDict):
    """How a model did in one capability."""

    rule: str
    cases: int
    failures: int
    rate: float
    limit: float
    failing: list[int]  # numbers of cases, from 0


def texts(folder: Path = SUITE) -> set[str]:
    """Return every text of a suite, fairness included, to be held out of training."""
    found: set[str] = set()
    for capability in read_suite(folder):
        for case in capability.cases:
            found.update((case.text, *(part for part, _ in case.parts)))
            if case.base is not None:
                found.add(case.base)
    if (folder / FAIRNESS_FILE).is_file():
        for attribute in read_fairness(folder / FAIRNESS_FILE).attributes:
            found.update(text for frame in attribute.frames for text in frame)
    return found


def run(classifier: Classifier, folder: Path = SUITE) -> dict[str, Outcome]:
    """Return how a model does in each capability of a folder."""
    suite = read_suite(folder)
    asked = dict.fromkeys(
        (text, case.question)
        for capability in suite
        for case in capability.cases
        for text in (case.base, case.text)
        if text is not None
    )
    predictions = classifier.classify([t for t, _ in asked], questions=[q for _, q in asked])
    found = dict(zip(asked, predictions, strict=True))
    outcomes: dict[str, Outcome] = {}
    for capability in suite:
        failing = [
            number
            for number, case in enumerate(capability.cases)
            if not passes(
                case,
                found[case.text, case.question],
                None if case.base is None else found[case.base, case.question],
                score_may_move=capability.score_may_move,
            )
        ]
        outcomes[capability.name] = Outcome(
            rule=capability.rule,
            cases=len(capability.cases),
            failures=len(failing),
            rate=len(failing) / len(capability.cases),
            limit=capability.limit,
            failing=failing,
        )
    return outcomes


def mean_rate(outcomes: Mapping[str, Outcome]) -> float:
    """Return the mean failure rate over capabilities, each counting the same."""
    return sum(outcome["rate"] for outcome in outcomes.values()) / len(outcomes)


def passes(
    case: Case, found: Prediction, base: Prediction | None, *, score_may_move: bool = False
) -> bool:
    """Tell whether a prediction is what a case expects."""
    if case.parts:
        return all(_part_sentiment(case.text, part, found) == want for part, want in case.parts)
    if case.topics:
        towards = {topic.label: topic.sentiment for topic in found.topics or ()}
        return all(towards.get(topic) == want for topic, want in case.topics)
    if base is None:
        return found.sentiment == case.expect
    if found.sentiment_score is None or base.sentiment_score is None:
        return False  # not scored, as in a language that it is not in
    move = found.sentiment_score - base.sentiment_score
    if case.expect is None:
        return found.sentiment == base.sentiment and (score_may_move or abs(move) <= MAX_MOVE)
    moved = (found.satisfaction or 0.0) - (base.satisfaction or 0.0)
    sign = 1 if case.expect == "up" else -1
    return sign * move >= -MAX_WRONG_WAY and sign * moved >= -2 * MAX_WRONG_WAY


def _part_sentiment(text: str, part: str, found: Prediction) -> str | None:
    """Return the sentiment of the span that covers most of a part of the text."""
    start = text.index(part)
    spans = found.spans or ()
    if not spans:
        return found.sentiment
    covered = [min(s.end, start + len(part)) - max(s.start, start) for s in spans]
    return spans[covered.index(max(covered))].sentiment


def _show(capability: Capability, failing: Sequence[int]) -> Table:
    table = Table(title=f"{capability.name}: {capability.tests}", title_justify="left")
    for column in ("case", "expected", "text", "compared with"):
        table.add_column(column)
    for number in failing:
        case = capability.cases[number]
        parts = "; ".join(f"{what}: {want}" for what, want in (*case.topics, *case.parts))
        asked = f"{case.question} → {case.text}" if case.question else case.text
        row = (str(number), case.expect or parts or "same", asked, case.base or "")
        table.add_row(*map(Text, row))  # as it is: a bracket is no markup
    return table


def _summary(outcomes: Mapping[str, Outcome]) -> Table:
    table = Table(title="Capabilities: share of cases that fail", title_justify="left")
    table.add_column("capability")
    table.add_column("rule")
    for column in ("cases", "failures", "rate", "limit"):
        table.add_column(column, justify="right")
    table.add_column("some that fail")
    for name, o in sorted(outcomes.items(), key=lambda item: -item[1]["rate"]):
        some = " ".join(map(str, o["failing"][:5]))
        figures = (str(o["cases"]), str(o["failures"]), f"{o['rate']:.3f}", f"{o['limit']:.2f}")
        over = o["rate"] > o["limit"]
        table.add_row(name, o["rule"], *figures, some, style="bold red" if over else None)
    table.add_section()
    table.add_row("mean", "", "", "", f"{mean_rate(outcomes):.3f}", "", "")
    return table


def _fairness(outcomes: Mapping[str, FairnessOutcome]) -> Table:
    table = Table(title="Fairness: two texts that differ only in the group", title_justify="left")
    table.add_column("attribute")
    for column in ("pairs", "mean move", "max move", "labels flipped"):
        table.add_column(column, justify="right")
    for name, o in outcomes.items():
        figures = (f"{o['mean_move']:.3f}", f"{o['max_move']:.2f}", f"{o['flip_rate']:.2%}")
        table.add_row(name, str(o["pairs"]), *figures)
    return table


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("model")
@click.option(
    "--suite",
    default=SUITE,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of capabilities; default: tests/capabilities.",
)
@click.option("--show", metavar="NAME", help="List the failing cases of one capability.")
def main(model: str, suite: Path, show: str | None) -> None:
    """Run the suite on MODEL, a folder or the name of a released model."""
    # Piped, a narrow table would cut the names that --show takes.
    console = Console() if sys.stdout.isatty() else Console(width=_PIPED_WIDTH)
    try:
        classifier = Classifier.load(model)
        outcomes = run(classifier, suite)
        if show is not None:
            if show not in outcomes:
                raise InputError(f"{show}: no capability of {suite}. Name one of its files.")
            capability = read_capability(suite / f"{show}.toml")
            console.print(_show(capability, outcomes[show]["failing"]))
            return
        console.print(_summary(outcomes))
        if (suite / FAIRNESS_FILE).is_file():
            console.print(_fairness(measure_fairness(classifier, suite / FAIRNESS_FILE)))
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
