"""Own topics at few examples, beside TF-IDF with a linear SVC and a frozen all-MiniLM-L6-v2.

    python -m benchmarks.own_topics --data DIR --minilm DIR [--output FILE]

Everyone is given the same examples and the topics' names. The model's training texts hold those of
banking77, under other labels; of clinc150 they hold none.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.machine import describe_machine
from cxnlp.topics.cross_validate import Examples, cross_validate, fit_on, softmax
from cxnlp.topics.fit import read_background
from cxnlp.topics.near_duplicates import group_near_duplicates
from cxnlp.topics.vectors import TextVectors, encode_texts, load_for_vectors

SIZES = (8, 16, 50)
UNRELATED = {"clinc150, out of scope": ("clinc150", "domain", "oos"), "roast": ("roast", "", "")}
_N_UNRELATED = 1_000

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Texts with one topic each: those to draw examples from, and those to test on."""

    name: str
    topics: tuple[str, ...]
    texts: list[str]
    labels: Ints
    pool: Ints  # places of the texts to draw from
    test: Ints


def read_task(data: Path, name: str, source: str, column: str) -> Task:
    """Return one data set as a task."""
    table = pq.read_table(data / source / "data.parquet").to_pylist()
    rows = [row for row in table if row[column] != "oos"]
    topics = tuple(sorted({row[column] for row in rows}))
    is_test = np.array([row["split"] == "test" for row in rows])
    return Task(
        name=name,
        topics=topics,
        texts=[row["text"] for row in rows],
        labels=np.array([topics.index(row[column]) for row in rows]),
        pool=np.flatnonzero(~is_test),
        test=np.flatnonzero(is_test),
    )


def read_unrelated(data: Path) -> dict[str, list[str]]:
    """Return texts about none of the topics, by where they come from."""
    found = {}
    for name, (source, column, value) in UNRELATED.items():
        rows = pq.read_table(data / source / "data.parquet").to_pylist()
        kept = [r["text"] for r in rows if r["text"] and r.get("lang", "en") == "en"]
        if column:
            kept = [r["text"] for r in rows if r[column] == value]
        order = np.random.default_rng(0).permutation(len(kept))[:_N_UNRELATED]
        found[name] = [kept[i] for i in order]
    return found


def draw(task: Task, size: int, seed: int) -> Ints:
    """Return so many examples of each topic; more of one seed hold those of fewer."""
    order = np.random.default_rng(seed).permutation(task.pool)
    return np.concatenate(
        [order[task.labels[order] == topic][:size] for topic in range(len(task.topics))]
    )


def macro_f1(gold: Ints, found: Ints) -> float:
    """Return macro F1 of one topic a text."""
    from sklearn.metrics import f1_score

    return float(f1_score(gold, found, average="macro"))


def spell(topic: str) -> str:
    """Return a topic's name as a user would write it."""
    return topic.replace("_", " ")


def examples_of(
    task: Task, drawn: Ints, texts: Floats, background: Floats, names: Floats, groups: Ints
) -> Examples:
    """Return examples and background as the head is fitted on them."""
    rows = np.concatenate([texts[drawn], background])
    labels = np.zeros((len(rows), len(task.topics)), dtype=bool)
    labels[np.arange(len(drawn)), task.labels[drawn]] = True
    own = np.concatenate([groups[drawn], groups.max() + 1 + np.arange(len(background))])
    vectors = TextVectors(rows=rows, firsts=np.arange(len(rows)))
    return Examples(vectors=vectors, labels=labels, groups=own, described=names)


def closed_set(examples: Examples, test: Floats) -> Ints:
    """Return the most probable topic of each text."""
    found = fit_on(examples, np.arange(len(examples.labels)))
    return np.asarray(found.logits(test)[:, :-1].argmax(axis=1))


