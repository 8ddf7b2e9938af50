"""The inbox: incidents in the order in which they need somebody, models, and that somebody watches."""

import html
import re

import pytest

from barograph.store.database import open_database
from barograph.store.incidents import incidents_of

from .incidents import HOSTILE, spoken_of, troubled

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def database(settings, token):
    found = open_database(settings.database_url)
    yield found
    found.close()


@pytest.fixture
def incident(database, clock):
    return troubled(database, clock.time)


def test_the_first_run_leads_to_a_first_model(signed_in):
    page = signed_in.get("/").text
    assert 'href="/models/new">New model from a file' in page
    assert "barograph demo" in page


def test_an_incident_is_in_its_group_with_its_model(signed_in, incident):
    page = signed_in.get("/")
    assert "1 incident needs somebody" in page.text
    assert f'href="/incidents/{incident}"' in page.text
    data = signed_in.get("/index.json").json()
    assert [row["group"] for row in data["incidents"]] == ["new"]
    assert [row["name"] for row in data["troubled"]] == ["credit"]


def test_text_of_users_is_text(signed_in, incident):
    assert HOSTILE not in signed_in.get("/").text


def test_an_incident_is_acknowledged_from_the_list(signed_in, incident, database):
    token = re.search(r'name="form_token" value="(\w+)"', signed_in.get("/").text)[1]
    answer = signed_in.post(f"/acknowledge/{incident}", data={"form_token": token}, headers=HERE)
    assert answer.url.path == "/"
    assert "acknowledged by admin" in answer.text
    with database.reading() as conn:
        assert incidents_of(conn, [incident])[0].acknowledged_by is not None


@pytest.mark.parametrize(
    ("asked", "shown"), [("severity=warning", 0), ("severity=critical", 1), ("whose=mine", 0)]
)
def test_what_a_filter_hides_is_counted(signed_in, incident, asked, shown):
    data = signed_in.get(f"/index.json?{asked}").json()
    assert (len(data["incidents"]), data["hidden"]) == (shown, 1 - shown)
    assert ("hidden by what you chose" in signed_in.get(f"/?{asked}").text) is (shown == 0)


def test_only_projects_one_may_see_are_in_it(signed_in, incident):
    assert signed_in.get("/index.json?project=other").json()["incidents"] == []


def test_in_chinese_nothing_but_names_is_left_in_english(signed_in, database, clock, english_in):
    spoken_of(database, clock.time)
    page = signed_in.get("/", headers={"Accept-Language": "zh-CN"}).text
    text = html.unescape(re.sub(r"<(script|style|code|pre).*?</\1>|<[^>]*>", " · ", page, flags=re.DOTALL))
    assert "credit：income 的缺失值：19 %，高于阈值 5 %。" in text
    assert english_in(text, "Barograph") == []
