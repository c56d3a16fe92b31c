"""Write the card of a model folder from what was measured, its recipe and its data's provenance."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cxnlp.labels import TOPICS
from training import card_sections
from training.provenance import (
    ANNOTATIONS,
    DataSet,
    find_data_set,
    read_provenance,
    text_sources,
)
from training.recipe import Recipe
from training.results import (
    HEADS,
    behind,
    listed,
    measured,
    results,
    table,
    worse_than_before,
)
from training.taken import is_own

_BASES = {"all-MiniLM-L6-v2": "sentence-transformers, Apache-2.0"}
_FEW = 200  # training texts of a topic, or polarity labels, that count as little
_USE = """\
```python
from cxnlp.model.classifier import Classifier
classifier = Classifier.load("{name}")
print(classifier.classify(["Nothing."], questions=["What could we do better?"])[0].sentiment)
```"""

_LIMITS = """\
- English only. Other languages are detected and left unscored.
- Labels are estimates. Read shares over many texts, not one text's label; where a score was
  asked for, use the score, not the predicted satisfaction.
- Emotions were learned from Reddit comments; how well they carry over to reviews and surveys is
  not measured here.
- Each topic is known from a few trades only. A topic with little training data or without
  measured polarity is named above; its polarity leans on the sentiment of the text.
- Neutral sentences were labelled in part by construction: requests and questions without a cue
  of feeling. A polite complaint put as a question may read as neutral.
- Irony, what other people are said to think, and two negations that make praise are mostly
  misread, and so are many changes for the better told in two sentences. The table of capabilities
  has the share of each.
- Rare topics are claimed too often: read their precision in metrics.json before counting them.
- Long reviews are read in windows; training saw at most {max_tokens} word pieces at once.
- Not for decisions about single people: neither about those who wrote nor about staff they name."""

_ANNOTATED = """\
Part of the labels are our own, given by machine to texts of these sets; so is the row `annotated`
in the tables above, which tells how well those labels were learned, not what people would say.
How they came about, and how far they agree: `training/annotations/README.md`.

"""


def write_card(folder: Path, recipe: Recipe) -> None:
    """Write README.md of a model folder from its metrics.json; the same input, the same card."""
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    sections = [
        _introduction(folder, recipe, metrics),
        card_sections.targets(metrics),
        results(metrics),
        behind(metrics),
        worse_than_before(metrics),
        card_sections.labels(metrics),
        card_sections.slices(metrics),
        _calibration(metrics),
        card_sections.reliability(metrics),
        card_sections.low_precision(metrics),
        card_sections.capabilities(metrics),
        card_sections.fairness(metrics),
        _spans(metrics),
        _topics(metrics),
        _own_labels(metrics),
        _data(recipe),
        _training(recipe, metrics),
        "## Limits\n\n" + _LIMITS.format(max_tokens=recipe.train.max_tokens),
    ]
    (folder / "README.md").write_text("\n\n".join(filter(None, sections)) + "\n", encoding="utf-8")


def _introduction(folder: Path, recipe: Recipe, metrics: dict[str, Any]) -> str:
    name = metrics.get("name", recipe.name)
    origin = _BASES.get(recipe.base, "see its own card")
    size = sum((folder / file).stat().st_size for file in ("model.bin", "model.xml"))
    return (
        f"# {name}\n\n"
        f"Revision {metrics['revision']}. Reads customer feedback in English: sentiment, the "
        "satisfaction its writer would score, emotions, topics and the polarity of each topic, "
        "for the whole text and for each of its sentences, in one pass of one encoder.\n\n"
        f"- Encoder: {recipe.base} ({origin}), fine-tuned whole; {size / 1e6:.0f} MB of weights at "
        f"16 bits. Measured here at {metrics['precision']} on a CPU.\n"
        "- Format: OpenVINO graph and weights, tokenizer, labels with thresholds, SHA-256 of "
        "each file.\n"
        "- Licence: Apache-2.0. The licences of the training data are listed below.\n\n"
        f"## Use\n\n{_USE.format(name=name)}\n\n"
        "Meant for reviews, survey verbatims and customers' turns in chats, counted over many "
        "texts: how do customers feel, and about what."
    )


def _calibration(metrics: dict[str, Any]) -> str:
    rows = []
    for head, title, _, _ in HEADS:
        for source, systems in measured(metrics, head).items():
            ours = systems["cxnlp"]
            if "ece" in ours and not is_own(source):
                sure = ours.get("accuracy_when_sure")
                covered = f"{ours['coverage']:.0%}" if "coverage" in ours else "–"
                right = "–" if sure is None else f"{sure:.3f}"
                rows.append([title, source, str(ours["n"]), f"{ours['ece']:.3f}", covered, right])
    return (
        "## Calibration\n\nOne temperature a head and one threshold a label come from validation "
        "texts. ECE is the expected calibration error over 15 bins (0 is perfect). Sure are the "
        "texts that are not marked `unsure`; accuracy is that of the head on those.\n\n"
        + table(["head", "data set", "n", "ECE", "sure", "accuracy when sure"], rows)
    )


def _spans(metrics: dict[str, Any]) -> str:
    lines = []
    for key, whose in (("spans", "written by people"), ("contrast_spans", "of our own templates")):
        spans = metrics.get(key, {"n": 0})
        if spans["n"]:
            gap = 100 * (spans["alone"] - spans["in_context"])
            lines.append(
                f"- {spans['n']} sentences {whose}: accuracy {spans['alone']:.3f} alone, "
                f"{spans['in_context']:.3f} beside the other one ({gap:.1f} points lost)."
            )
    return (
        "## Sentences in context\n\nHeld-back sentences, each read alone and in a text with one of "
        "the opposite sentiment; the aim is to lose at most 3 points.\n\n"
        + ("\n".join(lines) or "Not measured.")
    )


def _topics(metrics: dict[str, Any]) -> str:
    """Show each topic's F1 by test set, and what little it was trained on."""
    counts = metrics["trained"].get("topics", {})
    sets = measured(metrics, "topic")
    rows, unmeasured = [], []
    for topic in TOPICS:
        found = [
            f"{source} {systems['cxnlp']['labels'][topic]['f1']:.2f} "
            f"(n = {systems['cxnlp']['labels'][topic]['n']})"
            for source, systems in sets.items()
            if topic in systems["cxnlp"]["labels"]
        ]
        if not found:
            unmeasured.append(topic)
        count = counts.get(topic, {})
        numbers = [str(count.get(key, "–")) for key in ("present", "polarity")]
        rows.append([topic, *numbers, "; ".join(found) or "not measured"])
    lines = [
        "- No training data: " + listed(t for t, c in counts.items() if not c["present"]),
        f"- Little (under {_FEW} texts): "
        + listed(t for t, c in counts.items() if 0 < c["present"] < _FEW),
        f"- Polarity untrained or nearly (under {_FEW} labels): "
        + listed(t for t, c in counts.items() if c["polarity"] < _FEW),
        f"- Not measured on any test set: {listed(unmeasured)}",
    ]
    header = ["topic", "training texts", "with polarity", "test F1 (n with the topic)"]
    return f"## Topics\n\n{table(header, rows)}\n\n" + ("\n".join(lines) or "Not measured.")


