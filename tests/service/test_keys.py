"""API keys: only hashes are stored, changes are followed, nothing is quoted."""

from __future__ import annotations

import hmac
import logging
import stat
from pathlib import Path

import pytest

from cxnlp.errors import InputError
from service.keys import POLL_S, KeyRing, add_key, hash_key, read_key_file, read_keys, remove_key


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_a_new_key_is_found_and_only_its_hash_is_stored(path: Path) -> None:
    desk, bot = add_key(path, "desk", rate=2.5), add_key(path, "bot")
    ring = KeyRing(path=path)
    found = ring.find(desk)
    assert found is not None
    assert (found.name, found.rate) == ("desk", 2.5)
    assert (other := ring.find(bot)) is not None
    assert other.rate is None
    assert ring.find(desk[:-1]) is None
    assert ring.find("") is None
    assert desk not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(desk) > 40


def test_comments_stay_and_a_removed_key_is_gone(path: Path) -> None:
    path.write_text("# of the help desk\n\nold sha256:" + "0" * 64 + "  # until June")
    key = add_key(path, "new")
    remove_key(path, "old")
    assert [found.name for found in read_key_file(path)] == ["new"]
    assert path.read_text().startswith("# of the help desk\n")
    assert KeyRing(path=path).find(key)
    with pytest.raises(InputError, match="no key of that name"):
        remove_key(path, "old")


def test_a_changed_file_is_followed(path: Path) -> None:
    clock = Clock()
    first = add_key(path, "first")
    ring = KeyRing(path=path, clock=clock)
    second = add_key(path, "second")
    remove_key(path, "first")
    assert ring.find(first)  # not looked at again yet
    clock.now += POLL_S
    assert ring.find(first) is None
    assert ring.find(second)


def test_a_broken_or_lost_file_keeps_the_keys_of_before(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    key = add_key(path, "first")
    ring = KeyRing(path=path, clock=clock)
    path.write_text("first sha256:oops")
    clock.now += POLL_S
    assert ring.find(key)
    assert "cannot be read" in caplog.text
    assert "oops" not in caplog.text
    path.unlink()
    clock.now += POLL_S
    assert ring.find(key)


def test_keys_may_stand_in_the_environment() -> None:
    lines = f"a sha256:{hash_key('one').hex()}, b sha256:{hash_key('two').hex()} rate=50/s"
    ring = KeyRing(lines=lines)
    assert (found := ring.find("two")) is not None
    assert found.rate == 50
    assert len(ring) == 2
    assert ring.configured
    assert not KeyRing().configured


def test_every_hash_is_compared_whichever_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append(1) or compare(a, b))
    lines = ",".join(f"k{n} sha256:{hash_key(str(n)).hex()}" for n in range(5))
    assert KeyRing(lines=lines).find("0")
    assert len(compared) == 5


@pytest.mark.parametrize(
    "line",
    [
        "name",
        "name plainsecret",
        "na/me sha256:" + "0" * 64,
        "name sha256:" + "0" * 63,
        "name sha256:" + "0" * 64 + " rate=fast",
        "name sha256:" + "0" * 64 + " rate=0",
        "name sha256:" + "0" * 64 + " rate=5/s more",
        "a sha256:" + "0" * 64 + "\na sha256:" + "1" * 64,
    ],
)
def test_a_wrong_line_is_named_and_not_quoted(line: str) -> None:
    with pytest.raises(InputError, match=r"^keys:[12]: ") as caught:
        read_keys(line, "keys")
    assert "plainsecret" not in str(caught.value)
    assert "0" * 63 not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a#b", "a" * 65, "a\n"])
def test_a_name_is_plain(path: Path, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        add_key(path, name)
    assert not path.exists()


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_is_positive(path: Path, rate: float) -> None:
    with pytest.raises(InputError, match="rate"):
        add_key(path, "name", rate=rate)


def test_a_name_is_taken_once(path: Path) -> None:
    add_key(path, "desk")
    with pytest.raises(InputError, match="Remove it first"):
        add_key(path, "desk")


def test_a_file_that_anybody_can_read_is_warned_of(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add_key(path, "desk")
    with caplog.at_level(logging.WARNING):
        KeyRing(path=path)
        assert caplog.text == ""
        path.chmod(0o644)
        KeyRing(path=path)
    assert "chmod" in caplog.text
