"""From a scenario to the story's figures and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

import polars as pl

from barograph.api import compare, profile
from barograph.demo.credit.generate import (
    DEFAULT,
    LABEL,
    LABEL_TIMESTAMP,
    PREDICTION,
    SCORE,
    Credit,
    generate_credit,
)
from barograph.demo.credit.periods import Period, Periods, looks_of, periods_of
from barograph.demo.credit.received import AGE_GROUP, ID, TIMESTAMP
from barograph.demo.credit.scenario import Scenario
from barograph.demo.written import Written, write_pages
from barograph.profile.value import Profile
from barograph.report.report import Report
from barograph.schema.model import Kind, Schema

#: Divisions that figures are asked for.
SEGMENTS: Final = ("channel", "rate", AGE_GROUP)
#: A look at the labels takes those of so many days, and is left out with fewer of them than this.
LOOK_DAYS: Final = 14
LEAST_LABELS: Final = 500
_AMOUNTS: Final[Mapping[str, Kind]] = MappingProxyType({"term_months": "numeric", "late_payments": "numeric"})
#: The periods whose comparison is a page.
_PAGES: Final = ("quiet", "fault_week", "risen_now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """The story's rows, summarised on one grid.

    Attributes
    ----------
    reference : the hold-out, with its labels; it gave the grid.
    training : the rows the model has learned from, scored by it.
    periods : profiles by attribute of `Periods`.
    looks : each week the loans whose labels came in the two weeks before, those of the fault set aside.
    """

    credit: Credit
    times: Periods
    reference: Profile
    training: Profile
    periods: Mapping[str, Profile]
    looks: Mapping[datetime, Profile]


def credit_schema(rows: pl.DataFrame) -> Schema:
    """What the columns of the generated rows mean.

    Parameters
    ----------
    rows : predictions with their labels, as from `known_at`.

    Examples
    --------
    >>> credit = generate_credit(Scenario(days=7, training_days=28, holdout_days=7))
    >>> schema = credit_schema(credit.known_at(credit.scenario.at(0), credit.scenario.holdout))
    >>> schema.column("age_group").role, schema.positive
    ('segment', 'default')
    """
    return Schema.infer(
        rows,
        prediction=PREDICTION,
        score=SCORE,
        label=LABEL,
        timestamp=TIMESTAMP,
        id=ID,
        segment=AGE_GROUP,
        task="binary",
        positive=DEFAULT,
        kinds=_AMOUNTS,
        roles={LABEL_TIMESTAMP: "label_timestamp"},
    )


def make_profiles(scenario: Scenario | None = None) -> Profiles:
    """Generate the rows, let the model answer, and profile what the story looks at.

    Parameters
    ----------
    scenario : default: `Scenario()`.

    Raises
    ------
    MissingExtra
        Without scikit-learn.
    DataError
        Where the scenario does not hold what the story tells of.
    """
    scenario = Scenario() if scenario is None else scenario
    times = periods_of(scenario)
    credit = generate_credit(scenario)
    rows = credit.known_at(scenario.at(0), scenario.holdout)
    reference = profile(
        rows, credit_schema(rows), every="1d", by=SEGMENTS, origin="hold-out", name="hold-out"
    )
    learned = credit.known_at(scenario.at(0), scenario.training)
    return Profiles(
        credit=credit,
        times=times,
        reference=reference,
        training=profile(learned, like=reference, by=(), origin="training", name="training"),
        periods={name: _profiled(credit, period, reference) for name, period in times.all().items()},
        looks=_looks(credit, reference),
    )


def write_reports(reports: Mapping[str, Report], folder: Path) -> tuple[Written, ...]:
    """Write the pages of the story, the last one last."""
    pages = [(report.comparison.current.name, report) for report in reports.values()]
    return write_pages(pages, folder)


def make_reports(profiles: Profiles) -> dict[str, Report]:
    """Compare the periods that have a page with the hold-out, segments and all."""
    return {name: compare(profiles.reference, profiles.periods[name]) for name in _PAGES}


def _profiled(credit: Credit, period: Period, reference: Profile) -> Profile:
    return profile(credit.known_at(period.known, period.span), like=reference, name=period.name)


def _looks(credit: Credit, reference: Profile) -> dict[datetime, Profile]:
    """The loans whose labels are new, week by week, where there are enough of them."""
    faulty = credit.truth.filter("faulty").select(ID)
    looks = {}
    for at in looks_of(credit.scenario):
        rows = credit.known_at(at, credit.scenario.production)
        fresh = rows.filter(pl.col(LABEL_TIMESTAMP) > at - timedelta(days=LOOK_DAYS))
        sound = fresh.join(faulty, on=ID, how="anti")
        if sound.height >= LEAST_LABELS:
            looks[at] = profile(sound, like=reference, every=None, sample=False, cross_tables=False)
    return looks
