"""A file of monitors is written so that it is read back the same."""

from __future__ import annotations

import json
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.metrics.address import Address, parse_address
from barograph.monitors.against import Against
from barograph.monitors.condition import (
    Anytime,
    Band,
    Budget,
    Burn,
    Calibrated,
    Change,
    Composite,
    Condition,
    Limit,
    Part,
)
from barograph.monitors.document import read_monitor, written
from barograph.monitors.file import MonitorFile, file_document, read_file_document
from barograph.monitors.monitor import Monitor, Needs
from barograph.monitors.yaml import format_monitors, parse_monitors

numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)
positive = st.floats(min_value=1e-6, max_value=1e6)
words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20
)
names = words.filter(lambda t: t.strip() and t.isprintable() and "/" not in t)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)
whole = st.integers(1, 500)
seconds = st.integers(0, 10**7)
tails = st.sampled_from(["above", "below", "both", None])

limits = st.one_of(
    st.builds(lambda x: Limit(above=x), numbers),
    st.builds(lambda x: Limit(below=x, clear=x), numbers),
    st.builds(lambda x, d: Limit(below=x, above=x + d, clear=d / 4), st.floats(-1e6, 1e6), positive),
)
changes = st.one_of(
    st.builds(lambda x, r: Change(above=x, relative=r), positive, st.booleans()),
    st.builds(lambda x, r, s: Change(below=-x, relative=r, sure=s), positive, st.booleans(), st.booleans()),
    st.builds(lambda x, c: Change(above=x, below=-x, clear=None if c else x / 2), positive, st.booleans()),
)
bands = st.builds(
    lambda w, side, season, n: Band(width=w, side=side, season=season, windows=500, fewest=n + 1),
    positive,
    st.sampled_from(["above", "below", "both"]),
    st.sampled_from([None, "none", "hour of day", "day of week", "hour of week"]),
    st.integers(1, 400),
)
calibrated = st.one_of(
    st.builds(Calibrated, level=st.floats(1e-12, 0.5), side=tails),
    st.builds(
        Calibrated,
        budget=st.builds(
            Budget, count=positive, days=st.sampled_from([1.0, 7.0, 30.4375, 91.3125, 365.25, 12.5])
        ),
        matters=st.none() | positive,
    ),
)
anytime = st.builds(Anytime, level=st.floats(1e-9, 0.9), tolerance=st.none() | positive)
burns = st.builds(Burn, objective=st.floats(0.01, 0.9999), days=positive) | st.builds(
    lambda rate, long: Burn(objective=0.99, rates=((rate, float(long + 60), float(long)),)), positive, whole
)
references = st.just(Against()) | st.builds(lambda n: Against(kind="reference", name=n), texts.filter(bool))
#: What a condition that compares nothing itself can be against.
figures = references | st.just(Against(kind="none"))
others = st.one_of(
    references,
    st.sampled_from([Against(kind="previous"), Against(kind="segment")]),
    st.builds(lambda n: Against(kind="previous", windows=n), whole),
    st.sampled_from([Against(kind="season", season="1w"), Against(kind="season", season="1d")]),
    st.builds(
        lambda kind, name: Against(kind=kind, name=name),
        st.sampled_from(["segment", "version"]),
        texts.filter(bool),
    ),
)
shares = st.builds(lambda x: Limit(above=x), st.floats(0.0, 1.0))
#: Can be any number, and so can their limits.
unbounded = st.sampled_from(
    [parse_address('quality.mean(column="a b")'), parse_address("quality.mean(column=*)")]
)
parts = st.one_of(
    st.builds(
        Part,
        metric=st.sampled_from(
            [None, parse_address('drift.psi(column="a b")'), parse_address("drift.share")]
        ),
        against=st.none() | references,
        when=shares | bands | calibrated,
    ),
    st.builds(
        Part, metric=st.just(parse_address('quality.mean(column="a b")')), against=st.none(), when=limits
    ),
    st.builds(
        Part, metric=st.just(parse_address("performance.bounded_loss")), against=st.none(), when=anytime
    ),
)
composites = st.builds(
    Composite, how=st.sampled_from(["all", "any"]), parts=st.lists(parts, min_size=1, max_size=3).map(tuple)
)
policies = st.sampled_from(["alert", "keep", "ok"])
addresses = st.sampled_from(
    [
        parse_address("drift.share"),
        parse_address("drift.total_variation(column=*)"),
        parse_address('performance.recall(class="yes", segment=*)'),
        parse_address("operations.latency(q=0.95)"),
    ]
)


def sides(when: Condition, metric: Address) -> st.SearchStrategy[Against]:
    """What a condition can be against."""
    if isinstance(when, Change) or (isinstance(when, Limit) and metric.family == "drift"):
        return others
    return figures if isinstance(when, Limit | Band | Burn) else references


@st.composite
def monitors(draw: st.DrawFn) -> Monitor:
    when = draw(limits | shares | bands | calibrated | anytime | changes | burns | composites)
    share = isinstance(when, Anytime | Burn)
    is_share = (
        isinstance(when, Limit) and (when.below, when.clear) == (None, None) and 0.0 <= when.above <= 1.0
    )
    of = unbounded if isinstance(when, Limit) and not is_share else addresses
    metric = parse_address("operations.error_rate") if share else draw(of)
    against = draw(sides(when, metric))
    # A season is whole windows.
    longer = [] if against.kind == "season" else ["1w", "1mo"]
    return Monitor(
        name=draw(names),
        metric=metric,
        when=when,
        models=draw(st.lists(names, min_size=1, max_size=3).map(tuple)),
        version=draw(names),
        window=draw(st.sampled_from(["5m", "1h", "1d", *longer])),
        against=against,
        for_windows=draw(whole),
        clear_windows=draw(whole),
        lateness_seconds=draw(seconds),
        needs=Needs(rows=draw(whole), label_age_seconds=draw(seconds), coverage=draw(st.floats(0, 1))),
        no_data=draw(policies),
        error=draw(policies),
        unknown=draw(policies),
        severity=draw(st.sampled_from(["info", "warning", "critical", "emergency", "from impact"])),
        notify=draw(st.lists(names, max_size=2).map(tuple)),
        labels=MappingProxyType(draw(st.dictionaries(names, texts, max_size=3))),
        runbook=draw(texts),
        owner=draw(texts),
        reason=draw(texts),
        enabled=draw(st.booleans()),
    )


plain = st.recursive(
    st.none() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
files = st.builds(
    MonitorFile,
    monitors=st.lists(monitors(), max_size=4, unique_by=lambda m: m.name).map(tuple),
    routes=st.dictionaries(names, st.dictionaries(texts, plain, max_size=3), max_size=2),
    inhibitions=st.dictionaries(names, st.dictionaries(texts, plain, max_size=3), max_size=2),
)


@given(monitors())
def test_a_monitor_passes_json_unchanged(monitor: Monitor) -> None:
    assert read_monitor(json.loads(json.dumps(written(monitor))), where="m") == monitor
    assert read_monitor(written(monitor, whole=True), where="m") == monitor


@settings(max_examples=60)
@given(files)
def test_a_file_is_read_back_as_it_was_written(file: MonitorFile) -> None:
    assert parse_monitors(format_monitors(file)) == file


@settings(max_examples=30)
@given(files)
def test_a_file_passes_json_unchanged(file: MonitorFile) -> None:
    assert read_file_document(json.loads(json.dumps(file_document(file)))) == file
