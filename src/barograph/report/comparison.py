"""Everything a comparison of two profiles says, as values: what pages, JSON and frames are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from barograph.errors import GridMismatch
from barograph.metrics.address import format_address
from barograph.metrics.correlation import Association, associations
from barograph.metrics.drift.columns import ColumnDrift, drift_of_columns, share_detected
from barograph.metrics.drift.statistics import statistics_of
from barograph.metrics.intervals import Change, change
from barograph.metrics.performance import HEADLINES, performance_addresses
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metric, metrics
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import ALL, Cell, Profile

#: The interval draws of a report are a function of its profiles.
SEED: Final = 20_110_101
#: More segments than this are compared by rows and headline metrics only.
_SEGMENTS_WITH_DRIFT: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One metric on both sides, and the difference where both are defined."""

    address: str
    spec: MetricSpec
    reference: Result
    current: Result
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentComparison:
    """One segment: its rows, headline metrics, and the share of its columns that drifted."""

    name: str
    rows: tuple[int, int]
    performance: tuple[Pair, ...]
    drift_share: float | None
    detected: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowFigures:
    """Headline metrics of one window of one side."""

    side: str
    start: int
    rows: int
    performance: Mapping[str, Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two profiles compared.

    Attributes
    ----------
    reference, current : the profiles, with their windows and segments.
    drift : of every column that could be compared.
    statistics : further distances by column; numbers only.
    quality : both sides' quality metrics by column and metric.
    performance : in the order a reader wants them.
    undefined : (address, why there is no figure).
    """

    reference: Profile
    current: Profile
    drift: Mapping[str, ColumnDrift]
    drift_share: float | None
    statistics: Mapping[str, Mapping[str, float]]
    quality: Mapping[str, Mapping[str, tuple[Result, Result]]]
    table: Mapping[str, tuple[Result, Result]]
    performance: tuple[Pair, ...]
    segments: tuple[SegmentComparison, ...]
    windows: tuple[WindowFigures, ...]
    correlations: tuple[Association, ...]
    undefined: tuple[tuple[str, Undefined], ...]

    @property
    def detected(self) -> tuple[str, ...]:
        """Columns whose drift is detected, the largest effect first."""
        found = [n for n, d in self.drift.items() if d.verdict.detected]
        return tuple(sorted(found, key=lambda n: -self.drift[n].verdict.effect))


def compare_cells(reference: Profile, current: Profile, *, rng: np.random.Generator | None = None) -> Comparison:
    """Compare two profiles on one grid; see `barograph.compare`."""
    if reference.grid.hash != current.grid.hash:
        raise GridMismatch(
            f"reference and current are on different grids ({reference.grid.hash[:12]}, {current.grid.hash[:12]}), so "
            "their bins do not match. Profile the current rows with like=reference."
        )
    rng = np.random.default_rng(SEED) if rng is None else rng
    whole = reference.total(), current.total()
    drift, not_compared = drift_of_columns(reference, current, rng=rng)
    undefined = [(format_address("drift.effect", column=n), why) for n, why in not_compared.items()]
    performance = _performance(whole, undefined)
    return Comparison(
        reference=reference,
        current=current,
        drift=drift,
        drift_share=share_detected(drift, reference),
        statistics={n: statistics_of(*whole, n) for n in drift},
        quality=_quality(whole, undefined),
        table={m.name: _both(m.name, whole) for m in metrics("quality") if m.scope == "table"},
        performance=performance,
        segments=tuple(_segments(reference, current, rng=rng)),
        windows=tuple(_windows(reference, current)),
        correlations=associations(*whole),
        undefined=tuple(undefined),
    )


def _both(address: str, whole: tuple[Profile, Profile]) -> tuple[Result, Result]:
    return evaluate(address, whole[0]), evaluate(address, whole[1])


def _performance(whole: tuple[Profile, Profile], undefined: list[tuple[str, Undefined]]) -> tuple[Pair, ...]:
    task = whole[0].schema.task
    if task is None or whole[0].schema.one("label") is None:
        return ()
    pairs = [_pair(address, whole) for address in performance_addresses(whole[0].schema, whole[0].grid)]
    silent = {"no_labels"} if all(_no_labels(p.current) for p in pairs) else set()
    for p in pairs:
        for side in (p.reference, p.current):
            if isinstance(side, Undefined) and side.reason not in silent:
                undefined.append((p.address, side))
                break
    if silent and pairs and isinstance(pairs[0].current, Undefined):
        undefined.append(("performance.*", pairs[0].current))
    return tuple(pairs)


def _no_labels(result: Result) -> bool:
    return isinstance(result, Undefined) and result.reason == "no_labels"


def _pair(address: str, whole: tuple[Profile, Profile]) -> Pair:
    spec = metric(address.partition("(")[0])
    reference, current = _both(address, whole)
    difference = None
    if isinstance(reference, Value) and isinstance(current, Value):
        difference = change(reference, current, direction=spec.direction)
    return Pair(address=address, spec=spec, reference=reference, current=current, change=difference)


def _quality(
    whole: tuple[Profile, Profile], undefined: list[tuple[str, Undefined]]
) -> dict[str, dict[str, tuple[Result, Result]]]:
    specs = [m for m in metrics("quality") if m.scope == "column" and not m.parameters]
    out: dict[str, dict[str, tuple[Result, Result]]] = {}
    for name, grid in whole[0].grid.columns.items():
        missing = [side for side in whole if name not in side.columns]
        if missing:
            why = Undefined(reason="column_missing", detail=f"the current rows have no column {name!r}")
            undefined.append((format_address("quality.null_share", column=name), why))
        kind = grid.kind
        out[name] = {
            m.name.partition(".")[2]: _both(format_address(m.name, column=name), whole)
            for m in specs
            if kind in m.applies_to
        }
    return out


def _segments(reference: Profile, current: Profile, *, rng: np.random.Generator) -> list[SegmentComparison]:
    names = [s for s in current.segments if s in set(reference.segments)] or list(current.segments)
    out = []
    for name in names:
        mine = current.total(name)
        base = reference.total(name) if name in reference.segments else None
        detected: tuple[str, ...] = ()
        share = None
        if base is not None and len(names) <= _SEGMENTS_WITH_DRIFT:
            drift, _ = drift_of_columns(base, mine, rng=rng)
            share = share_detected(drift, base)
            detected = tuple(n for n, d in drift.items() if d.verdict.detected)
        out.append(
            SegmentComparison(
                name=name,
                rows=(0 if base is None else int(base.table.rows[0]), int(mine.table.rows[0])),
                performance=tuple(_pair(a, (base or reference.total(), mine)) for a in _headlines(reference)),
                drift_share=share,
                detected=detected,
            )
        )
    return out


def _headlines(profile: Profile) -> tuple[str, ...]:
    task = profile.schema.task
    return HEADLINES[task] if task is not None and profile.schema.one("label") is not None else ()


def _windows(reference: Profile, current: Profile) -> list[WindowFigures]:
    out = []
    for side, profile in (("reference", reference), ("current", current)):
        for cell in profile.cells:
            if cell.segment == ALL and cell.window is not None:
                one = profile.at(Cell(ALL, cell.window))
                out.append(
                    WindowFigures(
                        side=side,
                        start=cell.window,
                        rows=int(one.table.rows[0]),
                        performance={a: evaluate(a, one) for a in _headlines(profile)},
                    )
                )
    return out
