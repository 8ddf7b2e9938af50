from __future__ import annotations

import pytest

import barograph as bg
from barograph.checks.yaml import format_checks, parse_checks
from barograph.errors import CheckError

FILE = """\
defaults: {severity: warning, confident: 99.9%}
checks:
  - drift.share <= 0.2
  - check: quality.null_share(column="zip") <= 1%
    name: zips
    severity: critical
    unknown: fail
    confident: false
    reason: "yes"
"""


def test_file_is_read_with_its_defaults():
    first, second = parse_checks(FILE)
    assert (first.severity, first.confident, first.unknown) == ("warning", 0.999, "unknown")
    assert second == bg.Check(
        'quality.null_share(column="zip") <= 1%', name="zips", unknown="fail", reason="yes"
    )


@pytest.mark.parametrize(
    "checks",
    [
        bg.Checks(),
        bg.Checks((bg.Check("drift.share <= 0.2"),), comment="one\n\ntwo"),
        bg.Checks(tuple(parse_checks(FILE))),
        bg.Checks((bg.Check('quality.mean(column="a: #1 \\n \\"q\\"") <= 1', reason="no", name="- x\ny"),)),
    ],
)
def test_what_is_written_is_read_back(checks):
    assert parse_checks(format_checks(checks)).checks == checks.checks


def test_common_settings_are_written_once():
    checks = bg.Checks(tuple(bg.Check(f"drift.share <= 0.{i}", severity="info") for i in (1, 2, 3)))
    assert str(checks).count("severity: info") == 1


def test_file_on_disk(tmp_path):
    path = tmp_path / "checks.yml"
    bg.Checks((bg.Check("drift.share <= 0.2"),)).to_yaml(path)
    assert [c.condition for c in bg.Checks.from_yaml(path)] == ["drift.share <= 0.2"]


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(CheckError, match="barograph suggest REFERENCE"):
        bg.Checks.from_yaml(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty; expected the key checks"),
        ("- drift.share <= 0.2", "line 1: this is no mapping"),
        ("defaults: {}", "line 1: there is no key checks"),
        ("checks: drift.share <= 0.2", "line 1: checks is no list"),
        ("checkz: []", "line 1: no such key 'checkz'; did you mean 'checks'"),
        ("checks:\n  - drift.share <= 0.2\n  - drift.shar <= 1", "line 3: check .* did you mean 'drift.share'"),
        ("checks:\n  - check: drift.share <= 0.2\n    severty: info", "line 3: no such key 'severty'; did you mean"),
        ("checks:\n  - check: drift.share <= 0.2\n    severity: bad", "line 3: severity 'bad' is not known"),
        ("checks:\n  - check: drift.share <= 0.2\n    confident: 101%", "line 3: confident is '101%'"),
        ("checks:\n  - severity: info", "line 2: no condition"),
        ("checks:\n  - []", "line 2: this is no mapping"),
        ("checks:\n  - check: drift.share <= 0.2\n    check: b", "line 3: the key 'check' is there twice"),
        ("checks:\n  - check: [a]", "line 2: check holds several values"),
        ('checks:\n  - "drift', "line 2: this is no YAML"),
    ],
)  # fmt: skip
def test_error_names_the_line(text, told):
    with pytest.raises(CheckError, match=f"checks.yml.*{told}"):
        parse_checks(text)