def tfidf(task: Task, drawn: Ints) -> Ints:
    """Return what TF-IDF with a linear SVC says of the test texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    reader = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2))
    texts = [task.texts[i] for i in drawn] + [spell(topic) for topic in task.topics]
    gold = np.concatenate([task.labels[drawn], np.arange(len(task.topics))])
    model = LinearSVC().fit(reader.fit_transform(texts), gold)
    return np.asarray(model.predict(reader.transform([task.texts[i] for i in task.test])))


def in_use(
    task: Task, examples: Examples, test: Floats, unrelated: dict[str, Floats]
) -> dict[str, float]:
    """Return what was promised by cross-validation, and what came of it, with the threshold."""
    promised = cross_validate(examples)
    head = fit_on(examples, np.arange(len(examples.labels)))

    def find(vectors: Floats) -> NDArray[np.bool_]:
        scores = softmax(head.logits(vectors), promised.temperature)[:, :-1]
        return np.asarray(scores >= promised.threshold)

    gold = np.zeros((len(test), len(task.topics)), dtype=bool)
    gold[np.arange(len(test)), task.labels[task.test]] = True
    found = {f"promised_{name}": v for name, v in _rates(examples.labels, promised.hits).items()}
    found |= _rates(gold, find(test))
    for name, vectors in unrelated.items():
        found[f"found in {name}"] = float(find(vectors).any(axis=1).mean())
    return found


def _rates(gold: NDArray[np.bool_], found: NDArray[np.bool_]) -> dict[str, float]:
    right = (gold & found).sum(axis=0)
    return {
        "precision": float(right.sum() / max(found.sum(), 1)),
        "recall": float(right.sum() / gold.sum()),
        "macro_f1": float((2 * right / np.maximum(gold.sum(0) + found.sum(0), 1)).mean()),
    }


def measure(
    task: Task,
    encoders: dict[str, Callable[[Sequence[str]], Floats]],
    unrelated: dict[str, list[str]],
    *,
    seeds: Sequence[int],
) -> Iterator[dict[str, Any]]:
    """Yield figures of one task, a seed and size at a time."""
    drawn = {(size, seed): draw(task, size, seed) for size in SIZES for seed in seeds}
    needed = np.unique(np.concatenate([*drawn.values(), task.test]))
    groups = np.zeros(len(task.texts), dtype=np.int64)
    texts, names, background = dict[str, Floats](), dict[str, Floats](), dict[str, Floats]()
    for name, encode in encoders.items():
        found = encode([task.texts[i] for i in needed])
        texts[name] = np.zeros((len(task.texts), found.shape[1]), dtype=np.float32)
        texts[name][needed] = found
        names[name] = encode([spell(topic) for topic in task.topics])
        background[name] = encode(read_background())
    aside = {name: encoders["cxnlp"](some) for name, some in unrelated.items()}
    gold = task.labels[task.test]
    for (size, seed), chosen in drawn.items():
        groups[chosen] = group_near_duplicates([task.texts[i] for i in chosen])
        figures = {"TF-IDF + SVC": macro_f1(gold, tfidf(task, chosen))}
        for name in encoders:
            ready = examples_of(task, chosen, texts[name], background[name], names[name], groups)
            started = time.perf_counter()
            figures[name] = macro_f1(gold, closed_set(ready, texts[name][task.test]))
            if name == "cxnlp":
                seconds = time.perf_counter() - started
                use = in_use(task, ready, texts[name][task.test], aside)
        yield {
            "task": task.name, "n_topics": len(task.topics), "n_test": len(task.test),
            "examples": size, "seed": seed, "macro_f1": figures, "in_use": use,
            "fit_seconds": seconds,
        }  # fmt: skip


def to_markdown(rows: Sequence[dict[str, Any]]) -> str:
    """Return the two tables of docs/benchmarks.md."""
    systems = list(rows[0]["macro_f1"])
    lines = ["| topics | examples of each | " + " | ".join(systems) + " |"]
    lines.append("|---|---|" + "---|" * len(systems))
    parts: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        parts.setdefault((row["task"], row["examples"]), []).append(row)
    for (task, size), own in parts.items():
        cells = []
        for system in systems:
            values = [row["macro_f1"][system] for row in own]
            cells.append(f"{np.mean(values):.3f} ± {np.std(values, ddof=min(1, len(own) - 1)):.3f}")
        lines.append(f"| {task} | {size} | " + " | ".join(cells) + " |")
    names = list(rows[0]["in_use"])
    lines += ["", "| topics | examples of each | " + " | ".join(names) + " |"]
    lines.append("|---|---|" + "---|" * len(names))
    for (task, size), own in parts.items():
        means = [np.mean([row["in_use"][name] for row in own]) for name in names]
        lines.append(f"| {task} | {size} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--minilm", type=Path, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--model", help="default: the model that came with cxnlp")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--output", type=Path, help="write all figures as JSON")
    options = parser.parse_args()
    classifier = load_for_vectors(options.model)
    encoders = {"cxnlp": lambda texts: encode_texts(classifier, texts).texts}
    if options.minilm is not None:
        from benchmarks.minilm_encoder import MiniLm

        encoders["MiniLM, same head"] = MiniLm(options.minilm).encode
    tasks = [
        read_task(options.data, "banking77, 77 intents", "banking77", "intent"),
        read_task(options.data, "clinc150, 10 domains", "clinc150", "domain"),
        read_task(options.data, "clinc150, 150 intents", "clinc150", "intent"),
    ]
    unrelated = read_unrelated(options.data)
    rows = [
        row
        for task in tasks
        for row in measure(task, encoders, unrelated, seeds=range(options.seeds))
    ]
    machine = describe_machine(("numpy", "scikit-learn", "openvino", "torch"))
    print(machine)
    print(to_markdown(rows))
    if options.output is not None:
        found = {"machine": str(machine), "model": classifier.config.label, "rows": rows}
        options.output.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
