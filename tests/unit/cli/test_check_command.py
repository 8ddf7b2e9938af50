from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

ROLES = ("--label", "label", "--prediction", "prediction", "--positive", "yes")


def test_kept_checks_leave_with_0(run, csv):
    done = run(
        "check", csv, csv, *ROLES, "-c", "drift.share <= 0.2", "-c", "performance.accuracy >= reference"
    )
    assert (done.code, done.out.splitlines()[0]) == (0, "2 passed.")


def test_failed_check_leaves_with_1_and_says_why(run, csv, moved):
    done = run("check", csv, moved, "-c", 'quality.mean(column="income") <= 1.1 * reference')
    assert done.code == 1
    assert "1 failed; the run failed." in done.out
    assert "above the limit" in done.out


def test_unknown_check_leaves_with_1(run, csv):
    assert run("check", csv, csv, "-c", "performance.mae <= 1").code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("-c", "drift.share =< 0.2"), "did you mean '<='"),
        (("-c", 'quality.mean(column="incom") <= 2'), "did you mean 'income'"),
        (("--checks", "none.yml"), "cannot read checks 'none.yml'"),
        ((), "nothing to check: give --checks checks.yml, or -c"),
        (("-c", "drift.share <= 0.2", "--fail-on", "criticl"), "did you mean 'critical'"),
        (("-c", "drift.share <= 0.2", "--junit", "no/where.xml"), "does not exist"),
    ],
)
def test_wrong_call_leaves_with_2(run, csv, words, told):
    done = run("check", csv, csv, *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_json_is_all_there_is_on_stdout(run, csv, moved):
    done = run("check", csv, moved, "-c", "drift.share <= 0.2", "--json")
    told = json.loads(done.out)
    assert (done.code, told["exit_code"], told["checks"][0]["status"]) == (1, 1, "fail")


def test_junit_is_written_also_where_a_check_failed(run, csv, moved, tmp_path):
    run("check", csv, moved, "-c", "drift.share <= 0.2", "--junit", tmp_path / "checks.xml")
    assert ET.parse(tmp_path / "checks.xml").find("testsuite").get("failures") == "1"


def test_fail_on_decides_which_severity_fails_the_run(run, csv, tmp_path):
    path = tmp_path / "checks.yml"
    path.write_text("checks:\n  - {check: quality.row_count == 1, severity: warning}\n")
    assert run("check", csv, csv, "--checks", path).code == 1
    assert run("check", csv, csv, "--checks", path, "--fail-on", "critical").code == 0


def test_suggested_checks_are_kept_by_their_reference(run, csv, moved, tmp_path):
    path = tmp_path / "checks.yml"
    done = run("suggest", csv, *ROLES, "-o", path)
    assert (done.code, done.out.splitlines()[-1]) == (0, str(path))
    assert run("check", csv, csv, *ROLES, "--checks", path).code == 0
    assert run("check", csv, moved, *ROLES, "--checks", path).code == 1


def test_suggestions_go_to_stdout_as_a_file(run, csv, tmp_path):
    run("suggest", csv, "-o", tmp_path / "checks.yml")
    assert run("suggest", csv).out == (tmp_path / "checks.yml").read_text()


def test_suggestions_of_a_saved_profile_are_those_of_its_rows(run, csv, tmp_path):
    run("profile", csv, "-o", tmp_path / "reference.baro")
    assert run("suggest", tmp_path / "reference.baro").out == run("suggest", csv).out


def test_suggestions_as_json_have_reasons(run, csv):
    told = json.loads(run("suggest", csv, "--json").out)
    assert all(check["reason"] for check in told["checks"])
