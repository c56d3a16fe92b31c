"""Find the pretrained encoder that a recipe starts from: a folder, or a name on the model hub."""

from __future__ import annotations

from pathlib import Path

from cxnlp.errors import InputError

_FILES = ("config.json", "tokenizer.json", "model.safetensors")


def locate_base(base: str) -> Path:
    """Return the folder of an encoder, fetching it from the hub where `base` is no folder.

    :raises InputError: where there is neither, or the folder lacks a file.
    """
    folder = Path(base)
    if not folder.is_dir():
        from huggingface_hub import snapshot_download

        try:
            folder = Path(snapshot_download(base, allow_patterns=list(_FILES)))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{base}: no such folder, and the model hub does not give it out. "
                "Name a folder with an encoder, or one like sentence-transformers/all-MiniLM-L6-v2."
            ) from error
    for file in _FILES:
        if not (folder / file).is_file():
            raise InputError(f"{folder / file}: missing. A base folder holds {', '.join(_FILES)}.")
    return folder
