"""Causes that can be planted: each is a function from rows to rows, and says what a right answer names.

Rows hold the features, the time `at`, the label `y` and `unseen`, true where a plant has put the row where the
reference has none. The model answers afterwards, on what the plants have left of the features: a data fault
misleads it, a change of the label does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Rng = np.random.Generator
Mask = NDArray[np.bool_]
#: Rows, which of them the cause reaches, and chance; to rows.
Apply = Callable[[pl.DataFrame, Mask, Rng], pl.DataFrame]
#: Rows and chance to their new labels.
Relabel = Callable[[pl.DataFrame, Rng], pl.Series]
Cause = Literal["fault", "mix", "new_territory", "concept"]

TIME, LABEL, UNSEEN = "at", "y", "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One cause.

    Attributes
    ----------
    causes : parts that may carry its amount; several where two readings are fair.
    columns : naming any of them is right; none where it has no place.
    words : pattern that the name or sentence of a fault matches where its kind is told.
    kept : share of the rows that stay; the caller draws as many more.
    """

    name: str
    causes: tuple[Cause, ...]
    apply: Apply
    columns: tuple[str, ...] = ()
    words: str = ""
    kept: float = 1.0


def shifted(by: pl.Expr) -> Relabel:
    """Labels of a regression moved by an expression over the row."""
    return lambda rows, _rng: rows.select(pl.col(LABEL) + by).to_series().alias(LABEL)


def spread(sd: float) -> Relabel:
    """Labels of a regression with noise added."""
    return lambda rows, rng: rows[LABEL] + pl.Series(rng.normal(0.0, sd, rows.height))


def raised(chance: pl.Expr) -> Relabel:
    """Labels of 0 or 1 set to 1 with a probability that is an expression over the row."""

    def relabel(rows: pl.DataFrame, rng: Rng) -> pl.Series:
        hit = pl.Series(rng.random(rows.height)) < rows.select(chance.alias("p")).to_series()
        return rows.select(pl.when(hit).then(1).otherwise(pl.col(LABEL)).cast(pl.Int64)).to_series()

    return relabel


def flipped(rate: float) -> Relabel:
    """Labels of 0 or 1 turned over in a share of the rows."""
    return lambda rows, rng: (rows[LABEL] - pl.Series(rng.random(rows.height) < rate).cast(pl.Int64)).abs()


def thinned(relabel: Relabel, share: float) -> Relabel:
    """The same in a share of the rows, so that the amount is as much smaller."""

    def some(rows: pl.DataFrame, rng: Rng) -> pl.Series:
        hit = pl.Series(rng.random(rows.height) < share)
        return relabel(rows, rng).zip_with(hit, rows[LABEL])

    return some


def mix(columns: tuple[str, ...], hard: pl.Expr, *, easy_kept: float, hard_share: float) -> Plant:
    """Rows on which the model errs more come more often, all of a sort that the reference has.

    Parameters
    ----------
    hard_share : of the rows, before; as many rows are left out before the onset as after it.
    """
    kept = hard_share + (1.0 - hard_share) * easy_kept

    def apply(rows: pl.DataFrame, active: Mask, rng: Rng) -> pl.DataFrame:
        is_hard = rows.select(hard.fill_null(value=False)).to_series().to_numpy()
        chance = np.where(active, np.where(is_hard, 1.0, easy_kept), kept)
        return rows.filter(pl.Series(rng.random(rows.height) < chance))

    return Plant(name="mix", causes=("mix",), apply=apply, columns=columns, kept=kept)


def beyond(ranges: Mapping[str, tuple[float, float]], share: float, relabel: Relabel) -> Plant:
    """Values beyond any of the reference's, where the label is not what the model expects."""

    def values(rows: pl.DataFrame, rng: Rng) -> list[pl.Series]:
        at = rng.random(rows.height)
        return [pl.Series(name, low + (high - low) * at) for name, (low, high) in ranges.items()]

    apply = _new_rows(values, share, relabel)
    return Plant(name="new territory: range", causes=("new_territory",), apply=apply, columns=tuple(ranges))


def new_category(column: str, value: str, share: float, relabel: Relabel) -> Plant:
    """A category that the reference does not know, drawn from all the others."""
    apply = _new_rows(
        lambda rows, _rng: [pl.Series(column, [value]).extend_constant(value, rows.height - 1)],
        share,
        relabel,
    )
    return Plant(name="new territory: category", causes=("new_territory",), apply=apply, columns=(column,))


def concept(name: str, columns: tuple[str, ...], relabel: Relabel) -> Plant:
    """The label hangs on the features otherwise than before; rows in new territory stay as they are."""

    def apply(rows: pl.DataFrame, active: Mask, rng: Rng) -> pl.DataFrame:
        reached = pl.Series(active) & ~rows[UNSEEN]
        return _written(rows, [relabel(rows, rng).alias(LABEL)], reached)

    return Plant(name=name, causes=("concept",), apply=apply, columns=columns)


