"""All checks on two profiles."""

from __future__ import annotations

from collections.abc import Iterable

from barograph.checks.check import SEVERITIES, Check, Severity
from barograph.checks.collection import Checks, each_check
from barograph.checks.figures import Figures, figures_of
from barograph.checks.judge import judge
from barograph.checks.meaning import check_meaning
from barograph.checks.result import CheckResult
from barograph.checks.results import CheckResults
from barograph.errors import AddressError, CheckError, did_you_mean
from barograph.locale.said import say
from barograph.metrics.custom.specs import is_custom
from barograph.metrics.expand import expand
from barograph.metrics.values import Undefined
from barograph.profile.value import Profile


def run_checks(
    reference: Profile,
    current: Profile,
    checks: Iterable[str | Check | Checks],
    *,
    fail_on: Severity = "warning",
) -> CheckResults:
    """Judge checks on two profiles.

    Parameters
    ----------
    reference, current : profiles on one grid.
    checks : conditions, checks, or collections of them.
    fail_on : the mildest severity whose checks fail the run.

    Raises
    ------
    CheckError
        Where a condition cannot be read, or names a column or class that the schema does not have.
    GridMismatch
        Where the profiles are on different grids.

    Notes
    -----
    Every figure is computed once, however many checks ask for it: 0.1 ms for one of quality or performance,
    a few ms for a drift of one column, some 5 ms a column for `drift.share`.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> rows = profile_of([1.0, 2.0, None])
    >>> print(run_checks(rows, rows, ['quality.null_share(column="x") <= 40%']))
    1 passed.
    <BLANKLINE>
            severity  check                                  value                 limit
    ✓ pass  critical  quality.null_share(column="x") <= 40%  0.333 (0.0615–0.792)  ≤ 0.4
    """
    if fail_on not in SEVERITIES:
        hint = did_you_mean(str(fail_on), SEVERITIES) or "."
        raise CheckError(
            f"fail_on {fail_on!r} is no severity{hint} Expected one of: {', '.join(SEVERITIES)}."
        )
    figures = figures_of(reference, current)
    results = [r for check in each_check(checks) for r in _results(check, figures)]
    return CheckResults(tuple(results), fail_on)


def _results(check: Check, figures: Figures) -> list[CheckResult]:
    metric = check.parsed.metric
    if is_custom(metric.metric):
        check_meaning(check.parsed, figures.current.schema)
    try:
        addresses = expand(metric, figures.current, figures.reference)
        if addresses:
            return [judge(check, address, figures) for address in addresses]
    except AddressError as error:
        raise CheckError(f"check {check.condition!r}: {error}") from None
    nothing = Undefined(reason="not_applicable", detail=say("nothing in these profiles is what * stands for"))
    return [CheckResult(check=check, address=metric, status=check.unknown, current=nothing)]
