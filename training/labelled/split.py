"""Part labelled texts into training, validation and test, so that none stands in two of them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from cxnlp.errors import InputError
from cxnlp.labels import SENTIMENTS
from training.example import Example, normalise
from training.labelled.duplicates import find_in, group
from training.labelled.merge import Merged
from training.labelled.rows import Problems, name_rows

_SHORT = 3  # words: "very good, thanks" is every customer's answer, and no leak


def split_texts(
    merged: Merged, *, validation_share: float, test_share: float, seed: int
) -> list[Example]:
    """Return the texts with the splits of their file, or with splits drawn by sentiment.

    Texts that are equal, exactly or nearly, are drawn together.

    :raises InputError: where such texts stand in training and in another split of the file, with
        the count and the rows, or where some rows name a split and others none.
    """
    examples = list(merged.examples)
    named = {example.split for example in examples}
    groups = group([example.text for example in examples])
    if named == {""}:
        return _draw(examples, groups, validation_share, test_share, seed)
    problems = Problems()
    if "" in named:
        for example in examples:
            if not example.split:
                _note(problems, "split: some rows name one, these none", merged, example)
    splits: dict[int, set[str]] = defaultdict(set)
    for example, number in zip(examples, groups, strict=True):
        splits[number].add(example.split)
    for example, number in zip(examples, groups, strict=True):
        if "train" in splits[number] and len(splits[number]) > 1:
            reason = "leak: the same text, exactly or nearly, is trained on and held back"
            _note(problems, reason, merged, example)
    problems.refuse()
    return examples


def _note(problems: Problems, reason: str, merged: Merged, example: Example) -> None:
    for file, number in merged.rows[example.text, example.question]:
        problems.add(reason, file, number)


def _draw(
    examples: Sequence[Example],
    groups: Sequence[int],
    validation_share: float,
    test_share: float,
    seed: int,
) -> list[Example]:
    members: dict[int, list[Example]] = defaultdict(list)
    for example, number in zip(examples, groups, strict=True):
        members[number].append(example)
    strata: dict[str, list[list[Example]]] = defaultdict(list)
    for together in members.values():
        strata[_stratum(together[0])].append(together)
    found = []
    for stratum in sorted(strata):
        # By a hash of the text: another row more or less moves no other text to another split.
        ranked = sorted(strata[stratum], key=lambda g: _rank(g[0], seed))
        n = len(ranked)
        n_val, n_test = _count(validation_share, n), _count(test_share, n)
        for place, together in enumerate(ranked):
            split = "val" if place < n_val else "test" if place < n_val + n_test else "train"
            found += [replace(example, split=split) for example in together]
    return found


def _count(share: float, n: int) -> int:
    """Return how many of n are held back; of a single one none."""
    return min(round(share * n), n - 1) if n > 1 else 0


def _stratum(example: Example) -> str:
    span = example.spans[0]
    if span.sentiment is not None:
        return SENTIMENTS[span.sentiment]
    if span.satisfaction is not None:
        return f"score {round(span.satisfaction)}"
    # By the rarest kinds of label it would be better; a first one already keeps the parts alike.
    labels = sorted(span.emotions or ()) or sorted(t for t, there in span.topics.items() if there)
    return labels[0] if labels else "other"


def _rank(example: Example, seed: int) -> str:
    return hashlib.sha256(f"{seed}\0{example.text}\0{example.question}".encode()).hexdigest()


def check_classes(examples: Sequence[Example], *, may_lack: bool) -> None:
    """Refuse labels of which a class has no text to train on.

    A network that only ever sees two of three sentiments forgets the third.

    :raises InputError: naming every class with its count.
    """
    train = [span for e in examples if e.split == "train" for span in e.spans]
    said = []
    sentiments = Counter(span.sentiment for span in train if span.sentiment is not None)
    if sentiments and not may_lack and len(sentiments) < len(SENTIMENTS):
        counts = ", ".join(f"{name} {sentiments[i]}" for i, name in enumerate(SENTIMENTS))
        said.append(
            f"sentiment: a class has no text to train on ({counts}); add some, leave the column "
            "out, or set may_lack_classes under [labels] in the recipe"
        )
    if not train:
        said.append("no text is left to train on")
    if said:
        raise InputError(f"Nothing was trained. {'. '.join(said)}.")


def check_held_out(merged: Merged, examples: Sequence[Example], held_out: Iterable[str]) -> None:
    """Refuse training texts that stand among the texts that judge models.

    Short answers are exempt: they are every customer's.

    :raises InputError: with the count and the rows.
    """
    long = [e for e in examples if e.split == "train" and len(normalise(e.text).split()) > _SHORT]
    found = find_in([e.text for e in long], held_out)
    rows = [w for i in sorted(found) for w in merged.rows[long[i].text, long[i].question]]
    if rows:
        raise InputError(
            "Nothing was trained. leak: the same text, exactly or nearly, is held back in --data "
            f"to judge models: {name_rows(rows)}. Take these rows out."
        )
