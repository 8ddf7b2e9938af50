"""What coverage.py looks at: families of figures, each with rows of known truth and the intervals found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import polars as pl

import coverage_frames as frames
import coverage_rows as rows
from barograph.frames.typed import typed
from barograph.metrics.correlation import target_associations
from barograph.metrics.drift.cells import compared_cells
from barograph.metrics.drift.cramers_v import cramers_v
from barograph.metrics.drift.hellinger import hellinger
from barograph.metrics.drift.jensen_shannon import jensen_shannon
from barograph.metrics.drift.kl import kl
from barograph.metrics.drift.l_infinity import l_infinity
from barograph.metrics.drift.psi import psi
from barograph.metrics.drift.total_variation import total_variation
from barograph.metrics.intervals import change
from barograph.metrics.performance.arrays import outcome_of
from barograph.metrics.registry import metric
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import column_view
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Kind, Schema
from coverage_rows import Draw, Rng

#: Rows that fix the bins, and rows whose figure is taken for the truth.
LEARNED, MANY = 20_000, 1_000_000
#: A figure's name, its truth, and its interval in one data set.
Figure = tuple[str, float, tuple[float, float] | None]
#: A metric's name and its arguments.
Asked = tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures of data sets that are drawn alike.

    Attributes
    ----------
    says : how the rows are drawn.
    figures : all figures of one new data set of n rows.
    most_rows : larger data sets are left out.
    """

    says: str
    figures: Callable[[Rng, int], Iterator[Figure]]
    most_rows: int = MANY


def asked(*metrics: str | tuple[str, str, Any]) -> Asked:
    """Metrics by name, or with one argument."""
    return tuple((m, ()) if isinstance(m, str) else (m[0], ((m[1], m[2]),)) for m in metrics)


def view_of(values: Any, like: Any) -> Any:
    """What a metric is given: the outcome of labelled rows, or a column."""
    if isinstance(values, Mapping):
        return outcome_of(**values, like=like)
    profile = profile_block(typed(pl.DataFrame({"x": values}), like.schema), like)
    return column_view(profile, "x")


@cache
def learned(draw: Draw) -> Any:
    """What fixes the bins: an outcome, or the plan of a column."""
    values = draw(np.random.default_rng(1), LEARNED)
    if isinstance(values, Mapping):
        return outcome_of(**values)
    kind: Kind = "categorical" if isinstance(values[0], str) else "numeric"
    schema = Schema(columns=(Column(name="x", kind=kind),))
    grid = learn_grid(typed(pl.DataFrame({"x": values}), schema), schema)
    return Plan(schema=schema, grid=grid, sampled=False)


@cache
def truths(draw: Draw, like: Draw, wanted: Asked) -> tuple[float, ...]:
    """The figures of a million rows."""
    view = view_of(draw(np.random.default_rng(2), MANY), learned(like))
    return tuple(_value(metric(name).compute(view, **dict(given))).value for name, given in wanted)


def one_side(draw: Draw, wanted: Asked, rng: Rng, n: int) -> Iterator[Figure]:
    """Figures of the rows of one profile."""
    view = view_of(draw(rng, n), learned(draw))
    for (name, given), truth in zip(wanted, truths(draw, draw, wanted), strict=True):
        yield _titled(name, given), truth, _interval(metric(name).compute(view, **dict(given)))


def changes(draws: tuple[Draw, Draw], wanted: Asked, rng: Rng, n: int) -> Iterator[Figure]:
    """Differences of the figures of two sides that differ."""
    before, after = (view_of(draw(rng, n), learned(draws[0])) for draw in draws)
    sides = zip(*(truths(draw, draws[0], wanted) for draw in draws), strict=True)
    for (name, given), (was, now) in zip(wanted, sides, strict=True):
        spec = metric(name)
        a, b = spec.compute(before, **dict(given)), spec.compute(after, **dict(given))
        defined = isinstance(a, Value) and isinstance(b, Value)
        yield _titled(name, given), now - was, change(a, b, spec.direction).interval if defined else None


_DISTANCES = {
    "total_variation": total_variation, "psi": psi, "jensen_shannon": jensen_shannon, "hellinger": hellinger,
    "kl": kl, "l_infinity": l_infinity, "cramers_v": cramers_v,
}  # fmt: skip


@cache
def _many(draw: Draw, like: Draw) -> Any:
    return view_of(draw(np.random.default_rng(2), MANY), learned(like)).counts.astype(np.float64)


