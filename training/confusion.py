"""Count how a released model errs on validation texts, for the correction of shares.

`python -m training.confusion models/cx-mini-en --data DIR` writes `confusion.json` into the model
folder, and its checksum.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from cxnlp.atomic_file import write_beside
from cxnlp.errors import CxnlpError
from cxnlp.labels import SENTIMENTS, TOPICS
from cxnlp.metrics.carry_over import effective_texts
from cxnlp.model.classifier import Classifier
from cxnlp.model.confusion import CONFUSION_FILE
from cxnlp.model.locate import locate_model
from training.answers import ask_model
from training.evaluate import OURS, AnsweredSet, ask
from training.export import write_checksums
from training.label_arrays import UNKNOWN
from training.provenance import check_files, read_provenance
from training.readers import read_sources
from training.recipe import Recipe, read_recipe
from training.scores import fully_labelled
from training.taken import take

Counts = list[list[int]]

# Customers, patients and users on what they got, labelled by people. Left out: Reddit, news and
# books, templates, and sentences that are neutral by construction. On them the model errs in other
# ways, mostly less, and a share of customers' comments would be corrected by the wrong errors.
FEEDBACK: tuple[str, ...] = (
    "app_feature_sentiment_is22", "apple_tweets_crowdflower", "aware", "bangladesh_airline_reviews",
    "brand_entity_tweets", "disneyland_reviews_4k", "fine_food_1k", "huliu_product_reviews",
    "mams_acsa", "nhs_fft", "nhs_phase1", "roast", "tech_support_sentiment", "tsa_md",
    "womens_clothing",
)  # fmt: skip
# Of one data set and sentiment: a large one would make the counts its own.
MOST = 300

_RECIPE = Path(__file__).parent / "recipes" / "cx-mini-en.toml"


def count_confusion(gold: NDArray[np.int64], predicted: NDArray[np.int64], n_labels: int) -> Counts:
    """Return counts by gold (row) and predicted label (column); unknown gold is left out.

    >>> count_confusion(np.array([0, 1, 1, -1]), np.array([0, 0, 1, 1]), 2)
    [[1, 0], [1, 1]]
    """
    known = gold != UNKNOWN
    counts = np.zeros((n_labels, n_labels), dtype=np.int64)
    np.add.at(counts, (gold[known], predicted[known]), 1)
    return [[int(count) for count in row] for row in counts]


def first_of_each(gold: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return gold labels with those beyond the first `most` of each label made UNKNOWN.

    >>> first_of_each(np.array([0, 1, 0, 0]), 2)
    array([ 0,  1,  0, -1])
    """
    kept = gold.copy()
    for label in np.unique(gold[gold != UNKNOWN]):
        kept[np.flatnonzero(gold == label)[most:]] = UNKNOWN
    return kept


def confusion_of(sets: Iterable[AnsweredSet], *, model: str) -> dict[str, Any]:
    """Return what `confusion.json` holds: counts of each head, pooled and by source.

    Only the sets of FEEDBACK count, only labels that are known, and of sets that name one topic a
    text no topic does.

    :param model: name@revision of the model that answered.
    """
    sentiment: dict[str, Counts] = {}
    topics: dict[str, dict[str, Counts]] = {topic: {} for topic in TOPICS}
    for item in (item for item in sets if item.source in FEEDBACK):
        answers, labels = item.answers[OURS], item.labels
        if (labels.sentiment != UNKNOWN).any():
            sentiment[item.source] = count_confusion(
                first_of_each(labels.sentiment, MOST), answers.sentiment, len(SENTIMENTS)
            )
        if answers.topic is None:
            continue
        gold = fully_labelled(labels.topic)
        for column, topic in enumerate(TOPICS):
            if (gold[:, column] != UNKNOWN).any():
                found = answers.topic[:, column].astype(np.int64)
                topics[topic][item.source] = count_confusion(gold[:, column], found, 2)
    counted = {name: by for name, by in topics.items() if by}
    sources = sorted({*sentiment, *(s for by in topics.values() for s in by)})
    return {
        "model": model,
        "split": "val",
        "domain": f"validation texts of {len(sources)} public sets of reviews, surveys and posts",
        "rows": "true label",
        "columns": "predicted label",
        "sentiment": _sum(sentiment.values(), len(SENTIMENTS)),
        "topics": {name: _sum(by.values(), 2) for name, by in counted.items()},
        "sentiment_effective": effective_of(sentiment, len(SENTIMENTS)),
        "topics_effective": {name: effective_of(by, 2) for name, by in counted.items()},
        "by_source": {
            source: {
                "sentiment": sentiment.get(source),
                "topics": {name: by[source] for name, by in topics.items() if source in by},
            }
            for source in sources
        },
    }


def effective_of(by_source: Mapping[str, Counts], n_labels: int) -> list[float]:
    """Return how many texts each row is worth on texts of another kind; 1 where that is unknown."""
    found = (effective_texts([c[k] for c in by_source.values()]) for k in range(n_labels))
    return [1.0 if texts is None else round(texts, 2) for texts in found]


def _sum(parts: Iterable[Counts], size: int) -> Counts:
    total = np.zeros((size, size), dtype=np.int64)
    for part in parts:
        total += np.asarray(part, dtype=np.int64)
    return [[int(count) for count in row] for row in total]


def write_confusion(folder: Path, sets: Iterable[AnsweredSet]) -> None:
    """Write `confusion.json` of a model folder; the caller writes its checksums."""
    model = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    found = confusion_of(sets, model=f"{model['name']}@{model['revision']}")
    with write_beside(folder / CONFUSION_FILE) as beside:
        beside.write_text(json.dumps(found) + "\n", encoding="utf-8")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--data", required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--recipe",
    "recipe_path",
    default=_RECIPE,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The recipe of the model: its sources are read.",
)
@click.option("--limit", default=3000, show_default=True, help="Texts of each source.")
@click.option("--any-data", is_flag=True, help="Take data files other than data.toml describes.")
def main(folder: Path, data: Path, recipe_path: Path, limit: int, any_data: bool) -> None:
    """Count the errors of the model in FOLDER on validation texts; write them beside it."""
    try:
        _count(locate_model(folder), data, read_recipe(recipe_path), limit, any_data=any_data)
    except CxnlpError as error:
        raise click.ClickException(str(error)) from error


def _count(folder: Path, data: Path, recipe: Recipe, limit: int, *, any_data: bool) -> None:
    if not any_data:
        named = [source for source in recipe.mixture.sources if source in FEEDBACK]
        check_files(data, named, read_provenance())
    (folder / CONFUSION_FILE).unlink(missing_ok=True)  # it may be another revision's
    classifier = Classifier(folder, verify=False)
    sources = [source for source in recipe.mixture.sources if source in FEEDBACK]
    examples = take(read_sources(data, sources), "val", limit=limit)
    write_confusion(folder, ask({OURS: ask_model(classifier)}, examples))
    write_checksums(folder)
    click.echo(f"{folder / CONFUSION_FILE}: {len(examples)} texts", err=True)


if __name__ == "__main__":
    main()
