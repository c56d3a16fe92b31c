"""The page itself: templates, style and script joined into one self-contained document."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_STYLES = ("style.css", "sections.css")
# In this order, for each uses what stands above it.
_SCRIPTS = (
    "page", "numbers", "student", "estimates", "cube", "tables", "filters", "cards", "bars",
    "trend", "heat_cells", "heat", "verbatims", "start",
)  # fmt: skip

# Inside <script> only these can end the element or the string early.
_UNSAFE_IN_SCRIPT = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def embed_json(data: object) -> Markup:
    r"""Return data as JSON that is safe between script tags, whatever its strings hold.

    >>> embed_json("</script>")
    Markup('"\\u003c/script\\u003e"')
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_UNSAFE_IN_SCRIPT))


def render_page(*, data: object, **sections: Any) -> str:
    """Return the document; `data` is what the script reads, `sections` what the templates read."""
    folder = files("cxnlp.report")
    style = "".join(folder.joinpath(f).read_text(encoding="utf-8") for f in _STYLES)
    script = _script(folder)
    environment = Environment(
        loader=PackageLoader("cxnlp.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("report.html.j2").render(
        style=Markup(style),
        script=Markup(script),
        policy=_policy(style, script),
        data=embed_json(data),
        **sections,
    )


def _script(folder: Traversable) -> str:
    """Return the scripts as one, in a function of their own."""
    parts = (
        folder.joinpath("script", f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS
    )
    return '"use strict";\n(() => {\n' + "".join(parts) + "})();\n"


def _policy(style: str, script: str) -> str:
    """Allow our own inline style and script by their hashes, and nothing from anywhere else."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    )


def _hash(source: str) -> str:
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()
