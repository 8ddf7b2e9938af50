"""Categories under new names: an old one gone, a new one in its place; or none of the names known any more."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from barograph.explain.faults.fault import Fault, Repair, RowTest
from barograph.explain.faults.found import fault_of, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.scan import Counted, Hit, find_hit
from barograph.explain.words import percent, quoted
from barograph.locale.said import say, together
from barograph.profile.grid import BUCKETS, CategoricalGrid

#: A name counts as new that is so many times as frequent as before.
_TIMES: Final = 10.0
#: Excess in standard deviations below which no window is looked at further.
_SUSPECT: Final = 3.0
#: Of the rows expected, what the old name may keep, and how far loss and gain may differ, where names are not alike.
_KEPT: Final = 0.1
_APART: Final = 0.25
#: Windows of the reference in which the old name must always have been there.
_FEWEST_WINDOWS: Final = 3
_EXPECTED: Final = 8.0
#: Names all unknown: this share of the rows, so many names, and at most so many that were new in the reference.
_MOST_UNKNOWN: Final = 0.5
_FEWEST_NAMES: Final = 3
_ARRIVING: Final = 0.02
#: Of the rows with unknown names, those whose old name is found, for these to be called renamed.
_TOLD: Final = 0.8
_TRUE: Final = {"true": "1", "yes": "1", "y": "1", "t": "1", "false": "0", "no": "0", "n": "0", "f": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Renamed:
    old: str
    new: str
    code: int
    hit: Hit
    alike: bool


def category_fault(scene: Scene, look: Look) -> Fault | None:
    """Renamed categories, with the old name of each; or unknown names wholesale.

    A new name is an old one renamed if both are the same but for case, spaces, punctuation or the way a number is
    written; else if the old one, always there before, is gone from the same windows and was as frequent.

    Notes
    -----
    A new category beside the known ones is no fault but new territory, however frequent.
    """
    grid = look.grid
    if not isinstance(grid, CategoricalGrid) or not look.rows[1].sum():
        return None
    pairs = _renamed(scene, look, grid)
    unknown = _unknown_fault(scene, look, grid)
    told = sum(pair.hit.hits for pair in pairs)
    if pairs and (unknown is None or told >= _TOLD * unknown.rows):
        return _renamed_fault(scene, look, pairs)
    return unknown


def _renamed(scene: Scene, look: Look, grid: CategoricalGrid) -> list[_Renamed]:
    named = len(grid.categories)
    texts = dict(enumerate(grid.categories)) | {named + b: t for b, t in look.current.names.items()}
    plain = {plain_name(text): text for text in reversed(grid.categories)}
    pairs: list[_Renamed] = []
    taken: set[str] = set()
    for code, text in texts.items():
        if not _is_suspect(look, code):
            continue
        hit = _hit(scene, look, [code])
        if hit is None or not hit.is_burst(_TIMES) or hit.share < _TIMES * hit.before:
            continue
        old = plain.get(plain_name(text))
        alike = old is not None and old != text
        if not alike:
            old = _replaced(look, grid, hit, code)
        if old is not None and old != text and old not in taken:
            taken.add(old)
            pairs.append(_Renamed(old=old, new=text, code=code, hit=hit, alike=alike))
    return pairs


def _is_suspect(look: Look, code: int) -> bool:
    """Whether the name is far more frequent in some window or in all than before."""
    before = look.reference.counts[:, code].sum() / look.rows[0].sum()
    now = look.current.counts[:, code]
    if now.sum() < _EXPECTED:
        return False
    counts, rows = np.append(now, now.sum()), np.append(look.rows[1], look.rows[1].sum())
    often = counts >= np.maximum(_TIMES * before * rows, before * rows + _SUSPECT * np.sqrt(before * rows))
    return bool((often & (counts > 2)).any())


def plain_name(text: str) -> str:
    """A name without case, spaces and punctuation; numbers and truth values in one spelling.

    Examples
    --------
    >>> plain_name(" Web-Shop") == plain_name("web shop"), plain_name("1.0"), plain_name("TRUE")
    (True, '1', '1')
    """
    bare = text.strip().casefold()
    try:
        return f"{float(bare):g}"
    except ValueError:
        letters = "".join(c for c in bare if c.isalnum())
        return _TRUE.get(letters, letters or bare)


def _hit(scene: Scene, look: Look, codes: list[int]) -> Hit | None:
    return find_hit(
        Counted(hits=look.reference.of(codes), rows=look.rows[0]),
        Counted(hits=look.current.of(codes), rows=look.rows[1]),
        tests=scene.tests,
        spread=look.spread,
    )


def _replaced(look: Look, grid: CategoricalGrid, hit: Hit, code: int) -> str | None:
    """The one old name that is gone from the windows of the new one and was as frequent; None where none or several."""
    if int((grid.mass > 0).sum()) < 2:
        return None
    held = hit.held(len(look.current.counts))
    named = len(grid.categories)
    before = look.reference.counts[:, :named].sum(axis=0) / look.rows[0].sum()
    expected, now = before * hit.rows, look.current.counts[held, :named].sum(axis=0)
    lost = expected - now
    noise = 3.0 * np.sqrt(look.spread * np.maximum(expected + hit.excess, 1.0))
    fits = (expected >= _EXPECTED) & (now <= _KEPT * expected)
    fits &= np.abs(lost - hit.excess) <= np.minimum(_APART * hit.excess + noise, 0.5 * hit.excess)
    fits[code : code + 1] = False
    found = [i for i in np.flatnonzero(fits).tolist() if _always_there(look, i)]
    return grid.categories[found[0]] if len(found) == 1 else None


def _always_there(look: Look, code: int) -> bool:
    """Whether windows of the reference show the name whenever rows enough to expect it come."""
    counts, rows = look.reference.counts[:, code], look.rows[0]
    expected = rows * (counts.sum() / max(rows.sum(), 1.0))
    full = expected >= _EXPECTED
    if len(rows) < _FEWEST_WINDOWS:
        return True
    return bool(full.sum() >= _FEWEST_WINDOWS and (counts[full] >= 0.2 * expected[full]).all())


def _renamed_fault(scene: Scene, look: Look, pairs: list[_Renamed]) -> Fault | None:
    codes = [pair.code for pair in pairs]
    hit = _hit(scene, look, codes) or pairs[0].hit
    said = together([say("{old} is now {new}", old=repr(p.old), new=repr(p.new)) for p in pairs[:4]], ", ")
    if len(pairs) > 4:
        said = say("{names} and {n} more", names=said, n=len(pairs) - 4)
    first = pairs[0]
    if first.alike:
        why = say("the names differ in spelling only")
    else:
        why = say("{name} is gone from these rows and was as frequent", name=repr(first.old))
    column = quoted(look.name)
    name = say("{column}: {n} categories renamed", column=column, n=len(pairs))
    if len(pairs) == 1:
        name = say("{column} {old} renamed {new}", column=column, old=repr(first.old), new=repr(first.new))
    return fault_of(
        scene, hit, RowTest(column=look.name, categories=tuple(pair.new for pair in pairs)), kind="categories",
        name=name, place=where(scene, look.name, np.array(codes), hit),
        evidence=say("{said}; {why}.", said=said, why=why),
        repair=Repair(column=look.name, renamed=MappingProxyType({pair.new: pair.old for pair in pairs})),
    )  # fmt: skip


def _unknown_fault(scene: Scene, look: Look, grid: CategoricalGrid) -> Fault | None:
    named = len(grid.categories)
    codes = list(range(named, named + BUCKETS))
    if not grid.complete or len(look.current.names) < _FEWEST_NAMES or _arriving(look, named) > _ARRIVING:
        return None
    hit = _hit(scene, look, codes)
    if hit is None or not hit.is_burst() or hit.of_unhit < _MOST_UNKNOWN:
        return None
    names = sorted(look.current.names.values())
    return fault_of(
        scene, hit, RowTest(column=look.name, categories=tuple(names)), kind="categories",
        name=say("{column} full of unknown names", column=quoted(look.name)),
        place=where(scene, look.name, np.array(codes), hit),
        evidence=say(
            "{share} are none of its {n} names, such as {names}.",
            share=percent(hit.share), n=named, names=together(map(repr, names[:3]), ", "),
        ),
    )  # fmt: skip


def _arriving(look: Look, named: int) -> float:
    """Share, in the reference's later half, of categories that its first half did not have."""
    counts = look.reference.counts[:, :named]
    half = len(counts) // 2
    if not half:
        return 0.0
    fresh = counts[:half].sum(axis=0) == 0
    later = counts[half:].sum()
    return float(counts[half:, fresh].sum() / later) if later else 0.0
