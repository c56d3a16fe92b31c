"""Settings come from the environment, and a wrong one is one sentence."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from service.settings import SETTINGS, SettingError, Settings, describe_settings, read_settings

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_defaults_are_safe() -> None:
    settings = read_settings({"CXNLP_PORT": "", "PATH": "/bin"})
    assert settings == Settings()
    assert settings.host == "127.0.0.1"
    assert not settings.has_keys
    assert settings.max_body_bytes == 32 * 1024 * 1024


def test_every_field_has_a_variable() -> None:
    assert [setting.field for setting in SETTINGS] == [field.name for field in fields(Settings)]


def test_values_are_read() -> None:
    settings = read_settings(
        {"CXNLP_PORT": " 8080", "CXNLP_LOG_FORMAT": "JSON", "CXNLP_MAX_BODY_MIB": "0.5"}
    )
    assert (settings.port, settings.log_format) == (8080, "json")
    assert settings.max_body_bytes == 512 * 1024


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CXNLP_PORT", "70000"),
        ("CXNLP_PORT", "http"),
        ("CXNLP_WORKERS", "0"),
        ("CXNLP_WORKERS", "1.5"),
        ("CXNLP_MAX_BODY_MIB", "nan"),
        ("CXNLP_DRAIN_SECONDS", "26"),
        ("CXNLP_DRAIN_SECONDS", "-1"),
        ("CXNLP_LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_does_not_repeat_it(variable: str, value: str) -> None:
    with pytest.raises(SettingError, match=rf"^{variable}: must be [^.]*.*\.$") as caught:
        read_settings({variable: value})
    assert value not in str(caught.value)


def test_the_documentation_lists_every_setting() -> None:
    assert describe_settings() in DOCS.read_text(encoding="utf-8")
