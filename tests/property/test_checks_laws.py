"""Laws of checks: any text is read or refused, files keep what they are given, better never fails."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import assume, example, given
from hypothesis import strategies as st

import barograph as bg
from barograph.checks.condition import Condition
from barograph.checks.expression import value_of
from barograph.checks.figures import Figures, figures_of
from barograph.checks.judge import judge
from barograph.checks.parse import parse_condition
from barograph.checks.yaml import format_checks, parse_checks
from barograph.errors import CheckError
from barograph.metrics.address import parse_address
from barograph.metrics.quality.arrays import profile_of
from barograph.metrics.values import Value

PARTS = st.sampled_from(
    ["drift.share", 'drift.psi(column="x")', "performance.mae", "reference", "<=", "<", "==", ">=", "+", "-", "*",
     "/", "(", ")", "0.2", "5%", "1e3", " ", "=", ",", '"', "\\", "é", "\x00", "."]
)  # fmt: skip
NUMBERS = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ROWS = profile_of([1.0, 2.0])
MAE = parse_address("performance.mae")


@given(st.one_of(st.text(max_size=30), st.lists(PARTS, max_size=12).map(" ".join)))
@example("drift.share <= " + "-" * 500 + "1")
def test_any_text_is_read_or_refused(text):
    with suppress(CheckError):
        assert isinstance(parse_condition(text), Condition)


@given(NUMBERS, NUMBERS, st.floats(0.5, 100).map(lambda x: round(x, 3)), NUMBERS)
def test_arithmetic_is_pythons(a, b, c, reference):
    text = f"{a} - {b} * (reference + {c}) / {c} - -{c}"
    (limit,) = parse_condition(f"performance.me <= {text}").limits
    assert value_of(limit.expression, reference) == eval(text, {}, {"reference": reference})


@given(TEXTS, TEXTS, st.sampled_from(["info", "critical"]), st.sampled_from([False, True, 0.999, 0.51]))
def test_file_keeps_what_it_is_given(name, reason, severity, confident):
    given_checks = (
        bg.Check("drift.share <= 0.2", name=name, reason=reason, severity=severity, confident=confident),
        bg.Check("quality.row_count >= 1"),
    )
    assert parse_checks(format_checks(bg.Checks(given_checks))).checks == given_checks


def figures(reference: float, current: float) -> Figures:
    made = figures_of(ROWS, ROWS)
    made.known["reference", MAE] = Value(value=reference, n=9)
    made.known["current", MAE] = Value(value=current, n=9)
    return made


@given(
    st.floats(0, 1e6), st.floats(0, 1e6), st.sampled_from(["<=", "<", "==", "range"]),
    st.floats(0, 3).map(lambda x: round(x, 2)),
)  # fmt: skip
def test_what_is_no_worse_than_the_reference_passes(reference, better, sign, factor):
    text = f"performance.mae {sign} {factor} * reference"
    if sign == "range":
        text = f"{factor} * reference <= performance.mae <= {factor + 1} * reference"
    assume(better <= reference)
    assert judge(bg.Check(text), MAE, figures(reference, better)).status == "pass"
