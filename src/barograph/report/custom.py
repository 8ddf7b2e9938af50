"""The metrics and rules that a schema declares, on both sides of a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from barograph.metrics.address import Address
from barograph.metrics.custom.average import left_out
from barograph.metrics.custom.compare import custom_change
from barograph.metrics.custom.specs import custom_spec
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import change
from barograph.metrics.registry import metric
from barograph.metrics.sides import compared_segment
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.custom_rows import RULE_STATES
from barograph.profile.value import ALL, Profile
from barograph.report.pair import Pair
from barograph.schema.custom.model import CustomMetric

_RULE = "quality.violation_share"
Side = Profile | Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomFigures:
    """Figures of the user's own.

    Attributes
    ----------
    metrics, rules : over all rows, in the schema's order.
    segments : metrics by segment.
    windows : metrics by side and start of the window, then by address.
    """

    metrics: tuple[Pair, ...] = ()
    rules: tuple[Pair, ...] = ()
    segments: Mapping[str, tuple[Pair, ...]] = field(default_factory=lambda: MappingProxyType({}))
    windows: Mapping[tuple[str, int], Mapping[str, Result]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def undefined(self) -> tuple[tuple[str, Undefined], ...]:
        """Address and reason of what is undefined over all rows, of the current side where both are."""
        sides = ((p.address, s) for p in (*self.metrics, *self.rules) for s in (p.current, p.reference))
        found = {address: s for address, s in reversed(list(sides)) if isinstance(s, Undefined)}
        return tuple(reversed(found.items()))


def custom_figures(reference: Profile, current: Profile, segments: Iterable[str]) -> CustomFigures:
    """Compute the metrics and rules of the reference's schema; nothing where it declares none."""
    schema = reference.schema
    if not schema.metrics and not schema.rules:
        return CustomFigures()
    narrow = replace(reference, columns={}), replace(current, columns={})
    whole = narrow[0].total(), narrow[1].total()
    return CustomFigures(
        metrics=tuple(_metric_pair(m, whole) for m in schema.metrics),
        rules=tuple(_rule_pair(rule, whole) for rule in schema.rules),
        segments={s: _segment(s, narrow, schema.metrics) for s in segments} if schema.metrics else {},
        windows={
            (side, cell.window): {m.address: evaluate(m.address, profile.at(cell)) for m in schema.metrics}
            for side, profile in zip(("reference", "current"), narrow, strict=True)
            for cell in profile.cells
            if cell.segment == ALL and cell.window is not None and schema.metrics
        },
    )


def _segment(
    name: str, sides: tuple[Profile, Profile], metrics: tuple[CustomMetric, ...]
) -> tuple[Pair, ...]:
    reference, current = sides
    compared = compared_segment(reference, name)
    before: Side = compared if isinstance(compared, Undefined) else _one(reference, compared)
    gone = Undefined(reason="too_few_rows", detail=f"no current row is in segment {name!r}")
    after: Side = _one(current, name) if name in current.segments else gone
    return tuple(_metric_pair(m, (before, after)) for m in metrics)


def _one(profile: Profile, segment: str) -> Profile:
    """All rows of a segment in one cell, as a profile of their own."""
    return (profile if segment == ALL else profile.of_segment(segment)).total()


def _metric_pair(own: CustomMetric, sides: tuple[Side, Side]) -> Pair:
    before, now = (_figure(own, side) for side in sides)
    reference, current = sides
    difference = None
    if isinstance(before, Value) and isinstance(now, Value):
        assert isinstance(reference, Profile)
        assert isinstance(current, Profile)
        difference = custom_change(own, reference, current)
    left = tuple(0 if isinstance(side, Undefined) else left_out(side, own) for side in sides)
    return Pair(
        address=own.address, spec=custom_spec(own), reference=before, current=now, change=difference,
        left_out=(left[0], left[1]),
    )  # fmt: skip


def _rule_pair(rule: str, whole: tuple[Profile, Profile]) -> Pair:
    address = str(Address(_RULE, (("rule", rule),)))
    spec = metric(_RULE)
    before, now = (evaluate(address, side) for side in whole)
    difference = None
    if isinstance(before, Value) and isinstance(now, Value):
        difference = change(before, now, spec.direction)
    left = tuple(_not_checked(side, rule) for side in whole)
    return Pair(
        address=address, spec=spec, reference=before, current=now, change=difference,
        left_out=(left[0], left[1]),
    )  # fmt: skip


def _not_checked(cell: Profile, rule: str) -> int:
    sums = None if cell.custom is None else cell.custom.rules.of.get(rule)
    return 0 if sums is None else int(sums.rows[0, RULE_STATES.index("not_checked")])


def _figure(own: CustomMetric, side: Side) -> Result:
    return side if isinstance(side, Undefined) else evaluate(own.address, side)
