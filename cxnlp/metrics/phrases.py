"""Which texts say which words and phrases of up to three words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

MAX_PHRASE_WORDS = 3

Ints = npt.NDArray[np.int64]

_END = "\x00"
# A part with a digit, an address, a @handle, a mask ("***", "[NAME]") or a punctuation mark is no
# word, and no phrase runs across it. Hyphens and apostrophes stand within words.
_WORD = r"(?>[^\W\d_]+(?:['\-][^\W\d_]+)*)"
_PART = re.compile(
    rf"({_WORD})(?![\w@*#]|[./:+\-]\w|://)"  # first, for most parts are plain words
    r"|(?:https?://|www\.)[^\s\x00]+|[\[<{][^\]>}\s\x00]{1,30}[\]>}]"
    r"|[^\s\x00]*[\d@_*#][^\s\x00]*"
    rf"|({_WORD})|(\x00)|[^\w\s\x00]+"
)

# They carry the sentence, not what it is about. "no", "not", "never" and "without" may begin a
# phrase ("no signal"), for they turn it round.
NEGATIONS = frozenset({"no", "not", "never", "without"})
STOP_WORDS = NEGATIONS | frozenset(
    """
    a about above after again all also always am an and any anyone anything are aren't as at away
    back be because been before being below between both but by came can can't cannot come comes
    coming could couldn't did didn't do does doesn't doing don't done down during each either else
    etc even ever every everyone everything few for from further gave get gets getting give given
    go goes going gone got had hadn't has hasn't have haven't having he he'd he's her here hers
    herself him himself his how however i i'd i'll i'm i've if i.e in instead into is isn't it
    it'd it'll it's its itself just keep kept know less let lot lots made make makes making many
    may maybe me might mine more most much must my myself neither nobody none nor nothing now of
    off often on once one only onto or other others otherwise our ours ourselves out over own per
    perhaps put quite rather really said same saw say says see seem seemed seems seen shall she
    she'd she's should shouldn't since so some someone something sometimes still such take taken
    takes taking tell than that that's the their theirs them themselves then there there's these
    they they'd they'll they're they've thing things this those though through thus till to told
    too took toward towards two under until up upon us use used very via want wanted was wasn't way
    we we'd we'll we're we've well went were weren't what what's whatever when where whether which
    while who who's whoever whole whom whose why will with within won't would wouldn't yet you
    you'd you'll you're you've your yours yourself dont didnt doesnt cant couldnt wasnt isnt ive im
    id its thats wouldnt havent hasnt wont
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Words and phrases, and the texts that say them."""

    names: tuple[str, ...]  # lower case, words separated by one space; words first, in that order
    n_words: Ints  # of each phrase, 1 to 3
    said: csr_matrix  # texts x phrases, 1 where the text says the phrase at least once


def find_phrases(
    texts: Sequence[str],
    *,
    min_texts: int = 5,
    max_words: int = MAX_PHRASE_WORDS,
    without: frozenset[str] = frozenset(),
) -> Phrases:
    """Return the phrases that at least `min_texts` texts say.

    A phrase is one to three words that stand beside each other in one sentence, and neither begins
    nor ends with a word that carries no content ("waste of time" is one, "of time" is not).

    :param without: further words that carry no content here, in lower case.

    >>> found = find_phrases(["No signal, room 12!", "no signal"], min_texts=2)
    >>> found.names, found.said.toarray().tolist()
    (('signal', 'no signal'), [[1, 1], [1, 1]])
    """
    words, text_of, vocabulary = _read(texts)
    n_texts, n_ids = len(texts), max(len(vocabulary), 1)
    stop = STOP_WORDS | without
    content = np.fromiter((w not in stop and len(w) > 1 for w in vocabulary), bool)
    opening = np.fromiter((w in NEGATIONS for w in vocabulary), bool) | content
    # A phrase cannot be said more often than its words.
    place = np.flatnonzero(words >= 0)
    said_in = _distinct(text_of[place] * n_ids + words[place]) % n_ids
    frequent = np.bincount(said_in, minlength=n_ids) >= min_texts
    usable = np.zeros(len(words), dtype=bool)
    usable[place] = frequent[words[place]]

    names: list[str] = []
    sizes: list[int] = []
    rows, columns = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for n_words in range(1, min(max_words, len(words)) + 1):
        last = len(words) - n_words + 1
        start = np.flatnonzero(np.all([usable[k : k + last] for k in range(n_words)], axis=0))
        begins = content if n_words == 1 else opening
        start = start[begins[words[start]] & content[words[start + n_words - 1]]]
        if not start.size:
            continue
        keys = words[start]
        for k in range(1, n_words):
            _, keys = np.unique(keys, return_inverse=True)  # else the third word could overflow
            keys = keys * n_ids + words[start + k]
        distinct, first, number = np.unique(keys, return_index=True, return_inverse=True)
        pairs = _distinct(text_of[start] * len(distinct) + number)
        of_text, of_phrase = np.divmod(pairs, len(distinct))
        enough = np.bincount(of_phrase, minlength=len(distinct)) >= min_texts
        kept = enough[of_phrase]
        rows.append(of_text[kept])
        columns.append((np.cumsum(enough) - 1 + len(names))[of_phrase[kept]])
        for i in start[first[enough]]:
            names.append(" ".join(vocabulary[j] for j in words[i : i + n_words]))
            sizes.append(n_words)
    row, column = np.concatenate(rows), np.concatenate(columns)
    return Phrases(
        names=tuple(names),
        n_words=np.asarray(sizes, dtype=np.int64),
        said=csr_matrix(
            (np.ones(len(row), dtype=np.int64), (row, column)), shape=(n_texts, len(names))
        ),
    )


def _read(texts: Sequence[str]) -> tuple[Ints, Ints, list[str]]:
    """Return the number of each part's word (-1 for no word), its text, and the words."""
    joined = f" {_END} ".join(text.replace(_END, " ") for text in texts).casefold()
    numbers: dict[str, int] = {"": -1, _END: -2}
    words = np.fromiter(
        (
            numbers.setdefault(plain or other or end, len(numbers) - 2)
            for plain, other, end in _PART.findall(joined.replace("’", "'"))
        ),
        dtype=np.int64,
    )
    text_of = np.cumsum(words == -2)
    return words, text_of, list(numbers)[2:]


def _distinct(keys: Ints) -> Ints:
    """Return the sorted distinct keys; sorting is several times faster here than hashing."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if ordered.size else ordered
