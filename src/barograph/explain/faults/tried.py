"""Columns given as plain values on both sides: for trying how faults are found by hand."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from barograph.explain.faults.looks import Look, Scene
from barograph.frames.typed import typed
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.value import Profile
from barograph.schema.model import Column, Kind, Schema

Values = Sequence[object]


def profiles_of(reference: Values, current: Values, *, kind: Kind = "numeric") -> tuple[Profile, Profile]:
    """Profiles of one column `x`, without windows.

    Examples
    --------
    >>> [p.rows for p in profiles_of([1.0, 2.0], [3.0])]
    [2, 1]
    """
    schema = Schema(columns=(Column(name="x", kind=kind),))
    frames = [
        typed(pl.DataFrame({"x": pl.Series(values, strict=False)}), schema) for values in (reference, current)
    ]
    plan = Plan(schema=schema, grid=learn_grid(frames[0], schema))
    first, second = (profile_block(frame, plan) for frame in frames)
    return first, second


def look_of(reference: Values, current: Values, *, kind: Kind = "numeric") -> Look:
    """One column on both sides; see `profiles_of`.

    Examples
    --------
    >>> look_of([1.0, 2.0], [3.0]).name
    'x'
    """
    look = Scene.of(*profiles_of(reference, current, kind=kind)).look("x")
    assert look is not None  # both sides have it
    return look
