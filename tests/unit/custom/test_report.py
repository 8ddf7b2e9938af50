"""Metrics and rules of a schema in checks, reports and JSON."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from jsonschema import Draft202012Validator

import barograph as bg
from barograph.checks.run import run_checks
from barograph.checks.suggest.suggest import suggest_checks
from barograph.errors import CheckError

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "report.schema.json"
METRICS = {
    "lost": {"sum": "CASE WHEN pred = 'no' AND y = 'yes' THEN amount ELSE 0 END", "unit": "EUR", "better": "lower"},
    "value": {"sum": "amount", "per": "row"},
    "share": {"ratio": ["amount", "other"]},
    "costs": {"cost_matrix": {"yes": {"no": 5}}, "per": "row", "better": "lower"},
}  # fmt: skip


def rows(seed, *, factor=1.0, n=800):
    rng = np.random.default_rng(seed)
    start = pl.datetime(2026, 1, 1).dt.offset_by("0d")
    frame = pl.DataFrame(
        {
            "amount": factor * rng.lognormal(0, 0.5, n), "other": rng.lognormal(1, 0.5, n),
            "pred": rng.choice(["no", "yes"], n), "y": rng.choice(["no", "yes"], n),
            "land": rng.choice(["de", "fr"], n),
        }
    )  # fmt: skip
    return frame.with_columns(t=start + pl.duration(hours=pl.int_range(n)))


@pytest.fixture(scope="module")
def sides():
    schema = bg.Schema.infer(
        rows(0), prediction="pred", label="y", positive="yes", timestamp="t",
        metrics=METRICS, rules={"amount below other": "amount < other"},
    )  # fmt: skip
    reference = bg.profile(rows(0), schema, every="1w", by="land")
    gaps = pl.when(pl.int_range(pl.len()) % 10 > 0).then(pl.col("amount"))
    current = bg.profile(rows(1, factor=1.5).with_columns(amount=gaps), like=reference, every="1w")
    return reference, current


@pytest.fixture(scope="module")
def report(sides):
    return bg.compare(*sides)


def test_json_follows_its_schema(report):
    document = json.loads(report.to_json())
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(document)
    assert list(document["custom"]) == list(METRICS)
    assert document["custom"]["value"]["left_out"] == {"reference": 0, "current": 80}
    assert document["custom"]["value"]["change"]["verdict"] == "changed"
    assert document["quality"]["rules"]["amount below other"]["change"]["verdict"] == "worse"


def test_json_has_segments_and_windows(report):
    document = report.to_dict()
    assert document["segments"]["land=de"]["custom"]["lost"]["current"]["n"] < 400
    assert {w["side"] for w in document["windows"] if w["custom"]["value"]} == {"reference", "current"}


def test_the_page_has_a_part_for_them(report):
    html = report.to_html()
    assert "Business figures" in html
    assert "Value per row" in html
    assert "80 current rows for Value per row" in html
    assert "amount below other" in html


def test_the_verdict_names_a_broken_rule(report):
    assert "rules broken more often: amount below other" in report.verdict


def test_a_page_without_them_has_no_such_part():
    plain = bg.profile(rows(0), bg.Schema.infer(rows(0)))
    assert "Business figures" not in bg.compare(plain, plain).to_html()


def test_the_frame_has_them(report):
    found = report.to_frame().filter(pl.col("address") == "custom.value")
    assert found["side"].to_list() == ["reference", "current", "change"]


def test_checks_judge_them(sides):
    conditions = [
        "custom.costs <= 3", "custom.value(segment=*) <= 1.2 * reference",
        "quality.violation_share(rule=*) <= 50%",
    ]  # fmt: skip
    found = run_checks(*sides, conditions)
    assert [(str(r.address), r.status) for r in found.results] == [
        ("custom.costs", "pass"), ('custom.value(segment="land=de")', "fail"),
        ('custom.value(segment="land=fr")', "fail"), ('quality.violation_share(rule="amount below other")', "pass"),
    ]  # fmt: skip


def test_checks_of_them_are_suggested(sides):
    reference, _ = sides
    checks = suggest_checks(reference)
    found = {c.parsed.metric.metric: c for c in checks}
    assert found["custom.costs"].parsed.text.endswith("* reference")
    assert "custom.lost" not in found
    again = bg.profile(rows(2), like=reference)
    own = [c for c in checks if c.parsed.metric.get("rule") or c.parsed.metric.family == "custom"]
    assert [r.status for r in run_checks(reference, again, own).results] == ["pass", "pass"]


@pytest.mark.parametrize(
    ("condition", "match"),
    [
        ("custom.cots <= 1", "did you mean 'custom.costs'"),
        ('custom.costs(column="x") <= 1', "has no argument 'column'"),
        ("custom.lost >= reference", "could never fail: a lower value is better"),
        ("custom.costs >= -1", "could never fail: custom.costs lies within"),
    ],
)
def test_checks_of_them_are_read_against_the_schema(sides, condition, match):
    with pytest.raises(CheckError, match=match):
        run_checks(*sides, [condition])


def test_nothing_to_compare_is_listed(sides):
    reference, _ = sides
    current = bg.profile(rows(1).drop("amount"), like=reference)
    undefined = {u["address"]: u["reason"] for u in bg.compare(reference, current).to_dict()["undefined"]}
    assert undefined["custom.lost"] == "column_missing"
    assert undefined['quality.violation_share(rule="amount below other")'] == "column_missing"
