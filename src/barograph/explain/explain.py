"""Why a metric changed, put together from its parts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np

from barograph.errors import DataError
from barograph.explain.actions.actions import actions_of
from barograph.explain.actions.answers import Predict
from barograph.explain.actions.context import Context, Fit
from barograph.explain.actions.measured_rows import figure_of
from barograph.explain.actions.remembered import remembered
from barograph.explain.column_causes import column_causes, column_splits
from barograph.explain.evidence import Evidence, evidence_of
from barograph.explain.explanation import ColumnCause, Event, Explanation, Part, is_shown
from barograph.explain.faults.fault import Fault
from barograph.explain.faults.find import find_faults
from barograph.explain.headline import split_of
from barograph.explain.part_sentences import verdict_of
from barograph.explain.rescoring import rescorer
from barograph.explain.sampled import SampledRows, sampled_rows
from barograph.explain.segments import (
    SegmentReading,
    declared_segments,
    disagreement,
    influence_segments,
    unevenness,
)
from barograph.explain.since.cause_dates import CauseDate
from barograph.explain.since.since import since_of
from barograph.explain.slices.causes import found_segments
from barograph.explain.words import title
from barograph.locale.said import say, together, word
from barograph.metrics.intervals import difference_interval
from barograph.metrics.values import Undefined, Value
from barograph.profile.value import Profile, added_profiles

#: Two-sided 5 % and a power of 80 %, over the 95 % interval's half width.
_DETECTABLE: Final = (1.959964 + 0.841621) / 1.959964


#: Of the chance that halves, folds and resamplings take, unless the caller brings another.
SEED: Final = 20_11
_DEFAULTS: Final = {
    "regression": "performance.mae", "forecast": "performance.mae", "binary": "performance.log_loss",
    "multiclass": "performance.accuracy",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What the caller brings for actions to be tried with; see `barograph.explain`."""

    earlier: tuple[Profile, ...] = ()
    versions: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({}))
    predict: Predict | None = None
    fit: Fit | None = None


def default_metric(reference: Profile) -> str:
    """The metric that a task is explained by: one with a loss for every row."""
    schema = reference.schema
    metric = _DEFAULTS.get(schema.task or "")
    if metric is None and schema.task is None:
        raise DataError(say("a missing task has no metric that can be explained row by row."))
    if metric is None:
        raise DataError(
            say("a {task} task has no metric that can be explained row by row.", task=word(str(schema.task)))
        )
    return "performance.accuracy" if schema.task == "binary" and not schema.with_role("score") else metric


def explain_profiles(
    reference: Profile, current: Profile, metric: str, *, held_out: Profile | None, events: Sequence[Event],
    tried: Tried, rng: np.random.Generator,
) -> Explanation:  # fmt: skip
    """Explain a metric's change between two profiles; see `barograph.explain`."""
    base = reference if held_out is None else held_out
    evidence = evidence_of(base, current, metric)
    of_reference = (
        evidence.loss.reference
        if held_out is None
        else evidence_of(reference, current, metric).loss.reference
    )
    change = _difference(of_reference, evidence.loss.current)
    faults = find_faults(base, current)
    predict = None if tried.predict is None else remembered(tried.predict)
    rescore = None if predict is None else rescorer(evidence, predict)
    split = split_of(evidence, faults, None if held_out is None else of_reference, rescore=rescore)
    parts = _adding_up(split.parts, change)
    halves, resamples, folds = rng.spawn(3)
    course = added_profiles((*tried.earlier, current))
    between = [rows for rows in map(sampled_rows, tried.earlier) if isinstance(rows, SampledRows)]
    columns = column_causes(
        evidence, column_splits(evidence), by_concept=_mostly_concept(parts, change),
        faulty={fault.column for fault in faults if fault.column is not None},
    )  # fmt: skip
    since = since_of(
        base, course, metric, columns=tuple(evidence.codings), events=events, changed=is_shown(change),
        causes=_dates(parts, split.faults, columns), rng=resamples,
    )  # fmt: skip
    readings = _declared(base, current, evidence)
    context = Context(
        reference=base, current=current, loss=evidence.loss,
        rows=(evidence.sides[0].sampled, evidence.sides[1].sampled),
        change=_difference(evidence.loss.reference, evidence.loss.current), faults=split.faults,
        earlier=between, versions=tried.versions, predict=predict, fit=tried.fit, rng=folds,
    )  # fmt: skip
    found = found_segments(
        context.rows, (evidence.sides[0].loss, evidence.sides[1].loss), base.grid, rng=halves,
        expected=split.expected, worse=evidence.loss.worse,
        figure=None if evidence.loss.exact else partial(figure_of, context.metric), name=title(metric),
    )  # fmt: skip
    detectable = _reach(change) * _DETECTABLE
    worse = change.value * evidence.loss.worse > 0.0
    return Explanation(
        metric=evidence.loss.metric, reference=reference.name or reference.origin,
        current=current.name or current.origin, before=of_reference, after=evidence.loss.current, change=change,
        shown=is_shown(change), detectable=detectable,
        verdict=verdict_of(metric, (of_reference, evidence.loss.current), change, worse=worse, detectable=detectable),
        parts=parts, columns=columns,
        segments=(*(s for r in readings for s in r.segments), *found), since=since, actions=actions_of(context),
        notes=_notes(reference, held_out, faults, evidence) + _disagreements(readings, parts),
    )  # fmt: skip


