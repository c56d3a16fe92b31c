"""Write what was measured as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from .killed import Killed
from .lots import Lots
from .mixed import Mixed
from .outcome import Latency, Tally
from .overload import Overload
from .rates import LIMIT_MS, Step


def rates_table(steps: Sequence[Step], title: str) -> str:
    """Return a line a rate, and the highest that was good."""
    lines = [
        f"{title}: single short texts, open loop; p99 may be {LIMIT_MS:.0f} ms",
        f"{'rate/s':>8}{'done/s':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'late p99':>10}"
        f"{'refused':>9}{'failed':>8}{'lost':>6}",
    ]
    for step in steps:
        found = step.latency
        middle = (
            f"{found.p50_ms:>9.1f}{found.p95_ms:>9.1f}{found.p99_ms:>9.1f}"
            if found
            else f"{'-':>9}" * 3
        )
        lines.append(
            f"{step.rate:>8.0f}{step.answered_per_s:>8.1f}{middle}{step.late_p99_ms:>10.1f}"
            f"{step.tally.refused:>9}{step.tally.failed:>8}{step.tally.lost:>6}"
        )
    good = [step.rate for step in steps if step.is_good]
    held = f"{max(good):.0f}/s" if good else "none"
    return "\n".join([*lines, f"highest rate with p99 in {LIMIT_MS:.0f} ms: {held}"])


def lots_table(found: Sequence[Lots]) -> str:
    """Return a line for each choice of texts."""
    lines = [
        "Many texts a request, closed loop, beside Classifier.classify in one process",
        f"{'':<16}{'a request':>10}{'bare':>8}{'service':>9}{'bare':>8}{'share':>8}{'p99 ms':>9}"
        f"{'not ok':>8}",
    ]
    for lots in found:
        p99 = f"{lots.latency.p99_ms:.0f}" if lots.latency else "-"
        lines.append(
            f"{lots.texts:<16}{lots.n_items:>10}{lots.bare_before:>8,.0f}{lots.service:>9,.0f}"
            f"{lots.bare_after:>8,.0f}{lots.share:>8.0%}{p99:>9}"
            f"{lots.tally.sent - lots.tally.accepted:>8}"
        )
    return "\n".join(lines)


def overload_table(found: Overload, title: str) -> str:
    """Return what became of an overload."""
    during = found.tally
    answered = during.accepted + during.refused + during.failed
    recovery = "not seen" if found.recovery_s is None else f"{found.recovery_s:.1f} s"
    lines = [
        f"{title}: {found.offered_per_s / found.capacity:.0f} times a capacity of "
        f"{found.capacity:.0f}/s",
        f"  offered {found.offered_per_s:.0f}/s, sent {found.sent_per_s:.0f}/s, "
        f"accepted {found.answered_per_s:.0f}/s",
        f"  before:   {_latency(found.before)}",
        f"  accepted: {_latency(found.during)}",
        f"  from when it was really sent: {_latency(found.during_from_sent)}",
        f"  refused:  {_latency(found.refusals)}",
        f"  {_tally(during)}; answered {answered} of {during.sent}",
        f"  refused {during.refused_share:.0%}; recovery: {recovery}",
        f"  after: {_tally(found.tally_after)}",
    ]
    return "\n".join(lines)


def mixed_table(found: Mixed) -> str:
    """Return a line a kind, and the verdict on memory."""
    lines = [
        f"Mixed load for {found.minutes:g} minutes",
        f"{'':<12}{'sent':>8}{'200':>8}{'4xx, 5xx':>10}{'refused':>9}{'lost':>6}{'p99 ms':>9}",
    ]
    for kind in found.kinds:
        p99 = f"{kind.latency.p99_ms:.0f}" if kind.latency else "-"
        t = kind.tally
        lines.append(
            f"{kind.name:<12}{t.sent:>8}{t.accepted:>8}{t.failed:>10}{t.refused:>9}{t.lost:>6}"
            f"{p99:>9}"
        )
    lines.append(f"{'hung up':<12}{found.n_hung_up:>8}")
    growth = found.growth
    if growth is None:
        return "\n".join([*lines, "memory: too few samples"])
    return "\n".join(
        [
            *lines,
            f"memory of the workers: {growth.start_mib:.0f} MiB at first, {growth.settled_mib:.0f} "
            f"settled, {growth.end_mib:.0f} at last",
            f"slope {growth.slope_mib_per_hour:+.1f} MiB/h (95%: {growth.slope_low:+.1f} to "
            f"{growth.slope_high:+.1f}) over the last {growth.fitted_s:.0f} s: {growth.verdict}",
        ]
    )


def killed_table(found: Killed) -> str:
    """Return what clients saw of a kill."""
    errors = ", ".join(f"{code} {n}" for code, n in found.client_errors.items()) or "no error"
    return "\n".join(
        [
            f"kill -9 of one of two workers at {found.rate:.0f}/s",
            f"  before: {_latency(found.before)}; {_tally(found.tally_before)}",
            f"  after:  {_latency(found.after)}; {_tally(found.tally_after)}",
            f"  without retries, all well again after {_seconds(found.calm_s)}; "
            f"a new worker answered after {_seconds(found.worker_back_s)}; "
            f"full speed after {_seconds(found.full_speed_s)}",
            f"  cxnlp.client: {found.client_requests} requests, {errors}, "
            f"slowest {found.client_slowest_s:.2f} s",
        ]
    )


def _latency(found: Latency | None) -> str:
    if found is None:
        return "none"
    return f"p50 {found.p50_ms:.1f}, p95 {found.p95_ms:.1f}, p99 {found.p99_ms:.1f} ms"


def _tally(found: Tally) -> str:
    reasons = ", ".join(f"{reason}: {n}" for reason, n in found.reasons.items())
    counts = f"sent {found.sent}, accepted {found.accepted}, refused {found.refused}, "
    counts += f"failed {found.failed}, lost {found.lost}"
    return f"{counts} ({reasons})" if reasons else counts


def _seconds(found: float | None) -> str:
    return "more than was watched" if found is None else f"{found:.1f} s"
