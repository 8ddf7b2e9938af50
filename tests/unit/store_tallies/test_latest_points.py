"""The last figures of courses."""

from __future__ import annotations

import polars as pl

import barograph as bg
from barograph.metrics.values import Undefined, Value
from barograph.store import catalog
from barograph.store.latest_points import latest_points
from barograph.store.points import Course, keep


def test_the_last_window_with_a_value_before_a_time_is_found(database):
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=1)
        schema = bg.Schema.infer(pl.DataFrame({"income": [1.0, 2.0]}))
        model_id = catalog.create_model(conn, "bank", "credit", schema, now=1).id
        mae, rmse, none = (
            Course(model_id=model_id, address=f"performance.{name}", every="1d")
            for name in ("mae", "rmse", "r2")
        )
        late = Undefined(reason="no_labels", detail="no row has a label")
        keep(conn, mae, {10: ("s", Value(value=1.0, n=5)), 20: ("s", Value(value=2.0, n=6, interval=(1, 3)))})
        keep(conn, mae, {30: ("s", late), 40: ("s", Value(value=9.0, n=6))})
        keep(conn, rmse, {10: ("s", Value(value=3.0, n=5))})
    with database.reading() as conn:
        found = latest_points(conn, [(mae, 40), (rmse, 40), (none, 40)])
        told = {p.course.address: (p.window, p.value.value, p.value.interval) for p in found}
    assert told == {"performance.mae": (20, 2.0, (1, 3)), "performance.rmse": (10, 3.0, None)}


def test_any_number_of_courses_is_asked_for_at_once(database):
    many = [(Course(model_id=n, address="performance.mae", every="1d"), 1) for n in range(9_000)]
    with database.reading() as conn:
        assert list(latest_points(conn, many)) == []
