"""The addresses that the service answers, and who may ask what there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Access(Enum):
    """Who may ask."""

    ANYBODY = "anybody"  # a load balancer asks, and has neither key nor address of its own
    READER = "reader"  # a browser cannot send a key; without keys this machine alone
    KEY = "key"  # whoever has a key; without keys this machine alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One address: its method and who may ask."""

    method: str
    access: Access


PATHS: dict[str, Path] = {
    "/v1/score": Path(method="POST", access=Access.KEY),
    "/v1/conversations/score": Path(method="POST", access=Access.KEY),
    "/v1/models": Path(method="GET", access=Access.KEY),
    "/livez": Path(method="GET", access=Access.ANYBODY),
    "/readyz": Path(method="GET", access=Access.ANYBODY),
    "/metrics": Path(method="GET", access=Access.KEY),
    "/docs": Path(method="GET", access=Access.READER),
    "/openapi.json": Path(method="GET", access=Access.READER),
}
