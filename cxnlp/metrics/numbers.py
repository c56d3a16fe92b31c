"""Numbers as the report writes them: one format for values, intervals and counts."""

from __future__ import annotations

from dataclasses import dataclass

from cxnlp.metrics.estimate import MIN_SHOWN_N, Estimate

MINUS = "\N{MINUS SIGN}"
SUPPRESSED = f"suppressed (n < {MIN_SHOWN_N})"
NO_DATA = "no data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """How the values of one metric are written."""

    decimals: int = 1
    signed: bool = False
    suffix: str = ""


POINTS = Unit(signed=True)
PERCENT = Unit(suffix="%")
MEAN = Unit(decimals=2)


def format_value(value: float, unit: Unit, *, suffix: bool = True) -> str:
    """Return a value with the unit's decimals, sign and suffix.

    >>> format_value(-3.456, POINTS).replace(MINUS, "-")
    '-3.5'
    >>> format_value(86.43, PERCENT)
    '86.4%'
    """
    rounded = round(value, unit.decimals)
    sign = MINUS if rounded < 0 else "+" if unit.signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{unit.decimals}f}{unit.suffix if suffix else ''}"


def format_interval(low: float, high: float, unit: Unit) -> str:
    """Return "low to high" in the unit.

    >>> format_interval(37.18, 42.41, POINTS)
    '+37.2 to +42.4'
    """
    return f"{format_value(low, unit, suffix=False)} to {format_value(high, unit)}"


def format_n(n: int) -> str:
    """Return a count with thousands separated by commas."""
    return f"{n:,}"


def is_shown(estimate: Estimate) -> bool:
    """Tell whether an estimate has a value that may be shown."""
    return estimate.value is not None and estimate.status in ("ok", "indicative")


def describe(estimate: Estimate, unit: Unit) -> str:
    """Return the value of an estimate, or the words that stand in its place."""
    if estimate.status == "suppressed":
        return SUPPRESSED
    if estimate.value is None:
        return NO_DATA
    return format_value(estimate.value, unit)


def describe_interval(estimate: Estimate, unit: Unit) -> str:
    """Return the 95% interval of a shown estimate, else an empty string."""
    if not is_shown(estimate) or estimate.low is None or estimate.high is None:
        return ""
    return format_interval(estimate.low, estimate.high, unit)
