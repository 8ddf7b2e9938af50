"""Monitors for a model, few and each with its reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from barograph.charts.numbers import count
from barograph.errors import DataError
from barograph.monitors.file import MonitorFile
from barograph.monitors.suggest.answers import answer_monitors, why_no_headline
from barograph.monitors.suggest.context import context_of
from barograph.monitors.suggest.label_lag import label_lag_days
from barograph.monitors.suggest.rows import row_monitors
from barograph.monitors.suggest.service import service_monitors
from barograph.monitors.suggest.use_cases import use_case_of
from barograph.profile.value import Profile

_DAY_SECONDS: Final = 86_400


def suggest_monitors(
    reference: Profile,
    *,
    use_case: str | None = None,
    operations: bool = True,
    readings: Collection[str] = (),
    model: str | None = None,
    history: Profile | None = None,
) -> MonitorFile:
    """Suggest monitors from a reference: the few that may wake somebody, and those that name the cause.

    Parameters
    ----------
    reference : the profile of rows that were found good; with windows, its own variation is the measure.
    use_case : fraud, churn, credit, forecast or ranking: decides metrics, windows and how long labels are waited for;
        None: by the task, a day at a time, labels within a day.
    operations : also watch whether rows come, and what happens around the model.
    readings : names of readings that the service sends, such as ``latency``.
    model : name on the server; None: the monitors are for every model.
    history : its last rows, which show how long labels take; None: the reference's.

    Returns
    -------
    MonitorFile
        Page-level monitors are of the model as a whole and share one budget of false alarms; those of columns and
        segments have severity info. Each says why it is there. `barograph.monitors.yaml.format_monitors` writes it.

    Raises
    ------
    DataError
        Where the reference has no rows.
    MonitorError
        For a use case that is not known, or that judges by nothing the model's task has.

    Examples
    --------
    >>> import barograph as bg
    >>> import polars as pl
    >>> rows = pl.DataFrame({"age": range(20, 70)})
    >>> found = suggest_monitors(bg.profile(rows, bg.Schema.infer(rows)), operations=False)
    >>> for monitor in found.monitors[:3]:
    ...     print(monitor.severity, "|", monitor.name, "|", monitor.metric)
    from impact | inputs moved | drift.share
    info | column beyond its range | drift.beyond_range(column=*)
    info | column moved | drift.effect(column=*)
    """
    if not reference.rows:
        raise DataError("the reference has no rows, so there is nothing to suggest monitors from.")
    case = use_case_of(use_case, reference.schema.task)
    lag = label_lag_days(reference if history is None else history)
    if lag is not None:
        # As long as was seen, and a day more: what is judged a moment too early is missing for ever.
        case = replace(case, label_age_seconds=max(case.label_age_seconds, (lag + 1) * _DAY_SECONDS))
    answers = context_of(reference, case, model, window=case.window)
    # Rows are there at once: they are judged by the day, however long answers take.
    rows = context_of(reference, case, model, window="1d")
    found = [*answer_monitors(answers), *row_monitors(rows)]
    if operations:
        found += service_monitors(rows, readings)
    use = f" for the use case {use_case}" if use_case else ""
    lines = [
        f"Suggested from {count(reference.rows)} rows of origin {reference.origin!r}{use}. Edit what does not suit.",
        "Who is told, and how, stands in routes; severity info goes to the digest.",
    ]
    if why := why_no_headline(answers):
        lines.append(why)
    return MonitorFile(monitors=tuple(found), comment="\n".join(lines))
