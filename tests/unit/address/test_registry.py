"""Metrics by name, and those that plug-ins bring."""

from importlib.metadata import EntryPoint

import pytest

from barograph.errors import AddressError
from barograph.metrics import registry
from barograph.metrics.registry import BUILT_IN, ENTRY_POINT_GROUP, metric, with_plug_ins
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value

PLUGGED = MetricSpec(
    name="custom.ones", title="Ones", scope="table", applies_to=(), compute=lambda cell: Value(value=1.0, n=1),
    definition="Always 1.", misleads="Always.", source="Elementary",
)  # fmt: skip
TAKEN = BUILT_IN[0]
NO_METRIC = "nothing"


def entry_point(attribute):
    return EntryPoint(name="mine", value=f"{__name__}:{attribute}", group=ENTRY_POINT_GROUP)


@pytest.fixture
def importable(monkeypatch):
    """Let entry points find this module, whatever name it was imported under."""
    import sys
    import types

    module = types.ModuleType(__name__)
    module.__dict__.update(PLUGGED=PLUGGED, TAKEN=TAKEN, NO_METRIC=NO_METRIC)
    monkeypatch.setitem(sys.modules, __name__, module)


def test_a_plug_in_adds_its_metric(importable):
    known = with_plug_ins(BUILT_IN, [entry_point("PLUGGED")])
    assert known["custom.ones"] is PLUGGED
    assert len(known) == len(BUILT_IN) + 1


def test_a_plug_in_may_not_take_a_name(importable):
    with pytest.raises(AddressError, match=r"brings 'quality.row_count', which there is already"):
        with_plug_ins(BUILT_IN, [entry_point("TAKEN")])


def test_a_plug_in_that_is_no_metric_is_named(importable):
    with pytest.raises(AddressError, match=r"'mine' = .* gives str; expected a MetricSpec"):
        with_plug_ins(BUILT_IN, [entry_point("NO_METRIC")])


def test_plug_ins_are_looked_for_once(monkeypatch, importable):
    looked = []
    monkeypatch.setattr(
        registry, "entry_points", lambda group: looked.append(group) or [entry_point("PLUGGED")]
    )
    registry._all_metrics.cache_clear()
    try:
        assert metric("custom.ones") is PLUGGED
        assert metric("custom.ones") is PLUGGED
        assert looked == ["barograph.metrics"]
    finally:
        registry._all_metrics.cache_clear()


def test_an_unknown_metric_lists_the_nearest():
    with pytest.raises(
        AddressError, match=r"no metric 'quality.nul_share'; did you mean 'quality.null_share'\?"
    ):
        metric("quality.nul_share")


def test_an_unknown_family_lists_the_families():
    with pytest.raises(AddressError, match=r"Families: quality, drift, performance\."):
        metric("xyzzy.zzz")
