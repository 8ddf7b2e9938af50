"""A schema inferred from a sample of rows, each column with the reason for its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from barograph.errors import SchemaError, no_column
from barograph.schema.class_columns import Answers, Scores, by_column, score_classes
from barograph.schema.kinds import cannot_profile, settle, settle_as
from barograph.schema.model import NUMERIC_TASKS, Column, Kind, Reading, Role, Schema, Task
from barograph.schema.roles import given_roles
from barograph.schema.settled import Settled
from barograph.schema.stand_ins import without
from barograph.schema.tasks import (
    check_fractions,
    check_label_values,
    classes_of,
    infer_task,
    settle_positive,
)
from barograph.schema.texts import missing_tokens

_ROLE_KINDS: Final[Mapping[Role, Kind]] = {
    "score": "numeric",
    "weight": "numeric",
    "value": "numeric",
    "attribution": "numeric",
    "rank": "numeric",
    "baseline": "numeric",
    "timestamp": "datetime",
    "label_timestamp": "datetime",
    "id": "categorical",
    "segment": "categorical",
    "version": "categorical",
    "group": "categorical",
    "entity": "categorical",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the user says about the columns before anything is inferred."""

    prediction: Answers | None = None
    score: Scores | None = None
    label: Answers | None = None
    timestamp: str | None = None
    id: str | None = None
    weight: str | None = None
    segment: str | Sequence[str] = ()
    task: Task | None = None
    positive: object = None
    threshold: float | None = None
    timezone: str = "UTC"
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    null_values: Mapping[str, Sequence[object]] = field(default_factory=dict)


def infer(sample: pl.DataFrame, told: Told | None = None) -> Schema:
    """Infer a schema from a sample of rows; roles come from the user alone.

    Parameters
    ----------
    sample : raw rows spread over the data; text formats give String columns.
    told : roles, task and kinds given by the user.

    Returns
    -------
    Schema with a reason on every column; columns that cannot be profiled are in `not_profiled`.

    Raises
    ------
    ColumnMissing
        For a name that is not in the data, with the nearest one.
    SchemaError
        Where roles, task and values contradict each other, or two readings fit a column.

    Notes
    -----
    Cost: one pass over the distinct values of each column of the sample.

    Examples
    --------
    >>> frame = pl.DataFrame({"x": [0.5, 1.5], "y": [0, 1], "p": [1, 1]})
    >>> schema = infer(frame, Told(label="y", prediction="p"))
    >>> schema.task, schema.positive
    ('binary', '1')
    """
    told = told or Told()
    _check_told(sample, told)
    scores = score_classes(sample, told.score, (told.label, told.prediction))
    roles = _roles(sample, told, scores)
    classes = scores | {c: name for side in (told.label, told.prediction) for c, name in by_column(side)}
    task, positive = _settle_task(sample, told, roles)
    columns: list[Column] = []
    not_profiled: dict[str, str] = {}
    for raw in sample.iter_columns():
        role = roles.get(raw.name, "feature")
        found = _without_null_values(raw, role, task, told)
        if found.kind is None:
            not_profiled[raw.name] = found.reason
            continue
        columns.append(
            Column(
                name=raw.name,
                role=role,
                kind=found.kind,
                reading=found.reading,
                null_values=found.null_values,
                class_name=classes.get(raw.name),
                reason=found.reason,
            )
        )
    return Schema(
        columns=tuple(columns),
        task=task,
        positive=positive,
        threshold=told.threshold,
        timezone=told.timezone,
        not_profiled=MappingProxyType(not_profiled),
    )


def _roles(sample: pl.DataFrame, told: Told, scores: Mapping[str, str | None]) -> dict[str, Role]:
    segments = [told.segment] if isinstance(told.segment, str) else told.segment
    return given_roles(
        sample.columns,
        single={
            "prediction": told.prediction if isinstance(told.prediction, str) else None,
            "label": told.label if isinstance(told.label, str) else None,
            "timestamp": told.timestamp,
            "id": told.id,
            "weight": told.weight,
        },
        scores=scores,
        segments=segments,
        others=dict(told.roles)
        | {c: "label" for c, _ in by_column(told.label)}
        | {c: "prediction" for c, _ in by_column(told.prediction)},
    )


def _check_told(sample: pl.DataFrame, told: Told) -> None:
    for name in (*told.kinds, *told.readings, *told.null_values):
        if name not in sample.columns:
            raise no_column(name, sample.columns)
    # A column refuses a kind, reading or role that is not known, naming those that are.
    for name, kind in told.kinds.items():
        Column(name=name, kind=kind)
    for name, reading in told.readings.items():
        Column(name=name, reading=reading)
    for name, role in told.roles.items():
        Column(name=name, role=role)
    try:
        ZoneInfo(told.timezone)
    except (KeyError, ValueError, OSError):
        raise SchemaError(
            f"time zone {told.timezone!r} is not known; expected an IANA name such as 'UTC' or 'Europe/Berlin'."
        ) from None


