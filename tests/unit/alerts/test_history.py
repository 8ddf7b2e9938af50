"""One series through time."""

from dataclasses import replace

import pytest

from barograph.alerts.history import Standing, rules_of, run, take
from barograph.alerts.machine import Rules
from barograph.alerts.replayed import replayed_episodes, replayed_level
from barograph.metrics.address import parse_address
from barograph.metrics.registry import metric
from barograph.metrics.values import Undefined, Value
from barograph.monitors.calendars import Calendar, Weekly
from barograph.monitors.condition import Band, Budget, Burn, Calibrated, Composite, Limit, Part
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Figure, Seen

DAY = 86_400_000_000
NONE = Undefined(reason="no_labels", detail="no labels")


def monitor(when, **more):
    return Monitor(name="m", metric=parse_address("performance.mae"), when=when, **more)


def windows(values, **more):
    spec = metric("performance.mae")
    return [
        Seen(
            spec=spec, rows=90, **more,
            current=Figure(
                start=i * DAY, end=(i + 1) * DAY, result=Value(value=v, n=90) if isinstance(v, float) else v
            ),
        )
        for i, v in enumerate(values)
    ]  # fmt: skip


def test_a_series_fires_and_recovers():
    steps = run(monitor(Limit(above=2.0), for_windows=2), windows([1.0, 3.0, 3.0, 1.0, 1.0]))
    assert [s.changes for s in steps] == [(), ("pending",), ("fired",), ("recovering",), ("resolved",)]
    assert [s.verdict.status for s in steps] == ["ok", "breach", "breach", "ok", "ok"]


def test_windows_without_an_answer_have_a_state_of_their_own():
    steps = run(monitor(Limit(above=2.0), unknown="alert"), windows([3.0, NONE, NONE, 3.0, 3.0]))
    assert [s.standing.state.phase for s in steps] == ["firing"] * 5
    assert [s.blind_changes for s in steps] == [(), ("fired",), (), ("recovering",), ("resolved",)]


@pytest.mark.parametrize(("policy", "phase"), [("keep", "firing"), ("ok", "recovering")])
@pytest.mark.parametrize("reason", ["no_labels", "evaluation_error"])
def test_policies_say_whether_no_answer_counts_as_good(policy, phase, reason):
    asked = monitor(Limit(above=2.0), unknown=policy, error=policy, clear_windows=3)
    steps = run(asked, windows([3.0, Undefined(reason=reason, detail="")]))
    assert steps[-1].standing.state.phase == phase
    assert steps[-1].standing.blind.phase == "ok"


def test_breached_windows_are_not_learned_from():
    usual = [10.0, 11.0, 9.0, 10.5, 9.5, 10.0, 11.0, 9.0]
    steps = run(monitor(Band(season="none")), windows(usual + [50.0] * 20))
    assert [s.verdict.status for s in steps] == ["unknown"] * 8 + ["breach"] * 20


def test_what_a_calendar_leaves_out_breaks_no_row_and_teaches_nothing():
    weekend = Calendar(name="weekend", weekly=(Weekly(days=(5, 6)),))  # days 2 and 3 of 1970
    steps = run(
        monitor(Limit(above=2.0), for_windows=3), windows([3.0, 3.0, 1.0, 1.0, 3.0]), calendars=[weekend]
    )
    assert [s.left_out for s in steps] == [None, None, "weekend", "weekend", None]
    assert steps[2].verdict is None
    assert steps[-1].changes == ("fired",)
    band = run(
        monitor(Band(season="none", fewest=3)), windows([3.0, 3.0, 1.0, 1.0, 3.0]), calendars=[weekend]
    )
    assert band[-1].verdict.detail == "too little history: 2 good windows, at least 3 needed"


def test_history_is_cut_to_what_is_needed():
    steps = run(monitor(Band(season="none", windows=4, fewest=4)), windows([float(i) for i in range(9)]))
    assert steps[-1].verdict.expected == 5.5


def test_parts_of_a_composite_learn_too():
    part = Part(metric=parse_address("performance.me"), against=None, when=Band(season="none", fewest=3))
    series = windows([3.0] * 6)
    bias = [replace(w, spec=metric("performance.me")) for w in windows([0.1, 0.2, 0.15, 0.12, 0.18, 9.0])]
    both = [replace(w, parts={"performance.me": b}) for w, b in zip(series, bias, strict=True)]
    steps = run(monitor(Composite(how="all", parts=(part,))), both)
    assert [s.verdict.status for s in steps] == ["unknown"] * 3 + ["ok", "ok", "breach"]


