"""What each value adds to a prediction, by putting the values of other rows in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.actions.answers import Predict
from barograph.explain.one.answer import answer_of, answers
from barograph.explain.one.explained import Attribution, Effect
from barograph.explain.one.fates import mean_of
from barograph.explain.words import interval, number, rows
from barograph.locale.said import listed, say
from barograph.metrics.values import Value
from barograph.schema.model import Schema

Floats = NDArray[np.float64]

#: Reference rows whose values are put in, the first in order of hash, which is chance.
BACKGROUND: Final = 100


def replacement(
    predict: Predict,
    row: pl.DataFrame,
    background: tuple[pl.DataFrame, Floats],
    groups: Sequence[tuple[str, ...]],
    *,
    schema: Schema,
    classes: tuple[str, ...],
) -> Attribution:
    """Let a model answer the row with other rows' values in place of its own.

    One column at a time, or one group of columns that move together, from the same other row: alone, either would be
    held up by what the others still say.

    Parameters
    ----------
    row : features of height 1.
    background : the same features of other rows, and how many rows each stands for.
    groups : columns replaced together; columns not named are kept.

    Notes
    -----
    Cost: one call of the model with ``1 + rows · (groups + 1)`` rows.
    """
    others, count = background
    width = others.height
    repeated = pl.concat([row] * width)
    changed = [repeated.with_columns([others.get_column(name) for name in group]) for group in groups]
    said = answers(predict, pl.concat([row, others, *changed]))
    answer = answer_of(said, schema, classes)
    y = answer.numbers(said)
    own, of_others = float(y[0]), mean_of(y[1 : width + 1], count)
    effects = [
        _effect(group, own - y[width * (i + 1) + 1 : width * (i + 2) + 1], count, answer.of)
        for i, group in enumerate(groups)
    ]
    base = of_others.value if isinstance(of_others, Value) else own
    n = round(float(count.sum()))
    return Attribution(
        method="replacement", of=answer.of, answer=own, base=base, rows=n,
        effects=tuple(sorted(effects, key=lambda effect: -abs(effect.change.value))),
        sentence=say(
            "The model's {answer} for the row is {value}, and for {rows} of the reference {base} on average. Each "
            "value was replaced by those rows' in turn; what values do together is not told apart.",
            answer=answer.of, value=number(own), rows=rows(n), base=number(base),
        ),
    )  # fmt: skip


def _effect(group: tuple[str, ...], lost: Floats, count: Floats, of: str) -> Effect:
    change = mean_of(lost, count)
    assert isinstance(change, Value)  # every answer is finite
    return Effect(columns=group, change=change, sentence=_sentence(group, change, of, moved=bool(lost.any())))


def _sentence(group: tuple[str, ...], change: Value, of: str, *, moved: bool) -> str:
    named, one, ends = {"columns": listed(group), "answer": of}, len(group) == 1, change.interval
    if not moved and one:
        return say("Its {columns} does not move the {answer}.", **named)
    if not moved:
        return say("Its {columns} do not move the {answer}.", **named)
    if ends is None or ends[0] <= 0.0 <= ends[1]:
        amount = interval(change)
        if one:
            return say(
                "Its {columns} is not shown to move the {answer} one way: {amount}.", **named, amount=amount
            )
        return say(
            "Its {columns} are not shown to move the {answer} one way: {amount}.", **named, amount=amount
        )
    if change.value > 0.0:
        amount = interval(change)
        if one:
            return say("Its {columns} makes the {answer} higher by {amount}.", **named, amount=amount)
        return say("Its {columns} make the {answer} higher by {amount}.", **named, amount=amount)
    amount = interval(Value(value=-change.value, n=change.n, interval=(-ends[1], -ends[0])))
    if one:
        return say("Its {columns} makes the {answer} lower by {amount}.", **named, amount=amount)
    return say("Its {columns} make the {answer} lower by {amount}.", **named, amount=amount)
