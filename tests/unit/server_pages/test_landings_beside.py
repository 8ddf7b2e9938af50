"""A model without an alert is not called safe where it does worse than its reference."""

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.metrics.values import Value
from barograph.server.pages.landings.ahead import _begun
from barograph.server.pages.landings.beside import AT_ONCE, Beside, DaySums, _slot, beside_by_model, over_days
from barograph.server.pages.routes import landings
from barograph.store.catalog import add_reference, create_model, create_project, model
from barograph.store.database import open_database
from barograph.store.monitor_series import StoredSeries, add_series
from barograph.store.monitors import put_monitor
from barograph.store.points import Course, keep

DAY = 86_400_000_000


@pytest.fixture(scope="module")
def reference() -> bg.Profile:
    """Errors of 1.0 on average."""
    draw = np.random.default_rng(4)
    label = draw.normal(size=800)
    rows = pl.DataFrame({"x": label, "p": label + draw.choice([-1.2, -0.8, 0.8, 1.2], 800), "y": label})
    return bg.profile(rows, bg.Schema.infer(rows, prediction="p", label="y", task="regression"))


@pytest.fixture
def watched(settings, token, clock, reference):
    """A model whose monitors have nothing to say."""
    database, now = open_database(settings.database_url), clock.now()
    with database.writing() as conn:
        project = create_project(conn, "shop", now=now)
        made = create_model(conn, "shop", "demand", reference.schema, now=now)
        add_reference(conn, made.id, "training", reference, now=now)
        document = {"name": "worse", "metric": "performance.mae", "when": {"above": 9}}
        put_monitor(conn, project.id, "worse", document, actor="test", now=now)
        series = StoredSeries(
            monitor_id=1, model_id=made.id, version_id=0, address="performance.mae", judged_at=now
        )
        add_series(conn, [series])
    yield database, made.id
    database.close()


def days_of(watched, clock, error, *, ago=range(2, 7)):
    """Whole days of 24 rows."""
    database, of = watched
    last = (clock.now() // DAY) * DAY
    found = Value(value=error, n=24, interval=(error - 0.4, error + 0.4))
    with database.writing() as conn:
        course = Course(model_id=of, address="performance.mae", every="1d")
        keep(conn, course, {last - days * DAY: ("s", found) for days in ago})


def beside(watched, clock) -> Beside:
    with watched[0].reading() as conn:
        return beside_by_model(conn, [model(conn, "shop", "demand")], {}, now=clock.now(), most=AT_ONCE)[
            watched[1]
        ]


@pytest.mark.parametrize(("error", "said"), [(1.5, "worse"), (1.05, "no change shown"), (0.5, "better")])
def test_days_together_show_what_one_does_not(watched, clock, error, said):
    days_of(watched, clock, error)
    found = beside(watched, clock)
    assert found.change == said
    assert found.lately is not None
    assert found.lately.n == 120
    assert found.lately.value == pytest.approx(error)


def test_who_looks_first_does_not_wait_for_every_reference(watched, clock, signed_in, monkeypatch):
    days_of(watched, clock, 1.5)
    _slot.cache_clear()  # as when the server begins
    monkeypatch.setattr(landings, "AT_ONCE", 0)
    first = signed_in.get("/product")
    assert "look again in a minute" in first.text
    assert "worse than its reference" not in first.text
    assert "worse than its reference" in signed_in.get("/product").text


def test_who_comes_from_the_inbox_finds_every_reference_read(watched, clock, signed_in, monkeypatch):
    days_of(watched, clock, 1.5)
    _slot.cache_clear()  # as when the server begins
    _begun.cache_clear()
    monkeypatch.setattr(landings, "AT_ONCE", 0)
    assert signed_in.get("/").status_code == 200
    assert "worse than its reference" in signed_in.get("/product").text


def test_earlier_days_are_not_of_late(watched, clock):
    days_of(watched, clock, 9.0, ago=range(9, 20))
    assert beside(watched, clock).lately is None
    assert beside(watched, clock).reference.value == pytest.approx(1.0, abs=0.05)


def test_days_without_an_interval_give_none(watched, clock):
    last = (clock.now() // DAY) * DAY
    found = {2: Value(value=2.0, n=2, interval=None), 3: Value(value=5.0, n=1, interval=(4.0, 6.0))}
    with watched[0].writing() as conn:
        course = Course(model_id=watched[1], address="performance.mae", every="1d")
        keep(conn, course, {last - days * DAY: ("s", value) for days, value in found.items()})
    assert beside(watched, clock).lately == Value(value=3.0, n=3, interval=None)


def test_no_days_give_nothing():
    assert over_days(DaySums(rows=0, weighted=0.0, below=0.0, above=0.0, unknown=0)) is None


@pytest.mark.parametrize(("error", "trust"), [(1.5, "worse"), (1.05, "yes")])
def test_a_product_manager_is_told_that_it_became_worse(watched, clock, signed_in, error, trust):
    days_of(watched, clock, error)
    assert [row["trust"] for row in signed_in.get("/product.json").json()["rows"]] == [trust]
    page = signed_in.get("/product").text
    assert ("worse than its reference" in page) == (trust == "worse")
    assert "on its last 120 rows with a label" in page