def _declared(reference: Profile, current: Profile, evidence: Evidence) -> tuple[SegmentReading, ...]:
    """The change along the profiles' own segments; none where there are no segments."""
    loss = evidence.loss
    if loss.linear is not None and loss.exact:
        found = declared_segments(
            reference, current, loss.linear, worse=loss.worse, metric=title(loss.metric)
        )
    else:
        found = influence_segments(reference, current, loss, evidence.sides)
    if isinstance(found, Undefined):
        return ()
    return tuple(sorted(found, key=unevenness, reverse=True))


def _dates(
    parts: Sequence[Part], faults: Sequence[tuple[Fault, Value]], columns: Sequence[ColumnCause]
) -> tuple[CauseDate, ...]:
    """What dates the largest part of the change: its fault, or the columns along which rows moved."""
    first = next((part for part in parts if is_shown(part.amount) and part.cause != "optimism"), None)
    if first is None:
        return ()
    if first.cause == "fault":
        return tuple(
            CauseDate(name=fault.column or fault.name, window=fault.start)
            for fault, _ in faults
            if fault.name == first.name and fault.start is not None
        )
    if first.cause not in ("mix", "new_territory"):
        return ()
    moved = [c for c in columns if is_shown(c.mix if first.cause == "mix" else c.new_territory)]
    moved.sort(key=lambda c: c.rank_x)
    return tuple(CauseDate(name=name) for c in moved[:1] for name in c.columns)


def _disagreements(readings: Sequence[SegmentReading], parts: Sequence[Part]) -> tuple[str, ...]:
    mix = next(part.amount for part in parts if part.cause == "mix")
    return tuple(said for reading in readings if (said := disagreement(reading, mix)) is not None)


def _adding_up(parts: Sequence[Part], change: Value) -> tuple[Part, ...]:
    """What is shown first, the largest first; the rounding of their sum is left to concept."""
    missing = change.value - sum(part.amount.value for part in parts)
    exact = [
        replace(p, amount=replace(p.amount, value=p.amount.value + missing)) if p.cause == "concept" else p
        for p in parts
    ]
    return tuple(sorted(exact, key=lambda p: (not is_shown(p.amount), -abs(p.amount.value))))


def _difference(before: Value, after: Value) -> Value:
    interval = difference_interval(before, after)
    return Value(value=after.value - before.value, n=before.n + after.n, interval=interval)


def _reach(change: Value) -> float:
    return 0.0 if change.interval is None else (change.interval[1] - change.interval[0]) / 2.0


def _mostly_concept(parts: Sequence[Part], change: Value) -> bool:
    """Whether equal rows' other outcomes make more of the change than where rows moved to."""
    along = [
        (p.cause, math.copysign(p.amount.value, p.amount.value * change.value))
        for p in parts
        if is_shown(p.amount)
    ]
    of_x = max((v for cause, v in along if cause in ("mix", "new_territory")), default=0.0)
    return max((v for cause, v in along if cause == "concept"), default=0.0) > of_x


def _notes(
    reference: Profile, held_out: Profile | None, faults: Sequence[Fault], evidence: Evidence
) -> tuple[str, ...]:
    notes: list[str] = []
    if held_out is None and reference.origin == "training":
        notes.append(
            say(
                "The reference is what the model learned from, so part of the change may be that its own rows flatter "
                "it; pass held_out= to see how much."
            )
        )
    notes += [together([fault.name, fault.evidence], ". ") for fault in faults if fault.kind == "outage"]
    if not evidence.exact:
        notes.append(
            say(
                "Columns are told from the sampled rows: cross tables do not hold this metric, or were not kept."
            )
        )
    return tuple(notes)
