"""Pictures of pages as files, and spans chosen by two times."""

from dataclasses import dataclass
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from markupsafe import Markup

import barograph as bg
from barograph.schema.model import Column, Schema
from barograph.server.errors import RequestRefused
from barograph.server.pages.pictures import alone, as_picture, pictures_of
from barograph.store.catalog import add_reference, create_model, create_project
from barograph.store.database import open_database

SVG = Markup(
    '<svg class="brg-chart" viewBox="0 0 9 9"><a href="/x"><path class="brg-grid" d="M0 0H9"/></a></svg>'
)


@dataclass
class Row:
    picture: Markup
    name: str = "income"


@dataclass
class Page:
    chart: Markup | None
    rows: tuple[Row, ...]


PAGE = Page(chart=SVG, rows=(Row(SVG), Row(SVG)))


def test_every_picture_has_a_name():
    assert [name for name, _ in pictures_of(PAGE)] == ["chart", "rows.0.picture", "rows.1.picture"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_stands_alone(theme):
    drawn = alone(str(SVG), theme=theme)
    root = ET.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "href" not in drawn
    assert ("#15181c" in drawn) == (theme == "dark")


def test_a_picture_that_is_not_there_names_those_that_are():
    with pytest.raises(RequestRefused, match="did you mean 'chart'"):
        as_picture(PAGE, "chartt", theme="light")
    with pytest.raises(RequestRefused, match="There: none"):
        as_picture(Page(chart=None, rows=()), "chart", theme="light")


@pytest.fixture
def shop(settings, token, clock):
    """A model with a reference, and nothing since."""
    database = open_database(settings.database_url)
    schema = Schema(columns=(Column(name="x"),))
    with database.writing() as conn:
        create_project(conn, "shop", now=clock.now())
        model = create_model(conn, "shop", "demand", schema, now=clock.now())
        rows = pl.DataFrame({"x": [float(n % 7) for n in range(200)]})
        add_reference(conn, model.id, "training", bg.profile(rows, schema), now=clock.now())
    database.close()


def test_two_times_are_a_span(signed_in, shop):
    page = signed_in.get("/models/shop/demand.json?from=2011-02-01T06:00&to=2011-02-03T06:00").json()
    assert page["head"]["end"] - page["head"]["first"] == 2 * 86_400_000_000
    # Links of the page keep it.
    assert (
        "span=2011-02-01T06%3A00%2F2011-02-03T06%3A00"
        in signed_in.get("/models/shop/demand?from=2011-02-01T06:00&to=2011-02-03T06:00").text
    )
