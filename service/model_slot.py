"""The model that scores now, and its successor as soon as another revision lies in its place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cxnlp.errors import CxnlpError
from cxnlp.model.classifier import Classifier
from cxnlp.model.folder import CHECKSUMS

from .envelope import Refused
from .measurements import Measurements
from .priority import give_way
from .warm_up import warm_up

_log = logging.getLogger("cxnlp.service")


class ModelSlot:
    """Holds one loaded model; requests that began with it keep it until they are answered.

    Where the model lies is asked again at each look, for another one may be promoted meanwhile.
    """

    def __init__(
        self,
        locate: Callable[[], Path],
        measurements: Measurements,
        *,
        load: Callable[[Path], Classifier] = Classifier.load,
    ) -> None:
        self._locate, self._load, self._measurements = locate, load, measurements
        # In a thread that gives way: the threads that the runtime starts are like it.
        self._loader = ThreadPoolExecutor(max_workers=1, initializer=give_way)
        self._seen = self._refused = self._state()
        self._take(self._loader.submit(self._load_warm).result())

    @property
    def current(self) -> Classifier:
        """Return the model that scores now."""
        return self._classifier

    def find(self, label: str | None) -> Classifier:
        """Return the model by name@revision, or by name; without either, the current one.

        :raises Refused: where another one is asked for.
        """
        config = self._classifier.config
        if label in (None, config.name, config.label):
            return self._classifier
        message = f"There is no such model here; there is {config.label}."
        raise Refused(404, "model_not_found", message)

    async def watch(self, *, seconds: float) -> None:
        """Look again and again whether another model was put in place or promoted, and take it.

        It is loaded and warmed up beside the one that scores; a folder that is not what its
        checksums say is told of once, and the model that scores goes on.
        """
        while True:
            await asyncio.sleep(seconds)
            state = await asyncio.to_thread(self._state)
            if state is None or state == self._seen:
                continue
            try:
                classifier = await asyncio.wrap_future(self._loader.submit(self._load_warm))
            except CxnlpError as error:
                # Perhaps it is still being copied: look again, but complain once.
                if state != self._refused:
                    _log.error("The model stays %s. %s", self._classifier.config.label, error)
                self._refused = state
                continue
            self._seen = state
            before = self._classifier.config.label
            self._take(classifier)
            _log.info("The model %s takes over from %s.", classifier.config.label, before)

    def _load_warm(self) -> Classifier:
        classifier = self._load(self._locate())
        warm_up(classifier)
        return classifier

    def _take(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._measurements.name_model(classifier.config.label)

    def _state(self) -> tuple[str, bytes] | None:
        """Return where the folder leads and what its checksums say; None while it is not there."""
        try:
            folder = self._locate()
            return str(folder.resolve()), (folder / CHECKSUMS).read_bytes()
        except (OSError, CxnlpError):
            return None
