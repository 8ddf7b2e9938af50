"""The pytest plug-in: checks on rows as a test.

Loaded by every pytest that finds the package installed, so nothing heavy is imported before a test asks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from barograph.checks.check import Check
    from barograph.checks.collection import Checks
    from barograph.checks.results import CheckResults
    from barograph.profile.value import Profile

    #: What a test checks by: a condition, the path of a checks.yml, a check or several.
    Given = str | Path | Check | Checks


@pytest.fixture
def assert_checks() -> Callable[..., CheckResults]:
    """A function that fails the test where checks on rows are not kept; see `check_rows`."""

    def assert_checks(reference: object, current: object, *checks: Given) -> CheckResults:
        __tracebackhide__ = True
        results = check_rows(reference, current, *checks)
        if not results.passed:
            pytest.fail(str(results), pytrace=False)
        return results

    return assert_checks


def check_rows(reference: object, current: object, *checks: Given) -> CheckResults:
    """Judge checks on rows.

    Parameters
    ----------
    reference : a profile, or the path of a saved one.
    current : a profile, the path of a saved one, or rows: a frame, or the path of a file or folder of them.
    checks : conditions, paths of `checks.yml`, checks; without any, those that the reference suggests.

    Returns
    -------
    CheckResults; true where the run passed.

    Raises
    ------
    CheckError
        Where a check cannot be read.
    ProfileError, DataError
        Where the reference is no profile, or rows cannot be read.

    Examples
    --------
    >>> import barograph as bg
    >>> import polars as pl
    >>> rows = pl.DataFrame({"age": range(20, 70)})
    >>> check_rows(bg.profile(rows, bg.Schema.infer(rows)), rows, "drift.share <= 0.2").summary
    '1 passed.'
    """
    from barograph.checks.run import run_checks
    from barograph.checks.suggest.suggest import suggest_checks

    before = _reference(reference)
    given = [_read(check) for check in checks] or [suggest_checks(before)]
    return run_checks(before, _current(current, before), given)


def _reference(given: object) -> Profile:
    from barograph.api import load_profile
    from barograph.errors import DataError
    from barograph.profile.value import Profile

    if isinstance(given, Profile):
        return given
    if isinstance(given, str | Path):
        return load_profile(given)
    raise DataError(
        f"the reference is a {type(given).__name__}; expected a profile, or the path of a saved one. "
        "Make one with profile(rows, schema)."
    )


def _current(given: object, reference: Profile) -> Profile:
    from barograph.api import load_profile, profile
    from barograph.profile.value import Profile

    if isinstance(given, Profile):
        return given
    if isinstance(given, str | Path) and str(given).endswith(".baro"):
        return load_profile(given)
    return profile(given, like=reference)


def _read(given: Given) -> str | Check | Checks:
    """A file's checks where a path is given."""
    from barograph.checks.collection import Checks

    if isinstance(given, Path) or (isinstance(given, str) and given.endswith((".yml", ".yaml"))):
        return Checks.from_yaml(given)
    return given
