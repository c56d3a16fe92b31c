"""What the tests of several folders make estimates with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cxnlp.metrics.estimate import Estimate


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep models that somebody promoted on this machine out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CXNLP_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def estimate() -> Callable[..., Estimate]:
    """Return a function that makes an estimate with an interval of +-`half`."""

    def make(value: float, n: int = 100, half: float = 5.0) -> Estimate:
        return Estimate(value=value, low=value - half, high=value + half, n=n).suppressed()

    return make
