"""The documentation of the service as one page that loads nothing from elsewhere."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Any

from .openapi import openapi_document

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
       color: #1b1f24; background: #fff }
h2 { margin-top: 2.5rem; font-size: 1.1rem; border-bottom: 1px solid #d0d7de }
code, pre { font: 14px/1.45 ui-monospace, monospace }
pre { background: #f6f8fa; padding: .75rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem;
         border-top: 1px solid #d0d7de }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117 } a { color: #58a6ff } pre { background: #161b22 }
}
"""


@cache
def docs_page(languages: tuple[str, ...]) -> str:
    """Return the page.

    :param languages: those that the model reads.
    """
    document = openapi_document(languages)
    info = document["info"]
    operations = [
        _operation(document, path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [_schema(name, schema) for name, schema in document["components"]["schemas"].items()]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f"<p>{escape(info['description'])} Where the service has API keys, send one as "
        "<code>Authorization: Bearer KEY</code> or as <code>X-API-Key</code>. "
        'The same as <a href="openapi.json">OpenAPI</a>.</p>'
        + "".join(operations)
        + "<h1>What is sent and answered</h1>"
        + "".join(schemas)
        + "</body></html>"
    )


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>",
        f"<p>{escape(operation['summary'])}. {escape(operation.get('description', ''))}</p>",
    ]
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        parts.append(f"<p>Send {_kind(content['schema'])}:</p>")
        for example in content["examples"].values():
            shown = json.dumps(example["value"], indent=2, ensure_ascii=False)
            parts.append(f"<pre>{escape(shown)}</pre>")
    rows = [
        f"<tr><td>{status}</td><td>{_response(document, response)}</td></tr>"
        for status, response in operation["responses"].items()
    ]
    return "".join([*parts, "<table>", *rows, "</table>"])


def _response(document: dict[str, Any], response: dict[str, Any]) -> str:
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kinds = [
        _kind(content["schema"]) if media == "application/json" else escape(media)
        for media, content in response["content"].items()
    ]
    return f"{escape(response['description'])} {', '.join(kinds)}"


def _schema(name: str, schema: dict[str, Any]) -> str:
    rows = [
        f"<tr><td><code>{escape(field)}</code></td><td>{_kind(found)}</td>"
        f"<td>{'' if field in schema['required'] else 'optional'}</td>"
        f"<td>{escape(found.get('description', ''))}</td></tr>"
        for field, found in schema["properties"].items()
    ]
    about = f"<p>{escape(schema['description'])}</p>" if "description" in schema else ""
    return f'<h2 id="{name}">{name}</h2>{about}<table>{"".join(rows)}</table>'


def _kind(schema: dict[str, Any]) -> str:
    """Return in words what a schema takes."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_kind(choice) if choice else "anything" for choice in schema["anyOf"])
    if "enum" in schema:
        return escape(", ".join(schema["enum"]))
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    said = " or ".join(kinds)
    if "properties" in schema:
        return (
            said
            + " of "
            + ", ".join(
                f"<code>{escape(name)}</code> ({_kind(found)})"
                for name, found in schema["properties"].items()
            )
        )
    return f"{said} of {_kind(schema['items'])}" if "items" in schema else said