def _settle_task(
    sample: pl.DataFrame, told: Told, roles: Mapping[str, Role]
) -> tuple[Task | None, str | None]:
    label, prediction = (_column_of(sample, roles, role) for role in ("label", "prediction"))
    if told.task == "multilabel" or (told.task is None and isinstance(told.label, Mapping)):
        answers = [sample[c] for c, role in roles.items() if role in ("label", "prediction")]
        return "multilabel", _settle_yes(told.positive, answers)
    scores = [name for name, role in roles.items() if role == "score"]
    task = told.task or infer_task(label, prediction, len(scores))
    if task not in ("binary", "multiclass"):
        if told.positive is not None:
            raise SchemaError(
                f"positive={told.positive!r} belongs to a binary task, and the task is {task or 'not given'}. "
                "Leave it out, or set task='binary' (--task binary)."
            )
        if told.threshold is not None:
            raise SchemaError(
                f"threshold={told.threshold!r} belongs to a binary task, and the task is {task or 'not given'}. "
                "Leave it out, or set task='binary' (--task binary)."
            )
        return task, None
    if task == "binary" and len(scores) > 1:
        raise SchemaError(
            f"a binary task has one score, that of its positive class; got {scores}. "
            "Give that one, or set task='multiclass'."
        )
    if prediction is not None:
        check_fractions(prediction)
    if label is not None and prediction is not None:
        check_label_values(label, prediction)
    if task == "multiclass":
        return task, None
    seen = [s for s in (label, prediction) if s is not None]
    classes = tuple(dict.fromkeys(c for s in seen for c in classes_of(s)))
    where = " and ".join(str(s.name) for s in seen) or "label"
    return task, settle_positive(told.positive, classes, where)


def _settle_yes(given: object, answers: list[pl.Series]) -> str | None:
    """The value that means yes in columns of yes and no; None for the usual ones, 1 and true."""
    unusual = [s for s in answers if not {c.lower() for c in classes_of(s)} <= {"0", "1", "true", "false"}]
    if given is None and not unusual:
        return None
    seen = tuple(dict.fromkeys(c for s in unusual or answers for c in classes_of(s)))
    return settle_positive(given, seen, " and ".join(str(s.name) for s in unusual or answers))


def _column_of(sample: pl.DataFrame, roles: Mapping[str, Role], role: Role) -> pl.Series | None:
    for name, held in roles.items():
        if held == role:
            why = cannot_profile(sample[name])
            if why is not None and sample[name].dtype != pl.Null:
                raise SchemaError(f"column {name!r} cannot be the {role}: {why}.")
            return sample[name]
    return None


def _without_null_values(raw: pl.Series, role: Role, task: Task | None, told: Told) -> Settled:
    """A column settled without the values that mean missing, which it then has."""
    missing = tuple(str(value) for value in told.null_values.get(raw.name, ()))
    found = _settle_column(without(raw, missing), role, task, told)
    if not missing:
        return found
    shown = ", ".join(repr(value) for value in missing)
    own = tuple(value for value in missing if value not in found.null_values)
    return replace(
        found, null_values=(*found.null_values, *own), reason=f"{found.reason}; {shown} read as missing"
    )


def _settle_column(raw: pl.Series, role: Role, task: Task | None, told: Told) -> Settled:
    kind = told.kinds.get(raw.name)
    reading = told.readings.get(raw.name)
    reason = "kind set by you"
    if kind is None and role in ("label", "prediction") and task is not None:
        kind = "numeric" if task in NUMERIC_TASKS else "categorical"
        reason = f"{role} of a {task} task"
    elif kind is None and role in _ROLE_KINDS:
        kind = _ROLE_KINDS[role]
        reason = f"role {role}"
    if reading is not None:
        kind = kind or _READING_KINDS[reading]
        return Settled(
            kind=kind,
            reading=reading,
            null_values=missing_tokens(raw),
            reason=f"{kind}, reading {reading} set by you",
        )
    if kind is None:
        return settle(raw, told.timezone)
    found = settle_as(raw, kind, reason)
    # A class 1.0 is the class 1, but the version "1.0" of a model is not called 1.
    is_answer = role in ("label", "prediction")
    return found if is_answer or found.reading != "number" else replace(found, reading="plain")


_READING_KINDS: Final[Mapping[Reading, Kind]] = {
    "plain": "categorical",
    "number": "categorical",
    "boolean": "categorical",
    "decimal_comma": "numeric",
    "thousands_comma": "numeric",
    "year_first": "datetime",
    "day_first": "datetime",
    "month_first": "datetime",
    "epoch_s": "datetime",
    "epoch_ms": "datetime",
    "epoch_us": "datetime",
    "epoch_ns": "datetime",
}
