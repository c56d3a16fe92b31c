"""The BentoML service: `bentoml serve service.app:CxnlpService`, or better `cxnlp serve`."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

import bentoml

from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import verify_model
from cxnlp.model.locate import locate_model
from cxnlp.model.own_topics import check_own_topics
from cxnlp.model.runtime import count_cores

from .direct import TRACES_SENT_TO, stand_before
from .engine import EngineLimits
from .front import Front
from .http import build_app
from .logging_setup import configure_logging
from .model_slot import ModelSlot
from .priority import share_fairly
from .settings import read_settings
from .start_guard import watch_starts

# BentoML starts a worker that failed again and again, so a broken model or setting must stop the
# server before it has workers: this runs when the service is imported.
SETTINGS = read_settings(os.environ)
configure_logging(SETTINGS.log_format)
watch_starts()
share_fairly()
verify_model(locate_model(SETTINGS.model))
check_own_topics(SETTINGS.topics, model=locate_model(SETTINGS.model))

# An application of our own, for BentoML's apis answer each kind of error in another shape.
# Workers share the cores; a core that two of them want serves both later.
STREAMS = max(1, count_cores() // SETTINGS.workers)
APP = build_app(
    lambda measurements: ModelSlot(
        lambda: locate_model(SETTINGS.model),
        measurements,
        load=lambda folder: Classifier.load(folder, streams=STREAMS, topics=SETTINGS.topics),
    ),
    EngineLimits(max_wait=SETTINGS.max_wait_seconds, deadline=SETTINGS.deadline_seconds),
)


def _count_refused(code: str) -> None:
    APP.state.worker.measurements.refused.labels(code).inc()


@bentoml.service(
    name="cxnlp",
    workers=SETTINGS.workers,
    http={"host": SETTINGS.host, "port": SETTINGS.port},
    traffic={"timeout": 300},
    logging={"access": {"enabled": False}},
    # BentoML's count every path that was asked for, whatever a client writes into it.
    metrics={"enabled": False},
)
@bentoml.asgi_app(APP, path="/")
class CxnlpService:
    """Scores texts and conversations."""


# Every request goes to the application, BentoML's own addresses such as /readyz included.
_service: Any = CxnlpService  # the decorator has made a service of the class
if os.environ.get(TRACES_SENT_TO):
    _service.add_asgi_middleware(Front, service=APP, settings=SETTINGS, on_refused=_count_refused)
else:
    stand_before(
        _service, partial(Front, service=APP, settings=SETTINGS, on_refused=_count_refused)
    )
