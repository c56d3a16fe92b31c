"""Every error that cxnlp raises on purpose.

CxnlpError
├── InputError (ValueError)        a file, column or value that cannot be read
│   └── JourneyFileError           a journey.toml that does not say what it must
├── OutputError (OSError)          a result that cannot be written
├── ScaleError (ValueError)        a score outside its scale, or scales that must not be pooled
└── ModelError (RuntimeError)      a model folder that is missing, broken or altered

Messages say what was wrong, where, and what to do. They never contain customer text.
"""

from __future__ import annotations


class CxnlpError(Exception):
    """Base of every deliberate error; the command line prints it and exits with 1."""


class InputError(CxnlpError, ValueError):
    """A file, column or value cannot be read."""


class JourneyFileError(InputError):
    """A journey.toml is not valid."""


class OutputError(CxnlpError, OSError):
    """A result cannot be written."""


class ScaleError(CxnlpError, ValueError):
    """A score lies outside its scale, or scales differ that must not be pooled."""


class ModelError(CxnlpError, RuntimeError):
    """A model folder is missing, broken or altered."""
