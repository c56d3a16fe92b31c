"""The BentoML service: `bentoml serve service.app:CxnlpService`."""

from __future__ import annotations

import bentoml

from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import locate_model, verify_model
from service.http import build_app

# BentoML starts a worker that failed again and again, so a broken model must stop the server
# before it has workers: this runs when the service is imported.
MODEL = locate_model(None)
verify_model(MODEL)


# An application of our own, for BentoML's apis answer each kind of error in another shape.
@bentoml.service(
    name="cxnlp",
    workers=1,
    http={"host": "127.0.0.1", "port": 3000},
    traffic={"timeout": 300},
)
@bentoml.asgi_app(build_app(lambda: Classifier.load(MODEL)), path="/")
class CxnlpService:
    """Scores texts with the model that came with cxnlp."""