def test_a_window_seen_before_changes_nothing():
    first = windows([3.0])[0]
    step = take(monitor(Limit(above=2.0)), first, Standing())
    again = take(monitor(Limit(above=2.0)), first, step.standing)
    assert again.standing == step.standing
    assert again.changes == ()


@pytest.mark.parametrize(
    ("said", "given", "severity"),
    [("critical", None, "critical"), ("from impact", None, "info"), ("info", "emergency", "emergency")],
)
def test_severity_is_the_given_ones_or_the_monitors(said, given, severity):
    step = take(monitor(Limit(above=2.0), severity=said), windows([3.0])[0], Standing(), severity=given)
    assert step.standing.state.severity == severity


@pytest.mark.parametrize(
    ("asked", "bad", "severity"),
    [
        ("warning", 0.9, "critical"),
        ("warning", 0.05, "warning"),
        ("critical", 0.05, "critical"),
        ("emergency", 0.9, "emergency"),
        ("from impact", 0.05, "info"),
        ("from impact", 0.9, "critical"),
        ("info", 0.9, "info"),
    ],
)
def test_a_burn_rate_is_as_severe_as_the_monitor_says_or_worse(asked, bad, severity):
    burn = Monitor(
        name="m", metric=parse_address("operations.error_rate"), when=Burn(objective=0.99), severity=asked
    )
    seen = replace(windows([bad])[0], spec=metric("quality.null_share"))
    assert take(burn, seen, Standing()).standing.state.severity == severity


def test_rules_are_the_monitors():
    asked = monitor(Limit(above=2.0), for_windows=3, clear_windows=4, no_data="ok", unknown="ok")
    assert rules_of(asked) == Rules(fire=3, clear=4, no_data_is_ok=True, unknown_is_ok=True)


def reference_windows(values):
    made = windows(values)
    own = tuple(w.current for w in made)
    return [replace(w, reference=own) for w in made]


def test_a_replay_counts_episodes_not_windows(rng):
    # One of the 28 days differs: drawn 98/28 times in a quarter, each an episode of its own.
    values = (10.0 + rng.normal(size=28)).tolist()
    values[13] = 40.0
    found = replayed_episodes(
        monitor(Calibrated(side="above")), reference_windows(values), level=0.01, days=91.3125, rng=rng
    )
    assert 2.8 < found < 3.6
    longer = replayed_episodes(
        monitor(Calibrated(side="above"), for_windows=2),
        reference_windows(values),
        level=0.01,
        days=91.3125,
        rng=rng,
    )
    assert longer < 0.1  # the same day twice, at the seam of two blocks


def test_the_level_is_halved_until_the_budget_is_kept(rng):
    values = (10.0 + rng.normal(size=28)).tolist()
    values[13] = 14.5
    found = replayed_level(
        monitor(Calibrated(side="above")),
        reference_windows(values),
        level=0.01,
        budget=Budget(),
        series=1,
        rng=rng,
    )
    assert found.keeps
    assert found.episodes <= 1.0
    assert found.level < 0.01


def test_no_level_keeps_the_budget_where_windows_differ_beyond_any(rng):
    values = [10.0, 10.1, 9.9, 10.05, 9.95] * 5
    values[12] = 1e6
    found = replayed_level(
        monitor(Calibrated(side="above")),
        reference_windows(values),
        level=0.01,
        budget=Budget(),
        series=1,
        rng=rng,
    )
    assert not found.keeps


@pytest.mark.parametrize(
    ("missing", "hours", "needed"), [(True, 1, 2), ("version", 1, 24), ("version", 7, 4), ("version", 48, 2)]
)
def test_without_its_version_a_series_is_over_after_a_day_without_its_segment_after_two_windows(
    missing, hours, needed
):
    step, bad = hours * DAY // 24, windows([3.0])[0]
    seen = [replace(bad, current=replace(bad.current, start=i * step, end=(i + 1) * step)) for i in range(30)]
    gone = [
        replace(each, current=replace(each.current, result=NONE), rows=0, missing=missing) for each in seen
    ]
    steps = run(monitor(Limit(above=2.0)), [seen[0], *gone[1:]])
    assert [i for i, each in enumerate(steps) if "vanished" in each.changes] == [needed]
