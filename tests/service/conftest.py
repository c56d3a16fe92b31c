"""The service's application around the real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from cxnlp import Classifier
from cxnlp.model.locate import locate_model
from service.front import Front
from service.http import build_app
from service.measurements import Measurements
from service.model_slot import ModelSlot
from service.settings import Settings


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="session")
def serve() -> Callable[[Any], TestClient]:
    """Return what makes a client of the whole service, as it stands in one worker."""

    def serve_with(classifier: Any) -> TestClient:
        def open_slot(measurements: Measurements) -> ModelSlot:
            return ModelSlot(lambda: locate_model(None), measurements, load=lambda _: classifier)

        app = build_app(open_slot)
        front = Front(app, service=app, settings=Settings(drain_seconds=0))
        return TestClient(front, raise_server_exceptions=False, client=("127.0.0.1", 5000))

    return serve_with


@pytest.fixture(scope="session")
def client(serve: Callable[[Any], TestClient], classifier: Classifier) -> Iterator[TestClient]:
    with serve(classifier) as client:
        yield client
