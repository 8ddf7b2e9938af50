"""Nothing is fine where something is missing."""

import pytest

from barograph.metrics.values import Undefined, Value
from barograph.monitors.condition import Band, Calibrated, Change, Limit
from barograph.monitors.judge import judge
from barograph.monitors.monitor import Needs

LIMIT = Limit(above=100.0)


def undefined(reason):
    return Undefined(reason=reason, detail="the reason")


@pytest.mark.parametrize(
    ("reason", "rows", "status"),
    [
        ("too_few_rows", 0, "no_data"),
        ("column_missing", 0, "no_data"),
        ("evaluation_error", 0, "error"),
        ("column_missing", 9, "error"),
        ("overflow", 9, "error"),
        ("evaluation_error", 9, "error"),
        ("no_labels", 9, "unknown"),
        ("constant", 9, "unknown"),
    ],
)
def test_a_window_without_a_figure_says_why(monitor, seen, figures, reason, rows, status):
    window = seen("performance.mae", figures([undefined(reason)])[0], rows=rows)
    verdict = judge(monitor("performance.mae", LIMIT), window)
    assert (verdict.status, verdict.detail) == (status, "the reason")


def test_an_error_is_one_though_rows_are_needed_and_none_are_known_of(monitor, seen, figures):
    window = seen("performance.mae", figures([undefined("evaluation_error")])[0], rows=0)
    assert judge(monitor("performance.mae", LIMIT, needs=Needs(rows=100)), window).status == "error"


def test_no_rows_are_no_data_where_rows_are_needed(monitor, seen, figures):
    found = judge(
        monitor("performance.mae", LIMIT, needs=Needs(rows=1)),
        seen("performance.mae", figures([1.0])[0], rows=0),
    )
    assert found.status == "no_data"


def test_of_a_segment_that_is_gone_there_are_no_data_whatever_its_metric_says(monitor, seen, figures):
    window = seen("performance.mae", figures([undefined("evaluation_error")])[0], rows=0, missing=True)
    assert judge(monitor("performance.mae", LIMIT), window).status == "no_data"


def test_a_count_of_no_rows_is_a_figure(monitor, seen, figures):
    found = judge(
        monitor("quality.row_count", Limit(below=1.0)), seen("quality.row_count", figures([0.0])[0], rows=0)
    )
    assert found.status == "breach"


def test_too_few_rows_are_unknown_with_their_figure(monitor, seen, figures):
    found = judge(
        monitor("performance.mae", LIMIT, needs=Needs(rows=500)),
        seen("performance.mae", figures([1.0])[0], rows=212),
    )
    assert (found.status, found.value) == ("unknown", 1.0)
    assert found.detail == "too few rows: 212, at least 500 needed"


@pytest.mark.parametrize(("coverage", "status"), [(None, "unknown"), (0.5, "unknown"), (0.8, "ok")])
def test_labels_must_cover_enough_rows(monitor, seen, figures, coverage, status):
    asked = monitor("performance.mae", LIMIT, needs=Needs(coverage=0.8))
    found = judge(asked, seen("performance.mae", figures([1.0])[0], coverage=coverage))
    assert found.status == status


def test_coverage_is_asked_only_of_metrics_that_need_labels(monitor, seen, figures):
    asked = monitor('quality.mean(column="x")', LIMIT, needs=Needs(coverage=0.8))
    assert judge(asked, seen("quality.mean", figures([1.0])[0])).status == "ok"


@pytest.mark.parametrize("condition", [Band(), Calibrated(), Change(above=0.1)])
def test_nothing_to_compare_with_is_unknown(monitor, seen, figures, condition):
    found = judge(monitor("performance.mae", condition), seen("performance.mae", figures([1.0])[0]))
    assert found.status == "unknown"
    assert found.value == 1.0


def test_the_other_side_says_why_it_is_missing(monitor, seen, figures):
    window = seen("performance.mae", figures([1.0])[0], compared=undefined("no_labels"))
    found = judge(monitor("performance.mae", Change(above=0.1)), window)
    assert found.detail == "there is nothing to compare with: the reason"


def test_a_drift_metric_without_history_says_how_much_is_needed(monitor, seen, figures):
    short = Undefined(reason="too_little_history", detail="too little history: 3.1 effective windows")
    window = seen("drift.psi", figures([Value(value=0.2, n=90)])[0], p_value=short)
    found = judge(monitor('drift.psi(column="x")', Calibrated()), window)
    assert (found.status, found.detail) == ("unknown", "too little history: 3.1 effective windows")
