"""Another reference: what it would change is shown first, then it is done, written down, and can be taken back."""

import re

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.schema.model import Column, Schema
from barograph.store.catalog import add_reference, create_model, create_project, model, version_id
from barograph.store.database import open_database
from barograph.store.events import read_events
from barograph.store.monitors import put_monitor
from barograph.store.profiles.add import add_rows

HERE = {"Sec-Fetch-Site": "same-origin"}
AT = "/models/shop/demand/references"
DAY_US = 86_400_000_000
DAYS, BEFORE, PER_DAY = 10, 28, 60
SCHEMA = Schema(
    task="regression",
    columns=(
        Column(name="id", role="id", kind="categorical"), Column(name="t", role="timestamp", kind="datetime"),
        Column(name="x", kind="numeric"), Column(name="z", kind="numeric"),
        Column(name="p", kind="numeric", role="prediction"),
    ),
)  # fmt: skip


def rows(rng, first_us, days, *, moved):
    n = days * PER_DAY
    return pl.DataFrame(
        {
            "id": [f"{first_us}-{i}" for i in range(n)],
            "t": pl.Series(first_us + np.arange(n) * (DAY_US // PER_DAY)).cast(pl.Datetime("us", "UTC")),
            "x": rng.normal(3.0 if moved else 0.0, 1.0, n),
            "z": rng.normal(size=n),
            "p": rng.normal(size=n),
        }
    )


@pytest.fixture
def shop(settings, signed_in, clock):
    """A browser at a model of which a column has moved for good, and a monitor that says so."""
    rng, end = np.random.default_rng(5), clock.time // DAY_US * DAY_US
    database = open_database(settings.database_url)
    before = rows(rng, end - (BEFORE + DAYS) * DAY_US, BEFORE, moved=False)
    with database.writing() as conn:
        project = create_project(conn, "shop", now=clock.time)
        made = create_model(conn, "shop", "demand", SCHEMA, now=clock.time, every="1d")
        profile = bg.profile(before, SCHEMA, every="1d", name="training")
        add_reference(conn, made.id, "training", profile, now=clock.time)
        found = model(conn, "shop", "demand")
        number, _ = version_id(conn, found.id, "1", now=clock.time)
        moved = rows(rng, end - DAYS * DAY_US, DAYS, moved=True)
        add_rows(conn, found, number, typed(moved, SCHEMA), received_at=clock.time)
        document = {"name": "moved", "metric": "drift.windows_ratio(column=*)", "when": {"above": 3}}
        put_monitor(conn, project.id, "moved", document, actor="test", now=clock.time)
    yield signed_in
    database.close()


def span(clock):
    """The days on which the column has moved, as the form sends them."""
    end = clock.time // DAY_US * DAY_US
    words = np.array([end - DAYS * DAY_US, end], "datetime64[us]").astype("datetime64[m]").astype(str)
    return {"from": words[0], "to": words[1]}


def send(browser, path, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get(AT).text)[1]
    return browser.post(path, data={"form_token": token, **form}, headers=HERE)


def names(browser):
    return {each["name"]: each["is_default"] for each in browser.get(f"{AT}.json").json()["kept"]}


def test_it_shows_what_would_change_and_changes_nothing(shop, clock):
    found = shop.get(f"{AT}.json", params={"show": "true", **span(clock)}).json()
    assert found["fault"] == ""
    candidate = found["candidate"]
    assert candidate["columns_stop"] == ["x"]
    assert candidate["columns_start"] == []
    assert candidate["rows"] == DAYS * PER_DAY
    (series,) = candidate["shown"]
    assert (series["before"]["breached"], series["before"]["is_open"]) == (DAYS, True)
    assert (series["after"]["breached"], series["after"]["is_open"]) == (0, False)
    page = shop.get(AT, params={"show": "true", **span(clock)}).text
    assert "ceases to alert" in page
    assert "Nothing is changed yet." in page
    assert names(shop) == {"training": True}


def test_it_is_done_told_and_taken_back(shop, settings, clock):
    answer = send(shop, AT, **span(clock), name="after the change", comment="prices are in cents for good")
    assert names(shop) == {"training": False, "after the change": True}
    assert "prices are in cents for good" in answer.text
    assert "Undo: back to training" in answer.text
    database = open_database(settings.database_url)
    with database.reading() as conn:
        (event,) = read_events(conn, kinds=("reference_changed",))
    database.close()
    assert (event.details["before"], event.details["after"]) == ("training", "after the change")
    assert "prices are in cents" in shop.get("/events").text
    actions = [entry["action"] for entry in shop.get("/settings/audit.json").json()["entries"]]
    assert "reference.create" in actions
    after = shop.get(f"{AT}.json", params={"kept": "training"}).json()["candidate"]
    assert after["columns_start"] == ["x"]
    undone = send(shop, f"{AT}/choose", name="training")
    assert names(shop) == {"training": True, "after the change": False}
    assert "Undo: back to after the change" in undone.text


def test_a_draft_tried_over_a_change_says_by_which_reference(shop, clock):
    draft = {"name": "new", "metric": "drift.windows_ratio", "column": "x", "condition": "limit", "above": "3",
             "models": "demand", "enabled": "true"}  # fmt: skip
    said = "Each window is judged by the reference that demand had then:"
    assert said not in send(shop, "/monitors/shop/new", do="try", **draft).text
    send(shop, AT, **span(clock), name="after the change")
    clock.time += 1_000_000
    tried = send(shop, "/monitors/shop/new", do="try", **draft).text
    assert re.search(rf"{said}\s+training,\s+after the change \(since ", tried)


def test_a_reference_of_past_rows_is_made_by_programs_too(shop, token, clock):
    bearer = {"Authorization": f"Bearer {token}"}
    at = "/v1/projects/shop/models/demand/references"
    made = shop.post(f"{at}/past", json=span(clock), headers=bearer)
    assert made.status_code == 201, made.text
    assert made.json()["default"] is True
    assert made.json()["origin"] == "production"
    again = shop.post(f"{at}/past", json=span(clock), headers=bearer)
    assert again.json()["name"] == f"{made.json()['name']} (2)"
    profile = shop.get(f"{at}/{made.json()['name']}", headers=bearer)
    assert profile.status_code == 200


def test_a_span_without_rows_says_what_to_do(shop):
    answer = shop.get(AT, params={"show": "true", "from": "2001-01-01T00:00", "to": "2001-01-05T00:00"})
    assert answer.status_code == 422
    assert "take a span in which rows came" in answer.text
    assert send(shop, AT, **{"from": "2001-01-01T00:00", "to": "2001-01-05T00:00"}).status_code == 422
    assert names(shop) == {"training": True}


def test_who_may_only_look_is_not_offered_it(shop, clock):
    form = {"name": "ann", "password": "a sentence to remember", "role": "viewer"}
    token = re.search(r'name="form_token" value="(\w+)"', shop.get(AT).text)[1]
    assert shop.post("/settings/people", data={"form_token": token, **form}, headers=HERE).status_code == 200
    shop.post("/signout", data={"form_token": token}, headers=HERE)
    shop.post("/signin", data={"name": "ann", "secret": form["password"]}, headers=HERE)
    page = shop.get(AT, params={"show": "true", **span(clock)}).text
    assert "ceases to alert" in page
    assert "Compare with it from now on" not in page
    assert send(shop, AT, **span(clock)).status_code == 403
