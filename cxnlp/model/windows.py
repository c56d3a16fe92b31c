"""Plan how a text of any length passes through the encoder, and which tokens each span pools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cxnlp.model.encoding import TokenisedText, Window, make_window
from cxnlp.text.sentences import Span

# Training sees at most 160 tokens; an encoder of 512 positions reads a little more unharmed.
MAX_WINDOW_TOKENS = 192
# The sentence before a cut is read again as context, where it is at most this long.
MAX_OVERLAP_TOKENS = 48

DOCUMENT = 0  # the index of the span that is the whole text; sentences follow from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some tokens of one span, as they lie in one window."""

    span: int  # DOCUMENT, or the number of a sentence from 1
    window: int
    row: int  # of the window's pooling matrix
    n_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The windows of one text and the pieces its spans are averaged from."""

    windows: tuple[Window, ...]
    pieces: tuple[Piece, ...]
    sentences: tuple[Span, ...]  # those that hold at least one token
    turns: tuple[int, ...] | None = None  # of a conversation: in which turn each sentence stands

    def turn_of(self, sentence: int) -> int | None:
        """Return the turn in which a sentence stands; None in a text that is no conversation."""
        return None if self.turns is None else self.turns[sentence]


def plan_windows(
    tokens: TokenisedText,
    sentences: Sequence[Span],
    question: TokenisedText | None,
    *,
    cls_id: int,
    sep_id: int,
) -> Plan:
    """Return the plan of one text.

    Windows are cut at sentence ends; a sentence longer than a window is cut inside, and its pieces
    are averaged by token count. Each token counts once in the document.
    """
    kept: list[Span] = []
    units: list[tuple[int, int, int]] = []  # sentence number, first token, last token
    for sentence in sentences:
        first, last = tokens.find_tokens(*sentence)
        if units:
            first = max(first, units[-1][2])
        if last > first:
            kept.append(sentence)
            for start in range(first, last, MAX_WINDOW_TOKENS):
                units.append((len(kept), start, min(start + MAX_WINDOW_TOKENS, last)))
    windows: list[Window] = []
    pieces: list[Piece] = []
    previous: list[tuple[int, int, int]] = []
    for group in _group(units):
        begin = _context_start(previous, group)
        end = group[-1][2]
        rows = [(group[0][1] - begin, end - begin)]
        pieces.append(Piece(span=DOCUMENT, window=len(windows), row=0, n_tokens=end - group[0][1]))
        for sentence_number, first, last in group:
            place = (first - begin, last - begin)
            row = 0 if place == rows[0] else len(rows)
            if row:
                rows.append(place)
            pieces.append(
                Piece(span=sentence_number, window=len(windows), row=row, n_tokens=last - first)
            )
        part = TokenisedText(
            ids=tokens.ids[begin:end], starts=tokens.starts[begin:end], ends=tokens.ends[begin:end]
        )
        windows.append(make_window(part, question, rows, cls_id=cls_id, sep_id=sep_id))
        previous = group
    return Plan(windows=tuple(windows), pieces=tuple(pieces), sentences=tuple(kept))


def join_plans(plans: Sequence[tuple[int | None, Plan]]) -> Plan:
    """Return the plan of a conversation from the plans of its turns, by the turns' numbers.

    A text is a conversation of one turn without a number. Each turn keeps its own windows, for it
    answers a question of its own; the document is all of them together.
    """
    if len(plans) == 1 and plans[0][0] is None:
        return plans[0][1]
    windows, pieces = list[Window](), list[Piece]()
    sentences, turns = list[Span](), list[int]()
    for turn, plan in plans:
        for piece in plan.pieces:
            span = DOCUMENT if piece.span == DOCUMENT else piece.span + len(sentences)
            pieces.append(replace(piece, span=span, window=piece.window + len(windows)))
        windows += plan.windows
        sentences += plan.sentences
        turns += [turn or 0] * len(plan.sentences)
    return Plan(
        windows=tuple(windows),
        pieces=tuple(pieces),
        sentences=tuple(sentences),
        turns=tuple(turns),
    )


def _group(units: Sequence[tuple[int, int, int]]) -> Iterator[list[tuple[int, int, int]]]:
    """Yield runs of sentences that fit one window."""
    group: list[tuple[int, int, int]] = []
    for unit in units:
        if group and unit[2] - group[0][1] > MAX_WINDOW_TOKENS:
            yield group
            group = []
        group.append(unit)
    if group:
        yield group


def _context_start(
    previous: Sequence[tuple[int, int, int]], group: Sequence[tuple[int, int, int]]
) -> int:
    """Return the token at which a window begins, a short sentence before its own first one."""
    first = group[0][1]
    if previous and first - previous[-1][1] <= MAX_OVERLAP_TOKENS:
        return previous[-1][1]
    return first
