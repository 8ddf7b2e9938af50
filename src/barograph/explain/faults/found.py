"""From a hit to a fault: its time, its rows, the segment it is in, and its sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.fault import Fault, FaultKind, Repair, RowTest
from barograph.explain.faults.looks import Scene, one_column
from barograph.explain.faults.scan import Hit
from barograph.explain.words import day, percent, rows
from barograph.locale.said import Said, say
from barograph.profile.value import ALL

#: A segment is where a fault is if it holds nearly all the rows hit, and these are far more frequent in it.
_NEARLY_ALL: Final = 0.95
_MORE_FREQUENT: Final = 1.5
#: Of a segment's rows, those hit, from which all of them count as hit.
WHOLE: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The segment that holds nearly all the rows hit.

    Attributes
    ----------
    within : its column and value, where it is one column's.
    share : of its rows in these windows, those hit.
    """

    segment: str
    within: tuple[str, str] | None
    share: float


def where(scene: Scene, column: str, codes: NDArray[np.intp], hit: Hit) -> Where | None:
    """The declared segment a hit is confined to; None where it is not.

    Parameters
    ----------
    codes : of the column's grid that rows hit have, as a rule.
    """
    profile = scene.current
    if scene.segment != ALL:
        return Where(segment=scene.segment, within=scene.within, share=hit.share)
    counts, cells = profile.columns[column].counts, profile.cells
    inside = _windows(scene, hit)
    by_segment: dict[str, list[int]] = {}
    for i, cell in enumerate(cells):
        if cell.segment != ALL and (not scene.starts or cell.window in inside):
            by_segment.setdefault(cell.segment, []).append(i)
    best = None
    for segment, held in by_segment.items():
        total = float(counts[held].sum())
        of_sort = float(counts[held][:, codes].sum())
        excess, share = of_sort - hit.before * total, of_sort / max(total, 1.0)
        confined = excess >= _NEARLY_ALL * hit.excess and share >= _MORE_FREQUENT * hit.share
        if confined and (best is None or share > best.share):
            best = Where(segment=segment, within=one_column(profile, segment), share=share)
    return best


def fault_of(
    scene: Scene,
    hit: Hit,
    test: RowTest,
    *,
    kind: FaultKind,
    name: str,
    evidence: str,
    place: Where | None = None,
    repair: Repair | None = None,
    hits: float | None = None,
) -> Fault:
    """The fault that a hit is.

    Parameters
    ----------
    test : without its time, which is the hit's.
    evidence : what speaks for this kind; how many rows, when and where is said here.
    hits : rows hit, where not every one shows; by default the hit's excess.
    """
    spans = scene.spans(hit.runs)
    covers = scene.covers(hit)
    count = min(max(round(hit.excess if hits is None else hits), 1), round(hit.rows))
    if place is None and scene.segment != ALL:
        place = Where(segment=scene.segment, within=scene.within, share=hit.share)
    if place is not None:
        test = replace(test, within=place.within)
    last = bool(spans) and hit.runs[-1][1] == len(scene.rows)
    total = float(scene.current.rows)
    of_rows = _of_rows(scene, hit, count)
    if place is not None and scene.segment != ALL:
        of_rows = say("{rows}, all with {segment}", rows=of_rows, segment=place.segment)
    elif place is not None:
        of_rows = say("{rows}, nearly all with {segment}", rows=of_rows, segment=place.segment)
    return Fault(
        kind=kind,
        column=test.column,
        name=name,
        rows=count,
        share=count / max(total, 1.0),
        start=spans[0][0] if spans else None,
        end=None if last or not spans else spans[-1][1],
        p_value=hit.p_value,
        evidence=say("In {rows}: {evidence}", rows=of_rows, evidence=evidence),
        test=replace(test, timestamp=scene.timestamp, spans=() if covers else spans),
        repair=repair,
    )


def _of_rows(scene: Scene, hit: Hit, count: int) -> Said:
    """How many rows, which part of those that came then, and when that was."""
    spans, values = scene.spans(hit.runs), {"rows": rows(count), "share": percent(count / hit.rows)}
    if not spans:
        return say("{rows} ({share})", **values)
    if scene.covers(hit):
        return say("{rows} ({share} of the rows then) in every window", **values)
    last = hit.runs[-1][1] == len(scene.rows)
    texts = [say("from {start} to {end}", start=day(a), end=day(b)) for a, b in spans]
    if last:
        texts[-1] = say("since {start}", start=day(spans[-1][0]))
    return say("{rows} ({share} of the rows then) {when}", **values, when=_joined(texts))


def _joined(texts: list[Said]) -> Said:
    *first, last = texts
    return say("{first} and {last}", first=_joined(first), last=last) if first else last


def _windows(scene: Scene, hit: Hit) -> set[int | None]:
    held = [i for start, end in hit.runs for i in range(start, end)]
    return {scene.current.cells[scene.held[1][i]].window for i in held}


def shares(hit: Hit) -> dict[str, str]:
    """How often now, and before; for a fault's evidence."""
    return {"share": percent(hit.share), "before": percent(hit.before)}
