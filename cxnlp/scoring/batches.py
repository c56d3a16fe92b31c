"""Score record batches: interactions in, the same interactions with their predictions out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa

from cxnlp.model.classifier import Classifier, Prepared
from cxnlp.model.prediction import Prediction
from cxnlp.records import INTERACTION, PREDICTION
from cxnlp.scoring.ahead import prepare_ahead
from cxnlp.turns import Turn

# Every column of a prediction but the language, which an interaction has already.
_ADDED = [field for field in PREDICTION if field.name not in INTERACTION.names]


def scored_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema of scored interactions: the record, the prediction, then kept columns."""
    kept = list(schema)[len(INTERACTION) :]
    return pa.schema([*INTERACTION, *_ADDED, *kept])


def score_batches(
    batches: Iterable[pa.RecordBatch],
    classifier: Classifier,
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> Iterator[pa.RecordBatch]:
    """Yield each batch with its predictions.

    :param progress: is told what share of the batch at hand is done.

    What is scored together depends on the batch alone, so the same batches give the same bytes.
    The next batch is tokenised while one is in the model.
    """

    def prepare(batch: pa.RecordBatch) -> tuple[pa.RecordBatch, Prepared]:
        return batch, prepare_batch(classifier, batch)

    for batch, prepared in prepare_ahead(prepare, batches):
        yield _join(batch, classifier.infer(prepared, progress=progress))


def prepare_batch(classifier: Classifier, batch: pa.RecordBatch) -> Prepared:
    """Return the texts and conversations of a batch of interactions, ready for the encoder."""
    return classifier.prepare(
        batch.column("text").to_pylist(),
        questions=batch.column("question").to_pylist(),
        languages=batch.column("language").to_pylist(),
        turns=_turns(batch),
    )


def _turns(batch: pa.RecordBatch) -> list[list[Turn] | None]:
    return [
        None if turns is None else [Turn(**turn) for turn in turns]
        for turns in batch.column("turns").to_pylist()
    ]


def _join(batch: pa.RecordBatch, predictions: list[Prediction]) -> pa.RecordBatch:
    schema = scored_schema(batch.schema)
    rows = pa.RecordBatch.from_pylist(
        [prediction.to_dict() for prediction in predictions], schema=PREDICTION
    )
    n_record = len(INTERACTION)
    record = [
        rows.column("language") if field.name == "language" else batch.column(index)
        for index, field in enumerate(INTERACTION)
    ]
    added = [rows.column(field.name) for field in _ADDED]
    return pa.RecordBatch.from_arrays([*record, *added, *batch.columns[n_record:]], schema=schema)
