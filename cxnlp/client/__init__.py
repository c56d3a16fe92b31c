"""A client of the scoring service that needs nothing beyond the standard library."""

from __future__ import annotations

from cxnlp.client.answers import Answer, Result
from cxnlp.client.client import Client
from cxnlp.client.service_error import ServiceError

__all__ = ["Answer", "Client", "Result", "ServiceError"]
