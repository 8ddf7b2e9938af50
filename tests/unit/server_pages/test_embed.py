"""Links to one chart: they show it to whoever has them, nothing else, and not for good."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.schema.model import Column, Schema
from barograph.server.access.keyring import new_key
from barograph.server.access.pace import Pace
from barograph.server.access.picture_links import maker_of, signed
from barograph.server.app import create_app
from barograph.server.errors import RequestRefused
from barograph.store.audit import read_audit
from barograph.store.catalog import add_reference, create_model, create_project, model, version_id
from barograph.store.database import open_database
from barograph.store.keys import add_key, revoke_key
from barograph.store.profiles.add import add_rows

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = {"Sec-Fetch-Site": "same-origin"}
DAY_US = 86_400_000_000
FEATURE = "/models/shop/demand/feature?column=x&span=28d"


@pytest.fixture
def shop(settings, token, clock):
    """Two models with a reference each; the database."""
    database = open_database(settings.database_url)
    rows = pl.DataFrame(
        {
            "x": [float(n % 7) for n in range(200)],
            "t": [datetime(2011, 3, 11, n % 24, tzinfo=UTC) for n in range(200)],
        }
    )
    schema = Schema(columns=(Column(name="x"), Column(name="t", role="timestamp", kind="datetime")))
    with database.writing() as conn:
        create_project(conn, "shop", now=clock.now())
        for name in ("demand", "other"):
            created = create_model(conn, "shop", name, schema, now=clock.now(), every="1d")
            add_reference(conn, created.id, "training", bg.profile(rows, schema, every="1d"), now=clock.now())
            found = model(conn, "shop", name)
            version, _ = version_id(conn, found.id, "1", now=clock.now())
            add_rows(conn, found, version, typed(rows, schema), received_at=clock.now())
    yield database
    database.close()


@pytest.fixture
def link(signed_in, shop):
    """A link to a chart for a week, path and query, made by somebody who then signs out."""
    page = made(signed_in)
    signed_in.cookies.clear()
    return page


def form_token_of(page):
    return page.text.split('name="form_token" value="')[1].split('"')[0]


def made(browser, *, to=FEATURE, chart="now", days="7", status=201):
    token = form_token_of(browser.get("/embed", params={"to": to, "chart": chart}))
    sent = {"form_token": token, "to": to, "chart": chart, "days": days, "theme": "dark"}
    answer = browser.post("/embed", data=sent, headers=HERE)
    assert answer.status_code == status, answer.text
    text = answer.text.split('<pre class="wraps" tabindex="0">')[1].split("</pre>")[0].replace("&amp;", "&")
    parts = urlsplit(text)
    return f"{parts.path}?{parts.query}"


def test_whoever_has_the_link_sees_the_chart_without_signing_in(browser, link):
    answer = browser.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.startswith('<svg xmlns="http://www.w3.org/2000/svg" class="brg-chart"')
    assert "set-cookie" not in answer.headers


def test_other_sites_may_show_it_in_a_frame_and_nothing_but_it(browser, link):
    for address in (link, link.replace(".svg?", ".frame?")):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "frame-ancestors *" in answer.headers["content-security-policy"]
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "x-frame-options" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "<script" not in answer.text
    assert 'data-theme="dark"' in answer.text
    for other in ("/signin", "/healthz"):
        assert browser.get(other).headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in browser.get(other).headers["content-security-policy"]


def test_a_picture_without_a_link_stays_in_frames_of_this_server(signed_in, shop):
    for ending in (".svg", ".frame"):
        answer = signed_in.get(f"/models/shop/demand/feature{ending}?column=x&chart=now")
        assert answer.status_code == 200
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors *" not in answer.headers["content-security-policy"]


CHANGED = {
    "another picture": lambda path, asked: (path, asked | {"chart": "fan"}),
    "another column": lambda path, asked: (path, asked | {"column": "y"}),
    "another model": lambda path, asked: (path.replace("demand", "other"), asked),
    "another page": lambda path, asked: (path.replace("/feature", ""), asked),
    "a longer time": lambda path, asked: (path, asked | {"link_until": str(int(asked["link_until"]) + 1)}),
    "somebody else": lambda path, asked: (path, asked | {"link_by": "u1"}),
    "more": lambda path, asked: (path, asked | {"segment": "a=b"}),
    "less": lambda path, asked: (path, {k: v for k, v in asked.items() if k != "span"}),
    "no proof": lambda path, asked: (path, asked | {"signature": ""}),
    "a proof of another kind": lambda path, asked: (path, asked | {"signature": "é" * 64}),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_link_that_was_changed_shows_nothing(browser, link, what):
    path, _, query = link.partition("?")
    path, asked = CHANGED[what](path, dict(parse_qsl(query)))
    answer = browser.get(f"{path}?{urlencode(asked)}", headers={"Accept": "*/*"})
    assert answer.status_code == 403
    assert "was changed" in answer.json()["error"]["message"]


def test_a_link_leads_to_no_page_and_no_data(browser, link):
    for ending in ("", ".json"):
        answer = browser.get(link.replace(".svg?", f"{ending}?"), headers={"Accept": "*/*"})
        assert answer.status_code == 401


def test_the_order_of_what_is_asked_does_not_matter(browser, link):
    path, _, query = link.partition("?")
    assert browser.get(f"{path}?{urlencode(parse_qsl(query)[::-1])}").status_code == 200


def test_a_link_is_over_when_its_time_is(browser, link, clock):
    clock.time += 7 * DAY_US - 1
    assert browser.get(link).status_code == 200
    clock.time += 1
    answer = browser.get(link, headers={"Accept": "*/*"})
    assert (answer.status_code, "is over" in answer.text) == (403, True)


def test_an_admin_ends_all_links(signed_in, shop):
    link = made(signed_in)
    token = form_token_of(signed_in.get("/settings/keys"))
    answer = signed_in.post("/embed/end", data={"form_token": token}, headers=HERE, follow_redirects=False)
    assert answer.headers["location"] == "/settings/keys"
    assert signed_in.get(link).status_code == 403
    assert signed_in.get(made(signed_in)).status_code == 200


def editor(database, clock, *, projects):
    token, key = new_key(name="wiki", role="editor", projects=projects, created_by="test", now=clock.now())
    with database.writing() as conn:
        add_key(conn, key)
    return token


def test_a_link_shows_no_more_than_its_maker_may_see_by_then(browser, shop, clock):
    token = editor(shop, clock, projects=("shop",))
    assert browser.post("/signin", data={"secret": token.text}, headers=HERE).status_code == 200
    link = made(browser)
    browser.cookies.clear()
    assert browser.get(link).status_code == 200
    with shop.writing() as conn:
        revoke_key(conn, token.key_id, at=clock.now())
    answer = browser.get(link, headers={"Accept": "*/*"})
    assert (answer.status_code, "may not see it any more" in answer.text) == (403, True)


def test_nobody_makes_a_link_to_what_they_may_not_see(browser, shop, clock):
    token = editor(shop, clock, projects=("mine",))
    browser.post("/signin", data={"secret": token.text}, headers=HERE)
    answer = browser.get(
        "/embed", params={"to": FEATURE, "chart": "now"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "to", ["/", "http://[", "//example.com/models/shop/demand", "/incidents/1", "/v1/projects", "/models"]
)
def test_only_charts_of_models_can_be_shown_elsewhere(signed_in, shop, to):
    answer = signed_in.get("/embed", params={"to": to, "chart": "x"}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "the address of a page of a model" in answer.json()["error"]["message"]


def test_making_a_link_is_in_the_audit_log(signed_in, shop, clock):
    link = made(signed_in)
    with shop.reading() as conn:
        entry = next(each for each in read_audit(conn) if each.action == "chart.embed")
    assert entry.subject == "shop/demand"
    assert entry.details["page"] == FEATURE
    assert entry.details["until"] == clock.now() + 7 * DAY_US
    assert dict(parse_qsl(urlsplit(link).query))["signature"] not in str(entry.details)


def test_a_link_is_counted_as_a_key_is(signed_in, shop, monkeypatch):
    link = made(signed_in)
    monkeypatch.setattr(signed_in.app.state.server.keys, "_requests", Pace(2, seconds=lambda: 0.0))
    assert [signed_in.get(link).status_code for _ in range(3)] == [200, 200, 429]


def test_behind_a_proxy_a_link_holds_too(settings, clock, token, shop):
    behind = replace(settings, root_path="/monitoring", public_url="https://example.org/monitoring")
    with TestClient(
        create_app(behind, clock=clock), base_url="http://localhost", headers={"Accept": "text/html"}
    ) as browser:
        browser.post("/monitoring/signin", data={"secret": token}, headers=HERE)
        page = browser.get("/monitoring/embed", params={"to": FEATURE, "chart": "now"})
        sent = {"form_token": form_token_of(page), "to": FEATURE, "chart": "now", "days": "7"}
        made_page = browser.post("/monitoring/embed", data=sent, headers=HERE).text
        browser.cookies.clear()
        link = made_page.split('<pre class="wraps" tabindex="0">')[1].split("</pre>")[0].replace("&amp;", "&")
        assert link.startswith("https://example.org/monitoring/models/shop/demand/feature.svg?")
        assert browser.get(link.removeprefix("https://example.org")).status_code == 200


def test_each_chart_of_a_model_leads_to_its_link(signed_in, shop):
    page = signed_in.get(FEATURE).text
    assert "/embed?to=%2Fmodels%2Fshop%2Fdemand%2Ffeature%3Fcolumn%3Dx%26span%3D28d&amp;chart=now" in page


@pytest.mark.parametrize("name", ["a b", "ü", "a/b%2F", "a&b=c"])
def test_any_name_can_be_in_a_link(name):
    asked = [("column", name), ("chart", "now")]
    query = signed(bytes(32), f"/models/shop/{name}", asked, made_by="u1", until=5)
    assert maker_of(bytes(32), f"/models/shop/{name}", parse_qsl(query), now=4) == "u1"
    with pytest.raises(RequestRefused, match="was changed"):
        maker_of(bytes(31) + b"1", f"/models/shop/{name}", parse_qsl(query), now=4)
