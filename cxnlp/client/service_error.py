"""The one error that a client raises when the service gives no answer."""

from __future__ import annotations

from cxnlp.errors import CxnlpError


class ServiceError(CxnlpError, RuntimeError):
    """The service refused a request, or could not be reached.

    It names the status and what the service said, never what was sent.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status  # None where no answer came
        self.request_id = request_id
        self.retry_after_s = retry_after_s  # what the service asked to wait, if it did

    def __str__(self) -> str:
        """Say all that is needed to find the request in the service's log."""
        status = "" if self.status is None else f"{self.status} "
        request = "" if self.request_id is None else f" (request {self.request_id})"
        return f"{status}{self.code}: {self.message}{request}"
