"""Write the encoder's vectors of texts and of their sentences to a Parquet file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from cxnlp.declarations import JourneyFile
from cxnlp.errors import InputError, OutputError
from cxnlp.importers.feedback import read_feedback
from cxnlp.importers.rejects import RejectLog
from cxnlp.model.classifier import Classifier, Prepared
from cxnlp.model.read_out import VECTORS
from cxnlp.records import METADATA_MODEL
from cxnlp.scoring.ahead import prepare_ahead
from cxnlp.scoring.batches import prepare_batch
from cxnlp.scoring.writers import check_output, open_writer

_ROWS = 512  # read at once; a long chat has a hundred sentences, each with its vector
_VECTORS_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What became of the rows of one run."""

    output: Path
    model: str
    width: int
    n_texts: int
    n_sentences: int
    n_left_out: int  # rows without a text that the model reads
    rejects: Path | None


def vector_schema(width: int) -> pa.Schema:
    """Return the columns of the output: a row for each text, and for each sentence after it."""
    fields: list[tuple[str, pa.DataType]] = [
        ("interaction_id", pa.string()),
        ("source", pa.string()),
        ("row", pa.int64()),  # of what `cxnlp score` makes of the same input, from 0
        ("turn", pa.int32()),
        ("start", pa.int32()),  # code points into the text or turn; null for the whole text
        ("end", pa.int32()),
        ("model", pa.string()),
        ("vector", pa.list_(pa.float32(), width)),
    ]
    return pa.schema(fields)


def embed_files(
    inputs: Sequence[Path],
    output: Path,
    *,
    load: Callable[[], Classifier],
    mapping: Mapping[str, str],
    journey: JourneyFile,
    note: Callable[[str], None],
    spans: bool = True,
    progress: Callable[[int, float], None] = lambda rows, share: None,
) -> Embedded:
    """Write vectors of input files, in bounded memory; rejects go to OUT.rejects.csv.

    :param load: returns a classifier with vectors, as `load_for_vectors` does.
    :param spans: also write the vectors of sentences.
    :raises InputError: where an input cannot be read, or holds no text that the model reads.
    :raises OutputError: where the output cannot be written, or is no Parquet file.
    """
    if Path(output).suffix.lower() != ".parquet":
        raise OutputError(f"{output}: vectors are written as Parquet. Name a file in .parquet.")
    check_output(output, inputs=inputs)
    rejects = RejectLog.beside(output)
    with rejects:
        feedback = read_feedback(
            inputs, mapping=mapping, journey=journey, rejects=rejects, note=note
        )
        classifier = load()
        if classifier.read_out is None or classifier.read_out.name != VECTORS:
            raise ValueError("This classifier gives no vectors; load it by load_for_vectors.")
        schema = vector_schema(classifier.read_out.width)
        n_rows = n_texts = n_vectors = 0
        with open_writer(output, schema, inputs=inputs) as writer:
            batches = feedback.batches(_ROWS)
            ready = prepare_ahead(lambda item: (item, prepare_batch(classifier, item)), batches)
            for batch, prepared in ready:
                for found in _vectors(classifier, batch, prepared, n_rows, schema, spans=spans):
                    writer.write(found)
                    n_vectors += len(found)
                n_rows += len(batch)
                n_texts += len(prepared.scored)
                progress(n_rows, feedback.bytes_read / max(1, feedback.bytes_total))
            if not n_texts:
                names = ", ".join(str(path) for path in inputs)
                raise InputError(f"{names}: no text that the model reads. Name it with --map.")
            described = {"model": classifier.config.label, "layers": classifier.read_out.layers}
            writer.set_metadata({METADATA_MODEL: json.dumps(described).encode()})
    return Embedded(
        output=Path(output),
        model=classifier.config.label,
        width=classifier.read_out.width,
        n_texts=n_texts,
        n_sentences=n_vectors - n_texts,
        n_left_out=n_rows - n_texts,
        rejects=rejects.path if rejects.total else None,
    )


def _vectors(
    classifier: Classifier,
    batch: pa.RecordBatch,
    prepared: Prepared,
    first_row: int,
    schema: pa.Schema,
    *,
    spans: bool,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the output for one batch of interactions, some texts at a time."""
    names = batch.column("interaction_id").to_pylist()
    sources = batch.column("source").to_pylist()
    held: list[int] = []
    size = 0
    for index, plan in enumerate(prepared.plans):
        if plan is None:
            continue
        if held and size + 1 + len(plan.sentences) > _VECTORS_AT_ONCE:
            yield _some(classifier, prepared, held, names, sources, first_row, schema, spans=spans)
            held, size = [], 0
        held.append(index)
        size += 1 + len(plan.sentences)
    if held:
        yield _some(classifier, prepared, held, names, sources, first_row, schema, spans=spans)


def _some(
    classifier: Classifier,
    prepared: Prepared,
    held: Sequence[int],
    names: Sequence[str | None],
    sources: Sequence[str | None],
    first_row: int,
    schema: pa.Schema,
    *,
    spans: bool,
) -> pa.RecordBatch:
    plans = [plan for index in held if (plan := prepared.plans[index]) is not None]
    vectors = classifier.span_logits(plans)[VECTORS]
    rows: list[tuple[str | None, str | None, int, int | None, int | None, int | None]] = []
    kept: list[int] = []
    place = 0
    for index, plan in zip(held, plans, strict=True):
        who = (names[index], sources[index], first_row + index)
        rows.append((*who, None, None, None))
        kept.append(place)
        if spans:
            for number, (start, end) in enumerate(plan.sentences):
                rows.append((*who, plan.turn_of(number), start, end))
                kept.append(place + 1 + number)
        place += 1 + len(plan.sentences)
    flat = pa.array(np.ascontiguousarray(vectors[kept], dtype=np.float32).reshape(-1))
    columns = [
        pa.array(column, schema.field(i).type) for i, column in enumerate(zip(*rows, strict=True))
    ]
    columns.append(pa.array([classifier.config.label] * len(rows), pa.string()))
    columns.append(pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1]))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
