"""Models that were promoted on this machine: which one is current, and what was before it."""

from __future__ import annotations

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

from cxnlp.errors import ModelError, OutputError
from cxnlp.model.folder import (
    CHECKSUMS,
    list_models,
    packaged_model,
    read_config,
    verify_model,
)
from cxnlp.model.history import Entry, History, ModelId


class RefusedPromotionError(ModelError):
    """A model is not made the current one, for a reason that can be overruled."""


def store_folder() -> Path:
    """Return where promoted models lie: $CXNLP_HOME, else the user's own data folder."""
    home = os.environ.get("CXNLP_HOME")
    if home:
        return Path(home) / "models"
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "cxnlp" / "models"


def identify(folder: Path) -> ModelId:
    """Return the label of a model folder and the digest of its checksums.

    :raises ModelError: where it is not a released model folder.
    """
    try:
        digest = sha256((folder / CHECKSUMS).read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(
            f"{folder}: no {CHECKSUMS}. This is not a released model folder."
        ) from error
    return ModelId(label=read_config(folder).label, digest=digest)


class ModelStore:
    """The models that were promoted, each in a folder of its own, never changed.

    The history says which one is current: the last promotion or rollback in it. A line of it is
    there or not, so a change of the current model is whole or did not happen.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else store_folder()
        self.history = History(self.folder / "history.jsonl")

    def current(self) -> Path:
        """Return the folder of the current model: the last promoted, else the packaged one."""
        changes = self._changes()
        if not changes or changes[-1].folder is None:
            return packaged_model()
        folder = self.folder / changes[-1].folder
        if not (folder / CHECKSUMS).is_file():
            raise ModelError(
                f"{folder}: the current model {changes[-1].model.label} is gone. "
                "Run `cxnlp models rollback`, or put the folder back."
            )
        return folder

    def models(self) -> list[Path]:
        """Return the folders of all models that were promoted."""
        if not self.folder.is_dir():
            return []
        return sorted(p for p in self.folder.iterdir() if (p / CHECKSUMS).is_file())

    def promote(
        self, folder: Path, *, guards: tuple[str, ...] = (), why: str | None = None
    ) -> Entry:
        """Make a model the current one.

        :param guards: data sets on which it must not be worse; none: those of its recipe, or all.
        :param why: the reason for which it is promoted whatever the comparison says.
        :raises RefusedPromotionError: where no comparison with the current model is on record, or
            it says that the new one is worse.
        :raises ModelError: where the folder is not what its checksums say.
        """
        verify_model(folder)
        new = identify(folder)
        with self.history.locked():
            old = self._current_id()
            if new == old:
                raise ModelError(f"{folder}: {new.label} is the current model already.")
            self._check_label(new)
            if why is None:
                self._check_guards(new, old, guards)
            name = self._keep(folder, new)
            entry = Entry(action="promote", model=new, other=old, folder=name, why=why)
            self.history.add(entry)
        return entry

    def rollback(self) -> Entry:
        """Make the model current again that was so before the current one.

        :raises ModelError: where there was none, or its folder is not what its checksums say.
        """
        with self.history.locked():
            standing = self._standing()
            if not standing:
                raise ModelError("No model was promoted here, so there is none to go back from.")
            left = standing[-1]
            before = standing[-2] if len(standing) > 1 else None
            name = None if before is None else before.folder
            folder = packaged_model() if name is None else self.folder / name
            verify_model(folder)
            entry = Entry(action="rollback", model=identify(folder), other=left.model, folder=name)
            self.history.add(entry)
        return entry

    def _changes(self) -> list[Entry]:
        return [entry for entry in self.history.entries() if entry.action != "compare"]

    def _standing(self) -> list[Entry]:
        """Return the promotions that were not taken back, the current one last."""
        standing: list[Entry] = []
        for entry in self._changes():
            if entry.action == "promote":
                standing.append(entry)
            elif standing:
                standing.pop()
        return standing

    def _current_id(self) -> ModelId:
        """Return what is current now, also where its folder is gone."""
        changes = self._changes()
        if changes and changes[-1].folder is not None:
            return changes[-1].model
        return identify(packaged_model())

    def _check_label(self, new: ModelId) -> None:
        """Refuse a second model of one label: predictions could not be told apart."""
        for folder in (*list_models(), *self.models()):
            there = identify(folder)
            if there.label == new.label and there.digest != new.digest:
                raise ModelError(
                    f"{new.label}: another model of this name and revision is at {folder}. "
                    "Give yours another name or revision when it is trained."
                )

    def _check_guards(self, new: ModelId, old: ModelId, guards: tuple[str, ...]) -> None:
        """Refuse a model that is worse, or that nobody compared."""
        compared = [
            entry
            for entry in self.history.entries()
            if entry.action == "compare" and (entry.model, entry.other) == (new, old)
        ]
        if not compared:
            raise RefusedPromotionError(
                f"{new.label} was not compared with the current {old.label}. Run "
                "`cxnlp models compare CURRENT DIR --on DATA`, pass --on DATA here, "
                "or say --force --why REASON."
            )
        measured = {r["source"] for r in compared[-1].results}
        asked = set(guards) & measured if guards else measured
        if guards and not asked:
            raise RefusedPromotionError(
                f"{new.label} was not compared on its guard sets ({', '.join(sorted(guards))}). "
                "Compare it --on a folder that holds them, or say --force --why REASON."
            )
        worse = [
            r for r in compared[-1].results if r["verdict"] == "worse" and r["source"] in asked
        ]
        if worse:
            where = "; ".join(
                f"{r['source']} {r['head']} {r['measure']} {r['a']:.3f} to {r['b']:.3f}"
                for r in worse[:5]
            )
            more = f" and {len(worse) - 5} more" if len(worse) > 5 else ""
            raise RefusedPromotionError(
                f"{new.label} is significantly worse than {old.label} on {where}{more}. "
                "Train it further, or say --force --why REASON."
            )

    def _keep(self, folder: Path, new: ModelId) -> str:
        """Copy a model folder into the store, under a name that no other content has."""
        name = f"{new.label}-{new.digest[:12]}"
        target = self.folder / name
        if target.is_dir():
            verify_model(target)
            return name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(dir=self.folder, prefix=".promote-"))
        except OSError as error:
            raise OutputError(f"{self.folder}: cannot be written: {error.strerror}.") from error
        try:
            copy = shutil.copytree(folder, aside / name)
            verify_model(copy)  # of the copy: what was read is what was compared
            os.replace(copy, target)
        except OSError as error:
            raise OutputError(f"{target}: cannot be written: {error.strerror}.") from error
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return name
