"""Say on what a figure was measured: time, processor, versions."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cxnlp.model.runtime import count_cores

_CPU_INFO = Path("/proc/cpuinfo")
# What decides in which precision an encoder runs fast.
_FLAGS = ("avx512_bf16", "avx512_vnni", "amx_bf16", "amx_int8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What a figure depends on besides the code."""

    measured_at: str  # UTC
    processor: str
    n_cores: int  # those that this process may use
    flags: tuple[str, ...]
    python: str
    versions: dict[str, str]

    def __str__(self) -> str:
        """Write it in two lines, to stand above a table."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        flags = " ".join(self.flags) or "none of " + " ".join(_FLAGS)
        return (
            f"{self.measured_at} UTC, {self.processor}, {self.n_cores} cores, {flags}\n"
            f"Python {self.python}, {versions}"
        )


def describe_machine(packages: Sequence[str]) -> Machine:
    """Return this machine, now, with the versions of the packages that are installed."""
    return Machine(
        measured_at=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}",
        processor=read_cpu("model name") or platform.processor() or platform.machine(),
        n_cores=count_cores(),
        flags=tuple(flag for flag in _FLAGS if flag in read_cpu("flags").split()),
        python=platform.python_version(),
        versions={name: found for name in packages if (found := _version(name))},
    )


def read_cpu(field: str) -> str:
    """Return a field of the first core, where the system tells it; else nothing."""
    if not _CPU_INFO.is_file():
        return ""
    for line in _CPU_INFO.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == field:
            return value.strip()
    return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
