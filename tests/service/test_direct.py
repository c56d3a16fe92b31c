"""What stands before BentoML's own middleware gets every request first."""

from __future__ import annotations

import sys
from typing import Any

import attrs
from starlette.types import ASGIApp, Receive, Scope, Send

from service.direct import stand_before
from service.priority import share_fairly


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer nothing."""


@attrs.define
class Made:
    name: str

    def to_asgi(self, is_main: bool = True) -> ASGIApp:
        return app if is_main else self.other

    async def other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer nothing either."""


def test_the_application_is_wrapped_from_outside() -> None:
    service: Any = Made("cxnlp")
    seen: list[ASGIApp] = []

    def wrap(inner: ASGIApp) -> ASGIApp:
        seen.append(inner)
        return service.other

    stand_before(service, wrap)

    assert service.to_asgi(is_main=True) == service.other
    assert seen == [app]
    assert (service.name, isinstance(service, Made)) == ("cxnlp", True)


def test_threads_hand_the_lock_on_quickly() -> None:
    before = sys.getswitchinterval()
    try:
        share_fairly()
        assert sys.getswitchinterval() < 0.002
    finally:
        sys.setswitchinterval(before)
