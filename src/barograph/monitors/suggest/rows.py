"""Suggestions on what rows hold: whether they are distributed as they were, known territory, and whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from barograph.checks.suggest.limits import rounded_up
from barograph.locale.said import say
from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.expand import columns_of
from barograph.metrics.registry import metric
from barograph.monitors.condition import Calibrated, Limit, Side
from barograph.monitors.monitor import Monitor
from barograph.monitors.suggest.context import FEWEST_WINDOWS, Context

#: Days of a reference that can tell what weeks differ by.
_FEWEST_OF_WEEKS: Final = 14
_QUIET: Final = 0.001
_SHARE_MOVED: Final = 0.3
_MODERATE: Final = 0.1
#: Standard deviations beyond the range that are worth naming.
_BEYOND: Final = 0.25
_INFO: Final[dict[str, Any]] = {"severity": "info"}
_PAGE: Final[dict[str, Any]] = {"severity": "from impact"}


def row_monitors(context: Context) -> Iterator[Monitor]:
    """Inputs and answers taken together page; columns only name the cause."""
    inputs = [
        c for c in context.reference.schema.columns if _counted(c.name, context) and c.role in INPUT_ROLES
    ]
    with_time = context.windows >= FEWEST_WINDOWS
    yield from _inputs_by_time(context) if with_time and inputs else _inputs(context, len(inputs))
    yield from _answers_moved(context, with_time=with_time)
    if any(c.kind == "numeric" for c in inputs):
        yield from _territory(context, with_time=with_time)
    if with_time and inputs:
        yield context.made(
            "column stuck", "drift.stuck_count", Limit(above=0.0),
            say("a column that holds one value all day is broken upstream; in the reference's windows none did"),
            {**_PAGE, "clear_windows": 1},
        )  # fmt: skip
    yield from _columns(context, with_time=with_time)
    yield from _table(context)


def _inputs_by_time(context: Context) -> Iterator[Monitor]:
    yield context.made(
        "inputs moved", "drift.inputs_p_value", Calibrated(),
        say(
            "all inputs together, against how the reference's {n} windows differ from each other",
            n=f"{context.windows:,}",
        ),
        {**_PAGE, "for_windows": 2},
    )  # fmt: skip
    if context.windows >= _FEWEST_OF_WEEKS and context.window == "1d":
        yield context.made(
            "inputs moved for a week", "drift.inputs_p_value", Calibrated(),
            say(
                "a week's rows together show what no day does, such as a change of one segment or of a rare category; "
                "against what the reference's {n} days differ by", n=f"{context.windows:,}",
            ),
            {**_PAGE, "window": "1w", "clear_windows": 1},
        )  # fmt: skip


def _inputs(context: Context, inputs: int) -> Iterator[Monitor]:
    if not inputs:
        return
    limit = max(_SHARE_MOVED, rounded_up(1.0 / inputs))
    yield context.made(
        "inputs moved", "drift.share", Limit(above=limit),
        say(
            "of {n} inputs without drift hardly ever more than one is found to have drifted; the reference has no "
            "windows, or too few, which would make this sharper", n=f"{inputs:,}",
        ),
        {**_PAGE, "for_windows": 2},
    )  # fmt: skip


def _answers_moved(context: Context, *, with_time: bool) -> Iterator[Monitor]:
    """The answers' own distribution, of the first column that holds them."""
    columns = [
        c.name
        for role in ("prediction", "score")
        for c in context.reference.schema.columns
        if c.role == role and _counted(c.name, context)
    ]
    if not columns:
        return
    at = f"(column={json.dumps(columns[0], ensure_ascii=False)})"
    if with_time:
        yield context.made(
            "answers moved", f"drift.total_variation{at}", Calibrated(),
            say("what the model says is distributed otherwise: felt before labels come"),
            {**_PAGE, "for_windows": 2},
        )  # fmt: skip
        return
    yield context.made(
        "answers moved", f"drift.effect{at}", Limit(above=_MODERATE),
        say(
            "what the model says is distributed otherwise, for more than {share} of the rows",
            share=f"{_MODERATE:.0%}",
        ),
        {**_PAGE, "for_windows": 2},
    )  # fmt: skip


def _territory(context: Context, *, with_time: bool) -> Iterator[Monitor]:
    if with_time:
        yield context.made(
            "new territory", "drift.beyond_p_value", Calibrated(),
            say(
                "rows lie beyond all the reference knows, farther than its own windows lay beyond each other: there "
                "the model has nothing to go by"
            ),
            _PAGE,
        )  # fmt: skip
    # How far, not how many: with the seasons many rows come to lie a little beyond what a short reference knows.
    yield context.made(
        "column beyond its range", "drift.beyond_range(column=*)", Limit(above=_BEYOND),
        say(
            "names the column, {sds} standard deviations beyond the reference's range on average",
            sds=f"{_BEYOND:g}",
        ), _INFO,
    )  # fmt: skip


def _columns(context: Context, *, with_time: bool) -> Iterator[Monitor]:
    """Series nobody is woken for, of metrics that are of some column."""
    moved = (
        ("drift.total_variation", Calibrated(level=_QUIET))
        if with_time
        else ("drift.effect", Limit(above=_MODERATE))
    )
    above: Side = "above"
    for name, metric_name, when, why in (
        ("column moved", *moved, say("names the columns that moved, in incidents and in the digest")),
        (
            "nulls", "quality.null_share", Calibrated(level=_QUIET, side=above, matters=0.02),
            say("a column that is filled less often is broken upstream more often than not"),
        ),
        (
            "new categories", "quality.unseen_share", Calibrated(level=_QUIET, side=above, matters=0.01),
            say("the model was never shown them"),
        ),
        (
            "values of another type", "quality.mismatch_share", Limit(above=0.005),
            say("values that cannot be read as what their column holds"),
        ),
    ):  # fmt: skip
        if columns_of(metric(metric_name), context.reference.schema, _rows_columns(context)):
            yield context.made(name, f"{metric_name}(column=*)", when, why, {**_INFO, "for_windows": 2})


def _rows_columns(context: Context) -> set[str]:
    """Counted columns that are there when rows come."""
    late = {c.name for c in context.reference.schema.columns if c.role == "label"}
    return set(context.whole.columns) - late


def _table(context: Context) -> Iterator[Monitor]:
    gone = len(context.whole.missing)
    # Labels that come later would count as missing columns; of such a model a missing column is an event.
    if not any(c.role == "label" for c in context.reference.schema.columns):
        yield from _gone(gone, context)
    if context.reference.schema.rules:
        yield context.made(
            "rule broken", "quality.violation_share(rule=*)", Calibrated(level=_QUIET, side="above", matters=0.005),
            say("{n} rules of the schema", n=f"{len(context.reference.schema.rules):,}"), _INFO,
        )  # fmt: skip


def _gone(gone: int, context: Context) -> Iterator[Monitor]:
    missing = say("{n} columns of the schema were missing in the reference already", n=f"{gone:,}")
    yield context.made(
        "column gone", "quality.missing_column_count", Limit(above=gone),
        missing if gone else say("every column of the schema came in the reference"), {"severity": "critical"},
    )  # fmt: skip


def _counted(name: str, context: Context) -> bool:
    return name in context.whole.columns
