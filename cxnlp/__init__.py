"""How customers feel, about what, along their journey, and whether a change is real."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cxnlp.model.classifier import Classifier, Prediction

__version__ = "0.1.0"
__all__ = ["Classifier", "Prediction", "__version__"]


def __getattr__(name: str) -> Any:
    """Load the classifier only when it is asked for, so that `import cxnlp` stays cheap."""
    if name in {"Classifier", "Prediction"}:
        from cxnlp.model import classifier

        return getattr(classifier, name)
    raise AttributeError(f"module 'cxnlp' has no attribute {name!r}")
