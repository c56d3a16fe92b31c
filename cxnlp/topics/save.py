"""Write a head for own topics as a folder beside its model: JSON, weights and checksums."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np

from cxnlp.atomic_file import write_beside, writing
from cxnlp.errors import OutputError
from cxnlp.model.folder import CHECKSUMS
from cxnlp.model.own_topics import FORMAT, TOPICS_FILE, WEIGHTS_FILE
from cxnlp.topics.fit import Fitted

_OURS = {TOPICS_FILE, WEIGHTS_FILE, CHECKSUMS}


def check_topics_folder(folder: Path) -> None:
    """Check that own topics can be written to a folder.

    :raises OutputError: where it is a file, or holds what `cxnlp topics fit` did not write.
    """
    if not folder.exists():
        if not folder.parent.is_dir():
            raise OutputError(
                f"{folder}: there is no folder {str(folder.parent)!r}. Make it first."
            )
        return
    if not folder.is_dir():
        raise OutputError(f"{folder}: is a file. Name a folder with -o.")
    others = sorted(path.name for path in folder.iterdir() if path.name not in _OURS)
    if others:
        raise OutputError(f"{folder}: holds other files ({others[0]}). Name an empty folder.")


def save_topics(fitted: Fitted, folder: Path, *, encoder: str, model: str) -> None:
    """Write a fitted head; no example's text is kept.

    The list of checksums comes last, so that a folder that is half new is refused, not misread.

    :param encoder: the model's `encoder_checksum`, and `model` its name@revision.
    :raises OutputError: where it cannot be written.
    """
    check_topics_folder(folder)
    with writing(folder):
        folder.mkdir(exist_ok=True)
    weights = io.BytesIO()
    discriminant = fitted.discriminant
    np.savez(weights, weight=discriminant.weight, bias=discriminant.bias)
    described = json.dumps(_describe(fitted, encoder, model), ensure_ascii=False, indent=1) + "\n"
    contents = {TOPICS_FILE: described.encode(), WEIGHTS_FILE: weights.getvalue()}
    sums = "".join(f"{hashlib.sha256(c).hexdigest()}  {name}\n" for name, c in contents.items())
    for name, content in {**contents, CHECKSUMS: sums.encode()}.items():
        with write_beside(folder / name) as beside, writing(folder / name):
            beside.write_bytes(content)


def _describe(fitted: Fitted, encoder: str, model: str) -> dict[str, object]:
    return {
        "format": FORMAT,
        "model": model,
        "encoder": encoder,
        "layers": list(fitted.layers),
        "temperature": fitted.temperature,
        "topics": [
            {
                "label": topic.label,
                "name": topic.name,
                "description": topic.description,
                "threshold": fitted.threshold,
                "n_examples": quality.n_examples,
                "precision": quality.precision,
                "recall": quality.recall,
                "n_unrelated": quality.n_unrelated,
                "usable": quality.warning is None,
                "warning": quality.warning,
            }
            for topic, quality in zip(fitted.topics, fitted.qualities, strict=True)
        ],
        "n_none": fitted.n_none,
        "n_none_found": fitted.n_none_found,
    }
