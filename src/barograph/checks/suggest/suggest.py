"""From a reference to the checks that rows like its own keep."""

from __future__ import annotations

import math
from typing import Final

from barograph.charts.numbers import count
from barograph.checks.check import Check
from barograph.checks.collection import Checks
from barograph.checks.suggest.columns import column_checks
from barograph.checks.suggest.drift import drift_checks
from barograph.checks.suggest.own import own_checks
from barograph.checks.suggest.performance import performance_checks, segment_checks
from barograph.checks.suggest.table import table_checks
from barograph.errors import CheckError, DataError
from barograph.metrics.expand import expand
from barograph.profile.value import Profile

#: Limits depend on the level, and the level on the number of checks: counted once at this one.
_FIRST_LEVEL: Final = 0.999
#: Share of the false alarms that checks on answers may give: they are few, so that each of them is sharper.
_OF_ANSWERS: Final = 0.25


def suggest_checks(reference: Profile, *, false_alarms: float = 0.02) -> Checks:
    """Suggest checks that rows like the reference's pass, as a whole, and faulty ones fail.

    Parameters
    ----------
    reference : the profile of rows that were found good; with windows, its own variation is respected.
    false_alarms : share of runs, on rows like the reference's, in which any check may fail by chance.

    Returns
    -------
    Checks
        On rows, nulls, types, ranges, categories, drift of each column, performance against the reference, in all and
        by segment; each with its reason. `to_yaml` writes them; edit them there.

    Raises
    ------
    DataError
        Where the reference has no rows.
    CheckError
        Where `false_alarms` is no share between 0 and 1.

    Notes
    -----
    Checks are `confident`: they fail where a figure is beyond its limit by more than chance, whatever the
    number of rows, at a level of ``1 − 2 · false_alarms/checks`` (Bonferroni, one-sided). Checks on performance are
    counted apart, with a quarter of the false alarms. In 100 draws of unchanged rows a file passes in 95 or more;
    the figures are in benchmarks/RESULTS.md.
    Cost: about 1 ms a column, and as much for each of at most 60 windows.

    Examples
    --------
    >>> import barograph as bg
    >>> import polars as pl
    >>> rows = pl.DataFrame({"age": range(20, 70)})
    >>> for check in suggest_checks(bg.profile(rows, bg.Schema.infer(rows))):
    ...     print(check.condition)
    quality.duplicate_share <= 0.01
    drift.effect(column="age") <= 0.05
    quality.null_share(column="age") <= 0.077
    quality.beyond_range_share(column="age") <= 0.17
    quality.mismatch_share(column=*) <= 0.077
    quality.nan_share(column=*) <= 0.077
    quality.infinite_share(column=*) <= 0.077
    """
    if not isinstance(reference, Profile):
        raise DataError(
            f"suggest_checks() takes a profile, not {type(reference).__name__}: profile(rows, schema) first."
        )
    if not 0.0 < false_alarms < 1.0:
        raise CheckError(f"false_alarms is {false_alarms!r}; expected a share between 0 and 1, such as 0.02.")
    if not reference.rows:
        raise DataError("the reference has no rows, so there is nothing to take a limit from.")
    return Checks(
        tuple(_checks(reference, *_levels(reference, false_alarms))),
        comment=f"Suggested from {count(reference.rows)} rows of origin {reference.origin!r}. Edit what does not "
        "suit.\nconfident: a check fails where its figure is beyond the limit by more than chance.",
    )


def _checks(reference: Profile, of_answers: float, of_rows: float) -> list[Check]:
    return [
        *table_checks(reference, of_rows),
        *performance_checks(reference, of_answers),
        *segment_checks(reference, of_answers),
        *own_checks(reference, of_rows),
        *drift_checks(reference, of_rows),
        *column_checks(reference.total(), of_rows),
    ]


def _levels(reference: Profile, false_alarms: float) -> tuple[float, float]:
    """Levels of the checks on answers, and of those on rows."""
    # Windows move limits, hardly the number of checks; without them counting is cheap.
    whole = reference.total()
    found = _checks(whole, _FIRST_LEVEL, _FIRST_LEVEL)
    tests = [len(expand(c.parsed.metric, whole)) for c in found]
    answers = [c.parsed.metric.family == "performance" for c in found]
    of_answers = sum(n for n, held in zip(tests, answers, strict=True) if held)
    if not of_answers:
        return _level(false_alarms, sum(tests)), _level(false_alarms, sum(tests))
    of_answers += len(reference.segments)
    of_rows = sum(n for n, held in zip(tests, answers, strict=True) if not held)
    return _level(false_alarms * _OF_ANSWERS, of_answers), _level(false_alarms * (1.0 - _OF_ANSWERS), of_rows)


def _level(false_alarms: float, tests: int) -> float:
    """Level at which `tests` one-sided intervals all hold; 1 − level is rounded down to one digit.

    Examples
    --------
    >>> _level(0.02, 75)
    0.9995
    """
    beyond = 2.0 * false_alarms / max(tests, 1)
    step = 10.0 ** math.floor(math.log10(beyond))
    return max(round(1.0 - math.floor(beyond / step) * step, 12), 0.5)
