"""Settings and where they come from."""

from __future__ import annotations

import dataclasses

import pytest

from barograph_client.client import Client
from barograph_client.errors import SettingsError
from barograph_client.settings import Settings, read_settings


def test_given_beats_environment_beats_default():
    environment = {"BAROGRAPH_PROJECT": "there", "BAROGRAPH_QUEUE_ROWS": "7"}
    settings = read_settings({"project": "here", "version": None}, environment)
    assert (settings.project, settings.queue_rows, settings.batch_rows) == ("here", 7, 500)


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda f: f.name)
def test_each_setting_has_its_variable(field):
    values = {bool: "no", int: "3", float: "2.5", str: "http://h:1"}
    value = values[type(field.default)]
    settings = read_settings({}, {f"BAROGRAPH_{field.name.upper()}": value})
    assert getattr(settings, field.name) != field.default


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda f: f.name)
def test_each_setting_is_explained(field):
    assert (
        f"{field.name} :" in Settings.__doc__
        or f"{field.name}," in Settings.__doc__
        or f", {field.name}" in (Settings.__doc__)
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": "localhost:8080"}, r"url is 'localhost:8080'; give the server's address, such as http://"),
        ({"queue_rows": "many"}, "queue_rows is 'many'; expected an integer of at least 1"),
        ({"queue_rows": 0}, "expected an integer of at least 1"),
        ({"exit_seconds": float("nan")}, "expected a number of at least 0"),
        ({"environment": "perhaps"}, "expected true or false"),
        ({"api_key": "a\r\nHost: b"}, "api_key is .* expected text"),
        ({"projekt": "x"}, "no setting 'projekt'; there are .*project"),
    ],
)
def test_wrong_setting_is_named(given, message):
    with pytest.raises(SettingsError, match=message):
        read_settings(given, {})


def test_dead_letters_lie_in_the_spool():
    assert read_settings({"spool": "folder"}, {}).dead_letters.endswith("dead-letters.ndjson")


def test_key_is_not_shown():
    assert "secret" not in repr(read_settings({"api_key": "bg_1_secret"}, {}))


def test_wrong_settings_leave_the_client_off_and_do_not_raise(caplog):
    client = Client()
    client.init(url="nowhere")
    assert client.log({"x": 1}, model="m", id=5) == "5"
    assert client.log_batch([{"x": 1}], model="m")
    assert "url is 'nowhere'" in caplog.text
    assert "url is 'nowhere'" in client.stats().last_error


def test_wrong_settings_raise_where_asked_to():
    with pytest.raises(SettingsError, match="nowhere"):
        Client().init(url="nowhere", strict=True)


def test_without_an_address_nothing_happens(monkeypatch):
    monkeypatch.delenv("BAROGRAPH_URL", raising=False)
    client = Client()
    client.log({"x": 1}, model="m")
    client.log_labels({"a": 1}, model="m")
    client.log_event("note")
    client.log_reading("queue", 1.0)
    client.log_feedback("a", "override")
    assert client.flush(0.0)
    assert client.stats().queued_rows == 0