def distances(draws: tuple[Draw, Draw], rng: Rng, n: int) -> Iterator[Figure]:
    """Distances of two distributions on the cells that n reference rows give; the truth on the same cells."""
    before, after = (view_of(draw(rng, n), learned(draws[0])) for draw in draws)
    cells = compared_cells(before, after)
    p, q = (
        np.bincount(cells.group, weights=_many(d, draws[0]), minlength=len(cells.reference)) for d in draws
    )
    held = (p > 0) | (q > 0)
    p, q = p[held] * 1e6, q[held] * 1e6  # so many rows that half a row more in a cell is nothing
    yield "drift.effect", total_variation(p, q), _interval(metric("drift.effect").compute(before, after))
    for name, function in _DISTANCES.items():
        spec = metric(f"drift.{name}")
        yield spec.name, function(p, q), _interval(spec.compute(before, after))


_PAIRED = Schema(
    columns=(
        Column(name="x"),
        Column(name="g", kind="categorical"),
        Column(name="h", kind="categorical", role="prediction"),
        Column(name="y", role="score"),
    )
)
_MEANS = np.array([-1.0, 0.0, 0.5, 1.5])


def correlations(rng: Rng, n: int) -> Iterator[Figure]:
    """Correlations of a number and of a category with a number, and of two categories."""
    g = rng.integers(0, 4, n)
    x = rng.normal(size=n)
    h = np.where(rng.random(n) < 0.3, g, rng.integers(0, 4, n))
    y = 0.5 * x + np.sqrt(0.75) * rng.normal(size=n)
    shifted = rng.normal(size=n) + _MEANS[g]
    names = np.array(["p", "q", "r", "s"])
    frame = pl.DataFrame({"x": x, "g": names[g], "h": names[h], "y": y})
    found = _associated(frame)
    yield "pearson", 0.5, found["x", "y", "pearson"]
    yield "spearman", float(6.0 / np.pi * np.arcsin(0.25)), found["x", "y", "spearman"]
    between = float(_MEANS.var())
    moved = _associated(frame.with_columns(y=shifted))
    yield "correlation_ratio", float(np.sqrt(between / (between + 1.0))), moved["g", "y", "correlation_ratio"]
    yield "cramers_v", 0.3, found["g", "h", "cramers_v"]


def _associated(frame: pl.DataFrame) -> dict[tuple[str, str, str], tuple[float, float] | None]:
    batch = typed(frame, _PAIRED)
    profile = profile_block(batch, Plan(schema=_PAIRED, grid=learn_grid(batch, _PAIRED)))
    return {(a.left, a.right, a.method): _interval(a.current) for a in target_associations(None, profile)}


def _interval(result: Result) -> tuple[float, float] | None:
    return result.interval if isinstance(result, Value) else None


def _value(result: Result) -> Value:
    if isinstance(result, Undefined):
        raise ValueError(f"rows without a truth: {result.detail}")
    return result


def _titled(name: str, given: tuple[tuple[str, Any], ...]) -> str:
    return f"{name}({', '.join(f'{k}={v}' for k, v in given)})" if given else name


_ERRORS = asked(
    "performance.me", "performance.mae", "performance.mse", "performance.rmse", "performance.me_sd",
    "performance.mae_sd", "performance.mape", "performance.smape", "performance.bias", "performance.r2",
    ("performance.quantile_loss", "q", 0.9),
)  # fmt: skip
_QUANTILES = asked(
    ("performance.error_quantile", "q", 0.05), ("performance.error_quantile", "q", 0.5),
    ("performance.error_quantile", "q", 0.95),
    "performance.me_underestimated", "performance.me_majority", "performance.me_overestimated",
)  # fmt: skip
_DECISIONS = asked(
    "performance.accuracy", "performance.precision", "performance.recall", "performance.f1",
    "performance.balanced_accuracy", "performance.mcc", "performance.cohen_kappa",
)  # fmt: skip
_SCORES = asked("performance.roc_auc", "performance.pr_auc", "performance.log_loss", "performance.brier")
_BINARY = asked("performance.specificity", "performance.npv", "performance.calibration_error", "performance.ks",
    ("performance.lift", "k", 0.1))  # fmt: skip
_OF_COLUMN = asked("quality.mean", "quality.median", ("quality.quantile", "q", 0.95))

