"""The control limits of a trend: how far a period may lie from the mean by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cxnlp.metrics.control_limits import Kind, answer_variance, control_limits
from cxnlp.metrics.estimate import MIN_RELIABLE_N, NO_DATA, Estimate
from cxnlp.metrics.numbers import PERCENT, POINTS, is_shown
from cxnlp.report.metric_info import MetricInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLimits:
    """The limits of one period, in the metric's unit; None where there are none."""

    ends: tuple[float, float] | None
    outside: bool  # with n of 30 or more


_NONE = PeriodLimits(ends=None, outside=False)


def period_limits(
    metric: MetricInfo, estimates: Sequence[Estimate], overall: Estimate
) -> tuple[PeriodLimits, ...]:
    """Return limits of every period, three standard errors at its n; none for fewer than three."""
    kind: Kind = "mean"
    if metric.unit in (POINTS, PERCENT):
        kind = "points" if metric.unit is POINTS else "percent"
    variance = answer_variance(overall, kind=kind)
    if variance is None:
        return (_NONE,) * len(estimates)
    chart = control_limits(
        [e if is_shown(e) else NO_DATA for e in estimates],
        kind=kind,
        variance=variance,
        scale_min=metric.scale_min,
        scale_max=metric.scale_max,
    )
    return tuple(
        _NONE
        if point.low is None or point.high is None
        else PeriodLimits(
            ends=(point.low, point.high), outside=point.outside and point.n >= MIN_RELIABLE_N
        )
        for point in chart.points
    )
