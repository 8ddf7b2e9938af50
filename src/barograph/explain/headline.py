"""The headline: every part of a change, with its sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barograph.explain.evidence import Evidence
from barograph.explain.explanation import Cause, Part
from barograph.explain.faults.fault import Fault
from barograph.explain.part_sentences import part_of
from barograph.explain.parts import Share, Side, split
from barograph.explain.repaired import Repaired, Rescore, repaired_losses, without_repeated
from barograph.explain.territory import territory_of
from barograph.explain.words import interval
from barograph.locale.said import say, together
from barograph.metrics.intervals import difference_interval, mean_interval
from barograph.metrics.values import Value

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Of a metric, what is no more than rounding.
_CRUMB = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A change split into parts.

    Attributes
    ----------
    parts : they add up to the change but for rounding.
    faults : those that hit judged rows and can be told from a change of like rows, with their part.
    expected : what the reference would have lost on each current sampled row, its faults left out.
    """

    parts: tuple[Part, ...]
    faults: tuple[tuple[Fault, Value], ...]
    expected: Floats


def split_of(
    evidence: Evidence, faults: Sequence[Fault], flattering: Value | None, *, rescore: Rescore | None
) -> Headline:
    """Split a change.

    Parameters
    ----------
    faults : in order of precedence.
    flattering : the metric on an in-sample reference, where `evidence` compares with a held-out one.
    rescore : calls the model on repaired rows.
    """
    reference, whole = evidence.sides
    worse = evidence.loss.worse
    current, repeated = _distinct(whole, faults)
    faults = [fault for fault in faults if fault.kind != "duplicates"]
    repaired = repaired_losses(reference, current, faults, evidence.codings, rescore=rescore)
    territory = territory_of(reference.sampled, current.sampled, evidence.codings, known_rows=~repaired.any)
    found = split(
        reference, current, faults=repaired.shares, repaired=repaired.loss, faulty=repaired.faulty,
        new=territory.new, codings=evidence.codings,
    )  # fmt: skip

    crumb = _CRUMB * max(abs(evidence.loss.reference.value), abs(evidence.loss.current.value))

    def part(cause: Cause, share: Share, amount: Value, **said: str) -> Part:
        if not share.n:
            amount = Value(value=0.0, n=0, interval=(0.0, 0.0))
        elif amount.interval is not None:
            # Sums are rounded to steps, which no interval knows of.
            low, high = amount.interval
            amount = Value(value=amount.value, n=amount.n, interval=(low - crumb, high + crumb))
        return part_of(cause, amount, share=min(share.n / whole.rows, 1.0), worse=worse, **said)

    hit = _hits((reference, current, whole), faults, repaired, repeated)
    doubt = _doubt(scored=rescore is not None)
    parts = [
        part(
            "fault",
            share,
            amount,
            name=f.name,
            evidence=together([f.evidence, doubt], " ") if guessed else f.evidence,
        )
        for f, share, amount, guessed in hit
    ]
    causes: tuple[tuple[Cause, Share], ...] = (
        ("mix", found.mix), ("new_territory", found.new_territory), ("concept", found.concept),
    )  # fmt: skip
    sound = say("those without a fault") if repaired.any.any() else say("them")
    leaning = {
        "new_territory": _leaning(current, territory.new & ~repaired.any, sound),
        "concept": _leaning(current, ~territory.new & ~repaired.any, sound),
    }
    parts += [
        part(cause, share, share.amount(reference, current), evidence=leaning.get(cause, ""))
        for cause, share in causes
    ]
    if flattering is not None:
        amount = _optimism(flattering, evidence.loss.reference)
        parts.append(part_of("optimism", amount, share=1.0, worse=worse))
    if not evidence.loss.exact and abs(evidence.loss.curvature) > crumb:
        curved = Value(value=evidence.loss.curvature, n=current.rows, interval=None)
        parts.append(part_of("curvature", curved, share=1.0, worse=worse))
    return Headline(
        parts=tuple(parts),
        faults=tuple((fault, amount) for fault, _, amount, guessed in hit if not guessed),
        expected=found.expected,
    )


def _doubt(*, scored: bool) -> str:
    """Why a fault's part may be another's, and what would tell."""
    doubt = say("Hardly a row is without a fault, so that a change of like rows cannot be told from this one")
    if scored:
        return say("{text}.", text=doubt)
    return say("{doubt}; pass predict= to have the repaired rows scored.", doubt=doubt)


def _optimism(flattering: Value, held_out: Value) -> Value:
    """What an in-sample reference flatters by."""
    interval = difference_interval(flattering, held_out)
    return Value(value=held_out.value - flattering.value, n=held_out.n, interval=interval)


def _hits(
    sides: tuple[Side, Side, Side],
    faults: Sequence[Fault],
    repaired: Repaired,
    repeated: Sequence[tuple[Fault, Share]],
) -> list[tuple[Fault, Share, Value, bool]]:
    """Faults that hit judged rows, with their part, and whether a change of like rows cannot be told from it.

    Parameters
    ----------
    sides : the reference, the current rows counted once, and as they came.
    """
    reference, current, whole = sides
    told = zip(faults, repaired.shares, repaired.rescored, strict=True)
    hit = [
        (f, s, s.amount(reference, current), repaired.alone and not scored) for f, s, scored in told if s.n
    ]
    zero = np.zeros(len(reference.loss))
    for fault, share in repeated:
        alone = replace(share, own=(zero, share.own[1]), known=(zero, share.known[1]))
        hit.append((fault, share, alone.amount(reference, whole), False))
    return hit


def _distinct(current: Side, faults: Sequence[Fault]) -> tuple[Side, list[tuple[Fault, Share]]]:
    """The current rows with those counted once that came too often by a fault, and the fault's part."""
    for fault in faults:
        if fault.kind == "duplicates":
            hit = fault.hits(current.sampled.frame, current.count)
            if hit.any():
                side, share = without_repeated(current, hit)
                return side, [(fault, share)]
    return current, []


def _leaning(side: Side, rows: Bools, whom: str) -> str:
    """Whether a regression errs to one side on some rows, where that makes most of its error."""
    residual = side.sampled.outcome.residual
    if residual is None or not rows.any():
        return ""
    count, error = side.count[rows], residual[rows]
    n, total = float(count.sum()), float(count @ error)
    ends = mean_interval(total, float(count @ error**2), n)
    if ends is None or ends[0] <= 0.0 <= ends[1] or abs(total) < 0.5 * float(count @ np.abs(error)):
        return ""
    mean = Value(value=abs(total) / n, n=round(n), interval=ends if total > 0.0 else (-ends[1], -ends[0]))
    if total > 0.0:
        return say(
            "The model over-estimates {rows} by {amount} on average.", rows=whom, amount=interval(mean)
        )
    return say("The model under-estimates {rows} by {amount} on average.", rows=whom, amount=interval(mean))
