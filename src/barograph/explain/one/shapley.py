"""What each value adds to a prediction, by SHAP, where the caller brings the model."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError, MissingExtra
from barograph.explain.one.explained import Attribution, Effect
from barograph.explain.words import number, rows
from barograph.frames.names import values_of
from barograph.locale.said import say
from barograph.metrics.values import Value
from barograph.schema.model import Schema

Floats = NDArray[np.float64]

_TRUTH: Final = {"false": "0", "true": "1"}


def shap_values(
    model: Any, row: pl.DataFrame, background: pl.DataFrame, *, schema: Schema, classes: tuple[str, ...]
) -> Attribution:
    """Explain a model's answer to a row by SHAP values.

    `shap.Explainer` chooses how: by the trees or the coefficients of a model it knows, else by calling its
    `predict_proba` or `predict`. The other rows are what values that a coalition lacks are drawn from.

    Parameters
    ----------
    model : fitted, in the form of scikit-learn, or a function of a matrix. It is given the columns it names in
        `feature_names_in_`, else all features in the schema's order; categories that are numbers or truth values are
        given as numbers.
    row, background : features; of height 1, and of the rows compared with.

    Raises
    ------
    MissingExtra
        Without shap.
    DataError
        Where the row lacks a column of the model, or a model without column names would be given text.
    """
    try:
        shap = import_module("shap")
    except ImportError as error:
        raise MissingExtra(
            "explaining a model's answer by SHAP needs shap, which is not installed. Install it: "
            "pip install 'barograph[shap]', or pass predict= instead of model= for effects by replacement."
        ) from error
    names = [str(name) for name in getattr(model, "feature_names_in_", row.columns)]
    lacking = [name for name in names if name not in row.columns]
    if lacking:
        raise DataError(
            f"the model was fitted with a column {lacking[0]!r}, which the row's features do not have; they are "
            f"{', '.join(row.columns[:12])}."
        )
    both = {name: _plain(pl.concat([values_of(row, name), values_of(background, name)])) for name in names}
    matrix = _matrix(both, named=hasattr(model, "feature_names_in_"))
    own, others = matrix[:1], matrix[1:]
    found = _explained(shap, model, own, others)
    values, base = np.asarray(found.values, np.float64)[0], np.asarray(found.base_values, np.float64)
    return _attribution(names, values, base.reshape(-1), background.height, (schema, classes))


def _plain(column: pl.Series) -> pl.Series:
    """A category written as a number or truth value as that number; times as microseconds."""
    if column.dtype.is_temporal():
        return column.dt.timestamp("us").cast(pl.Float64)
    if column.dtype != pl.String:
        return column.cast(pl.Float64)
    numbers = column.replace(_TRUTH).cast(pl.Float64, strict=False)
    return numbers if numbers.null_count() == column.null_count() else column


def _matrix(columns: dict[str, pl.Series], *, named: bool) -> Any:
    if named:
        frame = {n: c.to_numpy() if c.dtype == pl.Float64 else c.to_list() for n, c in columns.items()}
        return import_module("pandas").DataFrame(frame)
    texts = [name for name, column in columns.items() if column.dtype == pl.String]
    if texts:
        raise DataError(
            f"the model names no columns, so it is given numbers, and {texts[0]!r} holds text; pass a model that takes "
            "frames, such as a pipeline fitted on one, or predict= for effects by replacement."
        )
    return np.column_stack([c.to_numpy() for c in columns.values()])


def _explained(shap: Any, model: Any, own: Any, others: Any) -> Any:
    """The same values every time: shap seeds NumPy's global generator, which is put back as it was."""
    before = np.random.get_state()
    try:
        try:
            explainer = shap.Explainer(model, others, seed=0)
        except TypeError:  # what shap raises for a model of no kind it knows
            explainer = shap.Explainer(_function(model), others, seed=0)
        return explainer(own)
    finally:
        np.random.set_state(before)


def _function(model: Any) -> Any:
    return getattr(model, "predict_proba", None) or model.predict


def _attribution(
    names: list[str], values: Floats, base: Floats, n: int, told: tuple[Schema, tuple[str, ...]]
) -> Attribution:
    schema, classes = told
    of = say("prediction")
    if values.ndim == 2:
        answers = base + values.sum(axis=0)
        at = classes.index(schema.positive) if schema.positive in classes else int(answers.argmax())
        if at >= values.shape[1]:
            raise DataError(
                f"the model answers with {values.shape[1]} figures a row, and the reference has {len(classes)} classes."
            )
        of = say("figure for {name}", name=repr(classes[at]))
        values, base = values[:, at], base[at : at + 1]
    elif classes:
        of = say("figure")
        if schema.positive is not None:
            of = say("figure for {name}", name=repr(schema.positive))
    answer = float(base[0] + values.sum())
    effects = [
        Effect(
            columns=(name,), change=Value(value=float(value), n=n),
            sentence=_sentence(name, float(value), of),
        )
        for name, value in zip(names, values, strict=True)
    ]  # fmt: skip
    return Attribution(
        method="shap", of=of, answer=answer, base=float(base[0]), rows=n,
        effects=tuple(sorted(effects, key=lambda effect: -abs(effect.change.value))),
        sentence=say(
            "By SHAP the model's {answer} for the row is {value}: {base} on average over {rows} of the reference, and "
            "what its values add to that.",
            answer=of, value=number(answer), base=number(float(base[0])), rows=rows(n),
        ),
    )  # fmt: skip


def _sentence(name: str, value: float, of: str) -> str:
    if not value:
        return say("Its {columns} does not move the {answer}.", columns=name, answer=of)
    amount = number(abs(value))
    if value > 0.0:
        return say(
            "Its {columns} makes the {answer} higher by {amount}.", columns=name, answer=of, amount=amount
        )
    return say("Its {columns} makes the {answer} lower by {amount}.", columns=name, answer=of, amount=amount)
