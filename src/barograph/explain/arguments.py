"""What callers bring to an explanation, refused where it is something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError, GridMismatch
from barograph.explain.actions.answers import Predict
from barograph.explain.actions.context import Fit
from barograph.profile.value import Profile

Kind = TypeVar("Kind")

_PROFILE: Final = "make it with profile(its_rows, like=reference)"


def check_sides(reference: Profile, current: Profile, held_out: Profile | None) -> None:
    """Raise where one of them is no profile, or not on the reference's grid; the error names it."""
    for side in (reference, current):
        if not isinstance(side, Profile):
            raise DataError(
                f"explain() takes profiles, not {type(side).__name__}: profile(rows, schema), then "
                "profile(other_rows, like=reference)."
            )
    if held_out is not None and not isinstance(held_out, Profile):
        raise DataError(f"held_out= takes a profile, not {type(held_out).__name__}; {_PROFILE}.")
    for name, other in (("current", current), ("held_out", held_out)):
        if other is not None and other.grid.hash != reference.grid.hash:
            raise GridMismatch(
                f"{name} is on another grid ({other.grid.hash[:12]}) than the reference ({reference.grid.hash[:12]}), "
                f"so their bins do not match; {_PROFILE}."
            )


def check_options(metric: object, versions: object, rng: object) -> None:
    """Raise where one of them is of another type than it should be."""
    if metric is not None and not isinstance(metric, str):
        raise DataError(
            f"metric= takes an address such as 'performance.mae', a text, not {type(metric).__name__}."
        )
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise DataError(
            f"rng= takes a numpy Generator, not {type(rng).__name__}; pass np.random.default_rng(1)."
        )
    if versions is None:
        return
    if not isinstance(versions, Mapping):
        raise DataError(
            f"versions= takes a mapping of name to profile, not {type(versions).__name__}; pass {{'v6': profile}}."
        )
    for name, version in versions.items():
        if not isinstance(name, str) or not isinstance(version, Profile):
            raise DataError(
                f"versions= takes a mapping of name to profile; it has {name!r}: {type(version).__name__}. "
                "Profile that version's answers with like=reference."
            )


def all_of(given: object, kind: type[Kind], argument: str) -> tuple[Kind, ...]:
    """What was given, each of one type."""
    what = f"{argument}= takes a list of {kind.__name__}"
    if not isinstance(given, Iterable):
        raise DataError(f"{what}, not {type(given).__name__}; put it in a list.")
    each = tuple(given)
    for item in each:
        if not isinstance(item, kind):
            raise DataError(f"{what}; it has a {type(item).__name__}: {item!r:.60}.")
    return each


def careful_predict(predict: Predict) -> Predict:
    """The same model, whose failures name the argument.

    Examples
    --------
    >>> careful_predict(lambda rows: None)(pl.DataFrame({"x": [1.0]}))
    Traceback (most recent call last):
    ...
    barograph.errors.DataError: predict= returned NoneType for 1 rows; expected an array with an answer for every row.
    """
    return _careful(_function(predict, "predict=", "features to answers"), "predict=")


def careful_fit(fit: Fit) -> Fit:
    """The same maker of models; its failures, and those of the models it makes, name the argument."""
    make = _function(fit, "fit=", "features and labels to a model")

    def made(rows: pl.DataFrame, labels: NDArray[Any]) -> Predict:
        try:
            model = make(rows, labels)
        except Exception as error:
            raise _raised("fit=", error, rows) from error
        if not callable(model):
            raise DataError(
                f"fit= returned {type(model).__name__} for {rows.height:,} rows; expected a function from features to "
                "answers, such as model.predict."
            )
        return _careful(model, "the model of fit=")

    return made


def _careful(predict: Predict, by: str) -> Predict:
    def answered(rows: pl.DataFrame) -> NDArray[Any]:
        try:
            said = predict(rows)
        except Exception as error:
            raise _raised(by, error, rows) from error
        expected = "expected an array with an answer for every row"
        try:
            answers = np.asarray(said)
        except (TypeError, ValueError) as error:
            raise DataError(
                f"{by} returned for {rows.height:,} rows what is no array: {error}; {expected}."
            ) from error
        if answers.ndim == 0:
            raise DataError(f"{by} returned {type(said).__name__} for {rows.height:,} rows; {expected}.")
        return answers

    return answered


def _function(given: Kind, by: str, of: str) -> Kind:
    if not callable(given):
        hint = "; pass its method" if hasattr(given, "predict") or hasattr(given, "fit") else ""
        raise DataError(f"{by} takes a function, from {of}, not {type(given).__name__}{hint}.")
    return given


def _raised(by: str, error: Exception, rows: pl.DataFrame) -> DataError:
    return DataError(f"{by} raised {type(error).__name__}: {error} on {rows.height:,} rows.")
