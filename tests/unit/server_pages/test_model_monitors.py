"""Monitors of a model: suggested with reasons from its reference, chosen, taken back."""

import re

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.store.catalog import add_reference, create_model, create_project, model
from barograph.store.database import open_database
from barograph.store.events import record

HERE = {"Sec-Fetch-Site": "same-origin"}
AT = "/models/shop/demand/monitors"


@pytest.fixture(scope="module")
def reference():
    draw = np.random.default_rng(3)
    rows = pl.DataFrame(
        {"x": draw.normal(size=400), "c": draw.choice(["a", "b"], 400), "p": draw.normal(size=400)}
    )
    return bg.profile(rows, bg.Schema.infer(rows, prediction="p", task="regression"), name="training")


@pytest.fixture
def shop(settings, signed_in, clock, reference):
    """A browser at a model that nothing watches."""
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "shop", now=clock.time)
        made = create_model(conn, "shop", "demand", reference.schema, now=clock.time, every="1d")
        add_reference(conn, made.id, "training", reference, now=clock.time)
        create_model(conn, "shop", "later", reference.schema, now=clock.time)
    database.close()
    return signed_in


def send(browser, path, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get(AT).text)[1]
    return browser.post(path, data={"form_token": token, **form}, headers=HERE)


def kept(browser):
    return {m["name"] for m in browser.get("/monitors.json").json()["monitors"]}


def test_a_model_that_nothing_watches_has_some_suggested_each_with_its_reason(shop):
    found = shop.get(f"{AT}.json").json()["suggested"]["monitors"]
    assert {"demand: answers moved", "demand: nulls"} <= {each["name"] for each in found}
    assert all(each["reason"] for each in found)
    page = shop.get(AT).text
    assert page.count('type="checkbox" name="names"') == len(found)


def test_only_what_is_ticked_is_added_and_can_be_undone(shop):
    names = ["demand: answers moved", "demand: nulls"]
    answer = send(shop, AT, names=names)
    assert kept(shop) == set(names)
    assert "2 monitors were added." in answer.text
    assert "not yet" in answer.text
    send(shop, f"{AT}/undo", names=names)
    assert kept(shop) == set()


def test_what_it_has_is_not_suggested_again(shop):
    send(shop, AT, names=["demand: nulls"])
    names = [each["name"] for each in shop.get(f"{AT}.json?suggest=true").json()["suggested"]["monitors"]]
    assert names
    assert "demand: nulls" not in names


def test_a_use_case_that_is_not_known_is_refused(shop):
    answer = shop.get(f"{AT}?for=frowd")
    assert answer.status_code == 422
    assert "fraud" in answer.text


def test_without_a_reference_it_says_what_to_do(shop):
    assert "has no reference yet" in shop.get("/models/shop/later/monitors").text


@pytest.mark.parametrize(("kept_in", "read_in"), [("en", "zh-CN"), ("zh-CN", "en")])
def test_reasons_are_read_in_the_language_of_who_reads_them(shop, kept_in, read_in):
    shop.headers["Accept-Language"] = kept_in
    send(shop, AT, names=["demand: nulls"])
    shop.headers["Accept-Language"] = read_in
    said = {
        "en": "a column that is filled less often is broken upstream more often than not",
        "zh-CN": "某列缺失增多，多半是上游故障",
    }
    page = shop.get("/monitors").text
    assert said[read_in] in page
    assert said[kept_in] not in page


def test_what_is_ticked_is_tried_on_the_past_and_not_kept(shop):
    answer = send(shop, AT, names=["demand: nulls"], do="try")
    assert kept(shop) == set()
    assert answer.text.count('class="outcome"') == answer.text.count(" checked") == 1
    assert "the past does not say" in answer.text
    assert "Tried, and not kept" in answer.text


def test_what_it_would_have_done_is_counted_by_monitor(shop, settings, clock):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        found = model(conn, "shop", "demand")
        for days in (3, 12):
            record(conn, model_id=found.id, kind="schema_change", at=clock.time - days * 86_400_000_000)
    database.close()
    answer = send(shop, AT, names=["demand: schema changed", "demand: source failed"], do="try")
    assert answer.text.count("would have fired 2 times") == 1
    assert answer.text.count("and told people of 2 incidents") == 1
    assert answer.text.count("would not have fired") == 1
    names = re.findall(r'name="names" value="([^"]+)"', answer.text)
    assert names[0] == "demand: schema changed"
