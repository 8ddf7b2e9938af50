"""From rows to the story's figures and reports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from barograph.api import compare, profile
from barograph.demo.bike.forest import PREDICTION, answered, train
from barograph.demo.bike.rides import LABEL, TIMESTAMP, TIMEZONE, TRAINING, WEEKS, load_rides, rows_of
from barograph.demo.bike.story import Story, figures_of
from barograph.demo.written import Written, write_pages
from barograph.profile.value import Profile
from barograph.schema.model import Kind, Schema

_CODES: Final[dict[str, Kind]] = {
    "season": "categorical",
    "holiday": "categorical",
    "workingday": "categorical",
}
_AMOUNTS: Final[dict[str, Kind]] = {"hr": "numeric", "weekday": "numeric"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """The story's rows, summarised on one grid.

    Attributes
    ----------
    out_of_bag : training rows with the answers of the trees that had not seen them; it gave the grid.
    in_sample : the same rows with the whole forest's answers.
    """

    in_sample: Profile
    out_of_bag: Profile
    weeks: tuple[Profile, ...]


def make_profiles() -> Profiles:
    """Train the forest, let it answer, and profile every period by day.

    Raises
    ------
    MissingExtra
        Without scikit-learn.
    """
    rides = load_rides()
    training = rows_of(rides, TRAINING)
    forest = train(training)
    unseen = answered(training, forest.out_of_bag)
    schema = Schema.infer(
        unseen,
        prediction=PREDICTION,
        label=LABEL,
        timestamp=TIMESTAMP,
        task="regression",
        timezone=TIMEZONE,
        kinds=_CODES | _AMOUNTS,
    )
    out_of_bag = profile(unseen, schema, every="1d", origin="out-of-bag", name="out of bag")
    in_sample = profile(
        answered(training, forest.predict(training)), like=out_of_bag, origin="training", name="in sample"
    )
    weeks = []
    for week in WEEKS:
        rows = rows_of(rides, week)
        weeks.append(profile(answered(rows, forest.predict(rows)), like=out_of_bag, name=week.name))
    return Profiles(in_sample=in_sample, out_of_bag=out_of_bag, weeks=tuple(weeks))


def tell_figures(profiles: Profiles) -> Story:
    """The story's figures."""
    return figures_of(profiles.in_sample, profiles.out_of_bag, profiles.weeks)


def write_reports(profiles: Profiles, folder: Path) -> tuple[Written, ...]:
    """Write one report a week against the out-of-bag reference.

    Parameters
    ----------
    folder : made where it does not exist.
    """
    return write_pages([(week.name, compare(profiles.out_of_bag, week)) for week in profiles.weeks], folder)
