"""What the command line says before the figures."""

from __future__ import annotations

import json

import polars as pl
import pytest


@pytest.fixture
def files(tmp_path):
    """A reference; and rows of which one column is gone, one new, one written otherwise."""
    rows = pl.DataFrame(
        {
            "x": [float(i) for i in range(60)],
            "gone": list(range(60)),
            "when": [f"{1 + i % 28:02}/01/2024" for i in range(60)],
        }
    )
    rows.write_csv(tmp_path / "reference.csv")
    other = rows.drop("gone").with_columns(
        when=pl.Series([f"2024-01-{1 + i % 28:02}" for i in range(60)]), new=1
    )
    other.write_csv(tmp_path / "current.csv")
    return tmp_path / "reference.csv", tmp_path / "current.csv"


FAULTS = (
    "warning: missing columns, which the reference has: gone\n"
    "warning: not in the schema, left out: new\n"
    "warning: when: 100 % of values are no day_first dates\n"
)


def test_compare_tells_faults_on_stderr_beside_json(run, files):
    done = run("compare", *files, "--json")
    assert FAULTS in done.err
    assert json.loads(done.out)["rows"]["current"] == 60


def test_profile_tells_faults_against_its_reference(run, files, tmp_path):
    reference, current = files
    assert "warning" not in run("profile", reference, "-o", tmp_path / "a.baro").err
    done = run("profile", current, "--like", tmp_path / "a.baro", "-o", tmp_path / "b.baro")
    assert done.err == FAULTS
    saved = run("compare", tmp_path / "a.baro", tmp_path / "b.baro").err
    assert saved.startswith(FAULTS.replace("warning: not in the schema, left out: new\n", ""))


def test_a_few_values_that_cannot_be_read_are_no_line(run, tmp_path):
    for bad, told in ((1, ""), (5, "warning: '': 2.5 % of values are no numbers\n")):
        pl.DataFrame({"": ["1.5"] * (200 - bad) + ["?"] * bad}).write_csv(tmp_path / "rows.csv")
        assert run("profile", tmp_path / "rows.csv", "-o", tmp_path / "a.baro").err == told


@pytest.mark.parametrize("content", [b"", b"XXXOGRAPH" + bytes(100)])
def test_a_damaged_profile_is_refused_as_a_profile(run, files, tmp_path, content):
    (tmp_path / "saved.baro").write_bytes(content)
    for sides in ((tmp_path / "saved.baro", files[0]), (files[0], tmp_path / "saved.baro")):
        done = run("compare", *sides)
        assert done.code == 2
        assert "error: 'saved.baro' is not a Barograph profile" in done.err


def test_a_profile_is_no_rows(run, tmp_path):
    (tmp_path / "saved.baro").write_bytes(b"")
    assert "is a saved profile by its name; expected rows" in run("schema", tmp_path / "saved.baro").err


@pytest.mark.parametrize("flag", ["--kind", "--reading", "--role"])
def test_an_unknown_word_is_refused_with_those_that_are_known(run, files, flag):
    refused = run("schema", files[0], flag, "x=foo")
    assert refused.code == 2
    assert f"column 'x': {flag[2:]} 'foo' is not known. Expected one of: " in refused.err
