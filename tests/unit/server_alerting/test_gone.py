"""Versions and segments without rows while their model has some."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.metrics.address import parse_address
from barograph.server.alerting.bulk import Rows
from barograph.server.alerting.gathered import Gathered
from barograph.server.alerting.watch import Ask
from barograph.store.monitor_series import series_of_model


def six_hours(office, model, *versions):
    """Rows of one version after another, each in six hours of its own; those of the second are bad."""
    for sent in versions:
        rows = office.rows(60, office.clock.time, shift=9.0 if sent == "2" else 0.0)
        office.clock.time += 6 * 3_600_000_000
        office.send(model, rows, version=sent)
        office.judge()


@pytest.mark.parametrize("version", ["each", "2"])
def test_an_alert_on_a_version_that_is_gone_is_over_and_nobody_says_it_recovered(
    office, one_monitor, version
):
    model = office.model()
    office.monitors(one_monitor(version=version, window="6h"))
    six_hours(office, model, "1", "2", "1", "1", "1")
    assert [alert.phase for alert in office.alerts()] == ["firing"]
    six_hours(office, model, "1")
    (alert,) = office.alerts()
    assert (alert.version, alert.phase, alert.resolved_why) == ("2", "ok", "missing_version")


def test_a_version_with_a_row_now_and_then_is_one_alert_that_goes_on(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor(version="each", window="6h"))
    six_hours(office, model, "1", *("2", "1", "1", "1") * 3)
    assert [(alert.version, alert.phase) for alert in office.alerts()] == [("2", "firing")]
    assert len(office.told()) == 1


def test_an_alert_on_a_version_goes_on_where_no_version_has_rows(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(version="each"))
    for _ in range(2):
        office.hour(model, shift=9.0)
    for _ in range(3):
        office.hour(model, n=0)
    assert [alert.phase for alert in office.alerts()] == ["firing"]


def test_an_alert_on_a_segment_of_a_version_tells_which_of_them_is_gone(office, one_monitor):
    model = office.model(by=[["c"]])
    metric = 'quality.mean(column="x", segment="c=a")'
    office.monitors(one_monitor(metric=metric, version="each", window="1d"))
    for sent, shift in (("1", 0.0), ("2", 9.0), ("1", 0.0), ("1", 0.0)):
        rows = office.rows(60, office.clock.time, shift=shift)
        office.clock.time += 24 * 3_600_000_000
        office.send(model, rows, version=sent)
        office.judge()
    (alert,) = office.alerts()
    assert (alert.version, alert.phase, alert.resolved_why) == ("2", "ok", "missing_version")


def test_an_alert_on_a_segment_that_is_gone_is_over_and_nobody_says_it_recovered(office, one_monitor):
    model = office.model(by=[["c"]])
    metric = 'quality.mean(column="x", segment="c=a")'
    office.monitors(one_monitor(metric=metric, when={"above": 1}, window="1d"))
    for shift, only in ((9.0, None), (0.0, "b"), (0.0, "b")):
        rows = office.rows(60, office.clock.time, shift=shift)
        office.clock.time += 24 * 3_600_000_000
        office.send(model, rows if only is None else rows.with_columns(c=pl.lit(only)))
        office.judge()
    (alert,), (incident,) = office.alerts(), office.incidents()
    assert (alert.phase, alert.resolved_why) == ("ok", "missing_segment")
    assert office.kinds(alert_id=alert.id) == ["fired", "vanished", "resolved"]
    assert incident.status == "resolved"


@pytest.mark.parametrize("version", ["all", "each"])
def test_windows_shorter_than_the_models_are_an_error(office, one_monitor, version):
    model = office.model()
    office.monitors(one_monitor(version=version, window="15m"))
    for _ in range(2):
        office.hour(model, shift=3.0)
    with office.database.reading() as conn:
        assert {series.status for series in series_of_model(conn, model.id)} == {"error"}


def test_rows_are_gone_through_once_for_all_series_and_windows():
    class Scanned(dict):
        scans = 0

        def items(self):
            self.scans += 1
            return super().items()

    rows = {version: Scanned({(f"c={version}", version): 9, ("c=b", 5): 0}) for version in (1, 2)}
    held = Gathered(
        place=None, windows=(), figures={}, references={},
        rows={(version, True): Rows(profile=None, with_outcome=False, rows=of) for version, of in rows.items()},
    )  # fmt: skip
    ask = Ask(version_id=1, address=parse_address('quality.mean(column="x", segment="c=a")'))
    assert [held.missing(None, ask, start) for start in (1, 2, 1, 2)] == [True, "version", True, "version"]
    assert [of.scans for of in rows.values()] == [1, 1]
