"""What of a comparison is worth a sentence: metrics that certainly changed, values that are new or broken."""

from __future__ import annotations

from typing import Final

from barograph.locale.said import say
from barograph.metrics.drift.roles import INPUT_ROLES
from barograph.metrics.intervals import Z
from barograph.metrics.quality.unseen import outside_by_chance
from barograph.metrics.values import Result, Value
from barograph.report.comparison import Comparison
from barograph.report.pair import Pair

#: Share of rows beyond the reference's range that is worth a word.
_BEYOND: Final = 0.01
#: Chance, over all columns together, that such a sentence is said of rows that did not change.
_CHANCE: Final = 0.01
#: Rise of a share of rows from which it looks like a fault.
_FAULT: Final = 0.02
#: Chance, over all metrics together, that one is said to have changed where none has.
_METRICS_CHANCE: Final = 0.05


def certain_changes(comparison: Comparison) -> dict[str, list[Pair]]:
    """Metrics that are worse or better by more than chance gives any of so many (Bonferroni), by verdict.

    A verdict of its own rests on one 95 % interval; here the interval is as wide as all metrics together ask for.
    """
    from scipy.special import ndtri

    judged = [p for p in comparison.performance if p.change is not None and p.change.interval is not None]
    least = -float(ndtri(_METRICS_CHANCE / 2.0 / max(len(judged), 1)))
    found: dict[str, list[Pair]] = {}
    for pair in judged:
        change = pair.change
        if change is None or change.interval is None or change.verdict not in ("worse", "better"):
            continue
        low, high = change.interval
        half = change.value - low if change.value > 0.0 else high - change.value
        if abs(change.value) * Z > least * half:
            found.setdefault(change.verdict, []).append(pair)
    return found


def broken_columns(comparison: Comparison) -> tuple[str, ...]:
    """Columns that are missing from the current rows."""
    return comparison.current.missing


def new_territory(comparison: Comparison) -> dict[str, float]:
    """Inputs with values that the reference never had, and the share of rows that hold them."""
    found = {}
    columns = len(comparison.inputs)
    for name in comparison.drift:
        if comparison.reference.schema.column(name).role not in INPUT_ROLES:
            continue
        for metric in ("beyond_range_share", "unseen_share"):
            pair = comparison.quality[name].get(metric)
            if (
                pair
                and _rises(pair, _BEYOND)
                and isinstance(pair[1], Value)
                and _beyond_chance(pair, columns)
            ):
                found[name] = pair[1].value
    return found


def broken_values(comparison: Comparison) -> list[tuple[str, dict[str, float]]]:
    """What is wrong with values, in words, and by column the share of rows that hold it, where that rose much."""
    out: list[tuple[str, dict[str, float]]] = []
    gone = broken_columns(comparison)
    for metric, what in (
        ("mismatch_share", say("not of the expected type")),
        ("null_share", say("null")),
        ("nan_share", "NaN"),
    ):
        found = {}
        for name, quality in comparison.quality.items():
            pair = quality.get(metric)
            label = comparison.reference.schema.column(name).role == "label"
            if (
                pair
                and not label
                and name not in gone
                and _rises(pair, _FAULT)
                and isinstance(pair[1], Value)
            ):
                found[name] = pair[1].value
        if found:
            out.append((what, found))
    return out


def _rises(pair: tuple[Result, Result], least: float) -> bool:
    a, b = pair
    return isinstance(b, Value) and b.value - (a.value if isinstance(a, Value) else 0.0) > least


def _beyond_chance(pair: tuple[Result, Result], columns: int) -> bool:
    """Whether more rows lie beyond the reference's range than its limited rows let expect, in any of `columns`."""
    a, b = pair
    if not isinstance(a, Value) or not isinstance(b, Value):
        return isinstance(b, Value)
    return outside_by_chance(round(b.value * b.n), current=b.n, reference=a.n) * max(columns, 1) <= _CHANCE
