"""What an insight says: findings with numbers and a verdict, and the table behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cxnlp.metrics.estimate import Estimate

Verdict = Literal["real", "noise", "not_enough_data"]
Status = Literal["ok", "not_enough_data", "not_applicable"]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The part of the data that a finding speaks of; None is all of it."""

    touchpoint: str | None = None
    stage: str | None = None
    period: str | None = None
    group: str | None = None
    topic: str | None = None
    sentiment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One statement about the data."""

    insight: str  # the name of the module that says it
    sentence: str  # plain words, with the numbers, their interval and n
    verdict: Verdict
    # From 0 to 1: the share of answers or comments concerned, times the size of the effect as a
    # share of its scale.
    importance: float
    n: int
    where: Where = Where()
    estimate: Estimate | None = None
    unit: str = ""
    p_value: float | None = None  # corrected over the whole report; None where nothing is tested
    n_needed: int | None = None  # for a verdict, where there are not enough
    evidence: tuple[int, ...] = ()  # file rows of the verbatims that show it best


@dataclass(frozen=True, slots=True, kw_only=True)
class InsightResult:
    """What one insight found in a scored file."""

    name: str
    title: str
    status: Status
    note: str  # one sentence: what was done, or why nothing was
    findings: tuple[Finding, ...] = ()
    table: tuple[dict[str, Value], ...] = ()  # every number behind the findings, in flat rows
