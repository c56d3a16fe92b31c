"""Channels and languages by the names that exports use."""

from __future__ import annotations

import pytest

from cxnlp.importers.channels import read_channel, read_language
from cxnlp.records import CHANNELS


def test_every_channel_reads_as_itself():
    assert [read_channel(channel) for channel in CHANNELS] == list(CHANNELS)


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("E-Mail", "email"), ("Telephone", "phone"), ("call", "phone"), ("In store", "in_store"),
        ("in-store", "in_store"), ("SMS", "sms"), ("Live Chat", "chat"), ("Website", "web"),
        ("Mobile App", "app"), ("Twitter", "social"), ("", None), ("pigeon", None),
    ],
)  # fmt: skip
def test_synonyms(name, channel):
    assert read_channel(name) == channel


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("pt_BR", "pt"),
        ("German", "de"),
        ("zh-Hans", "zh"),
        ("1", None),
    ],
)
def test_languages(name, code):
    assert read_language(name) == code
