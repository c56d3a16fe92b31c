"""Fixtures: a service to fail on purpose."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client.fake_service import FakeService, serve


@pytest.fixture
def certificate() -> Path | None:
    return None


@pytest.fixture
def service(certificate: Path | None) -> Iterator[FakeService]:
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    fake = FakeService()
    server = serve(fake, context=context)
    yield fake
    server.shutdown()
    server.server_close()
