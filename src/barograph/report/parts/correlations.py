"""How features go with label, prediction and score, and whether that changed."""

from __future__ import annotations

from typing import Final

from barograph.charts.signed import Signed
from barograph.locale.said import say, word
from barograph.metrics.correlation import Association
from barograph.metrics.values import Result, Value
from barograph.report.comparison import Comparison
from barograph.report.rows import CorrelationRow

_SHOWN: Final = 15
#: A change of a correlation that is worth a mark.
_MOVED: Final = 0.2


def correlation_rows(comparison: Comparison) -> tuple[CorrelationRow, ...]:
    """Associations with the answers, those that changed most first."""
    answers = {
        c.name for c in comparison.reference.schema.columns if c.role in ("label", "prediction", "score")
    }
    held = [a for a in comparison.correlations if a.right in answers and a.method != "pearson"]
    held.sort(key=lambda a: -moved(a.reference, a.current))
    return tuple(
        CorrelationRow(
            column=a.left, other=a.right, method=word(a.method.replace("_", " ")), reference=a.reference,
            current=a.current, state="changed" if moved(a.reference, a.current) >= _MOVED else "ok",
        )
        for a in held[:_SHOWN]
    )  # fmt: skip


def moved(reference: Result | None, current: Result) -> float:
    """How far a coefficient changed; 0 where a side is undefined."""
    if isinstance(reference, Value) and isinstance(current, Value):
        return abs(current.value - reference.value)
    return 0.0


def with_target(comparison: Comparison, target: str) -> list[Association]:
    """One association of each feature with a target, the one that changed most first.

    Pearson's r of two numbers, as in a scatter plot; else η or Cramér's V.
    """
    held = [a for a in comparison.correlations if a.right == target and a.method != "spearman"]
    return sorted(held, key=lambda a: -moved(a.reference, a.current))


def signed_bars(held: list[Association], target: str) -> Signed | None:
    """Bars of the associations with a target; None where none is defined."""
    shown = [a for a in held if isinstance(a.reference, Value) or isinstance(a.current, Value)][:_SHOWN]
    if not shown:
        return None
    return Signed(
        name=say("Correlation with {column}", column=target),
        columns=tuple(a.left for a in shown),
        reference=tuple(a.reference.value if isinstance(a.reference, Value) else None for a in shown),
        current=tuple(a.current.value if isinstance(a.current, Value) else None for a in shown),
    )


def correlation_reading(held: list[Association]) -> str:
    """Which association changed most, with the rows it rests on."""
    for a in held:
        if is_changed(a):
            return say("Changed most: {column}, {change}.", column=a.left, change=changed(a))
    return ""


def is_changed(association: Association) -> bool:
    """Whether both sides have a coefficient."""
    return isinstance(association.reference, Value) and isinstance(association.current, Value)


def changed(association: Association) -> str:
    """A coefficient on both sides, with the sampled rows it rests on."""
    before, now = association.reference, association.current
    assert isinstance(before, Value)
    assert isinstance(now, Value)
    return say(
        "{coefficient} {figures} (sampled n = {n})",
        coefficient=_coefficient(association),
        figures=f"{before.value:.2f} → {now.value:.2f}".replace("-", "−"),
        n=f"{before.n:,} → {now.n:,}",
    )


def _coefficient(association: Association) -> str:
    return {"pearson": "r", "correlation_ratio": "η", "cramers_v": "V"}.get(
        association.method, association.method
    )
