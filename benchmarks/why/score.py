"""From what an explanation says to whether it is right; reads nothing but `Explanation.to_dict()`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Said = Mapping[str, Any]
#: Two causes whose amounts are no further apart than this ratio may come in either order.
_ALIKE = 0.7
_TOP = 3
#: Parts that nobody plants: what the reference was too good at, and what a rank metric's slope leaves over.
_NO_CAUSE = ("optimism", "curvature")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """What a right answer says of one plant.

    Attributes
    ----------
    amount : in the metric's unit.
    words : pattern for the kind of a fault; empty where it is none.
    """

    causes: tuple[str, ...]
    amount: float
    columns: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What is right; None where a question does not arise.

    Attributes
    ----------
    first : the first part is a cause planted, and the larger of two.
    covered : per plant whether a part carries it and its interval holds the amount.
    located : per plant with columns whether one of them is among the three groups, segments or faults named first.
    told : per data fault whether its kind is said.
    onset : the metric's change is dated within a day.
    dated : the interval of that date holds the day; None where no date is told.
    shown : a change was shown.
    invented : faults named that are not planted.
    claimed : other parts, not planted, whose interval leaves out 0.
    others : such parts altogether.
    adds_up : the parts make the change.
    """

    first: bool | None
    covered: tuple[bool, ...]
    located: tuple[bool, ...]
    told: tuple[bool, ...]
    onset: bool | None
    dated: bool | None
    shown: bool
    invented: int
    claimed: int
    others: int
    adds_up: bool


def score(said: Said, planted: Sequence[Planted], onset: datetime | None) -> Score:
    """Hold an explanation against what was planted.

    Parameters
    ----------
    said : of `Explanation.to_dict()`.
    onset : start of the first window the plants reach; None where nothing is planted.
    """
    parts = said["parts"]
    found = [_part_of(parts, plant) for plant in planted]
    rest = [part for part in parts if not any(part is held for held in found)]
    curvature = sum(part["value"] for part in parts if part["cause"] == "curvature")
    others = [part for part in rest if part["cause"] not in (*_NO_CAUSE, "fault")]
    size = max((abs(part["value"]) for part in parts), default=0.0)
    return Score(
        first=_is_first(parts, planted, found) if planted else None,
        covered=tuple(
            part is not None and _holds(part["interval"], plant.amount - curvature)
            for part, plant in zip(found, planted, strict=True)
        ),
        located=tuple(_is_located(said, plant) for plant in planted if plant.columns),
        told=tuple(_is_told(said, plant) for plant in planted if plant.words),
        onset=_is_dated(said["since"], onset) if planted else None,
        dated=_is_within(said["since"], onset) if planted else None,
        shown=bool(said["shown"]),
        invented=sum(part["cause"] == "fault" for part in rest),
        claimed=sum(not _holds(part["interval"], 0.0) for part in others),
        others=len(others),
        adds_up=abs(sum(part["value"] for part in parts) - said["change"]["value"]) <= 1e-9 * max(size, 1e-9),
    )


def _part_of(parts: Sequence[Said], plant: Planted) -> Said | None:
    """The part that carries a plant's amount: of faults the one that names it."""
    for cause in plant.causes:
        for part in parts:
            if part["cause"] == cause and (cause != "fault" or _names_fault(part, plant)):
                return part
    return None


def _names_fault(part: Said, plant: Planted) -> bool:
    text = f"{part['name']} {part['sentence']}"
    if any(_mentions(text, column) for column in plant.columns):
        return True
    # Rows sent twice or not at all are of no column.
    return re.search(plant.words, text, re.IGNORECASE) is not None and not _is_of_column(part, plant)


def _is_of_column(part: Said, plant: Planted) -> bool:
    return part.get("column") is not None and part["column"] not in plant.columns


def _is_first(parts: Sequence[Said], planted: Sequence[Planted], found: Sequence[Said | None]) -> bool:
    first = next((part for part in parts if part["cause"] != "curvature"), None)
    if first is None:
        return False
    most = max(abs(plant.amount) for plant in planted)
    return any(
        part is first and abs(plant.amount) >= _ALIKE * most
        for part, plant in zip(found, planted, strict=True)
    )


def _is_located(said: Said, plant: Planted) -> bool:
    if "fault" in plant.causes and any(_names_column(part, plant) for part in said["parts"]):
        return True
    if plant.causes == ("fault",):
        return False
    rank = "rank_concept" if plant.causes[0] == "concept" else "rank_x"
    groups = [group["columns"] for group in said["columns"] if group[rank] <= _TOP]
    if any(column in group for group in groups for column in plant.columns):
        return True
    return any(
        _mentions(segment["segment"], column)
        for segment in said["segments"][:_TOP]
        for column in plant.columns
    )


def _names_column(part: Said, plant: Planted) -> bool:
    text = f"{part['name']} {part['sentence']}"
    return part["cause"] == "fault" and any(_mentions(text, column) for column in plant.columns)


def _is_told(said: Said, plant: Planted) -> bool:
    """Whether a fault's kind is named in its part, or among the notes where it has none of its own."""
    texts = [f"{part['name']} {part['sentence']}" for part in said["parts"] if part["cause"] == "fault"]
    return any(re.search(plant.words, text, re.IGNORECASE) for text in (*texts, *said.get("notes", ())))


def _is_dated(since: Said | None, onset: datetime | None) -> bool:
    if since is None or since["window"] is None or onset is None:
        return False
    return abs(datetime.fromisoformat(since["window"]) - onset) <= timedelta(days=1)


def _is_within(since: Said | None, onset: datetime | None) -> bool | None:
    if since is None or not since.get("interval") or onset is None:
        return None
    low, high = (datetime.fromisoformat(at) for at in since["interval"])
    return low <= onset <= high


def _mentions(text: str, column: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(column)}(?!\w)", text) is not None


def _holds(interval: Sequence[float] | None, value: float) -> bool:
    return interval is not None and interval[0] <= value <= interval[1]
