"""What coverage.py looks at of whole frames: several labels a row, and figures that the user declares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.typed import typed
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import change
from barograph.metrics.registry import metric
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema

Floats = NDArray[np.float64]
Rng = np.random.Generator
#: Rows that fix the bins, and rows whose figure is taken for the truth.
LEARNED, MANY = 20_000, 1_000_000
#: A figure's name, its truth, and its interval in one data set.
Figure = tuple[str, float, tuple[float, float] | None]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Rows that are drawn alike, and what their columns mean."""

    draw: Callable[[Rng, int], pl.DataFrame]
    schema: Schema


def one_side(frames: Frames, addresses: tuple[str, ...], rng: Rng, n: int) -> Iterator[Figure]:
    """Figures of the rows of one profile."""
    profile = _profiled(frames, frames, rng, n)
    for address, truth in zip(addresses, _truths(frames, frames, addresses), strict=True):
        yield address, truth, _interval(evaluate(address, profile))


def changes(sides: tuple[Frames, Frames], addresses: tuple[str, ...], rng: Rng, n: int) -> Iterator[Figure]:
    """Differences of the figures of two sides that differ."""
    before, after = (_profiled(side, sides[0], rng, n) for side in sides)
    truths = zip(*(_truths(side, sides[0], addresses) for side in sides), strict=True)
    for address, (was, now) in zip(addresses, truths, strict=True):
        a, b = evaluate(address, before), evaluate(address, after)
        direction = metric(address.partition("(")[0], before.schema).direction
        defined = isinstance(a, Value) and isinstance(b, Value)
        yield address, now - was, change(a, b, direction).interval if defined else None


@cache
def _plan(frames: Frames) -> Plan:
    rows = typed(frames.draw(np.random.default_rng(1), LEARNED), frames.schema)
    return Plan(schema=frames.schema, grid=learn_grid(rows, frames.schema), sampled=False, cross=False)


def _profiled(frames: Frames, like: Frames, rng: Rng, n: int) -> Profile:
    return profile_block(typed(frames.draw(rng, n), like.schema), _plan(like))


@cache
def _truths(frames: Frames, like: Frames, addresses: tuple[str, ...]) -> tuple[float, ...]:
    """The figures of a million rows."""
    profile = _profiled(frames, like, np.random.default_rng(2), MANY)
    return tuple(_value(evaluate(address, profile)) for address in addresses)


def _interval(result: Result) -> tuple[float, float] | None:
    return result.interval if isinstance(result, Value) else None


def _value(result: Result) -> float:
    if isinstance(result, Undefined):
        raise ValueError(f"rows without a truth: {result.detail}")
    return result.value


#: Classes of a row with several labels, and the share of rows that has each.
_LABELS = {"a": 0.4, "b": 0.2, "c": 0.1, "d": 0.05}


def labels(strength: float, together: float) -> Frames:
    """Four classes; a share `together` of the variance of labels, and of scores, is common to all of a row."""

    def draw(rng: Rng, n: int) -> pl.DataFrame:
        rare, hard = rng.normal(size=n), rng.normal(size=n)
        apart, shared = np.sqrt(1.0 - together), np.sqrt(together)
        data: dict[str, Floats] = {}
        for name, share in _LABELS.items():
            latent = shared * rare + apart * rng.normal(size=n)
            yes = latent > np.sqrt(2.0) * _inverse_erf(1.0 - 2.0 * share)
            signal = shared * hard + apart * rng.normal(size=n) + strength * yes
            logit = strength * signal - strength * strength / 2.0 + np.log(share / (1.0 - share))
            data |= {f"is {name}": yes.astype(np.float64), f"p {name}": 1.0 / (1.0 + np.exp(-logit))}
        texts = [pl.col(f"is {name}").cast(pl.Int64).cast(pl.String) for name in _LABELS]
        return pl.DataFrame(data).with_columns(texts)

    columns = [Column(name=f"is {c}", role="label", kind="categorical", class_name=c) for c in _LABELS]
    columns += [Column(name=f"p {c}", role="score", class_name=c) for c in _LABELS]
    return Frames(draw, Schema(columns=tuple(columns), task="multilabel"))


def _inverse_erf(x: float) -> float:
    from scipy.special import erfinv

    return float(erfinv(x))


def decisions(right: float) -> Frames:
    """Loans of lognormal size, so many of them rightly decided; what is missed, earned and paid."""

    def draw(rng: Rng, n: int) -> pl.DataFrame:
        label, hit = rng.random(n) < 0.3, rng.random(n) < right
        texts = np.array(["no", "yes"])
        return pl.DataFrame(
            {
                "label": texts[label.astype(int)],
                "said": texts[(label == hit).astype(int)],
                "amount": rng.lognormal(0.0, 0.8, n),
                "hours": rng.gamma(3.0, 1.0, n),
            }
        )

    schema = Schema(
        columns=(
            Column(name="label", role="label", kind="categorical"),
            Column(name="said", role="prediction", kind="categorical"),
            Column(name="amount"),
            Column(name="hours"),
        ),
        task="binary",
        positive="yes",
    )
    declared = {
        "mean": {"sum": "amount", "per": "row"},
        "missed": {"sum": "CASE WHEN said = 'no' AND label = 'yes' THEN amount ELSE 0 END", "per": "row"},
        "per_hour": {"ratio": ["amount", "hours"]},
        "costs": {"cost_matrix": {"yes": {"no": 500}, "no": {"yes": 40}}, "per": "row"},
    }
    return Frames(draw, schema.with_metrics(declared).with_rules({"small": "amount < 4"}))


def orders(sd: float) -> Frames:
    """Orders predicted too high on average; too many cost 2 each, too few 5."""

    def draw(rng: Rng, n: int) -> pl.DataFrame:
        label = rng.gamma(2.0, 2.0, n)
        return pl.DataFrame(
            {"label": label, "said": label + sd * rng.normal(0.3, 1.0, n) * (0.5 + 0.3 * label)}
        )

    columns = (Column(name="label", role="label"), Column(name="said", role="prediction"))
    schema = Schema(columns=columns, task="regression")
    return Frames(draw, schema.with_metrics({"stock": {"over": 2, "under": 5, "per": "row"}}))


OF_LABELS = (
    "performance.precision", "performance.recall", "performance.f1", 'performance.f1(average="weighted")',
    'performance.precision(average="micro")', 'performance.recall(average="micro")', 'performance.f1(average="micro")',
    'performance.precision(class="b")', 'performance.f1(class="d")', "performance.subset_accuracy",
    "performance.hamming_loss", "performance.jaccard", "performance.roc_auc", "performance.pr_auc",
    "performance.log_loss", "performance.brier", 'performance.log_loss(class="a")', 'performance.brier(class="d")',
)  # fmt: skip
OF_DECISIONS = (
    "custom.mean", "custom.missed", "custom.per_hour", "custom.costs", 'quality.violation_share(rule="small")',
)  # fmt: skip
OF_ORDERS = ("custom.stock",)
