"""The two sides of a comparison: which part of the reference a segment is compared with, and whether it can be."""

from __future__ import annotations

from functools import reduce
from typing import Final

from barograph.errors import GridMismatch
from barograph.locale.said import say, word
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Undefined
from barograph.profile.value import ALL, Profile

#: Scopes of metrics that look at the reference's windows.
BOTH: Final = ("comparison", "windows")


def compared_segment(reference: Profile, segment: str) -> str | Undefined:
    """Name of the reference's segment that a segment is compared with.

    Returns
    -------
    The same name; that of all rows where the reference was made without segments; Undefined where it has
    others but not this one, since rows of other segments are no measure of a new one.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> compared_segment(profile_of([1.0]), "land=DE")
    ''
    """
    known = reference.segments
    if segment == ALL or not known:
        return ALL
    if segment in known:
        return segment
    return Undefined(
        reason="no_reference", detail=say("segment {segment} is not in the reference", segment=repr(segment))
    )


def reference_of(spec: MetricSpec, current: Profile, reference: Profile | None) -> Profile | Undefined:
    """The reference, on the grid of the current profile."""
    if reference is None:
        return Undefined(
            reason="no_reference",
            detail=say("{metric} compares two profiles; give a reference", metric=spec.name),
        )
    if reference.grid.hash != current.grid.hash:
        raise GridMismatch(
            f"profiles on grids {reference.grid.hash[:12]} and {current.grid.hash[:12]} cannot be compared. "
            "Profile both with like=the same reference."
        )
    return reference


def part_of(profile: Profile, segment: str) -> Profile:
    """The rows of a segment as a profile of their own."""
    return profile if segment == ALL else profile.of_segment(segment)


def too_few(spec: MetricSpec, rows: int) -> Undefined | None:
    """Why a metric has no figure of so few rows."""
    if rows >= spec.minimum_rows:
        return None
    return Undefined(
        reason="too_few_rows",
        detail=say(
            "{metric} needs {minimum_rows} rows; there are {rows}",
            metric=spec.name,
            minimum_rows=spec.minimum_rows,
            rows=rows,
        ),
    )


def either(spec: MetricSpec) -> str:
    """What a metric is for, in words."""
    names = [word(each) for each in spec.applies_to]
    return reduce(lambda first, last: say("{first} or {last}", first=first, last=last), names)


def division(segment: str) -> tuple[str, ...]:
    """By what a segment is divided: ``country=DE`` by `country`.

    Examples
    --------
    >>> division("country=DE,sex=f")
    ('country', 'sex')
    """
    return tuple(part.rpartition("=")[0] for part in segment.split(","))
