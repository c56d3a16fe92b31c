"""`cxnlp serve`: check all that can be wrong, then start the service."""

from __future__ import annotations

import errno
import importlib.util
import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from cxnlp.cli.service_package import NEEDS_SERVE, service_folder, service_module, service_name
from cxnlp.errors import InputError
from cxnlp.model.folder import verify_model
from cxnlp.model.locate import locate_model
from cxnlp.model.own_topics import check_own_topics

_NEEDS_OTEL = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, but traces cannot be sent: run pip install 'cxnlp[otel]'."
)
_GRACE_S = 5  # for what still runs when a worker has drained


@click.command("serve")
@click.option("--workers", metavar="N", help="Processes, each with a model.  [default: 1]")
@click.option("--host", metavar="IP", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", metavar="PORT", help="Port to listen on.  [default: 3000]")
@click.option("--model", metavar="NAME|FOLDER", help="Score with this model.")
@click.option("--topics", metavar="FOLDER", help="Score these own topics too.")
@click.option(
    "--keys", "api_keys_file", metavar="FILE", help="API keys, as `cxnlp keys` writes them."
)
@click.option(
    "--log-format", type=click.Choice(("plain", "json")), help="Lines of the log.  [default: plain]"
)
def command(**options: str | None) -> None:
    """Score over HTTP: POST /v1/score; what else there is stands in /docs.

    Every option can be set as CXNLP_... in the environment too; docs/settings.md lists them.
    """
    if importlib.util.find_spec("bentoml") is None:
        raise click.ClickException(NEEDS_SERVE)
    environment = dict(os.environ)
    for name, value in options.items():
        if value is not None:
            environment[f"CXNLP_{name.upper()}"] = value
    settings = service_module("settings").read_settings(environment)
    host = _check_host(settings.host)
    _check_model(settings.model, environment)
    _check_topics(settings.topics, settings.model, environment)
    _check_keys(settings, host, environment)
    _check_port(host, settings.port)
    _set_tracing(environment)
    environment |= {"CXNLP_HOST": host, "BENTOML_DO_NOT_TRACK": "True"}
    _start(host, settings.port, environment)


def _start(host: str, port: int, environment: dict[str, str]) -> NoReturn:
    folder = service_folder()
    arguments = [sys.executable, "-m", "bentoml", "serve", f"{service_name()}.app:CxnlpService"]
    arguments += ["--host", host, "--port", str(port)]
    arguments += ["--timeout-graceful-shutdown", str(_GRACE_S)]
    arguments += ["--working-dir", str(folder)] if folder else []
    sys.stdout.flush()
    os.execve(sys.executable, arguments, environment)


def _check_host(host: str) -> str:
    name = "127.0.0.1" if host == "localhost" else host
    try:
        return str(ipaddress.ip_address(name))
    except ValueError as error:
        raise InputError("--host: not an IP address. Name one, such as 127.0.0.1.") from error


def _check_model(model: str | None, environment: dict[str, str]) -> None:
    folder = locate_model(model)
    verify_model(folder)
    if model is not None and Path(model).is_dir():
        # Not resolved: where the folder is a link, it can be turned to the next revision.
        environment["CXNLP_MODEL"] = str(folder.absolute())


def _check_topics(topics: Path | None, model: str | None, environment: dict[str, str]) -> None:
    check_own_topics(topics, model=locate_model(model))
    if topics is not None:
        environment["CXNLP_TOPICS"] = str(topics.absolute())


def _check_keys(settings: Any, host: str, environment: dict[str, str]) -> None:
    path = settings.api_keys_file
    if path is not None:
        environment["CXNLP_API_KEYS_FILE"] = str(path.absolute())
    keys = service_module("keys").KeyRing(path=path, lines=settings.api_keys)
    if settings.has_keys and not len(keys):
        raise InputError(
            f"{path or 'CXNLP_API_KEYS'}: holds no API key. Make one with `cxnlp keys add`."
        )
    if not settings.has_keys and not ipaddress.ip_address(host).is_loopback:
        raise InputError(
            f"--host: {host} can be reached from elsewhere, and there are no API keys. "
            "Make one with `cxnlp keys add NAME --file FILE`, and name the file by --keys."
        )


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "the port is taken. Name another one by --port.",
                errno.EACCES: "you may not use this port. Name one from 1024 by --port.",
                errno.EADDRNOTAVAIL: "this machine has no such address. Name another by --host.",
            }.get(error.errno or 0, f"cannot be listened on: {error.strerror}.")
            raise InputError(f"{host}:{port}: {why}") from error


def _set_tracing(environment: dict[str, str]) -> None:
    endpoint = environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").strip()
    if not endpoint:
        return
    try:
        importlib.import_module("opentelemetry.exporter.otlp.proto.http")
    except ImportError as error:
        raise click.ClickException(_NEEDS_OTEL) from error
    options = {
        "exporter_type": "otlp",
        "sample_rate": "1.0",
        "otlp.protocol": "http",
        # BentoML takes the address of the traces, not the base that the variable holds.
        "otlp.endpoint": f'"{endpoint.rstrip("/")}/v1/traces"',
    }
    lines = [f"services.tracing.{name}={value}" for name, value in options.items()]
    given = environment.get("BENTOML_CONFIG_OPTIONS", "")
    environment["BENTOML_CONFIG_OPTIONS"] = " ".join([*lines, given]).strip()
