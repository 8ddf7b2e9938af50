"""Why the lender's model broke, as the product says it unasked."""

from __future__ import annotations

from barograph.api import explain, profile
from barograph.demo.credit.run import Profiles
from barograph.explain.explanation import Event, Explanation


def explain_periods(profiles: Profiles) -> dict[str, Explanation]:
    """Explain the days of the fault, and all of production, as known when most labels are there.

    Returns
    -------
    By name; the deployment that brought the fault is passed in as an event.
    """
    credit, scenario = profiles.credit, profiles.credit.scenario
    known = profiles.times.all()["risen_now"].known
    rows = credit.known_at(known, scenario.production)
    whole = profile(rows, like=profiles.reference, name="all of production")
    events = (Event(at=scenario.fault.start, kind="deployment", name="the new intake form"),)
    periods = {"the days of the fault": profiles.periods["fault_now"], "all of production": whole}
    return {name: explain(profiles.reference, period, events=events) for name, period in periods.items()}
