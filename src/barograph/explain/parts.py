"""The change in parts that add up: data faults, mix, new territory, concept.

With m(x) the reference's expected loss of a row like x, "seen" current rows those the reference has rows like, and R
the mean loss of either side, faulted rows repaired:

    mix           = E_current[seen · (m(x) − R_reference)]        known rows, but harder or easier ones
    new territory = E_current[(1 − seen) · (loss − R_reference)]  rows unlike any of the reference's
    concept       = E_current[seen · (loss − m(x))]               equal rows, another loss

They add up to R_current − R_reference whatever m is. m is estimated twice over, by an additive model of the loss and by
weighting reference rows by how much more often such rows come now (Robins, Rotnitzky & Zhao, JASA 89 (1994) 846), each
cross-fitted (Chernozhukov et al., Econom. J. 21 (2018) C1), so that an error of either alone does not show. After
DISDE (Cai, Namkoong & Yadlowsky, arXiv 2303.02011), whose shared distribution would call half of a mere change of mix
new territory; see design/010.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.additive import (
    FOLDS,
    Fitted,
    columns_that_say_most,
    design_of,
    fitted_mean,
    fitted_odds,
    groups_of,
    shares_of,
)
from barograph.explain.sampled import SampledRows
from barograph.explain.territory import UNKNOWN, Coding
from barograph.metrics.intervals import student
from barograph.metrics.values import Value

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: No reference row stands for more current rows than this times its share.
_MOST_WEIGHT: Final = 30.0
#: Entries over which the variance of a row's unsampled likes is spread.
_SPREAD: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side's sampled rows and what is known of all its judged rows.

    Attributes
    ----------
    loss : of each sampled row.
    rows : judged rows of the whole profile, of which the sample holds some.
    mean : their mean loss.
    cells : per feature its judged rows in each cell of the cross table, shape (36,).
    losses : per feature the sum of their losses; None where cross tables do not hold the loss.
    summed : whether `mean` is of all rows; else of the sampled ones.
    """

    sampled: SampledRows
    loss: Floats
    rows: int
    mean: float
    cells: Mapping[str, Floats]
    losses: Mapping[str, Floats] | None
    summed: bool = True

    @property
    def count(self) -> Floats:
        """Rows that each sampled row stands for."""
        return self.sampled.count

    def mean_of(self, values: Floats) -> float:
        """Mean of something over the sampled rows."""
        return float(self.count @ values) / float(self.count.sum())

    @property
    def kurtosis(self) -> float:
        """Of the sampled rows' loss: 3 where it is normal, as many as the rows where one of them is all of it."""
        away = self.loss - self.mean_of(self.loss)
        scale = float(np.abs(away).max(initial=0.0))
        if not scale > 0.0:
            return 1.0
        square = (away / scale) ** 2
        return self.mean_of(square**2) / self.mean_of(square) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the change, and what each row of either side adds to it.

    Attributes
    ----------
    own : per sampled row what the sample alone tells; reference, then current.
    known : per sampled row what is known of all rows, of which the sample is but some.
    n : current rows concerned.
    """

    value: float
    own: tuple[Floats, Floats]
    known: tuple[Floats, Floats]
    n: int

    def minus(self, others: Sequence[Share]) -> Share:
        """What others leave of it."""
        own, known = list(self.own), list(self.known)
        for other in others:
            own = [a - b for a, b in zip(own, other.own, strict=True)]
            known = [a - b for a, b in zip(known, other.known, strict=True)]
        value = self.value - sum(other.value for other in others)
        return Share(value=value, own=(own[0], own[1]), known=(known[0], known[1]), n=self.n)

    def amount(self, reference: Side, current: Side) -> Value:
        """The part with Student's interval; its degrees of freedom fall where few rows make most of the variance."""
        sides = zip((reference, current), self.own, self.known, strict=True)
        squares = np.concatenate([_squares(side, own, known) for side, own, known in sides])
        total, fourth = float(squares.sum()), float((squares**2).sum())
        reach = student(max(total * total / fourth - 1.0, 2.0)) * total**0.5 if total > 0.0 else 0.0
        return Value(value=self.value, n=self.n, interval=(self.value - reach, self.value + reach))


