"""What a line of Python, or a failed assertion, shows of each result: a line, not thousands of numbers."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg

HOURS = 240


@pytest.fixture(scope="module")
def profiles():
    rng = np.random.default_rng(3)
    rows = pl.DataFrame(
        {
            "at": [datetime(2026, 1, 1) + timedelta(hours=n) for n in range(HOURS)],
            "x": rng.normal(size=HOURS),
            "y": rng.normal(size=HOURS),
            "p": rng.normal(size=HOURS),
        }
    )
    roles = {"at": "timestamp", "y": "label", "p": "prediction"}
    schema = bg.Schema.infer(rows, roles=roles, task="regression")
    reference = bg.profile(rows.head(120), schema, every="1d", by=["x > 0"], name="January")
    return reference, bg.profile(rows.tail(120), like=reference)


def test_a_profile_says_what_it_is_of(profiles):
    reference, current = profiles
    assert repr(reference) == (
        "<Profile January; rows: 120; columns: 4; windows of 1d: 5, 2026-01-01 to 2026-01-05; segments: 2>"
    )
    assert repr(current).startswith("<Profile production; rows: 120;")
    assert repr(reference.total()) == "<Profile January; rows: 120; columns: 4>"


def test_what_was_found_says_its_verdict(profiles):
    reference, current = profiles
    report, explanation = bg.compare(reference, current), bg.explain(reference, current)
    assert repr(report) == f"<Report {report.verdict}>"
    assert repr(explanation) == f"<Explanation {explanation.verdict}>"
    checked = bg.compare(reference, current).check(bg.suggest_checks(reference))
    assert repr(checked) == f"<CheckResults {checked.summary}>"
    row = bg.explain_row(reference, {"x": 9.0})
    assert repr(row) == f"<RowExplanation {row.verdict}>"
