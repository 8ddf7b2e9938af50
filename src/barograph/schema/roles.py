"""Roles: given by the user, checked against the data, suggested but never assumed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from barograph.errors import SchemaError, no_column
from barograph.schema.model import Role, Schema

#: Names under which a role is often found; used for suggestions alone.
_NAMES: Final[Mapping[Role, tuple[str, ...]]] = {
    "prediction": ("prediction", "predictions", "pred", "preds", "predicted", "y_pred", "y_hat", "yhat"),
    "label": (
        "label",
        "labels",
        "target",
        "y",
        "y_true",
        "actual",
        "actuals",
        "outcome",
        "ground_truth",
        "truth",
        "churn",
        "churned",
        "converted",
        "clicked",
        "defaulted",
        "fraud",
        "is_fraud",
        "chargeback",
        "is_chargeback",
    ),
    "score": (
        "score",
        "scores",
        "proba",
        "probability",
        "prob",
        "y_score",
        "p_yes",
        "p_1",
        "prediction_proba",
    ),
    "timestamp": ("timestamp", "ts", "datetime", "time", "date", "event_time", "predicted_at", "created_at"),
    "id": ("id", "row_id", "prediction_id", "uuid", "request_id", "index"),
    "weight": ("weight", "weights", "sample_weight"),
}
#: Endings of names under which these roles are often found, where values are like those of the role.
_ENDINGS: Final[Mapping[Role, tuple[str, ...]]] = {
    "score": ("_score", "_proba", "_prob", "_probability", "risk"),
    "id": ("_id", "_uuid"),
}
#: Nearly all values of an id are different: rows may come twice.
_DIFFERENT: Final = 0.95
_FEW: Final = 20
#: Roles that have a flag on the command line.
_FLAGS: Final = frozenset({"prediction", "score", "label", "id", "timestamp", "segment", "weight"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A role a column may have, why, and the flag that would set it."""

    role: Role
    column: str
    reason: str
    flag: str


def given_roles(
    names: Collection[str],
    *,
    single: Mapping[Role, str | None],
    scores: Collection[str] = (),
    segments: Collection[str] = (),
    others: Mapping[str, Role] | None = None,
) -> dict[str, Role]:
    """Map each column named for a role to that role.

    Parameters
    ----------
    names : columns of the data.
    single : column of each role held once, None where not given.
    scores, segments : columns of those roles.
    others : roles given by column.

    Raises
    ------
    ColumnMissing
        For a name that is not in the data, with the nearest one.
    SchemaError
        Where one column is given two roles, or a role is not known.

    Examples
    --------
    >>> given_roles(["y", "country"], single={"label": "y"}, segments=["country"])
    {'y': 'label', 'country': 'segment'}
    """
    pairs: list[tuple[str, Role]] = [(name, role) for role, name in single.items() if name is not None]
    pairs += [(name, "score") for name in scores]
    pairs += [(name, "segment") for name in segments]
    pairs += list((others or {}).items())
    roles: dict[str, Role] = {}
    for name, role in pairs:
        if name not in names:
            raise no_column(name, names)
        if roles.setdefault(name, role) != role:
            raise SchemaError(
                f"column {name!r} is given two roles, {roles[name]} and {role}; expected one role a column. "
                "Leave one of them out."
            )
    return roles


def suggest_roles(sample: pl.DataFrame, schema: Schema) -> tuple[Suggestion, ...]:
    """Suggest roles for columns that are features so far, by their names and values.

    Parameters
    ----------
    sample : rows as they were read.
    schema : roles it already gives are not suggested again.

    Returns
    -------
    Suggestions in the order of the roles; nothing is set by them.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> frame = pl.DataFrame({"y_pred": [1.0, 2.0]})
    >>> schema = Schema(columns=(Column(name="y_pred"),))
    >>> suggest_roles(frame, schema)[0].flag
    '--prediction y_pred'
    """
    held = {column.role for column in schema.columns}
    free = [c.name for c in schema.columns if c.role == "feature"]
    found: list[Suggestion] = []
    taken: set[str] = set()
    for role, usual in _NAMES.items():
        if role in held:
            continue
        for name in free:
            if name.strip().lower() in usual and name not in taken and _can_hold(sample, name, role):
                found.append(_suggestion(role, name, f"its name is usual for {_a(role)}"))
                taken.add(name)
                break
    for role, endings in _ENDINGS.items():
        like = [
            n
            for n in free
            if n not in taken and n.strip().lower().endswith(endings) and is_like(sample, n, role)
        ]
        if role not in held | {s.role for s in found} and len(like) == 1:
            found.append(
                _suggestion(
                    role,
                    like[0],
                    f"its name ends like that of {_a(role)}, and its values are like one's",
                )
            )
            taken.add(like[0])
    found += _by_values(sample, [n for n in free if n not in taken], held | {s.role for s in found}, schema)
    return tuple(found)


def _a(role: Role) -> str:
    return f"{'an' if role == 'id' else 'a'} {role}"


def is_like(sample: pl.DataFrame, name: str, role: Role) -> bool:
    """Whether values are between 0 and 1, as most scores are, or nearly all different, as ids are."""
    values = sample[name].drop_nulls() if name in sample.columns else pl.Series()
    if not len(values):
        return False
    if role == "id":
        return len(values) > _FEW and values.n_unique() >= _DIFFERENT * len(sample)
    numbers = values.cast(pl.Float64, strict=False) if values.dtype == pl.String else values
    if not numbers.dtype.is_numeric() or numbers.null_count():
        return False
    return bool(numbers.is_between(0.0, 1.0).all()) and numbers.n_unique() > 2


def flag_for(role: Role, name: str) -> str:
    """Return how a user sets a role: the command-line flag where there is one.

    Examples
    --------
    >>> flag_for("label", "is late")
    "--label 'is late'"
    """
    return f"--{role} {shell_word(name)}" if role in _FLAGS else f"role: {role} in schema.yml"


def shell_word(word: str) -> str:
    """A word as a shell takes it."""
    return word if re.fullmatch(r"[\w.=-]+", word, re.ASCII) else shlex.quote(word)


def _suggestion(role: Role, name: str, reason: str) -> Suggestion:
    return Suggestion(role=role, column=name, reason=reason, flag=flag_for(role, name))


def _can_hold(sample: pl.DataFrame, name: str, role: Role) -> bool:
    if name not in sample.columns:
        return False
    dtype = sample[name].dtype
    return role not in ("score", "weight") or dtype.is_numeric() or dtype == pl.String


def _by_values(
    sample: pl.DataFrame, names: Sequence[str], held: Collection[str], schema: Schema
) -> list[Suggestion]:
    """Suggest an id for a column in which every value is different, a timestamp for the only times."""
    found: list[Suggestion] = []
    times = [n for n in names if schema.column(n).kind == "datetime"]
    if "timestamp" not in held and len(times) == 1:
        found.append(_suggestion("timestamp", times[0], "it is the only column of times"))
    if "id" in held:
        return found
    for name in names:
        column, series = schema.column(name), sample[name]
        is_code = column.kind == "categorical" or series.dtype.is_integer()
        if is_code and len(series) > _FEW and series.null_count() == 0 and series.n_unique() == len(series):
            found.append(_suggestion("id", name, "every value is different"))
            break
    return found
