"""What a window is compared with: earlier windows, a season ago, other segments, other versions, a reference."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.charts.numbers import number
from barograph.store.judged import judged_from
from barograph.store.monitor_series import series_of_model

MEAN = 'quality.mean(column="x")'
#: Far more than any difference here; the other side is then what the verdict expected.
WHEN = {"change": {"above": 100, "relative": "false"}}


def expected(office, model):
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
    return series.verdict.get("expected")


@pytest.mark.parametrize(
    ("against", "mean"),
    [
        ("previous", 4.0),
        ("previous(3)", 3.0),
        ("season(2h)", 3.0),
        ("reference", 0.0),
        ("reference(training)", 0.0),
    ],
)
def test_hours_are_compared_with_others(office, one_monitor, against, mean):
    model = office.model()
    office.monitors(one_monitor(when=WHEN, against=against))
    for shift in (1.0, 2.0, 3.0, 4.0, 5.0):
        office.hour(model, shift=shift, n=400)
    assert expected(office, model) == pytest.approx(mean, abs=0.3)


def test_versions_are_compared_in_the_same_window(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(when=WHEN, against='version("1")', version="2"))
    for shift in (1.0, 2.0):
        office.hour(model, shift=shift, n=200, judged=False)
        start = office.clock.time - 3_600_000_000
        office.send(model, office.rows(200, start, shift=7.0), version="2")
        office.clock.time += 1_000_000
        office.judge()
        office.clock.time -= 1_000_000
    assert expected(office, model) == pytest.approx(2.0, abs=0.3)


@pytest.mark.parametrize("against", ['segment("c=b")', "segment(rest)"])
def test_segments_are_compared_with_others(office, one_monitor, against):
    model = office.model(by=[["c"]])
    metric = 'quality.mean(column="x", segment="c=a")'
    office.monitors(one_monitor(metric=metric, when=WHEN, against=against, window="1d"))
    for _ in range(13):
        office.hour(model, shift=2.0, judged=False)
    office.clock.time += 1_000_000
    office.judge()
    assert expected(office, model) == pytest.approx(2.0, abs=0.3)


def test_a_band_is_learned_from_windows_that_were_fine(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(when={"band": {"width": 4, "fewest": 3, "season": "none"}}))
    for shift in (0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0):
        office.hour(model, shift=shift)
    (alert,) = office.alerts()
    with office.database.reading() as conn:
        seen = judged_from(conn, alert.id)["seen"]
        (series,) = series_of_model(conn, model.id)
    assert (len(seen["history"]), len(series.breached), series.status) == (5, 2, "breach")


def test_pages_share_the_budget_of_their_model(office, one_monitor):
    model = office.model()
    calibrated = {"when": {"calibrated": {}}, "severity": "warning"}
    office.monitors(
        one_monitor(metric="drift.inputs_p_value", **calibrated),
        one_monitor(name="errors", metric="performance.mae", **calibrated),
        one_monitor(name="column", metric="drift.total_variation(column=*)", **calibrated),
    )
    office.hour(model)
    with office.database.reading() as conn:
        held = {s.address: s.verdict for s in series_of_model(conn, model.id)}
    quarter_hours = 91.3125 * 24
    assert held["drift.inputs_p_value"]["limits"][0] == pytest.approx(1 / quarter_hours / 3)
    columns = [verdict for address, verdict in held.items() if "column=" in address]
    assert len(columns) > 1
    limit = f"the limit is 1 in {number(3 * len(columns) * quarter_hours, significant=2)}"
    assert [limit in verdict["detail"] for verdict in columns] == [True] * len(columns)


@pytest.mark.parametrize(
    ("against", "apart"), [("previous", 0.4), ("previous(2)", 0.6), ("season(3h)", 1.2), ("reference", 1.2)]
)
def test_a_drift_metric_compares_the_window_with_the_other_rows(office, one_monitor, against, apart):
    model = office.model()
    metric = 'drift.wasserstein(column="x")'
    office.monitors(one_monitor(metric=metric, when={"above": 100}, against=against))
    for shift in (0.0, 0.4, 0.8, 1.2):
        office.hour(model, shift=shift, n=2000)
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
    assert series.verdict["value"] == pytest.approx(apart, abs=0.12)


def test_a_drift_metric_compares_versions_and_segments(office, one_monitor):
    model = office.model(by=[["c"]])
    metric = 'drift.total_variation(column="x"{})'
    latest = one_monitor(
        name="versions",
        metric=metric.format(""),
        when={"above": 1},
        version="2",
        against="version(previous)",
        window="1d",
    )
    rest = one_monitor(
        name="rest",
        metric=metric.format(', segment="c=a"'),
        when={"above": 1},
        against="segment(rest)",
        window="1d",
    )
    office.monitors(latest, rest)
    for _ in range(2):
        start = office.clock.time
        frame = office.rows(2000, start)
        office.clock.time += 24 * 3_600_000_000
        office.send(model, frame, version="1")
        office.send(
            model, frame.with_columns(x=pl.when(c="a").then(pl.col("x") + 9).otherwise("x")), version="2"
        )
        office.judge()
    with office.database.reading() as conn:
        found = {(s.address, s.version_id): s.verdict.get("value") for s in series_of_model(conn, model.id)}
    (versions,) = [
        value for (address, version), value in found.items() if version and "segment" not in address
    ]
    (apart,) = [value for (address, _), value in found.items() if "segment" in address]
    assert versions == pytest.approx(0.5, abs=0.05)
    assert apart == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("against", ["reference", "previous", "segment(rest)"])
def test_a_segment_in_windows_shorter_than_a_day_is_an_error(office, one_monitor, against):
    model = office.model(by=[["c"]])
    metric = 'drift.total_variation(column="x", segment="c=a")'
    office.monitors(one_monitor(metric=metric, when={"above": 1}, against=against))
    office.hour(model)
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
    assert series.status == "error"
    assert "cannot be added up" in series.verdict["detail"]


@pytest.mark.parametrize("metric", ["drift.share", "drift.inputs_p_value", 'quality.null_share(column="x")'])
def test_windows_shorter_than_those_of_the_rows_are_an_error_that_is_told(office, one_monitor, metric):
    model = office.model(every="1d")
    asked = one_monitor(metric=metric, when={"above": 0.2}, needs={"rows": 10})
    office.monitors(asked)
    office.hour(model)
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
    assert (series.status, [alert.kind for alert in office.alerts()]) == ("error", ["blind"])


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        (
            "train",
            {"metric": "drift.share", "when": {"above": 0.2}},
            "no reference 'train'; did you mean 'training'?",
        ),
        ("train", {"when": {"change": "5%"}}, "no reference 'train'; did you mean 'training'?"),
        ("train", {"when": {"calibrated": True}}, "no reference 'train'; did you mean 'training'?"),
        ("2024-01-01/2024-01-02", {"when": {"change": "5%"}}, "holds no row"),
    ],
)
def test_a_window_whose_reference_is_not_there_says_so(office, one_monitor, name, change, why):
    model = office.model()
    asked = one_monitor(against=f'reference("{name}")', **change)
    office.monitors(asked, one_monitor(name="other", when={"above": 1.0}, against=f'reference("{name}")'))
    office.hour(model)
    with office.database.reading() as conn:
        series, other = series_of_model(conn, model.id)
    assert (series.status, other.status) == ("unknown", "ok")
    assert why in series.verdict["detail"]


def test_a_version_that_is_gone_leaves_its_share_of_the_budget_until_it_is_back(office, one_monitor):
    model = office.model()
    asked = {"metric": "drift.inputs_p_value", "when": {"calibrated": True}, "version": "each"}
    office.monitors(one_monitor(window="6h", **asked))
    shared: list[int] = []
    for version in ("1", "1", *("2" * 6), "1", "2"):
        frame = office.rows(300, office.clock.time)
        office.clock.time += 6 * 3_600_000_000
        office.send(model, frame, version=version)
        office.judge()
        with office.database.reading() as conn:
            said = [series.verdict for series in series_of_model(conn, model.id)]
        shared += [round(1 / each["limits"][0] / (91.3125 * 4)) for each in said if "limits" in each]
    assert shared == [1, 1, 2, 2, 2, 2, 1, 1, 1, 2]


def test_segments_keep_their_share_of_the_budget_while_they_are_gone(office, one_monitor):
    model = office.model(by=[["c"]])
    asked = {"metric": "drift.inputs_p_value(segment=*)", "when": {"calibrated": True}}
    office.monitors(one_monitor(window="1d", **asked))
    shared: set[int] = set()
    for day in range(5):
        frame = office.rows(600, office.clock.time)
        office.clock.time += 24 * 3_600_000_000
        office.send(model, frame if day == 0 else frame.filter(c="a"))
        office.judge()
        with office.database.reading() as conn:
            said = [series.verdict for series in series_of_model(conn, model.id)]
        shared |= {round(1 / each["limits"][0] / 91.3125) for each in said if "limits" in each}
    assert shared == {2}
