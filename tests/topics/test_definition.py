from __future__ import annotations

from pathlib import Path

import pytest

from cxnlp.errors import InputError
from cxnlp.topics.definition import read_topics


def _read(tmp_path: Path, content: str | bytes) -> object:
    path = tmp_path / "topics.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_topics(path)


def test_a_topic_has_a_label_and_may_have_a_description(tmp_path: Path) -> None:
    [seat, pets] = read_topics_of(tmp_path)
    assert (seat.label, seat.name) == ("seat_comfort", "Seat comfort")
    assert seat.as_text == "Seat comfort. leg room"
    assert (pets.description, pets.as_text) == ("", "Pets")


def read_topics_of(tmp_path: Path):  # type: ignore[no-untyped-def]
    return _read(
        tmp_path,
        '[[topic]]\nname = " Seat  comfort"\ndescription = "leg room"\n[[topic]]\nname = "Pets"\n',
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[[topic]]\ndescription = "x"\n', "topic 1: has no name"),
        ('[[topic]]\nname = " "\n', "topic 1: has no name"),
        ('[[topic]]\nname = "A b"\n[[topic]]\nname = "a-B"\n', "topics 1 and 2 are both named"),
        ('[[topic]]\nname = "Food drink"\n', "a topic that every model has"),
        ('[[topic]]\nname = "None"\n', "texts without a topic"),
        ('[[topic]]\nname = "A;B"\n', "no semicolon"),
        ('[[topic]]\nname = "!!"\n', "a letter or digit"),
        ('[[topic]]\nname = "A"\ndescripton = "b"\n', "Is description meant?"),
        ('[[topic]]\nname = "A"\ndescription = 3\n', "not a string"),
        ('name = "A"\n', "unknown key 'name'"),
        ("", "holds no topic"),
        ("[[topic]\n", "is not TOML"),
        (b'[[topic]]\nname = "Caf\xe9"\n', ":2: is not UTF-8"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, content)
    assert said in str(caught.value)


def test_too_many_topics_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at most 200"):
        _read(tmp_path, "".join(f'[[topic]]\nname = "t{n}"\n' for n in range(201)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        read_topics(tmp_path / "none.toml")
