"""What of each text or conversation is scored: its own words, and what they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cxnlp.errors import InputError
from cxnlp.records import MAX_TEXT_CHARACTERS
from cxnlp.turns import Turn, customer_turns

# Of a question the encoder reads its first words only; none needs more characters than this.
_MAX_QUESTION_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPiece:
    """A text, or one customer's turn of a conversation."""

    turn: int | None  # None for a text
    text: str
    question: str | None
    truncated: bool


def read_pieces(
    texts: Sequence[str | None],
    questions: Sequence[str | None],
    turns: Iterable[Sequence[Turn] | None] | None,
) -> list[tuple[TextPiece, ...]]:
    """Return the pieces of every text or conversation: none of a blank one.

    :raises InputError: where there is not one conversation, or None, for each text.
    """
    conversations = [None] * len(texts) if turns is None else list(turns)
    if len(conversations) != len(texts):
        raise InputError(f"turns has {len(conversations)} entries for {len(texts)} texts.")
    return [
        _of_text(text, question) if conversation is None else _of_conversation(conversation)
        for text, question, conversation in zip(texts, questions, conversations, strict=True)
    ]


def _of_text(text: str | None, question: str | None) -> tuple[TextPiece, ...]:
    if text is None or not text.strip():
        return ()
    cut = text[:MAX_TEXT_CHARACTERS]
    asked = question and question[:_MAX_QUESTION_CHARACTERS]
    return (TextPiece(turn=None, text=cut, question=asked, truncated=len(cut) < len(text)),)


def _of_conversation(turns: Sequence[Turn]) -> tuple[TextPiece, ...]:
    """Return the customer's turns, up to the characters that one text may have."""
    pieces, left = list[TextPiece](), MAX_TEXT_CHARACTERS
    for turn in customer_turns(turns):
        cut = turn.text[:left]
        left -= len(cut)
        if cut.strip():
            truncated = len(cut) < len(turn.text)
            asked = turn.question and turn.question[:_MAX_QUESTION_CHARACTERS]
            pieces.append(TextPiece(turn=turn.index, text=cut, question=asked, truncated=truncated))
    return tuple(pieces)
