"""Flags that say what may be true of a file: roles, the positive class, values that mean missing; never assumed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from barograph.schema.model import Role, Schema
from barograph.schema.roles import is_like, shell_word, suggest_roles
from barograph.schema.stand_ins import suggest_null_values
from barograph.schema.tasks import class_reading, classes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedFlag:
    """A flag that says what may be true of a column, and why.

    Attributes
    ----------
    role : that it would set; None where it is about values.
    """

    flag: str
    column: str
    reason: str
    role: Role | None = None


def suggest_flags(sample: pl.DataFrame, schema: Schema) -> tuple[SuggestedFlag, ...]:
    """Roles that columns may have, the positive class of a label of yes and no, and values that may mean missing.

    Examples
    --------
    >>> frame = pl.DataFrame({"churned": ["yes", "no"] * 9, "calls": [-1, 0, 1, 2, 3, 4] * 3})
    >>> from barograph.schema.infer import infer
    >>> [s.flag for s in suggest_flags(frame, infer(frame))]
    ['--label churned', '--positive yes', '--null-value calls=-1']
    """
    found = [
        SuggestedFlag(flag=s.flag, column=s.column, reason=s.reason, role=s.role)
        for s in suggest_roles(sample, schema)
    ]
    known = {column.role: column.name for column in schema.columns} | {s.role: s.column for s in found}
    label = known.get("label")
    if label in sample.columns and schema.positive is None:
        values = sample.get_column(label)
        positive, why = likely_positive(values), "of yes and no it is usually the positive class"
        if not positive and not known.keys().isdisjoint(("prediction", "score")):
            positive, why = (
                _rarer(values),
                "the rarer of two classes; say the other where that is the positive one",
            )
        if positive:
            found.append(SuggestedFlag(flag=f"--positive {shell_word(positive)}", column=label, reason=why))
    for name, value, reason in suggest_null_values(sample, schema):
        flag = f"--null-value {shell_word(f'{name}={value}')}"
        found.append(SuggestedFlag(flag=flag, column=name, reason=f"{reason}; it may mean missing"))
    return tuple(found)


def likely_positive(label: pl.Series) -> str:
    """The yes of a label of yes and no; else nothing, as 1 and true need no word.

    Examples
    --------
    >>> likely_positive(pl.Series(["No", "Yes", None])), likely_positive(pl.Series([0, 1]))
    ('Yes', '')
    """
    classes = classes_of(label)
    found = {each.lower(): each for each in classes}
    return found["yes"] if len(classes) == len(found) == 2 and found.keys() == {"no", "yes"} else ""


def _rarer(label: pl.Series) -> str:
    """The rarer of two classes in words, of which it must be said which is the positive one; else nothing."""
    classes = classes_of(label)
    if (
        len(classes) != 2
        or set(classes) in ({"0", "1"}, {"false", "true"})
        or class_reading(pl.Series(classes)) == "number"
    ):
        return ""
    counted: Counter[str] = Counter()
    for value, count in label.drop_nulls().value_counts().iter_rows():
        counted.update(dict.fromkeys(classes_of(pl.Series([value])), count))
    return min(reversed(classes), key=counted.__getitem__)


def could_be(sample: pl.DataFrame, schema: Schema) -> dict[Role, list[str]]:
    """Features whose values are like those of a label of two classes, and of a score.

    Examples
    --------
    >>> frame = pl.DataFrame({"repaid": ["yes", "no", "no"], "model_1": [0.1, 0.7, 0.4], "age": [31, 44, 27]})
    >>> from barograph.schema.infer import infer
    >>> could_be(frame, infer(frame))
    {'label': ['repaid'], 'score': ['model_1']}
    """
    free = [c.name for c in schema.columns if c.role == "feature" and c.name in sample.columns]
    return {
        "label": [name for name in free if len(classes_of(sample[name])) == 2],
        "score": [name for name in free if is_like(sample, name, "score")],
    }
