"""A comparison as JSON: the form that other programs rely on (docs/reference/report.schema.json)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from barograph import __version__
from barograph.explain.explanation import Explanation
from barograph.explain.since.dated import DatedChange
from barograph.metrics.correlation import Association
from barograph.metrics.drift.against_variation import AgainstVariation
from barograph.metrics.drift.columns import ColumnDrift
from barograph.metrics.values import Result, Undefined, Value
from barograph.report.comparison import Comparison, SegmentComparison, WindowFigures, quality_address
from barograph.report.diagnostics import diagnostics
from barograph.report.pair import Pair
from barograph.report.sentences import verdict_sentence

FORMAT_VERSION = 1


def document(
    comparison: Comparison, explanation: Explanation | None = None, dated: Sequence[DatedChange] = ()
) -> dict[str, Any]:
    """The report as plain values; every number is finite, what is undefined is None and listed."""
    reference, current = comparison.reference, comparison.current
    return {
        "format_version": FORMAT_VERSION,
        "barograph_version": __version__,
        "verdict": verdict_sentence(comparison, dated),
        "since": [_since(change) for change in dated],
        "rows": {"reference": reference.rows, "current": current.rows},
        "profiles": {
            side: {"name": p.name, "origin": p.origin, "hash": p.hash, "grid": p.grid.hash}
            for side, p in (("reference", reference), ("current", current))
        },
        "drift": {
            "detected": bool(comparison.detected),
            "share": comparison.drift_share,
            "columns": {n: _drift(d, comparison.statistics.get(n, {})) for n, d in comparison.drift.items()},
        },
        "quality": {
            "table": _two_sides(comparison.table),
            "columns": {n: _two_sides(q) for n, q in comparison.quality.items()},
            "rules": {
                rule: _own(p) for rule, p in zip(reference.schema.rules, comparison.custom.rules, strict=True)
            },
        },
        "why": None if explanation is None else explanation.to_dict(),
        "performance": {p.address.partition(".")[2]: _pair(p) for p in comparison.performance},
        "custom": {p.spec.name.partition(".")[2]: _own(p) for p in comparison.custom.metrics},
        "segments": {s.name: _segment(s, comparison) for s in comparison.segments},
        "windows": [_window(w, comparison) for w in comparison.windows],
        "diagnostics": diagnostics(comparison),
        "correlations": [_association(a) for a in comparison.correlations],
        "undefined": [
            {"address": a, "reason": u.reason, "detail": u.detail} for a, u in _undefined(comparison).items()
        ],
        "schema": {
            "task": reference.schema.task,
            "not_profiled": dict(reference.schema.not_profiled),
            "missing": list(current.missing),
            "extra": {"reference": list(reference.extra), "current": list(current.extra)},
        },
    }


def _since(change: DatedChange) -> dict[str, Any]:
    start, end = (None if at is None else at.isoformat() for at in (change.start, change.end))
    interval = None if change.interval is None else [at.isoformat() for at in change.interval]
    return {
        "column": change.column, "name": change.name, "start": start, "end": end, "interval": interval,
        "from_first": change.is_from_first, "fault": change.fault,
    }  # fmt: skip


def _undefined(comparison: Comparison) -> dict[str, Undefined]:
    """Why each figure is undefined on a side, those of quality last."""
    found = dict(comparison.undefined)
    of_columns = {
        quality_address(metric, name): pair
        for name, metrics in comparison.quality.items()
        for metric, pair in metrics.items()
    }
    of_table = {f"quality.{metric}": pair for metric, pair in comparison.table.items()}
    for address, pair in (of_columns | of_table).items():
        why = next((side for side in pair if isinstance(side, Undefined)), None)
        if why is not None:
            found.setdefault(address, why)
    return found


def result(value: Result | None) -> dict[str, Any] | None:
    """A value as JSON, or None."""
    if not isinstance(value, Value):
        return None
    return {
        "value": value.value,
        "n": value.n,
        "interval": None if value.interval is None else list(value.interval),
    }


def _two_sides(pairs: Mapping[str, tuple[Result, Result]]) -> dict[str, dict[str, float | None]]:
    return {
        side: {name: _number(pair[i]) for name, pair in pairs.items()}
        for i, side in enumerate(("reference", "current"))
    }


def _number(value: Result) -> float | None:
    return value.value if isinstance(value, Value) else None


def _drift(drift: ColumnDrift, statistics: Mapping[str, float]) -> dict[str, Any]:
    v, variation = drift.verdict, drift.variation
    return {
        "detected": v.detected,
        "significant": v.significant,
        "effect": v.effect,
        "effect_interval": list(v.effect_interval),
        "p_value": v.p_value,
        "q_value": v.q_value,
        "size": v.size,
        "basis": v.basis,
        "moved": None
        if drift.shares is None
        else {"cell": drift.moved_cell, "reference": drift.shares[0], "current": drift.shares[1]},
        "variation": {
            "ratio": variation.ratio,
            "effective_windows": variation.k_eff,
            "smallest_visible": variation.smallest_visible,
        }
        if isinstance(variation, AgainstVariation)
        else None,
        "statistics": dict(statistics),
    }


def _pair(pair: Pair) -> dict[str, Any]:
    change = pair.change
    return {
        "reference": result(pair.reference),
        "current": result(pair.current),
        "change": None
        if change is None
        else {
            "value": change.value,
            "interval": None if change.interval is None else list(change.interval),
            "verdict": change.verdict,
        },
    }


def _own(pair: Pair) -> dict[str, Any]:
    """A metric or rule that the schema declares."""
    reference, current = pair.left_out
    return {**_pair(pair), "left_out": {"reference": reference, "current": current}}


def _segment(segment: SegmentComparison, comparison: Comparison) -> dict[str, Any]:
    return {
        "rows": {"reference": segment.rows[0], "current": segment.rows[1]},
        "drift": {"share": segment.drift_share, "detected": list(segment.detected)},
        "performance": {p.address.partition(".")[2]: _pair(p) for p in segment.performance},
        "custom": {
            p.spec.name.partition(".")[2]: _own(p) for p in comparison.custom.segments.get(segment.name, ())
        },
    }


def _window(window: WindowFigures, comparison: Comparison) -> dict[str, Any]:
    return {
        "side": window.side,
        "start": datetime.fromtimestamp(window.start / 1e6, UTC).isoformat(),
        "rows": window.rows,
        "performance": {a.partition(".")[2]: result(r) for a, r in window.performance.items()},
        "custom": {
            a.partition(".")[2]: result(r)
            for a, r in comparison.custom.windows.get((window.side, window.start), {}).items()
        },
    }


def _association(association: Association) -> dict[str, Any]:
    return {
        "columns": [association.left, association.right],
        "method": association.method,
        "reference": result(association.reference),
        "current": result(association.current),
    }
