"""Windows that look alike are judged once, and what is written is what each would have been given by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.monitors.verdict import Figure, Seen
from barograph.server.alerting import alike, asking
from barograph.server.alerting.alike import Alike
from barograph.server.alerting.asking import asking_of
from barograph.store import catalog
from barograph.store.monitor_series import evaluations_of, series_of_model


def watched(office, one_monitor, name: str = "credit"):
    office.rng = np.random.default_rng(3)
    model = office.model(name)
    learned = {"calibrated": {"level": 0.01}}
    office.monitors(
        one_monitor(name="nulls", metric="quality.null_share(column=*)", when=learned),
        one_monitor(name="misfits", metric="quality.mismatch_share(column=*)", when={"above": 0.1}),
        one_monitor(name="moved", metric="drift.total_variation(column=*)", when=learned),
    )
    return model


def told(office, model) -> list[str]:
    """Where every series of a model stands, and what was said of it."""
    for shift in (0.0, 0.0, 4.0, 4.0, 0.0):
        office.hour(model, shift=shift)
    with office.database.reading() as conn:
        series = {each.id: each for each in series_of_model(conn, model.id)}
        kept = evaluations_of(conn, list(series), first=0, end=1 << 60)
    stands = [replace(each, id=0, model_id=0) for each in series.values()]
    said = [(series[each.series_id].address, replace(each, series_id=0)) for each in kept]
    return sorted(map(repr, [*stands, *said]))


def test_what_looks_alike_is_told_as_if_each_were_judged_by_itself(office, one_monitor, monkeypatch):
    noon = office.clock.time
    together = told(office, watched(office, one_monitor))
    office.clock.time = noon
    monkeypatch.setattr(alike, "_look", lambda seen: None)
    assert told(office, watched(office, one_monitor, "other")) == together
    assert any("'firing'" in each for each in together)


def test_columns_that_look_alike_are_judged_once(office, one_monitor, monkeypatch):
    judged: list[str] = []
    take = alike.take

    def counted(monitor, *args, **more):
        judged.append(monitor.name)
        return take(monitor, *args, **more)

    monkeypatch.setattr(alike, "take", counted)
    office.hour(watched(office, one_monitor))
    assert judged.count("misfits") == 1


@pytest.mark.parametrize(
    "other",
    [Value(value=-0.0, n=4), Value(value=0.0, n=5), Value(value=0.0, n=4, interval=(0.0, 0.1)), None],
)
def test_figures_that_differ_in_anything_are_not_alike(other):
    assert alike.exactly(Value(value=0.0, n=4)) != alike.exactly(other)


def test_a_window_with_a_history_is_judged_by_itself():
    before, now = (Figure(start=i, end=i + 1, result=Value(value=0.0, n=4)) for i in (0, 1))
    seen = Seen(spec=metric("quality.null_share"), current=now, rows=4)
    assert alike._look(seen) is not None
    assert alike._look(replace(seen, history=(before,))) is None


def test_states_that_are_the_same_are_kept_as_one_document():
    one = Alike()
    state = one.read({})
    assert one._document(state) is one._document(replace(state))


def test_what_is_asked_for_is_found_out_again_where_the_reference_is_another(
    office, one_monitor, monkeypatch
):
    asked = []
    monkeypatch.setattr(
        asking, "asking_of", lambda *all_of_it: asked.append(all_of_it) or asking_of(*all_of_it)
    )
    model = watched(office, one_monitor)
    office.hour(model)
    first = len(asked)
    office.hour(model)
    assert len(asked) == first > 0
    with office.database.writing() as conn:
        training = catalog.reference_profile(conn, catalog.reference(conn, model.id, "training").id)
        twice = catalog.add_reference(conn, model.id, "twice", training + training, now=1)
        catalog.set_default_reference(conn, twice)
    office.hour(model)
    again = len(asked)
    office.hour(model)
    assert len(asked) == again > first


def test_what_was_asked_for_before_monitors_changed_is_not_kept(office, one_monitor):
    model = office.model()
    held = office.evaluator.known.askings._held
    lengths = []
    for above in (0.1, 0.2, 0.3):
        office.monitors(one_monitor(when={"above": above}))
        office.hour(model)
        lengths.append(len(held))
    assert lengths[0] == lengths[1] == lengths[2] > 0