def _squares(side: Side, own: Floats, known: Floats) -> Floats:
    """Squared influence of every row of a side on a part."""
    count, n = side.count, float(side.count.sum())
    own, known = own - side.mean_of(own), known - side.mean_of(known)
    rows = float(side.rows) if side.summed else n
    sampled = count * (own / n + known / rows) ** 2
    others = round(rows - n)
    if others <= 0:
        return sampled
    # The rows outside the sample have squares like those in it; they are spread over as many entries.
    each = known**2 * count / n * (others / rows**2)
    return np.concatenate((sampled, np.repeat(each / _SPREAD, _SPREAD)))


def whole_change(reference: Side, current: Side) -> Share:
    """The change of the mean loss, all of it known from sums."""
    return Share(
        value=current.mean - reference.mean,
        own=(np.zeros(len(reference.loss)), np.zeros(len(current.loss))),
        known=(-reference.loss, current.loss.copy()),
        n=round(current.rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Where the change of the repaired rows lies.

    Attributes
    ----------
    weight : how much more often rows like each of the reference's come now; 1 is as often.
    expected : the reference's expected loss of each current row.
    """

    mix: Share
    new_territory: Share
    concept: Share
    weight: Floats
    expected: Floats


def split(
    reference: Side, current: Side, *, faults: Sequence[Share], repaired: Floats, faulty: Mapping[str, Bools],
    new: Bools, codings: Mapping[str, Coding],
) -> Split:  # fmt: skip
    """Split what faults leave of the change into mix, new territory and concept.

    Parameters
    ----------
    faults : the parts that faults took.
    repaired : loss of each current row without its fault.
    faulty : per column the current rows whose value there is not to be believed.
    new : current rows unlike any of the reference's.
    """
    raw = groups_of(current.sampled, codings)
    believed = {n: np.where(faulty[n], UNKNOWN, group) if n in faulty else group for n, group in raw.items()}
    before = groups_of(reference.sampled, codings)
    said = columns_that_say_most(before, reference.loss, reference.count)
    design = design_of(before, said, codings, len(reference.loss))
    fitted = fitted_mean(design, reference.loss, reference.count)
    expected = fitted.model.at(believed)
    weight = _weights((reference, current), (before, believed), codings, ~new & ~_any(faulty, new))
    rows = _Rows(raw=raw, believed=believed, new=new)
    mix = _mix((reference, current), fitted, weight, rows, codings)
    new_territory = _new_territory(reference, current, (new, repaired), codings)
    seen = replace(whole_change(reference, current), n=mix.n)
    concept = seen.minus([*faults, mix, new_territory])
    return Split(mix=mix, new_territory=new_territory, concept=concept, weight=weight, expected=expected)


def _new_territory(
    reference: Side, current: Side, rows: tuple[Bools, Floats], codings: Mapping[str, Coding]
) -> Share:
    """What rows unlike any of the reference's bring; of the column with most of them, all rows are known by cell."""
    new, repaired = rows
    own = np.where(new, repaired - reference.mean, 0.0)
    hit = {name: coding.unseen[current.sampled.cells[name]] for name, coding in codings.items()}
    # Cells with a faulty row are not told by their sums.
    hit = {name: h for name, h in hit.items() if h.any() and not (h & ~new).any()}
    value, known = 0.0, np.zeros(len(own))
    if current.losses is not None and hit:
        name = max(hit, key=lambda column: float(current.count @ (hit[column] & new)))
        known = np.where(hit[name], current.loss - reference.mean, 0.0)
        cells = codings[name].unseen
        value = (
            float((current.losses[name] - reference.mean * current.cells[name])[cells].sum()) / current.rows
        )
    own = own - known
    return Share(
        value=value + current.mean_of(own), own=(np.zeros(len(reference.loss)), own),
        n=round(current.mean_of(new.astype(np.float64)) * current.rows),
        known=(current.mean_of(new.astype(np.float64)) * -reference.loss, known),
    )  # fmt: skip


def _any(masks: Mapping[str, Bools], like: Bools) -> Bools:
    held: Bools = np.any([*masks.values(), np.zeros(len(like), bool)], axis=0)
    return held


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The current sampled rows as the mix sees them: their groups, raw and as far as believed, and which are new."""

    raw: Mapping[str, Ints]
    believed: Mapping[str, Ints]
    new: Bools


def _mix(
    sides: tuple[Side, Side], fitted: Fitted, weight: Floats, rows: _Rows, codings: Mapping[str, Coding]
) -> Share:
    """The seen rows' expected loss beyond the reference's: the model's, by all rows, and by weights what it misses."""
    reference, current = sides
    seen = current.mean_of((~rows.new).astype(np.float64))
    weight = weight * (seen / reference.mean_of(weight))
    missed = reference.loss - fitted.own
    then, now = (shares_of(side.cells, codings) for side in sides)
    raw = fitted.model.at(rows.raw)
    # Where a row is new, or its value not believed, the model's figure of its raw value is taken off again.
    other = np.where(rows.new, reference.mean, fitted.model.at(rows.believed)) - raw
    # The mean of what the model misses is known over all rows: the sample has to tell the weights' effect alone.
    value = (
        fitted.model.mean(now) - reference.mean + current.mean_of(other)
        + seen * (reference.mean - fitted.model.mean(then)) + reference.mean_of((weight - seen) * missed)
    )  # fmt: skip
    # The model errs as its own rows do, by as much as weights leave columns out of balance.
    design = fitted.design
    apart = [np.concatenate([share[name] for name in design.names] or [np.zeros(0)]) for share in (now, then)]
    believed, told = (
        design_of(group, design.names, codings, len(other)) for group in (rows.believed, rows.raw)
    )
    count = current.count / float(current.count.sum())
    imbalance = (
        apart[0] - seen * apart[1] + believed.sums(count * ~rows.new) - told.sums(count)
        - design.sums(reference.count * (weight - seen)) / float(reference.count.sum())
    )  # fmt: skip
    own = (weight - seen + fitted.weights(imbalance)) * missed
    modelled = fitted.model.at(groups_of(reference.sampled, codings))
    return Share(
        value=value, own=(own, other), n=round(seen * current.rows), known=(-seen * modelled, raw)
    )  # fmt: skip


def _weights(
    sides: tuple[Side, Side], groups: tuple[Mapping[str, Ints], Mapping[str, Ints]], codings: Mapping[str, Coding],
    kept: Bools,
) -> Floats:  # fmt: skip
    """How much more often rows like each of the reference's come among the current rows that are kept."""
    n, held = len(sides[0].loss), np.flatnonzero(kept)
    if len(held) < FOLDS:
        return np.ones(n)
    # Rows of both sides in turn, so that each fold has its share of either.
    order = np.argsort(np.concatenate((np.arange(n) / n, np.arange(len(held)) / len(held))), kind="stable")
    count = np.concatenate((sides[0].count, sides[1].count[held]))[order]
    target = np.concatenate((np.zeros(n), np.ones(len(held))))[order]
    both = {name: np.concatenate((group, groups[1][name][held]))[order] for name, group in groups[0].items()}
    said = columns_that_say_most(both, target, count)
    odds = np.empty(len(order))
    odds[order] = fitted_odds(design_of(both, said, codings, len(order)), target, count)
    ratio = float(sides[0].count.sum()) / float(sides[1].count[held].sum())
    return np.minimum(np.exp(np.clip(odds[:n], -20.0, 20.0)) * ratio, _MOST_WEIGHT)
