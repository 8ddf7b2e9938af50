"""Error budgets that burn too fast."""

import pytest

from barograph.metrics.values import Value
from barograph.monitors.condition import Burn
from barograph.monitors.judge import judge

MINUTES_5 = 300_000_000
CLEAN, ALL_BAD = 0.0, 1.0


def burning(monitor, seen, figures, shares, *, n=10_000, name="quality.null_share"):
    """The last of windows of five minutes."""
    made = figures([Value(value=x, n=n) for x in shares], step=MINUTES_5)
    address = f'{name}(column="x")' if name.startswith("quality") else name
    asked = monitor(address, Burn(objective=0.999), window="5m")
    return judge(asked, seen(name, made[-1], history=made[:-1]))


@pytest.mark.parametrize(
    ("rate", "severity"),
    [(14.5, "critical"), (14.3, "warning"), (6.1, "warning"), (5.9, "info"), (1.1, "info"), (0.9, None)],
)
def test_severity_by_how_fast_it_burns(monitor, seen, figures, rate, severity):
    found = burning(monitor, seen, figures, [rate * 0.001] * 864)
    assert found.severity == severity
    assert found.status == ("ok" if severity is None else "breach")


def test_a_blip_burns_the_short_span_alone(monitor, seen, figures):
    assert burning(monitor, seen, figures, [CLEAN] * 863 + [0.05]).status == "ok"


def test_what_is_over_burns_the_long_span_alone(monitor, seen, figures):
    assert burning(monitor, seen, figures, [0.1] * 200 + [CLEAN]).severity == "warning"
    assert burning(monitor, seen, figures, [0.1] * 200 + [CLEAN] * 72).status == "ok"


def test_spans_end_with_the_window(monitor, seen, figures):
    # 12 windows are an hour: the 13th before the end is outside of it.
    assert burning(monitor, seen, figures, [CLEAN] * 500 + [0.0145] * 12).severity == "critical"
    assert burning(monitor, seen, figures, [CLEAN] * 500 + [0.0145] * 11).severity != "critical"


def test_a_single_bad_event_of_few_pages_nobody(monitor, seen, figures):
    found = burning(monitor, seen, figures, [CLEAN] * 11 + [0.5], n=2)
    # 1 of 24: Wilson's interval begins at .7 %, seven times the budget of .1 %; at a limit of 14.4 it is no breach.
    assert found.severity != "critical"
    assert burning(monitor, seen, figures, [ALL_BAD] * 12, n=2).severity == "critical"


def test_good_events_burn_as_their_rest(monitor, seen, figures):
    found = burning(monitor, seen, figures, [0.9855] * 864, name="performance.accuracy")
    assert (found.severity, found.limits) == ("critical", (pytest.approx(1 - 0.0144), None))


def test_a_figure_that_is_no_share_is_unknown(monitor, seen, figures):
    window = seen("performance.mae", figures([12.0])[0])
    assert judge(monitor("performance.mae", Burn(objective=0.99)), window).status == "unknown"


def test_a_burn_in_words(monitor, seen, figures):
    found = burning(monitor, seen, figures, [0.0145] * 864)
    assert found.detail == (
        "1.5\u202f% of 120,000 events in 1 hour were bad: the budget of 30 days burns 14.5 times too fast, "
        "the limit is 14.4 times"
    )


def test_windows_of_a_day_are_told_as_days(monitor, seen, figures):
    (day,) = figures([Value(value=0.5, n=2_000)], step=288 * MINUTES_5)
    asked = monitor('quality.null_share(column="x")', Burn(objective=0.99), window="1d")
    found = judge(asked, seen("quality.null_share", day))
    assert found.detail.startswith("50\u202f% of 2,000 events in 1 day were bad")
