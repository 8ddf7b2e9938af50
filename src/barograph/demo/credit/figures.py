"""The figures of the story: functions of profiles; what is called truth, of what the generator knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from barograph.api import compare
from barograph.demo.credit.applicants import SHARES
from barograph.demo.credit.generate import DEFAULT, PREDICTION, REPAID, SCORE, Credit, applied_in
from barograph.demo.credit.received import AGE_GROUP, ID
from barograph.demo.credit.run import Profiles
from barograph.demo.credit.scenario import Span
from barograph.demo.credit.story import Calibration, Fault, Group, Look, Opening, Rise, Stage, Story
from barograph.errors import DataError
from barograph.metrics.address import Address, parse_address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import Verdict, change, wilson
from barograph.metrics.registry import metric
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import column_view, outcome_view
from barograph.profile.grid import CategoricalGrid
from barograph.profile.value import ALL, Profile
from barograph.report.report import Report

#: Name of all loans together, among segments.
ALL_LOANS: Final = "all"
#: By what a look at new labels judges the model.
LOSS: Final = "performance.log_loss"
_AUC: Final = "performance.roc_auc"
#: Periods that are set beside the hold-out.
_STAGES: Final = ("quiet", "fault_day", "fault_week", "repaired", "risen", "risen_now")


def figures_of(profiles: Profiles, reports: Mapping[str, Report]) -> Story:
    """Take the story's figures from profiles and the reports that were made of them."""
    return Story(
        scenario=profiles.credit.scenario,
        opening=_opening(profiles),
        stages={name: _stage(profiles, reports, name) for name in _STAGES},
        fault=_fault(profiles),
        rise=_rise(profiles),
        groups=tuple(_group(profiles, name) for name in SHARES[AGE_GROUP]),
    )


def _opening(profiles: Profiles) -> Opening:
    scenario = profiles.credit.scenario
    return Opening(
        learned=profiles.training.rows,
        rows=profiles.reference.rows,
        in_sample=_known(_AUC, profiles.training),
        roc_auc=_known(_AUC, profiles.reference),
        calibration=_calibration(profiles.reference),
        truth=_mean_truth(_truth(profiles.credit, scenario.holdout)),
    )


def _stage(profiles: Profiles, reports: Mapping[str, Report], name: str) -> Stage:
    current = profiles.periods[name]
    if name in reports:
        comparison = reports[name].comparison
    else:
        comparison = compare(_unsegmented(profiles.reference), _unsegmented(current)).comparison
    auc = evaluate(_AUC, current)
    known = isinstance(auc, Value)
    return Stage(
        period=profiles.times.all()[name],
        rows=current.rows,
        labelled=_labelled(current),
        detected=comparison.detected,
        compared=len(comparison.drift),
        roc_auc=auc,
        roc_auc_verdict=_verdict(_AUC, profiles.reference, current) if known else None,
    )


def _fault(profiles: Profiles) -> Fault:
    credit, scenario = profiles.credit, profiles.credit.scenario
    segment = f"channel={scenario.fault_channel}"
    reference, day = profiles.reference, profiles.periods["fault_day"]
    faulty = _truth(credit, scenario.fault).filter("faulty")
    first = _truth(credit, profiles.times.fault_day.span).filter("faulty")
    judged, repaid = _advised_against(profiles.periods["fault_now"].total(segment))

    def median(profile: Profile) -> Result:
        return evaluate(_of("quality.median", segment, column=scenario.fault_column), profile)

    return Fault(
        hit=first.height,
        hit_in_all=faulty.height,
        before=median(reference),
        during=median(day),
        nulls=_known(_of("quality.null_share", segment, column=scenario.fault_column), day),
        refused_before=_refused(reference.total(segment)),
        refused=_refused(day.total(segment)),
        judged=judged,
        repaid=repaid,
    )


def _rise(profiles: Profiles) -> Rise:
    credit, scenario = profiles.credit, profiles.credit.scenario
    rates = {rate: f"rate={rate}" for rate in SHARES["rate"]}
    segment = rates.pop(scenario.concept_rate)
    (other,) = rates.values()
    now = profiles.periods["risen_now"]

    def truth(span: Span) -> float:
        return _mean_truth(_truth(credit, span).filter(pl.col("rate") == scenario.concept_rate))

    return Rise(
        day=scenario.concept_from.date(),
        segment=segment,
        other=other,
        truth_before=truth(scenario.holdout),
        truth_after=truth(profiles.times.risen_now.span),
        looks={
            ALL_LOANS if name == ALL else name: tuple(_looks(profiles, name))
            for name in (ALL, other, segment)
        },
        calibration=_calibration(now, segment),
        roc_auc=_known(_of(_AUC, segment), now),
        roc_auc_verdict=_verdict(_of(_AUC, segment), profiles.reference, now),
    )


