"""What each data fault takes of the change: the loss of the rows it hit, less what it would have been."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.additive import columns_that_say_most, design_of, fitted_mean, groups_of, shares_of
from barograph.explain.faults.fault import Fault
from barograph.explain.parts import Share, Side
from barograph.explain.territory import UNKNOWN, Coding
from barograph.profile.grid import CROSS_CELLS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: From rows of a sample's frame, repaired, and which of the sample they are, to their losses; None where the model
#: cannot be called.
Rescore = Callable[[pl.DataFrame, Bools], Floats | None]

#: Current rows without a fault from which the loss of like rows can be told; else it is the reference's.
_FEWEST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """Current rows with their faults taken away.

    Attributes
    ----------
    loss : of each current row without its fault.
    fault : place of the fault that each row is put down to; −1 for none.
    shares : the part of each fault.
    rescored : faults whose rows the model was called on, repaired; for the others the loss is that of like rows.
    alone : there are too few current rows without a fault, so that like rows are the reference's.
    faulty : per column the rows whose value is not to be believed.
    """

    loss: Floats
    fault: Ints
    shares: tuple[Share, ...]
    rescored: tuple[bool, ...]
    alone: bool
    faulty: Mapping[str, Bools]

    @property
    def any(self) -> Bools:
        """Rows with a fault."""
        hit: Bools = self.fault >= 0
        return hit


def repaired_losses(
    reference: Side,
    current: Side,
    faults: Sequence[Fault],
    codings: Mapping[str, Coding],
    *,
    rescore: Rescore | None,
) -> Repaired:
    """Take every fault's part of the change.

    Parameters
    ----------
    faults : in order of precedence: a row that several hit is put down to the first.
    rescore : calls the model.

    Notes
    -----
    A row's loss without its fault is the model's on the repaired row where it can be called, else what an additive
    model of the columns that are not faulty says of current rows without a fault, so that a fault in a hard segment
    is not blamed for the segment.
    """
    frame, count = current.sampled.frame, current.count
    fault = np.full(len(current.loss), -1)
    for i, one in enumerate(faults):
        fault[(fault < 0) & one.hits(frame, count)] = i
    columns = dict.fromkeys(one.column for one in faults if one.column in codings)
    faulty = {
        column: np.isin(fault, [i for i, one in enumerate(faults) if one.column == column])
        for column in columns
        if column is not None
    }
    like = _like_rows(reference, current, codings, fault, faulty)
    loss, rescored = np.where(fault >= 0, like.loss, current.loss), []
    for i, one in enumerate(faults):
        hit = fault == i
        found = _rescored(frame, one, hit, rescore)
        if found is not None:
            loss[hit] = found
        rescored.append(found is not None)
    shares = tuple(
        _share(
            current,
            fault == i,
            (loss, like.away),
            codings.get(one.column or ""),
            one.column,
            exact=rescored[i],
        )
        for i, one in enumerate(faults)
    )
    # Where like rows are the reference's, its own chance is in what they lose.
    weights = [0.0 if told else -s.n / current.rows for s, told in zip(shares, rescored, strict=True)]
    shares = tuple(
        Share(
            value=s.value, own=(weight * like.own, s.own[1]), known=(weight * like.known, s.known[1]), n=s.n
        )
        for s, weight in zip(shares, weights, strict=True)
    )
    return Repaired(
        loss=loss, fault=fault, shares=shares, rescored=tuple(rescored), faulty=faulty, alone=like.alone
    )


def without_repeated(current: Side, hit: Bools) -> tuple[Side, Share]:
    """The current rows with repeated ones counted once, and what the repeated ones made of their mean.

    How often a row came is told by the sample, which holds distinct rows; so are the sums by cell that are left.

    Parameters
    ----------
    hit : sampled rows that are repeated.
    """
    once = np.where(hit, 1.0, current.count)
    total, kept = float(current.count.sum()), float(once.sum())
    mean = float(once @ current.loss) / kept
    scale = current.rows / total
    cells = {
        name: np.bincount(cell, scale * once, CROSS_CELLS).astype(np.float64)
        for name, cell in current.sampled.cells.items()
    }
    side = Side(
        sampled=replace(current.sampled, count=once), loss=current.loss, rows=round(scale * kept), mean=mean,
        cells=cells, losses=None, summed=False,
    )  # fmt: skip
    # A row that is counted once adds to the mean of distinct rows what it is off from it.
    own = -(once / current.count) * (current.loss - mean) * (total / kept)
    part = Share(
        value=current.mean - mean, own=(np.zeros(0), own), known=(np.zeros(0), current.loss.copy()),
        n=round(scale * (total - kept)),
    )  # fmt: skip
    return side, part


def _rescored(frame: pl.DataFrame, fault: Fault, hit: Bools, rescore: Rescore | None) -> Floats | None:
    if rescore is None or not hit.any():
        return None
    mended = fault.repaired(frame)
    return None if mended is None else rescore(mended.filter(pl.Series(hit)), hit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Like:
    """What like rows lose.

    Attributes
    ----------
    loss : expected of each current row from its believed values.
    away : what each current row without a fault is off from what others say of it; 0 for others.
    alone : like rows are the reference's.
    own, known : what each sampled reference row adds to the mean of `loss`; 0 where like rows are current ones.
    """

    loss: Floats
    away: Floats
    alone: bool
    own: Floats
    known: Floats


def _like_rows(
    reference: Side, current: Side, codings: Mapping[str, Coding], fault: Ints, faulty: Mapping[str, Bools]
) -> _Like:
    """What rows without a fault say of each current row by its believed values; too few of them, the reference's."""
    none, zero = np.zeros(len(current.loss)), np.zeros(len(reference.loss))
    sound = fault < 0
    if sound.all():
        return _Like(loss=current.loss, away=none, alone=False, own=zero, known=zero)
    groups = groups_of(current.sampled, codings)
    believed = {
        n: np.where(faulty[n], UNKNOWN, group) if n in faulty else group for n, group in groups.items()
    }
    alone = int(sound.sum()) < _FEWEST
    told = (
        groups_of(reference.sampled, codings) if alone else {n: group[sound] for n, group in groups.items()}
    )
    loss, count = (reference.loss, reference.count) if alone else (current.loss[sound], current.count[sound])
    said = columns_that_say_most({n: g for n, g in told.items() if n not in faulty}, loss, count)
    fitted = fitted_mean(design_of(told, said, codings, len(loss)), loss, count)
    like = fitted.model.at(believed)
    if not alone:
        none[sound] = loss - fitted.own
        return _Like(loss=like, away=none, alone=False, own=zero, known=zero)
    # All reference rows are known by their sums: the sample has to tell no more than how losses hang on columns.
    then, names = shares_of(reference.cells, codings), fitted.design.names
    like = like + (reference.mean - fitted.model.mean(then))
    hit = current.count * ~sound
    design = design_of(believed, names, codings, len(like))
    apart = design.sums(hit) / float(hit.sum()) - np.concatenate([then[n] for n in names] or [np.zeros(0)])
    own = fitted.weights(apart) * (loss - fitted.own)
    return _Like(loss=like, away=none, alone=True, own=own, known=loss - fitted.model.at(told))