def nulls(column: str, share: float) -> Plant:
    """A column is empty in a share of the rows."""
    return _fault("nulls", column, r"null|missing|empt", lambda _c: pl.lit(None), share)


def default_value(column: str, value: float, share: float) -> Plant:
    """A column holds one value that stands for none."""
    return _fault("default value", column, rf"{abs(value):g}", lambda c: pl.lit(value).cast(c.dtype), share)


def unit(column: str, factor: float, share: float) -> Plant:
    """A column comes in another unit."""
    number = f"{max(factor, 1.0 / factor):,.0f}"
    words = rf"{number}\b|{number.replace(',', '')}\b"
    sign = "×" if factor > 1.0 else "÷"
    return _fault(f"unit {sign} {number}", column, words, lambda c: pl.col(c.name) * factor, share)


def stuck(column: str, value: float) -> Plant:
    """A column holds one of its usual values throughout."""
    return _fault(
        "stuck value", column, r"stuck|constant|one value|same value", lambda _c: pl.lit(value), 1.0
    )


def truncated(column: str, upper: float) -> Plant:
    """Values end at a bound."""
    words = r"clip|trunc|cut|cap|bound|limit"
    return _fault("truncation", column, words, lambda c: pl.col(c.name).clip(upper_bound=upper), 1.0)


def renamed(column: str, names: Mapping[str, str]) -> Plant:
    """Categories come under other names."""
    return _fault("renamed categories", column, r"renam", lambda c: pl.col(c.name).replace(names), 1.0)


def time_zone(column: str, hours: int) -> Plant:
    """Times come in another zone."""
    later = pl.duration(hours=hours)
    return _fault("time zone", column, r"zone|hours?\b", lambda c: pl.col(c.name) + later, 1.0)


def as_text(column: str, share: float) -> Plant:
    """Numbers come as texts that cannot be read, in a share of the rows."""

    def text(c: pl.Series) -> pl.Expr:
        return pl.col(c.name).cast(pl.String) + pl.lit(" EUR")

    plant = _fault("type change", column, r"text|type|read|number|word", text, share)
    apply = plant.apply
    return Plant(
        name=plant.name,
        causes=plant.causes,
        columns=plant.columns,
        words=plant.words,
        apply=lambda rows, active, rng: apply(rows.with_columns(pl.col(column).cast(pl.String)), active, rng),
    )


def duplicates(where: pl.Expr, copies: int) -> Plant:
    """A source sends its rows again; the fault is of rows, and of no column."""

    def apply(rows: pl.DataFrame, active: Mask, _rng: Rng) -> pl.DataFrame:
        again = rows.filter(pl.Series(active) & rows.select(where).to_series())
        return pl.concat([rows, *[again] * copies])

    words = r"duplic|twice|repeat|copies"
    return Plant(name="duplicates", causes=("fault",), apply=apply, words=words)


def outage(columns: tuple[str, ...], where: pl.Expr, share: float) -> Plant:
    """Most rows of a source do not come; those that do are as ever, so that the change is one of mix."""

    def apply(rows: pl.DataFrame, active: Mask, rng: Rng) -> pl.DataFrame:
        lost = active & rows.select(where).to_series().to_numpy() & (rng.random(rows.height) < share)
        return rows.filter(pl.Series(~lost))

    words = r"outage|gone|missing|stopped|fewer rows"
    return Plant(name="outage", causes=("mix", "fault"), apply=apply, columns=columns, words=words)


def _fault(name: str, column: str, words: str, value: Callable[[pl.Series], pl.Expr], share: float) -> Plant:
    def apply(rows: pl.DataFrame, active: Mask, rng: Rng) -> pl.DataFrame:
        hit = pl.Series(active & (rng.random(rows.height) < share))
        return rows.with_columns(
            pl.when(hit).then(value(rows[column])).otherwise(pl.col(column)).alias(column)
        )

    return Plant(name=name, causes=("fault",), apply=apply, columns=(column,), words=words)


def _new_rows(
    values: Callable[[pl.DataFrame, Rng], list[pl.Series]], share: float, relabel: Relabel
) -> Apply:
    def apply(rows: pl.DataFrame, active: Mask, rng: Rng) -> pl.DataFrame:
        hit = pl.Series(active & (rng.random(rows.height) < share))
        fresh = values(rows, rng)
        label = relabel(rows.with_columns(fresh), rng).alias(LABEL)
        return _written(rows, [*fresh, label, hit.alias(UNSEEN)], hit)

    return apply


def _written(rows: pl.DataFrame, columns: list[pl.Series], where: pl.Series) -> pl.DataFrame:
    """The rows with new values where told."""
    return rows.with_columns(
        pl.when(pl.lit(where)).then(pl.lit(column)).otherwise(pl.col(column.name)).alias(column.name)
        for column in columns
    )