_NORMAL, _WORSE = rows.regression(rows.normal(5.0)), rows.regression(rows.normal(7.0, 1.0))
_LOGNORMAL, _LAPLACE = rows.regression(rows.lognormal), rows.regression(rows.laplace)
_PARETO, _CONTAMINATED = rows.regression(rows.pareto), rows.regression(rows.contaminated)
_COMMON, _WEAKER, _RARE = rows.binary(0.3, 1.5), rows.binary(0.35, 1.2), rows.binary(0.05, 2.0)
_THREE, _BLURRED = rows.multiclass(1.5), rows.multiclass(1.2)
_X, _MOVED = rows.column(rows.normal(1.0), nulls=0.02), rows.column(rows.normal(1.1, 0.3), nulls=0.04)
_SKEWED = rows.column(rows.lognormal, nulls=0.0)
_C, _D = rows.categories((0.5, 0.25, 0.15, 0.08, 0.02)), rows.categories((0.4, 0.3, 0.15, 0.1, 0.05))
_APART, _TOGETHER, _BLUNT = frames.labels(2.0, 0.0), frames.labels(2.0, 0.6), frames.labels(1.6, 0.6)
_LOANS, _WORSE_LOANS = frames.decisions(0.8), frames.decisions(0.7)
_ORDERS, _WORSE_ORDERS = frames.orders(1.0), frames.orders(1.3)

PARTS: tuple[Part, ...] = (
    Part(
        says="column: normal, 2 % null",
        figures=partial(one_side, _X, (*asked("quality.null_share"), *_OF_COLUMN)),
    ),
    Part(says="column: lognormal", figures=partial(one_side, _SKEWED, _OF_COLUMN)),
    Part(says="normal errors", figures=partial(one_side, _NORMAL, (*_ERRORS, *_QUANTILES))),
    Part(says="Laplace errors", figures=partial(one_side, _LAPLACE, (*_ERRORS, *_QUANTILES))),
    Part(says="lognormal errors", figures=partial(one_side, _LOGNORMAL, _ERRORS)),
    Part(says="Pareto errors, index 3", figures=partial(one_side, _PARETO, _ERRORS)),
    Part(says="1 % of errors twenty times larger", figures=partial(one_side, _CONTAMINATED, _ERRORS)),
    Part(says="30 % positive", figures=partial(one_side, _COMMON, (*_DECISIONS, *_SCORES, *_BINARY))),
    Part(says="5 % positive", figures=partial(one_side, _RARE, (*_DECISIONS, *_SCORES, *_BINARY))),
    Part(says="three classes", figures=partial(one_side, _THREE, (*_DECISIONS, *_SCORES))),
    Part(
        says="change: normal errors grow",
        figures=partial(changes, (_NORMAL, _WORSE), (*_ERRORS, *_QUANTILES)),
    ),
    Part(
        says="change: 30 % positive, weaker model",
        figures=partial(changes, (_COMMON, _WEAKER), (*_DECISIONS, *_SCORES, *_BINARY)),
    ),
    Part(
        says="change: three classes, weaker model",
        figures=partial(changes, (_THREE, _BLURRED), (*_DECISIONS, *_SCORES)),
    ),
    Part(says="drift: 0.3 sd, nulls doubled", figures=partial(distances, (_X, _MOVED))),
    Part(says="drift: five categories", figures=partial(distances, (_C, _D))),
    Part(
        says="four labels, apart",
        figures=partial(frames.one_side, _APART, frames.OF_LABELS),
    ),
    Part(
        says="four labels that go together",
        figures=partial(frames.one_side, _TOGETHER, frames.OF_LABELS),
    ),
    Part(
        says="change: four labels, weaker model",
        figures=partial(frames.changes, (_TOGETHER, _BLUNT), frames.OF_LABELS),
    ),
    Part(says="business: loans", figures=partial(frames.one_side, _LOANS, frames.OF_DECISIONS)),
    Part(says="business: orders", figures=partial(frames.one_side, _ORDERS, frames.OF_ORDERS)),
    Part(
        says="change: loans, worse decisions",
        figures=partial(frames.changes, (_LOANS, _WORSE_LOANS), frames.OF_DECISIONS),
    ),
    Part(
        says="change: orders, worse model",
        figures=partial(frames.changes, (_ORDERS, _WORSE_ORDERS), frames.OF_ORDERS),
    ),
    Part(says="normal; four categories", figures=correlations, most_rows=1_000),
)
