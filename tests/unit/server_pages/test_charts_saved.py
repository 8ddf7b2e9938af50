"""Each chart of a page is a picture and figures in files, which programs fetch too; addresses keep a page as it is."""

from __future__ import annotations

import html
import io
import re
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest

from barograph.store.database import open_database

HERE = {"Sec-Fetch-Site": "same-origin"}
HOUR_US = 3_600_000_000
MODEL = "/models/theirs/credit"
OF_MODEL = (
    MODEL, f"{MODEL}/features", f"{MODEL}/features?show=nulls", f"{MODEL}/feature?column=p",
    f"{MODEL}/performance", f"{MODEL}/performance?as_of=2011-03-13", "/compare?model=theirs/credit&show=all",
)  # fmt: skip
CHART = re.compile(r'<svg[^>]*class="brg-chart')
#: The same in fewer windows, for narrow screens.
NARROW = re.compile(r'<div class="narrow".*?</div>', re.DOTALL)


@pytest.fixture
def shown(settings, signed_in, clock, hostile):
    """A browser at a model with counted rows and a firing incident, its names hostile."""
    database = open_database(settings.database_url)
    with database.writing() as conn:
        hostile.write_hostile(conn, clock.now())
    database.close()
    hostile.judge(settings, clock.now())
    return signed_in


def links(text: str, word: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(rf'href="([^"]+)">{word}<', text)]


def table_at(browser, address: str) -> pl.DataFrame:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.text)
    assert answer.headers["content-type"].startswith("text/csv")
    return pl.read_csv(io.BytesIO(answer.content))


def test_every_chart_is_a_picture_figures_and_python(shown, hostile):
    alert = max(each["id"] for each in shown.get("/incidents/1.json").json()["alerts"])
    for address in ("/incidents/1", f"/alerts/{alert}", *OF_MODEL):
        text = NARROW.sub("", shown.get(address).text)
        charts = len(CHART.findall(text))
        assert charts, address
        assert len(links(text, "SVG")) == charts, address
        assert len(links(text, "CSV")) == charts, address
        assert text.count('class="python"') == charts, address
        for each in links(text, "SVG"):
            assert shown.get(each).headers["content-type"] == "image/svg+xml", each
        for each in links(text, "CSV"):
            assert table_at(shown, each).width > 1, each
        for code in re.findall(r'class="python">.*?<pre[^>]*>(.*?)</pre>', text, re.DOTALL):
            compile(html.unescape(code), address, "exec")


def test_the_python_fetches_the_same_figures_with_a_key(shown, token):
    text = shown.get(f"{MODEL}/features?show=nulls").text
    (code,) = re.findall(r'class="python">.*?<pre[^>]*>(.*?)</pre>', text, re.DOTALL)
    address, params = re.search(
        r"get\(\s*(\S+),\s*params=(\{.*?\}),\n", html.unescape(code), re.DOTALL
    ).groups()
    (mine,) = links(text, "CSV")
    found = shown.get(
        urlsplit(address.strip("'\"")).path, params=eval(params), headers={"Authorization": f"Bearer {token}"}
    )
    assert found.content == shown.get(mine).content


def test_tables_of_correlations_are_files_with_intervals_and_windows(shown):
    (pairs, columns) = links(shown.get(f"{MODEL}/correlations").text, "CSV")
    told = shown.get(f"{MODEL}/correlations.json").json()
    first, table = told["pairs"][0], table_at(shown, pairs)
    assert table.columns[-4:] == ["together", "together_low", "together_high", "together_n"]
    assert table["together"][0] == pytest.approx(first["together"]["value"])
    assert table["together_n"][0] == first["together"]["n"]
    assert table.height == len(told["pairs"])
    assert table_at(shown, columns)["column"].to_list() == [each["column"] for each in told["columns"]]


def test_an_incidents_figures_are_those_of_its_chart(shown):
    (chart, *_) = links(shown.get("/incidents/1").text, "CSV")
    table = table_at(shown, chart)
    told = shown.get("/incidents/1.json").json()
    assert table.columns[:5] == ["window", "value", "low", "high", "n"]
    starts = table["window"].str.to_datetime(time_zone="UTC").dt.epoch("us")
    assert starts[0] == told["span"][0]
    assert starts[-1] < told["span"][1]
    assert table["n"].min() > 0


def test_files_of_an_incident_are_no_look_at_it(shown, settings):
    assert shown.get("/incidents/1.csv?chart=chart").status_code == 200
    assert "opened by" not in {line["kind"] for line in shown.get("/incidents/1.json").json()["history"]}


def test_a_stretch_of_an_incidents_chart_leads_to_its_comparison(shown):
    figure = re.search(r'<div class="wide" (data-first=[^>]*)>', shown.get("/incidents/1").text)[1]
    told = shown.get("/incidents/1.json").json()
    held = dict(re.findall(r'data-(\w+)="([^"]*)"', html.unescape(figure)))
    assert [int(held[name]) for name in ("first", "end")] == told["span"]
    assert urlsplit(held["to"]).path == "/compare"
    assert parse_qs(urlsplit(held["to"]).query)["model"] == ["theirs/credit"]


def test_a_permanent_link_shows_the_same_windows_later(shown, clock):
    addresses = [*OF_MODEL, f"{MODEL}/versions", f"{MODEL}/correlations", "/events?kind=note"]
    lasting = {each: links(shown.get(each).text, "Permanent link") for each in addresses}
    data = [re.sub(r"\?|$", ".json?", link, count=1) for (link,) in lasting.values()]
    before = [spanned(shown.get(each).json()) for each in data]
    clock.time += HOUR_US
    assert [spanned(shown.get(each).json()) for each in data] == before
    own = [spanned(shown.get(re.sub(r"\?|$", ".json?", each, count=1)).json()) for each in addresses]
    assert not set(own) & set(before)
    for each, (link,) in lasting.items():
        asked, kept = (parse_qs(urlsplit(address).query) for address in (each, link))
        assert kept | asked == kept


def spanned(told: dict) -> tuple[int, int]:
    of = told.get("head") or told
    return of["first"], of["end"]
