"""Find the service that was installed or checked out beside the library."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import click

import cxnlp

INSTALLED, CHECKED_OUT = "cxnlp_service", "service"
_ROOT = Path(cxnlp.__file__).resolve().parents[1]


def service_name() -> str:
    """Return what the service's package is called here; a wheel holds it under its own name."""
    return CHECKED_OUT if service_folder() else INSTALLED


def service_folder() -> Path | None:
    """Return the checkout that the library runs from, where it does from one."""
    return _ROOT if (_ROOT / CHECKED_OUT / "app.py").is_file() else None


def service_module(name: str) -> ModuleType:
    """Import a module of the service.

    :raises click.ClickException: where it needs packages that are not installed.
    """
    folder = service_folder()
    if folder is not None and str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(f"{service_name()}.{name}")
    except ImportError as error:
        raise click.ClickException(NEEDS_SERVE) from error


NEEDS_SERVE = "The service needs BentoML: run pip install 'cxnlp[serve]'."
