"""The pages of a model: what is counted is shown, and every link keeps what is looked at."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.store.catalog import add_reference, create_model, create_project, model, version_id
from barograph.store.database import open_database
from barograph.store.profiles.add import add_rows

DAY_US = 86_400_000_000
NOW_US = 1_300_000_000_000_000
START_US = 1_299_974_400_000_000 - 20 * DAY_US
AT = "/models/shop/demand"


def drawn_rows(rows: int, *, first_us: int, days: int, seed: int, shift: float = 0.0) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    times = first_us + np.sort(draw.integers(0, days * DAY_US, rows))
    x, label = draw.normal(shift, 1.0, rows), draw.normal(size=rows)
    return pl.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(rows)],
            "t": pl.Series(times).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            "x": x,
            "c": draw.choice(["a", "b"], rows) if not shift else draw.choice(["a", "new"], rows),
            "p": label + draw.normal(0, 1 + shift / 3, rows),
            "y": label,
        }
    )


@pytest.fixture(scope="module")
def reference() -> bg.Profile:
    rows = drawn_rows(3000, first_us=START_US - 40 * DAY_US, days=30, seed=1)
    schema = bg.Schema.infer(rows, id="id", timestamp="t", prediction="p", label="y", task="regression")
    return bg.profile(rows, schema, every="1d", by=["c"], name="training")


@pytest.fixture
def served(settings, signed_in, reference):
    """A model of two versions; in its last five days `x` is elsewhere and `c` has a new value."""
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "shop", now=NOW_US)
        made = create_model(conn, "shop", "demand", reference.schema, now=NOW_US, every="1d", by=[["c"]])
        add_reference(conn, made.id, "training", reference, now=NOW_US)
        create_model(conn, "shop", "later", reference.schema, now=NOW_US)
        made = model(conn, "shop", "demand")
        for name, first, days, shift in (("1", 0, 15, 0.0), ("2", 15, 5, 6.0)):
            part = drawn_rows(
                60 * days, first_us=START_US + first * DAY_US, days=days, seed=first, shift=shift
            )
            version, _ = version_id(conn, made.id, name, now=NOW_US)
            add_rows(conn, made, version, typed(part, made.schema), received_at=NOW_US)
    database.close()
    return signed_in


def links(page) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)"', page.text)]


def test_models_are_listed_and_chosen_by_how_they_stand(served):
    rows = served.get("/models.json").json()
    assert [(each["name"], each["standing"]["word"]) for each in rows["models"]] == [
        ("demand", "unwatched"), ("later", "waiting"),
    ]  # fmt: skip
    assert [m["name"] for m in served.get("/models.json?state=waiting").json()["models"]] == ["later"]
    assert f'href="{AT}"' in served.get("/models").text


def test_a_model_shows_its_performance_traffic_and_versions(served):
    told = served.get(f"{AT}.json").json()
    assert told["rows"] == 1200
    assert told["judged"] == 1200
    assert told["performance"]["address"] == "performance.mae"
    assert told["performance"]["value"]["n"] > 10
    assert [each["name"] for each in told["versions"]] == ["2", "1"]
    page = served.get(AT)
    assert page.status_code == 200
    assert "Nothing watches this model." in page.text
    assert page.text.count('class="brg-chart"') >= 3


def test_the_last_window_is_the_day_its_rows_are_of(served):
    # Its last row is hours old, the start of its day more than a day.
    for path in (AT, f"{AT}/versions"):
        page = served.get(path).text
        assert ">yesterday</time>" in page
        assert "31 hours ago" not in page
    weeks = served.get(f"{AT}?window=1w&span=28d").text
    assert ">the window from 7 Mar 2011 00:00</time>" in weeks


def test_a_model_without_a_grid_says_what_to_do(served):
    for path in ("", "/features", "/performance", "/versions", "/feature?column=x"):
        page = served.get(f"/models/shop/later{path}")
        assert page.status_code == 200, path
    assert "Give it a reference" in served.get("/models/shop/later").text


def test_the_features_that_moved_come_first_and_lead_on(served):
    told = served.get(f"{AT}/features.json").json()
    # One is shifted, in the other a new category takes the place of one there was.
    assert [(row["name"], row["over"]) for row in told["rows"][:2]] == [("c", 5), ("x", 5)]
    page = served.get(f"{AT}/features?segment=")
    cell = next(each for each in links(page) if "column=x" in each and "at=" in each)
    assert served.get(cell).status_code == 200


@pytest.mark.parametrize(("mode", "columns"), [("new values", ["c"]), ("range", ["x", "p"]), ("nulls", [])])
def test_the_map_shows_other_figures_too(served, mode, columns):
    told = served.get(f"{AT}/features.json", params={"show": mode}).json()
    over = [each["name"] for each in told["rows"] if each["over"]]
    assert over == columns


def test_a_map_is_a_file_with_the_same_query(served):
    page = served.get(f"{AT}/features?span=7d").text
    assert "features.svg?span=7d&amp;chart=map" in page
    answer = served.get(f"{AT}/features.svg?span=7d&chart=map")
    assert answer.headers["content-type"] == "image/svg+xml"


def test_a_feature_beside_its_reference(served):
    told = served.get(f"{AT}/feature.json?column=c").json()
    assert {each["name"] for each in told["changed"]} >= {"b", "new values"}
    assert told["fan"] is None
    told = served.get(f"{AT}/feature.json?column=x").json()
    assert told["rows"] == 1200
    assert "brg-fan" in told["fan"]
    mean = next(each for each in told["facts"] if each["name"] == "Mean")
    assert mean["current"]["value"] > mean["reference"]["value"]


def test_an_unknown_feature_names_the_nearest(served):
    answer = served.get(f"{AT}/feature.json?column=cc")
    assert answer.status_code == 404
    assert "did you mean 'c'" in answer.json()["error"]["message"]


def test_performance_by_segment_has_the_worst_first(served):
    told = served.get(f"{AT}/performance.json").json()
    assert told["segments"][0]["name"] == "c=new"
    mae = next(each for each in told["rows"] if each["address"] == "performance.mae")
    assert mae["verdict"] == "worse"
    page = served.get(f"{AT}/performance")
    assert "segment=c%3Dnew" in page.text
    alone = served.get(f"{AT}/performance.json?segment=c%3Dnew").json()
    assert alone["segments"] == []


def test_performance_as_it_was_known_before_the_labels_came(served):
    assert served.get(f"{AT}/performance.json?as_of=2011-03-01").json()["then"] is not None
    assert served.get(f"{AT}/performance.json?as_of=yesterday").status_code == 422
    assert served.get(f"{AT}/performance.json?metric=drift.share").status_code == 422


def test_a_window_leads_to_its_comparison(served):
    page = served.get(f"{AT}/performance")
    where = [each for each in links(page) if each.startswith("/compare?span=")]
    told = served.get(where[-2].replace("/compare", "/compare.json")).json()
    assert 30 < told["b"][1] < 90
    assert told["model"] == "shop/demand"


def test_the_figures_of_a_chart_are_a_file(served):
    lines = served.get(f"{AT}/series.csv?address=performance.mae").text.splitlines()
    assert lines[0] == "start,value,low,high,n"
    starts = [each.split(",")[0] for each in lines[1:]]
    assert len(starts) == 20
    assert all(one < other for one, other in pairwise(starts))


def test_versions_stand_side_by_side(served):
    told = served.get(f"{AT}/versions.json").json()
    assert [(each["name"], each["rows"]) for each in told["columns"]] == [("1", 900), ("2", 300)]
    mae = next(each for each in told["rows"] if each["address"] == "performance.mae")
    assert mae["best"] == 0
    assert mae["verdicts"] == ["", "worse"]
    assert told["pair"] == ["1", "2"]


def test_two_versions_are_compared_the_largest_change_first(served):
    asked = "?model=shop/demand&a_version=1&version=2&span=90d"
    told = served.get(f"/compare.json{asked}").json()
    assert (told["a"][1], told["b"][1]) == (900, 300)
    assert told["columns"][0]["column"] == "x"
    everything = served.get(f"/compare.json{asked}&show=all").json()
    assert len(everything["columns"]) == len(told["columns"]) + told["hidden"]
    assert "On 300 labelled of 300 current rows (100 %)." in served.get(f"/compare{asked}").text
    assert served.get(f"/compare{asked}").status_code == 200


def test_a_permanent_link_shows_the_same_later(served, clock):
    told = served.get("/compare.json?model=shop/demand").json()
    clock.time += DAY_US // 12
    again = served.get(f"/compare.json{told['permalink']}").json()
    assert again["b"] == told["b"]
    assert again["columns"][0]["effect"] == told["columns"][0]["effect"]


def test_compare_without_a_model_offers_them(served):
    told = served.get("/compare.json").json()
    assert {"project": "shop", "name": "demand"} in told["models"]
    assert served.get("/compare.json?model=elsewhere").status_code == 404


def test_what_holds_no_row_is_said_with_what_to_do(served):
    answer = served.get("/compare.json?model=shop/demand&span=1999-01-01/1999-01-02")
    assert answer.status_code == 422
    assert "choose a span in which rows came" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "", "/features", "/features?show=nulls", "/features?show=range", "/feature?column=x", "/feature?column=c",
        "/performance", "/performance?segment=c%3Da", "/versions", "?segment=c%3Da",
    ],
)  # fmt: skip
def test_in_chinese_nothing_but_names_is_left_in_english(served, english_in, path):
    page = served.get(f"{AT}{path}", headers={"Accept-Language": "zh-CN"}).text
    assert english_in(shown_in(page), "Barograph", "ROC AUC") == []


def test_nor_where_two_sides_are_compared_and_the_change_is_asked_for(served, english_in):
    address = "/compare?model=shop/demand&a_version=1&version=2&explain=true&show=all"
    page = served.get(address, headers={"Accept-Language": "zh-CN"}).text
    assert "无法解释" in page
    assert english_in(shown_in(page), "Barograph", "ROC AUC") == []


def shown_in(page: str) -> str:
    """What people meet: texts, and the names of pictures and their parts."""
    body = re.sub(r"<(script|style|code|pre).*?</\1>", " · ", page, flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', body)
    return html.unescape(" · ".join([*named, re.sub(r"<[^>]*>", " · ", body)]))
