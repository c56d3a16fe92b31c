"""The service's application around the real model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from cxnlp import Classifier
from service.http import build_app


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="session")
def client(classifier: Classifier) -> Iterator[TestClient]:
    with TestClient(build_app(lambda: classifier), raise_server_exceptions=False) as client:
        yield client