def _share(
    current: Side,
    hit: Bools,
    losses: tuple[Floats, Floats],
    coding: Coding | None,
    column: str | None,
    *,
    exact: bool,
) -> Share:
    """A fault's part; of rows that fill whole cells of its column, all are known."""
    repaired, away = losses
    own = np.where(hit, current.loss - repaired, 0.0)
    known, value = np.zeros(len(own)), 0.0
    if coding is not None and column is not None and current.losses is not None:
        cells = current.sampled.cells[column]
        whole = np.setdiff1d(cells[hit], cells[~hit])
        among = np.isin(cells, whole)
        # Less what they would have lost about, so that it is not the sample that tells how many they are.
        about = float(current.count[among] @ repaired[among]) / max(float(current.count[among].sum()), 1.0)
        known = np.where(among, current.loss - about, 0.0)
        value = float((current.losses[column] - about * current.cells[column])[whole].sum()) / current.rows
        own = own - known
    value += current.mean_of(own)
    if not exact:
        # What like rows lose is itself found from rows without a fault.
        share = current.mean_of(hit.astype(np.float64))
        own = own - away * (share / max(1.0 - share, share, 0.05))
    zero = np.zeros(0)
    n = round(current.mean_of(hit.astype(np.float64)) * current.rows)
    return Share(value=value, own=(zero, own), known=(zero, known), n=n)