def _own_labels(metrics: dict[str, Any]) -> str:
    """Return what own labels were trained on: files, counts, agreement; nothing where none were."""
    own = metrics.get("own_labels")
    if not own:
        return ""
    files = [[name, f"`{sha256}`"] for name, sha256 in own["files"].items()]
    counts = ", ".join(f"{n:,} {split}" for split, n in sorted(own["texts"].items()))
    rows = [
        [kind, "–" if found["alpha"] is None else f"{found['alpha']:.3f}", str(found["texts"])]
        for kind, found in own["agreement"].items()
    ]
    agreed = table(["label", "α", "texts"], rows) if rows else "No text was labelled twice."
    start = metrics["trained"].get("from")
    before = f"The card of {start} names what that was trained on before. " if start else ""
    return (
        f"## Own labels\n\n{before}Texts: {counts}. Those of val stopped the training. "
        f"Where there are none of test, they are what `own_labels` in the tables is measured on, "
        f"and its figures are a little too good.\n\n{table(['file', 'SHA-256'], files)}\n\n"
        f"Agreement of the annotators (Krippendorff's α):\n\n{agreed}"
    )


def _data(recipe: Recipe) -> str:
    data_sets = read_provenance()
    named = [find_data_set(source, data_sets) for source in text_sources(recipe.mixture.sources)]
    used = list({data_set.name: data_set for data_set in named}.values())
    measured = [data_set for data_set in data_sets.values() if not data_set.may_train]
    header = ["data set", "from", "commit", "licence", "attribution"]
    shared = [
        f"{origin_name} ({origin.licence})"
        for data_set in used
        for origin_name, origin in data_set.origins.items()
        if origin.share_alike
    ]
    return (
        "## Data and licences\n\nTrained on:\n\n"
        + table(header, [row for data_set in used for row in _origins(data_set)])
        + "\n\nand on contrast sentences of our own (Apache-2.0).\n\n"
        + (_ANNOTATED if ANNOTATIONS & set(recipe.mixture.sources) else "")
        + f"Share-alike data among them: {listed(shared)}.\n\n"
        + "Evaluated on only, never trained on:\n\n"
        + table(header, [row for data_set in measured for row in _origins(data_set)])
    )


def _origins(data_set: DataSet) -> Iterable[list[str]]:
    for name, origin in data_set.origins.items():
        title = name if name == data_set.name else f"{data_set.name}: {name}"
        commit = origin.commit[:12] if " " not in origin.commit else origin.commit
        yield [title, origin.repository, commit, origin.licence, origin.attribution]


def _training(recipe: Recipe, metrics: dict[str, Any]) -> str:
    trained, config = metrics["trained"], recipe.train
    how = (
        f"{trained['steps']:,} steps in {trained['minutes']:.0f} minutes"
        if "steps" in trained
        else "steps not recorded"
    )
    texts = sum(trained.get("texts", {}).values())
    start = f"On from {trained['from']}. " if trained.get("from") else ""
    teacher = "Soft labels of a larger teacher, never released. " if trained.get("taught") else ""
    return (
        f"## Training\n\n{start}{teacher}"
        f"Recipe `training/recipes/{recipe.name}.toml`, seed {recipe.seed}: {texts:,} texts and "
        f"{recipe.mixture.concatenations:,} concatenations an epoch, {how}; learning rate "
        f"{config.learning_rate:g} ({config.head_learning_rate:g} for the heads, decayed by "
        f"{config.layer_decay:g} a layer), {config.tokens_per_batch:,} tokens a batch, at most "
        f"{config.max_tokens} a text, label smoothing {config.label_smoothing:g}, weight average "
        f"{config.average_decay:g}. How to make it again: `training/README.md`."
    )
