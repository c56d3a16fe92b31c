"""Losses of a training run as a table that survives being killed, and as a picture."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from cxnlp.atomic_file import write_beside

HEADS = ("sentiment", "satisfaction", "emotion", "topic", "polarity")
_HEADER = ("step", "part", "seconds", *HEADS, "total")
TRAINING, VALIDATION = "training", "validation"
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 360, 64, 140, 40, 48
_COLOURS = {TRAINING: "#4c78a8", VALIDATION: "#e45756"}
_DASHES = {TRAINING: "", VALIDATION: "6 3"}  # told apart without colour, too

Points = list[tuple[float, float]]


class CurveLog:
    """Appends rows to a CSV; after a kill, those beyond the checkpoint are taken out again."""

    def __init__(self, path: Path, *, step: int) -> None:
        self.path = path
        rows = [row for row in read_rows(path) if int(row["step"]) <= step]
        with write_beside(path) as beside, beside.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, _HEADER, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def add(self, step: int, part: str, seconds: float, losses: Mapping[str, float]) -> None:
        """Append the losses of a step, or of the texts held back."""
        values = [f"{losses[head]:.4f}" for head in HEADS]
        row = [step, part, round(seconds), *values, f"{sum(losses.values()):.4f}"]
        with self.path.open("a", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerow(row)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the whole rows of a log, none where there is no file."""
    if not path.is_file():
        return []
    with path.open(newline="") as stream:
        # A line that was cut by a kill has no total.
        return [row for row in csv.DictReader(stream) if row.get("total")]


def draw_curves(path: Path, *, title: str) -> str:
    """Return an SVG of the total loss in training and on the texts held back, by step."""
    rows = read_rows(path)
    series: dict[str, Points] = {
        part: [(float(r["step"]), float(r["total"])) for r in rows if r["part"] == part]
        for part in (TRAINING, VALIDATION)
    }
    series[TRAINING] = _smooth(series[TRAINING])
    points = [point for line in series.values() for point in line]
    last = max((x for x, _ in points), default=1.0) or 1.0
    top = max((y for _, y in points), default=1.0) * 1.05 or 1.0
    bottom = min((y for _, y in points), default=0.0) * 0.95

    def place(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + x / last * (_WIDTH - _LEFT - _RIGHT)
        down = _TOP + (top - y) / max(top - bottom, 1e-9) * (_HEIGHT - _TOP - _BOTTOM)
        return across, down

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>',
    ]
    for i in range(5):
        value = bottom + (top - bottom) * i / 4
        _, y = place(0, value)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.2f}</text>')
        x, _ = place(last * i / 4, bottom)
        parts.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">'
            f"{last * i / 4:,.0f}</text>"
        )
    parts.append(
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle">'
        "step</text>"
    )
    for number, (part, line) in enumerate((p, x) for p, x in series.items() if x):
        shown = [place(x, y) for x, y in line]
        style = f'stroke="{_COLOURS[part]}" stroke-dasharray="{_DASHES[part]}"'
        path_of = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shown)
        parts.append(f'<path d="{path_of}" fill="none" stroke-width="2" {style}/>')
        y = _TOP + 12 + 20 * number
        x = _WIDTH - _RIGHT + 12
        parts.append(f'<path d="M{x} {y}h24" stroke-width="2" {style}/>')
        parts.append(f'<text x="{x + 30}" y="{y + 4}">{part}</text>')
    return "".join([*parts, "</svg>\n"])


def _smooth(line: Sequence[tuple[float, float]], over: int = 7) -> Points:
    """Return a line whose points are the mean of those around: batches differ much."""
    half = over // 2
    found = []
    for i, (x, _) in enumerate(line):
        around = [y for _, y in line[max(0, i - half) : i + half + 1]]
        found.append((x, sum(around) / len(around)))
    return found
