"""Read the settings of the service from the environment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cxnlp.errors import InputError

MAX_DRAIN_S = 25.0  # a host that stops a service kills it after 30 s, so this must be less
MIB = 1024 * 1024


class SettingError(InputError):
    """A setting has a value that it cannot have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a worker; each is described in `SETTINGS`."""

    model: str | None = None
    topics: Path | None = None
    host: str = "127.0.0.1"
    port: int = 3000
    workers: int = 1
    api_keys_file: Path | None = None
    api_keys: str | None = None
    max_body_mib: float = 32.0
    body_seconds: float = 20.0
    max_wait_seconds: float = 2.0
    deadline_seconds: float = 20.0
    drain_seconds: float = 1.0
    log_format: str = "plain"

    @property
    def max_body_bytes(self) -> int:
        """Return how many bytes a body may have."""
        return int(self.max_body_mib * MIB)

    @property
    def has_keys(self) -> bool:
        """Return whether API keys were set, be there none left in their file."""
        return self.api_keys_file is not None or self.api_keys is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: the field it fills, how its text is read, and what it does."""

    field: str
    read: Callable[[str], Any]
    wanted: str
    what: str

    @property
    def variable(self) -> str:
        """Return the environment variable, such as CXNLP_PORT."""
        return f"CXNLP_{self.field.upper()}"


def _whole(low: int, high: int) -> Callable[[str], int]:
    return lambda text: int(_within(int(text), low, high))


def _number(low: float, high: float) -> Callable[[str], float]:
    return lambda text: _within(float(text), low, high)


def _one_of(*choices: str) -> Callable[[str], str]:
    return lambda text: choices[choices.index(text.lower())]


def _within(value: float, low: float, high: float) -> float:
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError
    return value


SETTINGS: tuple[Setting, ...] = (
    Setting(
        field="model", read=str, wanted="a name or a folder",
        what="The model to score with, by name, by name@revision or by folder; "
        "unset, the one that came with cxnlp.",
    ),
    Setting(
        field="topics", read=Path, wanted="a folder",
        what="Own topics to score beside the others: a folder that `cxnlp topics fit` wrote for "
        "this model.",
    ),
    Setting(
        field="host", read=str, wanted="an IP address",
        what="The address to listen on. Any but a loopback address needs API keys.",
    ),
    Setting(
        field="port", read=_whole(1, 65535), wanted="a whole number from 1 to 65535",
        what="The port to listen on.",
    ),
    Setting(
        field="workers", read=_whole(1, 64), wanted="a whole number from 1 to 64",
        what="How many processes score, each with a model of its own.",
    ),
    Setting(
        field="api_keys_file", read=Path, wanted="a file",
        what="The file of API keys that `cxnlp keys` writes; read again when it changes.",
    ),
    Setting(
        field="api_keys", read=str, wanted="key lines",
        what="API keys as lines of such a file, separated by commas or newlines.",
    ),
    Setting(
        field="max_body_mib", read=_number(0.001, 1024), wanted="a number from 0.001 to 1024",
        what="The largest body of a request, in MiB; a larger one is answered with 413.",
    ),
    Setting(
        field="body_seconds", read=_number(0.1, 600), wanted="a number from 0.1 to 600",
        what="How long the body of a request may take to arrive; then it is answered with 408.",
    ),
    Setting(
        field="max_wait_seconds", read=_number(0.01, 600), wanted="a number from 0.01 to 600",
        what="How many seconds of work may wait before a request; more is answered with 429.",
    ),
    Setting(
        field="deadline_seconds", read=_number(0.1, MAX_DRAIN_S), wanted="a number from 0.1 to 25",
        what="How long an accepted request may take; then it is answered with 503.",
    ),
    Setting(
        field="drain_seconds", read=_number(0, MAX_DRAIN_S), wanted="a number from 0 to 25",
        what="How long /readyz says 503 at least before a worker that was told to end does so.",
    ),
    Setting(
        field="log_format", read=_one_of("plain", "json"), wanted="plain or json",
        what="How a line of the log is written.",
    ),
)  # fmt: skip


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings; a variable that is unset or empty keeps its default.

    :raises SettingError: naming the variable, never its value: it may be a key.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environment.get(setting.variable, "").strip()
        if not text:
            continue
        try:
            values[setting.field] = setting.read(text)
        except ValueError as error:
            message = f"{setting.variable}: must be {setting.wanted}."
            raise SettingError(message) from error
    return Settings(**values)


def describe_settings() -> str:
    """Return the table of docs/settings.md."""
    defaults = {field.name: field.default for field in fields(Settings)}
    lines = ["| Variable | Default | What it does |", "|---|---|---|"]
    for setting in SETTINGS:
        default = defaults[setting.field]
        shown = "unset" if default is None else f"`{_plain(default)}`"
        lines.append(f"| `{setting.variable}` | {shown} | {setting.what} |")
    return "\n".join(lines) + "\n"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
