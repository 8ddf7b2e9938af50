"""The page of silences: what they match, made and ended there."""

import re

import pytest

from barograph.store.database import open_database
from barograph.store.silences import list_silences

from .incidents import HOSTILE, troubled

HERE = {"Sec-Fetch-Site": "same-origin"}
NULLS = 'model="credit", monitor="nulls"'


@pytest.fixture
def database(settings, token):
    found = open_database(settings.database_url)
    yield found
    found.close()


@pytest.fixture
def bank(database, clock, signed_in):
    """A browser in front of a project with an alert."""
    troubled(database, clock.time)
    return signed_in


def send(browser, address, **form):
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/silences").text)[1]
    return browser.post(address, data={"form_token": token, **form}, headers=HERE)


def made(database):
    with database.reading() as conn:
        return list_silences(conn)


def test_without_silences_it_says_so(bank):
    assert "Nothing is silenced" in bank.get("/silences").text


def test_a_preview_shows_what_it_matches_and_makes_nothing(bank, database):
    answer = send(bank, "/silences/preview", project="bank", matchers=NULLS, comment="known")
    assert "It matches 1 open alert<" in answer.text
    assert 'value="known"' in answer.text
    assert "form_token" not in str(answer.url)
    assert made(database) == []


@pytest.mark.parametrize(
    ("matchers", "said"),
    [
        ('model="crdit"', "There is no model &#39;crdit&#39; now; did you mean &#39;credit&#39;?"),
        ('modle="credit"', "label &#39;modle&#39; is not known; did you mean &#39;model&#39;?"),
    ],
)
def test_a_preview_says_what_is_not_there(bank, matchers, said):
    assert said in send(bank, "/silences/preview", project="bank", matchers=matchers).text


def test_a_silence_is_made_and_ended(bank, database):
    send(bank, "/silences", project="bank", matchers=NULLS, comment="known", hours="4")
    (row,) = bank.get("/silences.json").json()["silences"]
    assert (row["state"], row["matched"], row["created_by"]) == ("active", 1, "admin")
    send(bank, f"/silences/{row['id']}/end")
    page = bank.get("/silences.json").json()
    assert (page["silences"], page["over"][0]["ended_by"]) == ([], "admin")


def test_weekly_hours_of_a_maintenance_window(bank, database):
    send(
        bank, "/silences", project="bank", matchers='model="credit"', comment="backups", hours="8760",
        kind="maintenance", days=["sat", "sun"], first="22:00", last="02:00", timezone="Europe/Berlin",
        starts="2011-05-01T00:00",
    )  # fmt: skip
    (row,) = bank.get("/silences.json").json()["silences"]
    assert row["state"] == "upcoming"
    assert row["recurrence"]["days"] == ["sat", "sun"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"matchers": "model~credit", "comment": "x"}, "cannot be read"),
        ({"matchers": 'modle="credit"', "comment": "x"}, "did you mean &#39;model&#39;"),
        ({"matchers": NULLS, "comment": " "}, "needs a reason"),
        ({"matchers": NULLS, "comment": "x", "hours": "8760"}, "30 days"),
        ({"matchers": NULLS, "comment": "x", "starts": "soon"}, "is no time"),
        (
            {"matchers": NULLS, "comment": "x", "starts": "2026-05-01T22:00", "timezone": "Europe"},
            "is no time",
        ),
        (
            {"matchers": NULLS, "comment": "x", "starts": "2026-05-01T22:00", "timezone": " "},
            "has no time zone",
        ),
        ({"matchers": NULLS, "comment": "x", "starts": "9999-12-31T23:00"}, "is no time"),
        ({"matchers": NULLS, "comment": "x", "starts": "2001-01-01T00:00"}, "over before it is made"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(bank, database, form, said):
    answer = send(bank, "/silences", project="bank", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert made(database) == []


def test_text_of_users_is_text(bank):
    send(bank, "/silences", project="bank", matchers=f'model="{HOSTILE}"', comment=HOSTILE)
    page = bank.get("/silences").text
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") >= 2


def test_a_calendar_is_made_changed_and_removed(bank):
    form = {
        "project": "bank",
        "name": "holidays",
        "days": "12-25\n2011-05-01 to 2011-05-03",
        "timezone": "Europe/Berlin",
    }
    assert "holidays" in send(bank, "/calendars", **form).text
    send(bank, "/calendars", **form | {"weekly": "sat-sun"})
    (row,) = bank.get("/silences.json").json()["calendars"]
    assert (row["days"], row["weekly"], row["monitors"]) == (form["days"], "sat-sun", [])
    send(bank, "/calendars/delete", project="bank", name="holidays")
    assert bank.get("/silences.json").json()["calendars"] == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"days": "soon"}, "days such as"),
        ({}, "leave out nothing"),
        ({"weekly": "sat", "timezone": "Mars"}, "Mars"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_said_beside_it(bank, form, said):
    answer = send(bank, "/calendars", project="bank", name="holidays", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="holidays"' in answer.text
