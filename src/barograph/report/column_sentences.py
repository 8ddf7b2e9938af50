"""What happened to one column, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from barograph.charts.numbers import number, share
from barograph.locale.said import capitalised, say, together
from barograph.metrics.drift.against_variation import AgainstVariation
from barograph.metrics.drift.column_windows import UnknownVariation
from barograph.metrics.drift.columns import ColumnDrift
from barograph.metrics.values import Result, Value
from barograph.report.figure import State

_TOLD: Final = 3
#: Share of rows beyond the reference's range that is worth a word.
_BEYOND: Final = 0.01


def column_state(drift: ColumnDrift) -> State:
    """`changed` where detected, `ok` where no change is shown, `unknown` where history is too short to tell.

    A column that moved for certain, and more than its reference windows usually differ, but not so much more
    that the few windows there are could prove it, is neither.
    """
    if drift.verdict.detected:
        return "changed"
    variation = drift.variation
    if (
        drift.verdict.basis == "windows"
        and isinstance(variation, AgainstVariation)
        and moved(drift)
        and variation.ratio > 1
    ):
        return "unknown"
    return "ok"


def moved(drift: ColumnDrift) -> bool:
    """Whether the effect is told from the noise of drawing rows."""
    return drift.verdict.effect_interval[0] > 0


def column_sentence(
    drift: ColumnDrift, quality: Mapping[str, tuple[Result, Result]], notable: str = ""
) -> str:
    """What happened to a column: how far it moved, what stands out, and how unusual that is.

    Parameters
    ----------
    notable : what is told of its quality, as of labels that are not known yet: only its values are then as before.
    """
    if not drift.verdict.detected and not moved(drift):
        return (
            say("No change of its values shown; {quality}.", quality=notable)
            if notable
            else say("No change shown.")
        )
    parts: list[str] = []
    nulls = quality.get("null_share")
    if nulls and _differs(nulls, 0.02):
        parts.append(say("nulls {figures}", figures=_from_to(nulls, share)))
    middle = quality.get("median")
    if middle and _differs(middle, 0.0):
        parts.append(say("median {figures}", figures=_from_to(middle, number)))
    beyond = quality.get("beyond_range_share")
    if beyond and _differs(beyond, _BEYOND):
        parts.append(say("beyond the reference's range {figures} of rows", figures=_from_to(beyond, share)))
    elif drift.moved_cell is not None and drift.shares is not None:
        before, now = map(share, drift.shares)
        parts.append(
            say("{values}: {before} → {now} of rows", values=drift.moved_cell, before=before, now=now)
        )
    told = [capitalised(say("{text}.", text=together(parts[:_TOLD], "; ")))] if parts else []
    return together([text for text in (*told, unusual(drift)) if text], " ")


def unusual(drift: ColumnDrift) -> str:
    """How the change compares with what reference windows differ from each other; empty where unknown."""
    variation = drift.variation
    if isinstance(variation, AgainstVariation):
        times = say(
            "{times} times what reference windows differ from each other", times=f"{variation.ratio:.1f}"
        )
        if drift.verdict.detected:
            return say("{text}.", text=times)
        if variation.ratio <= 1:
            return say("{text}: usual.", text=times)
        return say(
            "{text}, not beyond doubt with {n} independent windows of history.",
            text=times, n=f"{variation.k_eff:.0f}",
        )  # fmt: skip
    if isinstance(variation, UnknownVariation):
        return say("Judged by rows alone: {why}.", why=variation.detail)
    return ""


def _differs(pair: tuple[Result, Result], least: float) -> bool:
    a, b = pair
    return isinstance(a, Value) and isinstance(b, Value) and abs(a.value - b.value) > least


def _from_to(pair: tuple[Result, Result], write: Callable[[float], str]) -> str:
    return " → ".join(write(v.value) if isinstance(v, Value) else "?" for v in pair)