def _looks(profiles: Profiles, segment: str) -> list[Look]:
    address = _of(LOSS, segment)
    return [
        Look(
            day=at.date(),
            labels=_labelled(labels, segment),
            loss=_known(address, labels),
            verdict=_verdict(address, profiles.reference, labels),
            calibration=_calibration(labels, segment),
        )
        for at, labels in profiles.looks.items()
    ]


def _group(profiles: Profiles, name: str) -> Group:
    credit, segment = profiles.credit, f"{AGE_GROUP}={name}"
    quiet = profiles.periods["quiet_now"]
    truth = _truth(credit, profiles.times.quiet.span).filter(pl.col(AGE_GROUP) == name)
    spared = _known(_of("performance.specificity", segment), quiet)
    low, high = spared.interval or (spared.value, spared.value)
    return Group(
        name=name,
        rows=int(quiet.total(segment).table.rows[0]),
        refused=_refused(quiet.total(segment)),
        refused_repaid=Value(value=1.0 - spared.value, n=spared.n, interval=(1.0 - high, 1.0 - low)),
        late_payments=_known(_of("quality.mean", segment, column="late_payments"), quiet),
        calibration=_calibration(quiet, segment),
        truth=_mean_truth(truth),
        deserved=float(
            truth.select((pl.col("default_probability") >= credit.scenario.threshold).mean()).item()
        ),
    )


def _of(name: str, segment: str = ALL, **arguments: str) -> Address:
    """Address of a metric in a segment."""
    given = {**arguments, **({} if segment == ALL else {"segment": segment})}
    return Address(name, tuple(given.items()))


def _calibration(profile: Profile, segment: str = ALL) -> Calibration:
    return Calibration(
        said=_known(_of("quality.mean", segment, column=SCORE), profile),
        defaulted=_known(_of("performance.label_rate", segment), profile),
    )


def _verdict(address: str | Address, reference: Profile, current: Profile) -> Verdict:
    """What the product calls the change of a figure."""
    asked = parse_address(address) if isinstance(address, str) else address
    sides = _known(asked, reference), _known(asked, current)
    return change(*sides, direction=metric(asked.metric).direction).verdict


def _known(address: str | Address, profile: Profile) -> Value:
    result = evaluate(address, profile)
    if isinstance(result, Undefined):
        raise DataError(
            f"{address} of {profile.name!r} is undefined: {result.detail}. Give the scenario more rows."
        )
    return result


def _refused(cell: Profile) -> Value:
    """Share of the rows of one cell that the model advises against, labelled or not."""
    view = column_view(cell, PREDICTION)
    if isinstance(view, Undefined) or not isinstance(view.grid, CategoricalGrid):
        raise DataError(f"{cell.name!r} has no predictions. Give the scenario more rows.")
    refused = int(view.counts[view.grid.categories.index(DEFAULT)])
    return Value(value=refused / view.rows, n=view.rows, interval=wilson(refused, view.rows))


def _advised_against(cell: Profile) -> tuple[int, int]:
    """Labelled rows of one cell that the model advised against, and those of them that were repaid."""
    view = outcome_view(cell)
    if isinstance(view, Undefined):
        raise DataError(f"no label of {cell.name!r} is known at the end. Give the scenario more days.")
    against = view.confusion()[:, view.grid.classes.index(DEFAULT)]
    return int(against.sum()), int(against[view.grid.classes.index(REPAID)])


def _labelled(profile: Profile, segment: str = ALL) -> int:
    view = outcome_view(profile.total(segment))
    return 0 if isinstance(view, Undefined) else view.labelled


def _unsegmented(profile: Profile) -> Profile:
    return profile.of_segment(ALL)


def _truth(credit: Credit, span: Span) -> pl.DataFrame:
    """The applications of a span with what is known of them to the generator alone."""
    return applied_in(credit.predictions, span).join(credit.truth.drop("late_payments"), on=ID)


def _mean_truth(rows: pl.DataFrame) -> float:
    return float(rows.select(pl.col("default_probability").mean()).item())
