"""One column of a model in a span: its values beside the reference's, through time, and in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from barograph.charts.bars import Bars
from barograph.charts.fan import Fan, Quantiles
from barograph.charts.overlay import Overlay
from barograph.charts.series import Series
from barograph.locale.said import word
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.registry import metrics
from barograph.metrics.values import Result, Value
from barograph.profile.grid import CategoricalGrid, NumericGrid
from barograph.profile.value import Profile
from barograph.report.parts.course import class_course
from barograph.server.pages.model.course import Axis, value_of
from barograph.server.times import as_time_us

_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_MOST_CHANGED: Final = 8
_DRAWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure of the column's values on both sides."""

    name: str
    unit: str
    reference: Result | None
    current: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedValue:
    """A value or range whose share of the rows changed; shares of all rows."""

    name: str
    reference: float
    current: float


def facts_of(reference: Profile | None, current: Profile, name: str) -> tuple[Fact, ...]:
    """Every figure of quality of the column that is defined on a side."""
    kind, facts = current.grid.columns[name].kind, []
    for spec in metrics().values():
        if (
            spec.family == "quality"
            and spec.scope == "column"
            and not spec.parameters
            and kind in spec.applies_to
        ):
            address = Address(spec.name, (("column", name),))
            before = None if reference is None else evaluate(address, reference)
            now = evaluate(address, current)
            if isinstance(before, Value) or isinstance(now, Value):
                unit = "" if spec.unit == "column" else spec.unit
                facts.append(Fact(name=word(spec.title), unit=word(unit), reference=before, current=now))
    return tuple(facts)


def changed_values(picture: Overlay | Bars | None) -> tuple[ChangedValue, ...]:
    """Categories, and what has no place among the values, whose share changed most."""
    if picture is None or picture.reference is None or picture.current is None:
        return ()
    apart = [(each.name, each.reference or 0.0, each.current or 0.0) for each in picture.apart]
    places = (
        list(zip(picture.categories, picture.reference, picture.current, strict=True))
        if isinstance(picture, Bars)
        else []
    )
    rows = [
        sum(picture.reference) + sum(r for _, r, _ in apart),
        sum(picture.current) + sum(c for _, _, c in apart),
    ]
    if not all(rows):
        return ()
    shares = [
        ChangedValue(name=name, reference=before / rows[0], current=now / rows[1])
        for name, before, now in (*places, *apart)
    ]
    shares.sort(key=lambda each: -abs(each.current - each.reference))
    return tuple(each for each in shares[:_MOST_CHANGED] if each.current != each.reference)


def fan_of(reference: Profile | None, current: Profile, name: str, axis: Axis) -> Fan | None:
    """Quantiles by window; None of a column without numbers."""
    grid = current.grid.columns[name]
    if not isinstance(grid, NumericGrid) or grid.kind != "numeric":
        return None
    by_window = _quantiles(current, name)
    rows = dict(zip((c.window for c in current.cells), current.table.rows.tolist(), strict=True))
    whole = (
        None
        if reference is None
        else tuple(value_of(evaluate(_address(name, q), reference)) for q in _QUANTILES)
    )
    return Fan(
        name=name, labels=axis.labels, windows=tuple(by_window.get(start) for start in axis.starts),
        rows=tuple(rows.get(start, 0) for start in axis.starts), reference=_whole(whole),
        unit=current.schema.column(name).unit or "",
    )  # fmt: skip


def shares_of(
    reference: Profile, current: Profile, name: str, changed: Sequence[ChangedValue]
) -> tuple[Series, ...]:
    """Shares of the categories that changed most, by window."""
    if not isinstance(current.grid.columns[name], CategoricalGrid):
        return ()
    drawn = (class_course(reference, current, name, each.name) for each in changed[:_DRAWN])
    return tuple(each for each in drawn if each is not None)


def _address(name: str, q: float) -> Address:
    return Address("quality.quantile", (("column", name), ("q", q)))


def _quantiles(current: Profile, name: str) -> Mapping[int, Quantiles]:
    found: dict[int, list[float | None]] = {}
    for q in _QUANTILES:
        for moment, result in evaluate_windows(_address(name, q), current):
            found.setdefault(as_time_us(moment), []).append(value_of(result))
    return {start: whole for start, each in found.items() if (whole := _whole(tuple(each))) is not None}


def _whole(found: tuple[float | None, ...] | None) -> Quantiles | None:
    """All five quantiles, or none."""
    if found is None or any(each is None for each in found):
        return None
    low, first, middle, third, high = (each for each in found if each is not None)
    return low, first, middle, third, high
