"""Windows whose rows come after they were due are judged as for the first time; what is long ago pages nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from barograph.monitors.file import read_file_document
from barograph.server.alerting import late
from barograph.server.alerting import model as writing
from barograph.server.alerting.backtest import backtest
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.gathered import gather
from barograph.store.monitor_series import evaluations_of, series_of_model

MINUTE_US = 60_000_000
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
#: When the clock of these tests begins.
NOON_US = int(datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp()) * 1_000_000
#: From which on what came late is looked at again.
LATER_US = 1_000_000_000


@pytest.fixture
def nightly(office, one_monitor):
    """Makes a model whose last hours have had no rows yet, behind one that had some."""

    def made(hours, **changes):
        model = office.model()
        office.channel()
        office.monitors(one_monitor(**changes))
        office.hour(model)
        for _ in range(hours):
            office.hour(model, n=0)
        return model

    return made


def come(office, model, *shifts):
    """The rows of the last hours come, each so far off; None: of that hour none do."""
    first = office.clock.time // HOUR_US * HOUR_US - len(shifts) * HOUR_US
    for i, shift in enumerate(shifts):
        if shift is not None:
            office.send(model, office.rows(50, first + i * HOUR_US, shift=shift))
    looked(office)


def looked(office):
    """What came late is looked at."""
    office.clock.time += LATER_US
    office.judge()


def said(office, model):
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
        return series, [
            (e.revision, e.status) for e in evaluations_of(conn, [series.id], first=0, end=1 << 60)
        ]


def reasons(office):
    return [reason for reason, _ in office.told()]


def test_rows_that_come_after_their_window_page_where_it_had_none(office, nightly):
    model = nightly(1)
    come(office, model, 3.0)
    (alert,) = office.alerts()
    assert (alert.phase, alert.backfilled) == ("firing", False)
    assert (alert.started_at, alert.fired_at) == (NOON_US + HOUR_US, office.clock.time)
    assert said(office, model)[1] == [(0, "no_data"), (1, "breach")]
    assert reasons(office) == ["new"]


def test_they_are_judged_in_order(office, nightly):
    model = nightly(3, **{"for": 2})
    come(office, model, 3.0, 3.0, 0.0)
    (alert,) = office.alerts()
    assert alert.phase == "recovering"
    assert office.kinds(alert_id=alert.id) == ["fired", "recovering"]
    assert said(office, model)[0].state["windows"] == 4
    office.clock.time -= LATER_US
    office.hour(model)
    assert office.alerts()[0].resolved_why == "recovered"


def test_what_was_pending_before_them_fires_with_them(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(**{"for": 2}))
    office.hour(model, shift=3.0)
    office.hour(model, n=0)
    come(office, model, 3.0)
    (alert,) = office.alerts()
    assert alert.started_at == NOON_US


@pytest.mark.parametrize("hours", [1, 2])
def test_what_was_pending_fires_with_them_though_no_rows_counted_as_good(office, one_monitor, hours):
    model = office.model()
    office.monitors(one_monitor(no_data="ok", **{"for": 3}))
    for shift in (0.0, 3.0, 3.0):
        office.hour(model, shift=shift)
    for _ in range(hours):
        office.hour(model, n=0)
    assert said(office, model)[0].state["phase"] == "ok"
    come(office, model, *[3.0] * hours)
    (alert,) = office.alerts()
    assert (alert.phase, alert.started_at) == ("firing", NOON_US + HOUR_US)
    assert said(office, model)[0].state["breaches"] == 2 + hours


@pytest.mark.parametrize("shifts", [(3.0, 0.0), (3.0, 3.0)], ids=["calmed", "fired"])
def test_what_was_calmed_or_had_fired_before_them_is_not_pending(office, one_monitor, shifts):
    model = office.model()
    office.monitors(one_monitor(no_data="ok", clear=1, **{"for": 2}))
    for shift in shifts:
        office.hour(model, shift=shift)
    office.hour(model, n=0)
    before = len(office.alerts())
    come(office, model, 3.0)
    assert said(office, model)[0].state["phase"] == "pending"
    assert len(office.alerts()) == before


def test_no_window_is_judged_so_twice(office, nightly):
    model = nightly(2)
    come(office, model, None, 3.0)
    assert len(office.alerts()) == 1
    before = said(office, model)[0].state
    # The rows of the hour before it come later still: they revise what is said of it.
    come(office, model, 3.0, None)
    come(office, model, 0.0, 0.0)
    series, found = said(office, model)
    assert (series.state["windows"], series.state["through"]) == (before["windows"], before["through"])
    assert office.kinds(alert_id=office.alerts()[0].id).count("fired") == 1
    assert found[0] == (0, "no_data")
    assert reasons(office) == ["new"]


def test_the_hours_after_them_still_have_no_rows(office, nightly):
    model = nightly(3)
    come(office, model, 3.0, None, None)
    (alert,) = office.alerts()
    assert (alert.phase, said(office, model)[0].status) == ("firing", "no_data")
    come(office, model, None, 0.0, 0.0)
    assert office.alerts()[0].resolved_why == "recovered"
    assert said(office, model)[1] == [
        (0, "no_data"), (1, "breach"), (0, "no_data"), (1, "ok"), (0, "no_data"), (1, "ok"),
    ]  # fmt: skip


def test_a_window_between_them_that_was_judged_ends_what_is_awaited(office, nightly):
    model = nightly(1)
    office.hour(model)
    come(office, model, 3.0, None)
    assert (office.alerts(), reasons(office)) == ([], [])


@pytest.mark.parametrize(("days", "paged"), [(2, True), (4, False)])
def test_rows_of_long_ago_page_nobody(office, nightly, days, paged):
    model = nightly(1)
    silent = office.clock.time - HOUR_US
    office.clock.time += days * DAY_US
    office.judge()
    office.send(model, office.rows(50, silent, shift=3.0))
    looked(office)
    assert bool(office.alerts()) == bool(reasons(office)) == paged
    assert said(office, model)[1][1] == (1, "breach")


def test_the_alert_of_having_no_rows_ends_and_what_they_show_is_told(office, nightly):
    model = nightly(2, no_data="alert")
    assert [(alert.kind, alert.is_open) for alert in office.alerts()] == [("blind", True)]
    come(office, model, 0.0, 3.0)
    breach, blind = sorted(office.alerts(), key=lambda alert: alert.kind == "blind")
    assert (breach.kind, breach.is_open, blind.resolved_why) == ("breach", True, "revised")
    assert said(office, model)[0].blind["phase"] == "ok"


def test_the_alert_of_having_no_rows_lasts_while_the_last_window_has_none(office, nightly):
    model = nightly(2, no_data="alert")
    come(office, model, 0.0, None)
    assert [(alert.kind, alert.is_open) for alert in office.alerts()] == [("blind", True)]
    come(office, model, 0.0)
    assert [alert.is_open for alert in office.alerts()] == [False]


def test_what_had_no_rows_and_counted_as_good_does_so_no_more(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(no_data="ok", clear=3))
    office.hour(model, shift=3.0)
    office.hour(model, n=0)
    assert office.alerts()[0].phase == "recovering"
    come(office, model, 3.0)
    assert [(alert.phase, alert.is_open) for alert in office.alerts()] == [("firing", True)]
    assert said(office, model)[0].state["passes"] == 0


def test_who_is_killed_while_they_are_written_leaves_them_to_the_next(office, nightly, monkeypatch):
    def dies(*_of, **_how):
        raise KeyboardInterrupt

    model = nightly(2)
    with monkeypatch.context() as patched:
        patched.setattr(writing, "keep_all", dies)
        with pytest.raises(KeyboardInterrupt):
            come(office, model, 0.0, 3.0)
    assert (office.alerts(), said(office, model)[1]) == ([], [(0, "no_data")] * 2)
    office.evaluator = Evaluator(office.store)
    looked(office)
    assert (len(office.alerts()), reasons(office)) == (1, ["new"])
    office.evaluator = Evaluator(office.store)
    come(office, model, 0.0, None)
    assert (len(office.alerts()), reasons(office)) == (1, ["new"])


@pytest.mark.parametrize("unknown", ["keep", "ok", "alert"])
def test_rows_that_begin_with_too_few_for_an_answer_page_once_there_are_enough(office, nightly, unknown):
    model = nightly(1, needs={"rows": 30}, unknown=unknown)
    office.send(model, office.rows(5, NOON_US + HOUR_US, shift=3.0))
    looked(office)
    assert [alert.kind for alert in office.alerts()] == ["blind"] * (unknown == "alert")
    # Nothing more is said while no more come.
    come(office, model, None)
    come(office, model, 3.0)
    series, found = said(office, model)
    assert found == [(0, "no_data"), (1, "unknown"), (2, "breach")]
    assert (series.state["windows"], series.state["passes"], series.blind["phase"]) == (2, 0, "ok")
    assert [alert.kind for alert in office.alerts() if alert.is_open] == ["breach"]


def test_too_few_rows_for_an_answer_in_time_are_revised(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(needs={"rows": 30}))
    office.hour(model)
    office.hour(model, n=5, shift=3.0)
    come(office, model, 3.0)
    assert (office.alerts(), said(office, model)[1]) == ([], [(0, "unknown"), (1, "breach")])


def test_what_a_version_awaits_that_is_gone_is_not_looked_at(office, one_monitor, monkeypatch):
    def gathered(conn, place, wanted, windows):
        looks.append((len(wanted), len(windows)))
        return gather(conn, place, wanted, windows)

    looks = []
    model = office.model()
    office.monitors(one_monitor(version="each"))
    for version in ("old", "new"):
        office.send(model, office.rows(50, NOON_US), version=version)
    office.clock.time += HOUR_US
    office.judge()
    for _ in range(3):
        office.send(model, office.rows(50, office.clock.time), version="new")
        office.clock.time += HOUR_US
        office.judge()
    looked(office)
    monkeypatch.setattr(late, "gather", gathered)
    office.send(model, office.rows(1, NOON_US + 2 * HOUR_US), version="new")
    looked(office)
    assert looks == [(2, 1)]
    office.send(model, office.rows(50, NOON_US + 2 * HOUR_US, shift=3.0), version="old")
    looked(office)
    assert looks[1:] == [(2, 1), (1, 3)]
    assert [alert.phase for alert in office.alerts()] == ["firing"]


def test_a_back_test_says_the_same(office, nightly, one_monitor):
    model = nightly(4, **{"for": 2})
    come(office, model, 3.0, 3.0, 0.0, 0.0)
    (alert,) = office.alerts()
    file = read_file_document({"monitors": [one_monitor(**{"for": 2})]})
    span = (NOON_US, NOON_US + 5 * HOUR_US)
    first, end = (datetime.fromtimestamp(each / 1e6, UTC).isoformat() for each in span)
    tried = backtest(office.store, "bank", file, model=model.name, span=(first, end), now=office.clock.time)
    (would_be,) = tried.series[0].alerts
    assert would_be.started_at.timestamp() * 1e6 == alert.started_at
    assert (would_be.resolved_at is None, alert.is_open) == (False, False)


def test_rows_that_are_still_coming_are_waited_for(office, nightly):
    model = nightly(1)
    for minutes in (0, 1):
        office.clock.time += minutes * MINUTE_US
        # A request that came this moment.
        office.clock.time += MINUTE_US
        office.send(model, office.rows(50, NOON_US + HOUR_US, shift=3.0))
        office.clock.time -= MINUTE_US
        office.judge()
        assert office.alerts() == []
    office.clock.time += 2 * MINUTE_US
    office.judge()
    assert len(office.alerts()) == 1


def test_they_are_not_waited_for_for_ever(office, nightly):
    model = nightly(1)
    minutes = 0
    while not office.alerts():
        minutes += 1
        office.clock.time += 2 * MINUTE_US
        office.send(model, office.rows(50, NOON_US + HOUR_US, shift=3.0))
        office.clock.time -= MINUTE_US
        office.judge()
    assert minutes == 6
