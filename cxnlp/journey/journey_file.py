"""The journey file: stages, touchpoints, segments and scored questions of one company.

title = "Patients of two trusts"    # of the report; default: the name of the scored file
period = "quarter"                  # day, week, month (default), quarter or year
stages = ["access", "care"]         # in journey order
segments = ["region"]               # input columns to break results down by

[columns]                           # field = input column, as --map on the command line
text = "Comment"                    # or several: ["What was good?", "What was not?"]

[[touchpoint]]                      # in journey order
name = "A&E"                        # as in the data; compared by slug
stage = "care"                      # one of the stages
display = "Accident & Emergency"    # default: the name

[[metric]]                          # one scored question
column = "NETPRO"
kind = "nps"                        # nps, csat, ces or rating
question_id = "recommend"           # default: the column
missing = [11]                      # values that mean "no answer"
scale_min = 0                       # nps: always 0-10. csat: 1-5 unless told.
scale_max = 10                      # ces and rating: both are required
higher_is_better = true             # required for ces; else true unless told
touchpoint = "airport"              # default: the touchpoint of the row
weight_column = "WEIGHT"            # default: every answer weighs 1

[[deliveries]]                      # for response rates: see cxnlp.journey.deliveries
channel = "sms"
delivered = 1200
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cxnlp.declarations import DEFAULT_STAGES as DEFAULT_STAGES
from cxnlp.declarations import PERIODS as PERIODS
from cxnlp.declarations import Delivery as Delivery
from cxnlp.declarations import JourneyFile as JourneyFile
from cxnlp.declarations import Metric as Metric
from cxnlp.declarations import Touchpoint as Touchpoint
from cxnlp.errors import InputError, JourneyFileError
from cxnlp.importers.fields import check_mapping, nearest
from cxnlp.journey.deliveries import read_deliveries
from cxnlp.journey.toml_table import (
    check_distinct,
    check_keys,
    is_number,
    read_string,
    read_strings,
    read_tables,
)
from cxnlp.records import METRIC_KINDS
from cxnlp.slug import slug as slug

FILE_NAME = "journey.toml"

_DEFAULT_SCALES = {"nps": (0.0, 10.0), "csat": (1.0, 5.0)}


def find_journey_file(input_paths: Sequence[Path]) -> Path | None:
    """Return the journey.toml beside the first input, or None."""
    if not input_paths:
        return None
    path = Path(input_paths[0]).parent / FILE_NAME
    return path if path.is_file() else None


def read_journey_file(path: Path) -> JourneyFile:
    """Read and check a journey.toml.

    :raises JourneyFileError: on a file that cannot be read, or says what it must not.
    """
    try:
        # Editors on Windows put a byte-order mark first, which tomllib does not take.
        table = tomllib.loads(Path(path).read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise JourneyFileError(f"{path}: cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise JourneyFileError(f"{path}: is not UTF-8. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise JourneyFileError(f"{path}: is not valid TOML: {error}.") from error
    try:
        return _journey(table)
    except InputError as error:
        raise JourneyFileError(f"{path}: {error}") from error


def journey_to_json(journey: JourneyFile) -> str:
    """Return a journey as JSON, the form kept in the metadata of an output file."""
    return json.dumps(asdict(journey), ensure_ascii=False, sort_keys=True)


def journey_from_json(text: str | bytes) -> JourneyFile:
    """Return the journey that `journey_to_json` wrote.

    :raises JourneyFileError: on anything else.
    """
    try:
        data = json.loads(text)
        return JourneyFile(
            title=data.get("title"),
            stages=tuple(data["stages"]),
            touchpoints=tuple(Touchpoint(**t) for t in data["touchpoints"]),
            segments=tuple(data["segments"]),
            metrics=tuple(
                Metric(**{**metric, "missing": tuple(metric["missing"])})
                for metric in data["metrics"]
            ),
            period=data["period"],
            columns=dict(data["columns"]),
            # Files scored before deliveries were known say nothing of them.
            deliveries=tuple(Delivery(**d) for d in data.get("deliveries", ())),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise JourneyFileError(
            "The journey kept in the file's metadata cannot be read. Score the input again."
        ) from error


def _journey(table: Mapping[str, Any]) -> JourneyFile:
    known = ("title", "period", "stages", "segments", "columns", "touchpoint", "metric")
    check_keys(table, (*known, "deliveries"), where="the top level")
    stages = read_strings(table, "stages") or DEFAULT_STAGES
    check_distinct([slug(stage) for stage in stages], what="stage")
    period = table.get("period", "month")
    if period not in PERIODS:
        raise InputError(f"period {period!r} is not one of {', '.join(PERIODS)}.")
    columns = table.get("columns", {})
    if not isinstance(columns, dict) or not all(_are_columns(c) for c in columns.values()):
        raise InputError('[columns] must hold lines like text = "Comment" or text = ["Q1", "Q2"].')
    touchpoints = tuple(_touchpoint(t, stages) for t in read_tables(table, "touchpoint"))
    check_distinct([t.name for t in touchpoints], what="touchpoint")
    segments = read_strings(table, "segments")
    check_distinct(segments, what="segment")
    metrics = tuple(_metric(m) for m in read_tables(table, "metric"))
    check_distinct([m.question_id for m in metrics], what="question_id")
    return JourneyFile(
        title=read_string(table, "title", where="the top level") if "title" in table else None,
        stages=stages,
        touchpoints=touchpoints,
        segments=segments,
        metrics=metrics,
        period=period,
        columns=check_mapping(columns),
        deliveries=read_deliveries(read_tables(table, "deliveries")),
    )


def _are_columns(value: object) -> bool:
    names = value if isinstance(value, list) and value else [value]
    return all(isinstance(name, str) for name in names)


def _touchpoint(table: Mapping[str, Any], stages: Sequence[str]) -> Touchpoint:
    check_keys(table, ("name", "stage", "display"), where="[[touchpoint]]")
    name = read_string(table, "name", where="[[touchpoint]]")
    where = f"touchpoint {name!r}"
    if not slug(name):
        raise InputError(f"{where} has no letter or digit in its name.")
    stage = read_string(table, "stage", where=where)
    declared = {slug(s): s for s in stages}
    if slug(stage) not in declared:
        raise InputError(
            f"{where}: stage {stage!r} is not in stages{nearest(stage, stages)} "
            f"The stages are {', '.join(stages)}."
        )
    display = read_string(table, "display", where=where) if "display" in table else name
    return Touchpoint(name=slug(name), stage=declared[slug(stage)], display=display)


def _metric(table: Mapping[str, Any]) -> Metric:
    known = tuple(Metric.__dataclass_fields__)
    check_keys(table, known, where="[[metric]]")
    column = read_string(table, "column", where="[[metric]]")
    where = f"metric on column {column!r}"
    kind = read_string(table, "kind", where=where)
    if kind not in METRIC_KINDS:
        raise InputError(
            f"{where}: kind {kind!r} is not one of {', '.join(METRIC_KINDS)}"
            f"{nearest(kind, METRIC_KINDS)}"
        )
    low, high = _scale(table, kind, where=where)
    higher_is_better = table.get("higher_is_better", None if kind == "ces" else True)
    if not isinstance(higher_is_better, bool):
        raise InputError(f"{where}: higher_is_better must be true or false.")
    if kind == "nps" and not higher_is_better:
        raise InputError(f"{where}: of an nps higher is always better. Declare it as rating.")
    touchpoint = read_string(table, "touchpoint", where=where) if "touchpoint" in table else None
    return Metric(
        column=column,
        kind=kind,
        question_id=read_string(table, "question_id", where=where)
        if "question_id" in table
        else column,
        scale_min=low,
        scale_max=high,
        higher_is_better=higher_is_better,
        missing=_missing(table, where=where),
        touchpoint=slug(touchpoint) or None if touchpoint else None,
        weight_column=(
            read_string(table, "weight_column", where=where) if "weight_column" in table else None
        ),
    )


def _scale(table: Mapping[str, Any], kind: str, *, where: str) -> tuple[float, float]:
    given = [key for key in ("scale_min", "scale_max") if key in table]
    if not given and kind in _DEFAULT_SCALES:
        return _DEFAULT_SCALES[kind]
    if len(given) < 2:
        raise InputError(f"{where}: {kind} needs scale_min and scale_max.")
    for key in given:
        if not is_number(table[key]):
            raise InputError(f"{where}: {key} must be a number.")
    low, high = float(table["scale_min"]), float(table["scale_max"])
    if low >= high:
        raise InputError(f"{where}: scale_min must be below scale_max.")
    if kind == "nps" and (low, high) != (0.0, 10.0):
        raise InputError(f"{where}: an nps scale is 0-10. Declare another scale as rating.")
    return low, high


def _missing(table: Mapping[str, Any], *, where: str) -> tuple[str, ...]:
    values = table.get("missing", [])
    if not isinstance(values, list) or not all(isinstance(v, str) or is_number(v) for v in values):
        raise InputError(f"{where}: missing must be a list of numbers or strings, as [11].")
    return tuple(str(value).strip() for value in values)
