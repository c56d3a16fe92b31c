from __future__ import annotations

from pathlib import Path

import pytest

from cxnlp.errors import InputError
from cxnlp.topics.definition import OwnTopic
from cxnlp.topics.examples import Example, read_examples

TOPICS = tuple(OwnTopic(label=name.lower(), name=name, description="") for name in ("Seat", "Pets"))
GOOD = "".join(f"seat number {n},Seat\npet number {n},pets\n" for n in range(4))


def _read(tmp_path: Path, content: str | bytes) -> tuple[Example, ...]:
    path = tmp_path / "examples.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_examples(path, TOPICS)


def test_topics_are_named_by_name_or_label_and_joined(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        "\ufefftopic,Text\n"
        + "".join("{1},{0}\n".format(*row.split(",")) for row in GOOD.splitlines())
        + 'Seat; PETS,"my dog on my\nseat"\nnone,nothing to say\n\npets,Seat number 0\n',
    )  # fmt: skip
    by_text = {example.text: example for example in found}
    assert by_text["my dog on my\nseat"].labels == {"seat", "pets"}
    assert by_text["my dog on my\nseat"].line == 10
    assert by_text["nothing to say"].labels == frozenset()
    assert by_text["nothing to say"].line == 12
    # The same text in two rows is about both topics, and counts once.
    assert by_text["seat number 0"].labels == {"seat", "pets"}
    assert len(found) == 10


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD + " ,Seat\nx,Seat\n\t,pets\n", "lines 10, 12: the text is empty"),
        (GOOD + "x,sport\n", "line 10: the topic is not one of topics.toml"),
        (GOOD + "x,\n", "line 10: no topic is named"),
        (GOOD + "x,none;Seat\n", 'line 10: "none" stands beside a topic'),
        (GOOD + "x,none\nx,Seat\n", "lines 10, 11: a text is about a topic in one row"),
        ("one,Seat\n" + "".join(f"pet {n},pets\n" for n in range(4)), "'Seat' has 1 (line 2)"),
        ("".join(f"pet {n},pets\n" for n in range(4)), "'Seat' has 0"),
        (GOOD + '"open,Seat\n', ":10: is not valid CSV"),
        ((f"text,topic\n{GOOD}").encode() + b"caf\xe9,Seat\n", ":10: is not UTF-8"),
        (b"text,topic\nx\0y,Seat\n", ":2: is not text"),
        (b"words,topic\nx,Seat\n", "must have one column 'text'"),
        (b"", "must have one column 'text'"),
    ],
)
def test_what_is_wrong_is_said_with_its_rows(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, content if isinstance(content, bytes) else "text,topic\n" + content)
    assert said in str(caught.value)


def test_no_text_stands_in_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _read(tmp_path, "text,topic\nmy secret,another secret\n")
    assert "secret" not in str(caught.value)
