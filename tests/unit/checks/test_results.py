from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

import barograph as bg
from barograph.checks.run import run_checks
from barograph.errors import CheckError

HALF = {"x": [1.0, None]}


@pytest.fixture
def mixed(pair):
    """One check failed, one unknown, one passed."""
    checks = ['quality.null_share(column="x") <= 0.1', "performance.mae <= 1", "quality.row_count == 2"]
    return run_checks(*pair(HALF, HALF), checks)


def test_text_tells_failures_first_and_why(mixed):
    lines = str(mixed).splitlines()
    assert lines[0] == "1 failed, 1 unknown, 1 passed; the run failed."
    assert [line.split()[1] for line in lines[3:6]] == ["fail", "unknown", "pass"]
    assert 'fail: quality.null_share(column="x") is 0.5 (0.0945–0.905), above the limit 0.1.' in lines


def test_many_passed_checks_are_counted_and_not_listed(pair):
    results = run_checks(*pair(HALF, HALF), ["quality.row_count == 2"] * 31)
    assert str(results) == "31 passed."
    assert len(list(results)) == 31


def test_figure_is_told_apart_from_its_limit(pair):
    rows = {"x": [1.00001, 1.00001]}
    (result,) = run_checks(*pair(rows, rows), ['quality.minimum(column="x") <= 1'])
    assert result.sentence == 'quality.minimum(column="x") is 1.00001, above the limit 1.'


def test_dictionary_is_json_without_nan(mixed):
    told = json.loads(json.dumps(mixed.to_dict(), allow_nan=False))
    assert told["counts"] == {"pass": 1, "fail": 1, "unknown": 1}
    assert told["checks"][0]["upper"] == 0.1
    assert told["checks"][1]["undefined"]["reason"] == "no_labels"


def test_html_escapes_what_users_wrote(pair):
    rows = {"<b>": [1.0, None]}
    results = run_checks(*pair(rows, rows), ['quality.null_share(column="<b>") <= 0.1'])
    assert "&lt;b&gt;" in results._repr_html_()
    assert "<b>" not in results._repr_html_()


def test_junit_has_a_case_for_each_verdict(mixed):
    suite = ET.fromstring(mixed.to_junit()).find("testsuite")
    assert suite.attrib == {"name": "barograph", "tests": "3", "failures": "1", "errors": "1", "skipped": "0"}
    assert [[child.tag for child in case] for case in suite] == [["failure"], ["error"], []]
    assert "above the limit" in suite[0][0].get("message")


def test_junit_of_a_name_that_xml_cannot_write(pair):
    rows = {"a\x01b": [1.0, None]}
    results = run_checks(*pair(rows, rows), ["quality.null_share(column=*) <= 0.1"])
    assert ET.fromstring(results.to_junit()).find("testsuite/testcase/failure") is not None


@pytest.mark.parametrize(("severity", "code"), [("info", 0), ("warning", 1), ("emergency", 1)])
def test_failure_of_severity_info_does_not_fail_the_run(pair, severity, code):
    check = bg.Check("quality.row_count == 3", severity=severity)
    results = run_checks(*pair(HALF, HALF), [check])
    assert (len(results.failed), results.exit_code) == (1, code)


def test_fail_on_raises_the_bar(pair):
    check = bg.Check("quality.row_count == 3", severity="warning")
    results = run_checks(*pair(HALF, HALF), [check], fail_on="critical")
    assert results.passed
    assert ET.fromstring(results.to_junit()).find("testsuite/testcase/skipped") is not None


def test_fail_on_is_a_severity(pair):
    with pytest.raises(CheckError, match="fail_on 'warnng' is no severity; did you mean 'warning'"):
        run_checks(*pair(HALF, HALF), [], fail_on="warnng")


def test_results_without_checks_pass(pair):
    results = run_checks(*pair(HALF, HALF), [])
    assert (results.summary, results.exit_code) == ("nothing was checked.", 0)
