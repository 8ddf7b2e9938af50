"""Columns ranked by what they say of the change, those that say the same together."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.additive import groups_of
from barograph.explain.columns import ColumnSplit, column_split
from barograph.explain.evidence import Evidence
from barograph.explain.explanation import ColumnCause, is_shown
from barograph.explain.labels import cells_label, group_label
from barograph.explain.together import confounders, groups_together
from barograph.explain.words import interval, number, percent, quoted, title
from barograph.locale.said import Said, capitalised, listed, say, together
from barograph.metrics.intervals import Z
from barograph.metrics.values import Value

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Of a column that says nothing of the change.
NOTHING_ALONG: Final = say("nothing of the change is shown along it.")
#: Columns that others are looked for that could be the cause in their place.
_LOOKED_AT = 5
#: Heterogeneity from which a column is asked whether another says the same.
_SAYS = 2.0


def column_splits(evidence: Evidence) -> dict[str, ColumnSplit]:
    """The view of the change along every feature; from sums alone where these hold the loss."""
    reference, current = evidence.cells
    kurtosis = max(side.kurtosis for side in evidence.sides)
    return {
        name: column_split(
            coding,
            (reference.rows[name], reference.mean[name], reference.variance[name]),
            (current.rows[name], current.mean[name], current.variance[name]),
            kurtosis=kurtosis,
        )
        for name, coding in evidence.codings.items()
    }


def column_causes(
    evidence: Evidence, splits: Mapping[str, ColumnSplit], *, by_concept: bool, faulty: Collection[str] = ()
) -> tuple[ColumnCause, ...]:
    """Every group of columns that cannot be told apart, what says most first.

    Parameters
    ----------
    by_concept : the change is mostly one of concept, so that columns are asked where equal rows changed; else where
        rows moved to.
    faulty : columns with a data fault, which need no other that could be the cause instead.
    """
    reference, current = evidence.sides
    before, after = (groups_of(side.sampled, evidence.codings) for side in (reference, current))
    both = {name: np.concatenate((group, after[name])) for name, group in before.items()}
    count = np.concatenate((reference.count, current.count))
    upward = math.copysign(1.0, current.mean - reference.mean)
    limit = _limit(len(splits))
    by_x = sorted(splits, key=lambda name: -_size(splits[name], upward))
    uneven = sorted(splits, key=lambda name: -splits[name].heterogeneity)
    saying = {
        n
        for n, s in splits.items()
        if is_shown(s.mix) or is_shown(s.new_territory) or s.heterogeneity > _SAYS
    }
    together = groups_together(both, evidence.codings, count, uneven if by_concept else by_x, among=saying)
    place_x, place_concept = (_ranks(together, ranked) for ranked in (by_x, uneven))
    out: list[ColumnCause] = []
    for i, names in enumerate(together):
        first = splits[names[0]]
        others: tuple[str, ...] = ()
        if i < _LOOKED_AT and names[0] not in faulty:
            concerned = _concerned(evidence, first, after, names[0])
            others = confounders(after, current.count, concerned, names)
        who = _named(names, faulty=names[0] in faulty)
        along = _along(evidence, names[0], first, others=others, limit=limit)
        out.append(
            ColumnCause(
                columns=names,
                mix=first.mix,
                new_territory=first.new_territory,
                unseen_share=first.unseen_share,
                heterogeneity=first.heterogeneity,
                rank_x=place_x[names],
                rank_concept=place_concept[names],
                confounded_with=others,
                says=is_shown(first.mix) or is_shown(first.new_territory) or first.heterogeneity > limit,
                along=capitalised(along),
                sentence=say("{columns}: {told}", columns=who, told=along),
            )
        )
    return tuple(out)


def _limit(columns: int) -> float:
    """Heterogeneity beyond which a column's groups changed unequally, with 5 % over all columns at most."""
    return 3.0 + math.sqrt(2.0 * math.log(max(columns, 1)))


