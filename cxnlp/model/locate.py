"""Find a model by its folder or its name; without either, the current one."""

from __future__ import annotations

from pathlib import Path

from cxnlp.errors import ModelError
from cxnlp.model.folder import CHECKSUMS, list_models, read_config
from cxnlp.model.store import ModelStore


def locate_model(model: str | Path | None) -> Path:
    """Return the folder of a model given by path, by name, or not at all (the current one).

    A name may say its revision, as predictions do: `cx-mini-en@1`. Without it, the current model
    is meant where it bears the name, then the one that came with cxnlp, then the one that was
    promoted last.

    :raises ModelError: where there is none, or only another revision.
    """
    if model is None:
        return ModelStore().current()
    if str(model) and Path(model).is_dir():
        return Path(model)
    name, _, revision = str(model).partition("@")
    labels = {folder: read_config(folder).label for folder in known_models()}
    found = [folder for folder, label in labels.items() if label.partition("@")[0] == name]
    if revision:
        for folder in found:
            if labels[folder] == f"{name}@{revision}":
                return folder
    if not found:
        there = ", ".join(sorted(set(labels.values())))
        raise ModelError(f"{name}: no such model. Name a folder, or one of: {there}.")
    if revision:
        there = ", ".join(sorted(labels[folder].partition("@")[2] for folder in found))
        raise ModelError(
            f"{model}: the {name} here is revision {there}. "
            "Name that one, or the folder of the other."
        )
    current = ModelStore().current()
    return current if current in found else found[0]


def known_models() -> list[Path]:
    """Return the folders of all models: those that came with cxnlp, then the promoted ones.

    Of the promoted ones, the latest first.
    """
    store = ModelStore()
    promoted = [
        entry.folder
        for entry in reversed(store.history.entries())
        if entry.action == "promote" and entry.folder is not None
    ]
    folders = [store.folder / name for name in dict.fromkeys(promoted)]
    return [*list_models(), *(f for f in folders if (f / CHECKSUMS).is_file())]
