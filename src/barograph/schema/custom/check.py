"""Whether the metrics and rules of a schema can be answered by its columns."""

from __future__ import annotations

from typing import Final

import polars as pl

from barograph.errors import DataError, SchemaError
from barograph.schema.custom.model import CostMatrix, CustomMetric, ErrorCost
from barograph.schema.custom.terms import LABEL_ROLES, expression_columns, expressions_of
from barograph.schema.expressions import row_values
from barograph.schema.model import REGRESSION_TASKS, Kind, Schema
from barograph.schema.readings import UTC_TIME

#: What expressions are given of a column, by its kind.
ROW_TYPES: Final[dict[Kind, pl.DataType]] = {
    "numeric": pl.Float64(),
    "categorical": pl.String(),
    "datetime": UTC_TIME,
    "text": pl.String(),
}
_WORDS: Final[dict[Kind, str]] = {
    "numeric": "a number", "categorical": "text", "datetime": "a time", "text": "text",
}  # fmt: skip
_CLASSIFIERS: Final = ("binary", "multiclass")


def check_custom(schema: Schema) -> None:
    """Check every metric and rule against the columns.

    Raises
    ------
    SchemaError
        Where a name is given twice, an expression needs a column that is not there or gives no number (a rule:
        no yes or no), or labels and predictions are needed that the schema does not name.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> Schema(columns=(Column(name="amount"),)).with_rules({"paid": "amounts > 0"})
    Traceback (most recent call last):
    ...
    barograph.errors.SchemaError: rules.paid: 'amounts > 0' needs a column 'amounts', which the schema does not \
have; did you mean 'amount'? Columns: 'amount'.
    """
    names = [m.name for m in schema.metrics]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise SchemaError(f"metrics named twice: {', '.join(twice)}; give each a name of its own.")
    for metric in schema.metrics:
        if isinstance(metric.formula, CostMatrix | ErrorCost):
            _check_cost(metric, schema)
        else:
            _check_sum(metric, schema)
    for name, text in schema.rules.items():
        _check_rule(f"rules.{name}", text, schema)


def _check_sum(metric: CustomMetric, schema: Schema) -> None:
    what = f"metrics.{metric.name}"
    for text in expressions_of(metric, schema):
        dtype = _type_of(text, schema, what)
        if not (dtype.is_numeric() or dtype in (pl.Boolean, pl.Duration, pl.Null)):
            raise SchemaError(
                f"{what}: {text!r} gives {_word(dtype)}, not a number.{_columns(text, schema, what)} "
                f"Sum a number, or a comparison such as {_first(text, schema, what)} = '1', which counts 1 where it is "
                "true; a column of codes may be given kind: numeric."
            )
        needs_label = any(
            schema.column(c).role in LABEL_ROLES for c in expression_columns(text, schema, what)
        )
        if needs_label and (schema.task is None or schema.one("label") is None or not _answers(schema)):
            raise SchemaError(
                f"{what}: {text!r} needs the label, and labels are counted beside predictions. "
                "Name the task, and a column of role label and one of role prediction or score."
            )


def _check_cost(metric: CustomMetric, schema: Schema) -> None:
    what = f"metrics.{metric.name}"
    tasks: tuple[str, ...] = _CLASSIFIERS
    form, of_task = "cost_matrix", "a classifier's answers"
    if isinstance(metric.formula, ErrorCost):
        tasks, form, of_task = REGRESSION_TASKS, "over and under", "a regression's errors"
    if schema.task not in tasks:
        raise SchemaError(
            f"{what}: {form} is what {of_task} cost; the task is {schema.task or 'not named'}. "
            f"Expected task: {' or '.join(tasks)}."
        )
    if schema.one("label") is None or not _answers(schema):
        raise SchemaError(f"{what}: {form} needs columns of role label and of role prediction; name them.")
    if (
        isinstance(metric.formula, CostMatrix)
        and schema.task == "multiclass"
        and not schema.one("prediction")
    ):
        raise SchemaError(f"{what}: cost_matrix needs a column of role prediction; name one.")


def _check_rule(what: str, text: str, schema: Schema) -> None:
    columns = expression_columns(text, schema, what)
    late = [c for c in columns if schema.column(c).role in LABEL_ROLES]
    if late:
        raise SchemaError(
            f"{what}: {text!r} needs {late[0]!r}, which comes with the label; rules are checked as rows come. "
            "Write a metric instead, such as sum: CASE WHEN … THEN 1 ELSE 0 END with per: row."
        )
    dtype = _type_of(text, schema, what)
    if dtype != pl.Boolean:
        raise SchemaError(
            f"{what}: {text!r} gives {_word(dtype)}; a rule is true or false. Write a comparison, such as paid <= due."
        )


def _type_of(text: str, schema: Schema, what: str) -> pl.DataType:
    """What an expression gives, found on no rows at all."""
    columns = expression_columns(text, schema, what)
    frame = pl.DataFrame(schema={c: ROW_TYPES[schema.column(c).kind] for c in columns})
    try:
        return row_values(frame, text, what).dtype
    except DataError as error:
        raise SchemaError(f"{str(error).rstrip('.')}.{_columns(text, schema, what)}") from None


def _columns(text: str, schema: Schema, what: str) -> str:
    """What the columns of an expression are, since a class 1 is the text '1'."""
    told = [f"{c} is {_WORDS[schema.column(c).kind]}" for c in expression_columns(text, schema, what)]
    return f" Here {', '.join(told)}." if told else ""


def _first(text: str, schema: Schema, what: str) -> str:
    return next(iter(expression_columns(text, schema, what)), "class")


def _word(dtype: pl.DataType) -> str:
    if dtype.is_numeric():
        return "a number"
    if dtype.is_temporal():
        return "a time"
    return "text" if dtype == pl.String else "true or false" if dtype == pl.Boolean else str(dtype)


def _answers(schema: Schema) -> bool:
    return bool(schema.with_role("prediction") or schema.with_role("score"))
