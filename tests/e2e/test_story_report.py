"""The story's report beside the original's, figure by figure."""

from __future__ import annotations

import re

import pytest

from barograph.api import compare
from barograph.demo.bike.run import make_profiles
from barograph.report.report import Report

RANGES_PERCENT = {"atemp": 60.7, "temp": 58.3, "weekday": 40.7, "hr": 17.4, "hum": 11.5, "windspeed": 9.8}
PICTURES = (
    "Predicted against actual", "Predicted and actual over time", "Error over time",
    "Absolute percentage error over time", "Error (predicted − actual)", "Error against a normal distribution (QQ)",
    "Predicted against actual, by group", "temp by group", "bikers against temp, by group",
    "Predicted against actual, coloured by temp", "Correlation with bikers", "Correlation with prediction",
    "bikers against temp", "prediction against temp",
)  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    profiles = make_profiles()
    return compare(profiles.out_of_bag, profiles.weeks[-1])


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return report.to_html()


def test_file_stays_below_500_kilobytes(page):
    assert len(page.encode()) < 500_000


@pytest.mark.parametrize("title", PICTURES)
def test_every_picture_of_the_original_is_there(page, title):
    assert f"<figcaption>{title}</figcaption>" in page


@pytest.mark.parametrize("feature", RANGES_PERCENT)
def test_range_of_the_error_bias_table_is_as_published(report, page, feature):
    bias = {b["feature"]: b["current"] for b in report.to_dict()["diagnostics"]["error_bias"]}
    assert 100 * bias[feature]["range"]["value"] == pytest.approx(RANGES_PERCENT[feature], abs=0.0501)
    row = re.search(rf'class="brg-name">{feature}</bdi><small.*?</(?:summary|div)>', page, re.DOTALL)
    assert row is not None
    assert f">{RANGES_PERCENT[feature]}<small" in row[0]


def test_all_hours_are_in_the_groups(page):
    assert "rows: reference all 618, current all 165." in page


def test_dots_are_cells_and_quantiles_and_no_rows(page):
    dots = [path.count("h0") for path in re.findall(r' d="([^"]+)"', page)]
    assert 20 < max(dots) < 165
