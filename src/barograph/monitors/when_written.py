"""Conditions as they are written; see `when_read`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from barograph.monitors.against_text import against_text
from barograph.monitors.condition import (
    Anytime,
    Band,
    Budget,
    Burn,
    Calibrated,
    Change,
    Composite,
    Condition,
    Limit,
)
from barograph.monitors.entries import percent, written_number, written_seconds
from barograph.monitors.when_read import SPANS


def written_when(when: Condition) -> dict[str, Any]:
    """A condition as JSON, what is usual left out.

    Examples
    --------
    >>> written_when(Change(below=-0.05)), written_when(Calibrated()), written_when(Limit(above=0.1))
    ({'change': '-5%'}, {'calibrated': True}, {'above': 0.1})
    """
    return _WRITTEN[type(when)](when)


def _limit(when: Limit) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if when.above is not None and when.below is not None:
        out["outside"] = [written_number(when.below), written_number(when.above)]
    else:
        out |= _numbers(above=when.above, below=when.below)
    return out | _numbers(clear=when.clear)


def _change(when: Change) -> dict[str, Any]:
    if when.clear is None and not when.sure and (short := _short(when)) is not None:
        return {"change": short}
    held: dict[str, Any] = _numbers(above=when.above, below=when.below, clear=when.clear)
    return {
        "change": held
        | ({} if when.relative else {"relative": False})
        | ({"sure": True} if when.sure else {})
    }


def _short(when: Change) -> str | float | None:
    """One number where one says it all."""
    if when.above is not None and when.below is not None:
        told = (
            percent(when.above) if when.relative and when.above == -when.below and when.above > 0.0 else None
        )
        return None if told is None else f"±{told}"
    limit = when.above if when.below is None else when.below
    if limit is None or (limit <= 0.0 if when.below is None else limit >= 0.0):
        return None
    if not when.relative:
        return written_number(limit)
    told = percent(limit)
    return told if told is None or limit < 0.0 else f"+{told}"


def _band(when: Band) -> dict[str, Any]:
    usual = Band()
    held: dict[str, Any] = {
        key: getattr(when, key)
        for key in ("side", "season", "windows", "fewest")
        if getattr(when, key) != getattr(usual, key)
    }
    width = written_number(when.width)
    return {"band": {"width": width} | held if held else width}


def _calibrated(when: Calibrated) -> dict[str, Any]:
    held: dict[str, Any] = _numbers(level=when.level)
    if when.level is None and when.budget != Budget():
        held["budget"] = _budget(when.budget)
    if when.side is not None:
        held["side"] = when.side
    held |= _numbers(matters=when.matters)
    return {"calibrated": held or True}


def _budget(budget: Budget) -> str:
    span = next((name for name, days in SPANS.items() if days == budget.days), None)
    return f"{written_number(budget.count)} per model per {span or f'{written_number(budget.days)} days'}"


def _anytime(when: Anytime) -> dict[str, Any]:
    level = None if when.level == Anytime().level else when.level
    return {"anytime": _numbers(level=level, tolerance=when.tolerance) or True}


def _burn(when: Burn) -> dict[str, Any]:
    usual = Burn(objective=when.objective)
    held: dict[str, Any] = {"objective": percent(when.objective) or when.objective}
    if when.days != usual.days:
        held["days"] = written_number(when.days)
    if when.rates != usual.rates:
        held["rates"] = [
            [written_number(rate), written_seconds(long), written_seconds(short)]
            for rate, long, short in when.rates
        ]
    return {"burn": held}


def _composite(when: Composite) -> dict[str, Any]:
    parts = []
    for part in when.parts:
        beside: dict[str, Any] = {} if part.metric is None else {"metric": str(part.metric)}
        if part.against is not None:
            beside["against"] = against_text(part.against)
        parts.append(beside | written_when(part.when))
    return {when.how: parts}


def _numbers(**given: float | None) -> dict[str, Any]:
    return {key: written_number(value) for key, value in given.items() if value is not None}


_WRITTEN: Final[Mapping[type[Any], Callable[[Any], dict[str, Any]]]] = {
    Limit: _limit,
    Change: _change,
    Band: _band,
    Calibrated: _calibrated,
    Anytime: _anytime,
    Burn: _burn,
    Composite: _composite,
}
