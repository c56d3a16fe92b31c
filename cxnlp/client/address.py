"""Read where a service is, with the key that opens it; neither is repeated in an error."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cxnlp.errors import InputError


def read_url(url: str) -> tuple[str, int | None, bool, str]:
    """Return host, port, whether TLS is used, and the path before the service's own."""
    # The address is not repeated: it may hold a password.
    wanted = InputError("url is not an address such as http://127.0.0.1:3000.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")  # raises on a name that cannot be looked up
    except ValueError:
        raise wanted from None
    if parts.scheme not in {"http", "https"} or not host or not re.fullmatch("[!-~]+", url):
        raise wanted
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise InputError("url holds more than scheme, host, port and path; give the key apart.")
    return host, port, parts.scheme == "https", parts.path.rstrip("/")


def authorization(api_key: str | None) -> dict[str, str]:
    """Return the header that carries the key."""
    if api_key is None:
        return {}
    key = api_key.strip()  # a key read from a file ends with a line break
    if not key or not key.isascii() or not key.isprintable():
        raise InputError("api_key is empty or holds characters that a header cannot carry.")
    return {"Authorization": f"Bearer {key}"}