def _size(split: ColumnSplit, upward: float) -> float:
    """Mix and new territory in the direction of the change, as far as they are shown."""
    return sum(upward * v.value for v in (split.mix, split.new_territory) if is_shown(v))


def _ranks(together: list[tuple[str, ...]], ranked: list[str]) -> dict[tuple[str, ...], int]:
    best = {names: min(ranked.index(name) for name in names) for names in together}
    return {names: place for place, names in enumerate(sorted(best, key=lambda n: best[n]), start=1)}


def _concerned(evidence: Evidence, split: ColumnSplit, groups: Mapping[str, Ints], name: str) -> Bools:
    """The current sampled rows that the column's part rests on: with new values, else of its most changed group."""
    coding, cells = evidence.codings[name], evidence.sides[1].sampled.cells[name]
    unseen: Bools = coding.unseen[cells]
    if unseen.any() and is_shown(split.new_territory):
        return unseen
    changed = _most_changed(split)
    return unseen if changed is None else groups[name] == changed


def _most_changed(split: ColumnSplit) -> int | None:
    """The group whose loss changed most, in standard errors of the difference from the others."""
    if len(split.groups) < 2:
        return None
    weight = np.array([1.0 / variance for _, _, variance, _ in split.groups])
    change = np.array([amount for _, amount, _, _ in split.groups])
    # Less the weighted mean of all: a group of most rows is the mean, and its smaller others stand out.
    away = np.abs(change - float(weight @ change) / float(weight.sum())) * np.sqrt(weight)
    return split.groups[int(away.argmax())][0]


def _along(
    evidence: Evidence, name: str, split: ColumnSplit, *, others: tuple[str, ...], limit: float
) -> Said:
    """What is shown along a column."""
    metric = title(evidence.loss.metric)
    grid, coding = evidence.profiles[0].grid.columns[name], evidence.codings[name]
    said: list[str] = []
    if is_shown(split.new_territory) and split.unseen_share > 0.0:
        new = cells_label(grid, np.flatnonzero(coding.unseen & (evidence.sides[1].cells[name] > 0)))
        said.append(
            say(
                "{share} of the rows have {values}, which the reference never had; they make {amount} of the change "
                "in {metric}",
                share=percent(split.unseen_share),
                values=new,
                amount=interval(split.new_territory),
                metric=metric,
            )
        )
    if is_shown(split.mix):
        whole = say("it") if said else say("the change in {metric}", metric=metric)
        said.append(
            say(
                "values moving among those the reference knows make {amount} of {whole}",
                amount=interval(split.mix),
                whole=whole,
            )
        )
    changed = _most_changed(split)
    if split.heterogeneity > limit and changed is not None:
        amount, variance = next((a, v) for g, a, v, _ in split.groups if g == changed)
        reach = Z * variance**0.5
        moved = Value(value=amount, n=1, interval=(amount - reach, amount + reach))
        by = say(", by {amount}", amount=interval(moved)) if evidence.loss.exact else ""
        said.append(
            say(
                "equal rows changed unequally, most where {values}{by}, {n} standard deviations beyond chance over "
                "its values",
                values=group_label(grid, coding, changed),
                by=by,
                n=number(split.heterogeneity, digits=2),
            )
        )
    if not said:
        return NOTHING_ALONG
    text = say("{text}.", text=together(said, "; "))
    return together([text, _instead(others)], " ") if others else text


def _instead(others: tuple[str, ...]) -> str:
    told = listed([quoted(name) for name in others[:2]])
    if len(others) == 1:
        return say("{column} tells the same rows apart, and could be the cause instead.", column=told)
    return say("{columns} tell the same rows apart, and could be the cause instead.", columns=told)


def _named(names: tuple[str, ...], *, faulty: bool) -> str:
    shown = listed([quoted(name) for name in names])
    who = shown if len(names) == 1 else say("{columns}, which cannot be told apart", columns=shown)
    return say("{columns}, with a data fault", columns=who) if faulty else who
