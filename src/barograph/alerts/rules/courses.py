"""Series of a rule test: figures, and the states that are expected of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from barograph.alerts.rules.scene import EXPECTED, Expected
from barograph.metrics.address import Address, Wildcard
from barograph.metrics.values import Reason
from barograph.monitors import entries
from barograph.monitors.arrays import Course, Number
from barograph.schema.document import Document, Path

#: Keys of a series that say more of its figures.
OF_A_COURSE: Final = ("rows", "spread", "compared", "reference", "p_values", "parts")
_NOTHING: Final = ("no data", "none", "-")
_MISSING: Final = "no segment"
_TIMES = re.compile(r"(.*\S)\s+[x×]\s*([0-9]{1,5})")
_MOST_WINDOWS: Final = 100_000


def course_of(document: Document, path: Path, values: object, held: Mapping[str, Any]) -> Course:
    """A series as numbers.

    Parameters
    ----------
    values : a list of figures; ``0.1 x 20`` stands for twenty, ``no data`` for a window without rows, ``no segment``
        where only those of the segment are missing, and a reason such as ``no_labels`` for one that gives no figure.
    held : rows of a window, `spread` of the interval, `compared`, figures of the `reference`'s own windows, `p_values`,
        and figures of the `parts` of a composite condition by their address.

    Examples
    --------
    >>> document = Document(origin="x", values={}, lines={})
    >>> course_of(document, (), ["0.1 x 2", "no data"], {"rows": "50"}).values
    (0.1, 0.1, None)
    """
    given: dict[str, Any] = {}
    for key, read in (("rows", entries.whole), ("spread", entries.number), ("compared", entries.number)):
        if held.get(key) is not None:
            given[key] = read(document, (*path, key), held[key])
    for key in ("reference", "p_values"):
        if held.get(key) is not None:
            listed = _repeated(document, (*path, key), held[key])
            given[key] = tuple(entries.number(document, (*path, key), x) for x in listed)
    read_values = _numbers(document, path, values)
    rows = {"rows": given["rows"]} if "rows" in given else {}
    parts = entries.mapping(document, (*path, "parts"), held.get("parts"))
    given["parts"] = {
        name: Course(values=_numbers(document, (*path, "parts", name), told), **rows)
        for name, told in parts.items()
    }
    for name, part in given["parts"].items():
        if len(part.values) != len(read_values):
            raise document.wrong(
                (*path, "parts", name), len(part.values), f"{len(read_values)} figures, one a window"
            )
    return Course(values=read_values, **given)


def states_of(document: Document, path: Path, value: object, count: int) -> tuple[Expected, ...]:
    """The states expected of `count` windows; none where nothing is said."""
    if value is None:
        return ()
    states = tuple(entries.choice(document, path, one, EXPECTED) for one in _repeated(document, path, value))
    if len(states) != count:
        raise document.wrong(path, f"{len(states)} states", f"{count}, one a window")
    return states


def stands_for(watched: Address, one: Address) -> bool:
    """Whether an address is one of those that a monitor's stands for.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> stands_for(parse_address("drift.psi(column=*)"), parse_address('drift.psi(column="age")'))
    True
    """
    if watched.metric != one.metric or [n for n, _ in watched.arguments] != [n for n, _ in one.arguments]:
        return False
    return all(
        isinstance(mine, Wildcard) or mine == its
        for (_, mine), (_, its) in zip(watched.arguments, one.arguments, strict=True)
    )


def _numbers(document: Document, path: Path, value: object) -> tuple[Number, ...]:
    return tuple(_number(document, path, one) for one in _repeated(document, path, value))


def _number(document: Document, path: Path, value: object) -> Number:
    if value is None or value in _NOTHING:
        return None
    if value == _MISSING:
        return "missing_segment"
    if isinstance(value, str) and value in get_args(Reason):
        return value  # type: ignore[return-value]
    return entries.number(document, path, value)


def _repeated(document: Document, path: Path, value: object) -> Iterator[object]:
    """Each of a list, ``0.1 x 20`` twenty times."""
    total = 0
    for one in value if isinstance(value, list) else [value]:
        found = _TIMES.fullmatch(one.strip()) if isinstance(one, str) else None
        times = int(found[2]) if found else 1
        total += times
        if total > _MOST_WINDOWS:
            raise document.wrong(path, one, f"at most {_MOST_WINDOWS:,} windows")
        yield from [found[1] if found else one] * times
