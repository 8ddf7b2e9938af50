"""Conditions from their written form: ``{above: 0.1}``, ``{change: -5%}``, ``{calibrated: true}``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from barograph.monitors import entries
from barograph.monitors.addressed import read_against, read_metric
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
    Part,
    Season,
    Side,
)
from barograph.schema.document import Document, Path

#: Keys that name a condition; those of a limit stand together.
LIMIT_KEYS: Final = ("above", "below", "outside", "clear")
CONDITIONS: Final = ("change", "band", "calibrated", "anytime", "burn", "all", "any")
#: Days of the spans that a budget can be given for.
SPANS: Final[Mapping[str, float]] = {
    "day": 1.0, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25,
}  # fmt: skip
_BUDGET = re.compile(r"\s*(\S+) per model per (?:(day|week|month|quarter|year)|(\S+) days)\s*")
_CHANGE = re.compile(r"\s*(±|\+-|\+/-|\+|-)?\s*([^\s+-]\S*)\s*")
_DEEPEST: Final = 4
_EXPECTED: Final = "a condition such as {above: 0.1}, {change: -5%}, {band: 3} or {calibrated: true}"


def read_when(document: Document, path: Path, value: object, *, depth: int = 0) -> Condition:
    """Read a condition.

    Parameters
    ----------
    path : where the condition stands.

    Raises
    ------
    MonitorError
        Says where and what was expected.

    Examples
    --------
    >>> read_when(Document(origin="m", values={}, lines={}), ("when",), {"change": "-5%"})
    Change(above=None, below=-0.05, relative=True, clear=None, sure=False)
    """
    held = entries.mapping(document, path, value, (*LIMIT_KEYS, *CONDITIONS))
    named = [key for key in CONDITIONS if key in held]
    if not named:
        if not any(key in held for key in ("above", "below", "outside")):
            raise document.wrong(path, value, _EXPECTED)
        return _limit(document, path, held)
    if len(named) > 1 or len(held) > 1:
        raise document.wrong(path, value, "one condition; several stand in a list under all or any")
    (key,) = named
    if key in ("all", "any"):
        return _composite(document, (*path, key), key, held[key], depth)
    return _READ[key](document, (*path, key), held[key])


def _limit(document: Document, path: Path, held: Mapping[str, Any]) -> Limit:
    above, below, clear = (_number(document, path, held, key) for key in ("above", "below", "clear"))
    if held.get("outside") is not None:
        if above is not None or below is not None:
            raise document.wrong(path, dict(held), "either outside or above and below")
        pair = held["outside"]
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise document.wrong((*path, "outside"), pair, "two limits, such as [0.1, 0.3]")
        below, above = (entries.number(document, (*path, "outside"), end) for end in pair)
    if above is None and below is None:
        raise document.wrong(path, dict(held), "above, below or outside with a number")
    if above is not None and below is not None and below >= above:
        raise document.wrong(path, dict(held), "below less than above; as it is, every figure breaches it")
    _check_clear(document, path, above, below, clear)
    return Limit(above=above, below=below, clear=clear)


def _check_clear(
    document: Document, path: Path, above: float | None, below: float | None, clear: float | None
) -> None:
    if clear is None:
        return
    where = (*path, "clear")
    if above is not None and below is not None:
        if not 0.0 <= clear < (above - below) / 2.0:
            raise document.wrong(where, clear, "how far inside both limits, less than half way between them")
    elif above is not None and clear > above:
        raise document.wrong(where, clear, f"at most {above!r}, the limit")
    elif below is not None and clear < below:
        raise document.wrong(where, clear, f"at least {below!r}, the limit")


def _change(document: Document, path: Path, value: object) -> Change:
    if not isinstance(value, Mapping):
        return _short_change(document, path, value)
    held = entries.mapping(document, path, value, ("above", "below", "relative", "sure", "clear"))
    above, below, clear = (_number(document, path, held, key) for key in ("above", "below", "clear"))
    if above is None and below is None:
        raise document.wrong(path, value, "above or below, such as {above: 5%}")
    if above is not None and below is not None and below >= above:
        raise document.wrong(path, value, "below less than above, such as {above: 5%, below: -5%}")
    _check_clear(document, path, above, below, clear)
    return Change(
        above=above, below=below, clear=clear,
        relative=_flag(document, path, held, "relative", usual=True),
        sure=_flag(document, path, held, "sure", usual=False),
    )  # fmt: skip


def _short_change(document: Document, path: Path, value: object) -> Change:
    expected = "a change such as -5%, +5%, ±5%, or 0.02 in the metric's own unit"
    told = _CHANGE.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, str) and told is None:
        raise document.wrong(path, value, expected)
    sign, size = (told[1], told[2]) if told else (None, value)
    number = entries.number(document, path, size)
    if number == 0.0:
        raise document.wrong(path, value, expected)
    relative = isinstance(size, str) and size.endswith("%")
    if sign not in (None, "+", "-"):
        return Change(above=number, below=-number, relative=relative)
    number = -number if sign == "-" else number
    if number > 0.0:
        return Change(above=number, relative=relative)
    return Change(below=number, relative=relative)


def _band(document: Document, path: Path, value: object) -> Band:
    if not isinstance(value, Mapping):
        return Band(width=entries.positive(document, path, value))
    held = entries.mapping(document, path, value, ("width", "side", "season", "windows", "fewest"))
    read: dict[str, Any] = {}
    if held.get("width") is not None:
        read["width"] = entries.positive(document, (*path, "width"), held["width"])
    if held.get("side") is not None:
        read["side"] = entries.choice(document, (*path, "side"), held["side"], get_args(Side))
    if held.get("season") is not None:
        read["season"] = entries.choice(document, (*path, "season"), held["season"], get_args(Season))
    for key, least in (("windows", 2), ("fewest", 2)):
        if held.get(key) is not None:
            read[key] = entries.whole(document, (*path, key), held[key], least=least)
    if read.get("fewest", Band().fewest) > read.get("windows", math.inf):
        raise document.wrong(path, dict(value), "fewest no more than windows, which are looked at")
    return Band(**read)


def _calibrated(document: Document, path: Path, value: object) -> Calibrated:
    if not isinstance(value, Mapping):
        _require_true(document, path, value)
        return Calibrated()
    held = entries.mapping(document, path, value, ("level", "budget", "side", "matters"))
    if held.get("level") is not None and held.get("budget") is not None:
        raise document.wrong(path, dict(value), "either a level or a budget")
    read: dict[str, Any] = {}
    if held.get("level") is not None:
        read["level"] = _level(document, (*path, "level"), held["level"])
    if held.get("budget") is not None:
        read["budget"] = _budget(document, (*path, "budget"), held["budget"])
    if held.get("side") is not None:
        read["side"] = entries.choice(document, (*path, "side"), held["side"], get_args(Side))
    if held.get("matters") is not None:
        matters = entries.number(document, (*path, "matters"), held["matters"])
        if matters < 0.0:
            raise document.wrong((*path, "matters"), held["matters"], "a size from 0 on")
        read["matters"] = matters
    return Calibrated(**read)


def _budget(document: Document, path: Path, value: object) -> Budget:
    found = _BUDGET.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise document.wrong(path, value, "such as `1 per model per quarter` or `2 per model per 30 days`")
    days = SPANS[found[2]] if found[2] else entries.positive(document, path, found[3])
    return Budget(count=entries.positive(document, path, found[1]), days=days)


def _anytime(document: Document, path: Path, value: object) -> Anytime:
    if not isinstance(value, Mapping):
        _require_true(document, path, value)
        return Anytime()
    held = entries.mapping(document, path, value, ("level", "tolerance"))
    read: dict[str, Any] = {}
    if held.get("level") is not None:
        read["level"] = _level(document, (*path, "level"), held["level"])
    if held.get("tolerance") is not None:
        read["tolerance"] = entries.number(document, (*path, "tolerance"), held["tolerance"])
        if read["tolerance"] < 0.0:
            raise document.wrong((*path, "tolerance"), held["tolerance"], "a size from 0 on")
    return Anytime(**read)


def _burn(document: Document, path: Path, value: object) -> Burn:
    held = entries.mapping(document, path, value, ("objective", "days", "rates"))
    objective = entries.share(document, (*path, "objective"), held.get("objective"))
    if not 0.0 < objective < 1.0:
        raise document.wrong((*path, "objective"), held.get("objective"), "less than 100% and more than 0%")
    read: dict[str, Any] = {}
    if held.get("days") is not None:
        read["days"] = entries.positive(document, (*path, "days"), held["days"])
    if held.get("rates") is not None:
        read["rates"] = _rates(document, (*path, "rates"), held["rates"])
    return Burn(objective=objective, **read)


def _rates(document: Document, path: Path, value: object) -> tuple[tuple[float, float, float], ...]:
    expected = "a list of rate, long span and short span, such as [[14.4, 1h, 5m], [6, 6h, 30m]]"
    if not isinstance(value, list | tuple) or not value:
        raise document.wrong(path, value, expected)
    out = []
    for i, one in enumerate(value, 1):
        if not isinstance(one, list | tuple) or len(one) != 3:
            raise document.wrong((*path, str(i)), one, expected)
        where = (*path, str(i))
        rate = entries.positive(document, where, one[0])
        long, short = (entries.seconds(document, where, span) for span in one[1:])
        if not 0.0 < short < long:
            raise document.wrong(where, list(one), "the longer span before the shorter one")
        out.append((rate, long, short))
    if sorted(out, key=lambda rate: -rate[0]) != out:
        raise document.wrong(path, value, "the highest rate, which is the severest, first")
    return tuple(out)


def _composite(document: Document, path: Path, how: Any, value: object, depth: int) -> Composite:
    if not isinstance(value, list | tuple) or not value:
        raise document.wrong(path, value, "a list of conditions, such as [{above: 0.1}, {change: 5%}]")
    if depth >= _DEEPEST:
        raise document.wrong(path, value, f"conditions at most {_DEEPEST} deep")
    return Composite(
        how=how, parts=tuple(_part(document, (*path, str(i)), v, depth) for i, v in enumerate(value, 1))
    )


def _part(document: Document, path: Path, value: object, depth: int) -> Part:
    held = entries.mapping(document, path, value, ("metric", "against", *LIMIT_KEYS, *CONDITIONS))
    condition = {key: v for key, v in held.items() if key not in ("metric", "against")}
    metric, against = (held.get(key) for key in ("metric", "against"))
    return Part(
        metric=None if metric is None else read_metric(document, (*path, "metric"), metric),
        against=None if against is None else read_against(document, (*path, "against"), against),
        when=read_when(document, path, condition, depth=depth + 1),
    )


def _number(document: Document, path: Path, held: Mapping[str, Any], key: str) -> float | None:
    return None if held.get(key) is None else entries.number(document, (*path, key), held[key])


def _flag(document: Document, path: Path, held: Mapping[str, Any], key: str, *, usual: bool) -> bool:
    return usual if held.get(key) is None else entries.flag(document, (*path, key), held[key])


def _level(document: Document, path: Path, value: object) -> float:
    found = entries.number(document, path, value)
    if not 0.0 < found < 1.0:
        raise document.wrong(path, value, "a p-value such as 0.001")
    return found


def _require_true(document: Document, path: Path, value: object) -> None:
    if not entries.flag(document, path, value):
        raise document.wrong(path, value, "true; to switch a monitor off, set enabled: false")


_READ: Final[Mapping[str, Callable[[Document, Path, Any], Condition]]] = {
    "change": _change,
    "band": _band,
    "calibrated": _calibrated,
    "anytime": _anytime,
    "burn": _burn,
}
