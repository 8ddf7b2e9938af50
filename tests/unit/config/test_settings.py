"""Settings from flags, the environment and a file."""

from __future__ import annotations

import json

import pytest

from barograph.cli import main
from barograph.config import readings
from barograph.config.read import SettingError, read_settings, unknown_variables
from barograph.config.write import as_environment


def test_a_flag_goes_before_the_environment_and_that_before_the_file(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("port = 1\nhost = '::1'\nrows = 10")
    found = read_settings(
        environment={"BAROGRAPH_PORT": "2", "BAROGRAPH_HOST": "::2"}, flags={"port": "3"}, file=file
    )
    assert (found.settings.port, found.settings.host, found.settings.rows) == (3, "::2", 10)
    assert [found.origins[n] for n in ("port", "host", "rows", "ratio")] == [
        "flag", "BAROGRAPH_HOST", str(file), "default",
    ]  # fmt: skip


def test_a_file_holds_lists_numbers_and_truths(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("trusted_proxies = ['10.0.0.0/8', '::1']\npublic_metrics = true\nmove_seconds = 1.5")
    found = read_settings(environment={}, file=file).settings
    assert (found.trusted_proxies, found.public_metrics, found.move_seconds) == (
        ("10.0.0.0/8", "::1"),
        True,
        1.5,
    )


def test_the_usual_file_is_read_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "barograph.toml").write_text("port = 7000")
    assert read_settings(environment={}).settings.port == 7000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", r"'prot' is no setting; did you mean 'port'\?"),
        ("port = 70000", "port, set by .*: '70000' is not a port, 0 to 65535"),
        ("port = {a = 1}", "port is .*; expected a text, a number"),
        ("port = ", "is no TOML"),
        ("body_bytes = '10 apples'", "is not bytes, such as 10 MiB"),
        ("log_level = 'loud'", "is not one of debug, info, warning, error"),
        ("trusted_proxies = '10.0.0.0/99'", "is not addresses or networks"),
        ("root_path = 'a b'", "is not a path such as /monitoring"),
        ("clock = 'noon'", "is not a time such as"),
        ("speed = 'nan'", "is not a number above 0"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path, text, said):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(SettingError, match=said):
        read_settings(environment={}, file=tmp_path / "own.toml")


def test_a_file_that_was_named_must_exist(tmp_path):
    with pytest.raises(SettingError, match="no configuration file"):
        read_settings(environment={"BAROGRAPH_CONFIG": str(tmp_path / "no.toml")})


def test_a_flag_that_is_no_setting_is_refused():
    with pytest.raises(SettingError, match="did you mean 'rows'"):
        read_settings(environment={}, flags={"row": "1"})


def test_variables_of_the_client_are_no_wrong_settings():
    assert unknown_variables({"BAROGRAPH_API_KEY": "x", "PATH": "y"}) == []


def test_another_process_is_given_the_same_settings(tmp_path):
    found = read_settings(environment={}, flags={"data": str(tmp_path), "clock": "2011-01-01", "rows": "5"})
    assert read_settings(environment=as_environment(found)).settings == found.settings


def test_with_sqlite_the_log_is_a_file_of_its_own_and_with_postgresql_a_table(tmp_path):
    own = read_settings(environment={}, flags={"data": str(tmp_path)}).settings
    assert own.database_url.endswith("/barograph.db")
    assert own.log_url.endswith("/log.db")
    shared = read_settings(environment={}, flags={"database": "postgresql+psycopg://u@h/n"}).settings
    assert shared.log_url == shared.database_url


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (readings.size, "1.5 KiB", 1536), (readings.size, "2MB", 2_000_000), (readings.size, "7", 7),
        (readings.seconds, "100ms", 0.1), (readings.seconds, "2h", 7200.0), (readings.seconds, "3", 3.0),
        (readings.boolean, "No", False), (readings.whole_or_none, "none", None), (readings.count, "0", 0),
        (readings.moment, "2011-01-01T01:00:00+01:00", 1_293_840_000_000_000),
    ],
)  # fmt: skip
def test_a_value_may_have_a_unit(read, written, value):
    assert read(written) == pytest.approx(value) if value is not None else read(written) is None


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (readings.size, "0"),
        (readings.size, "-1"),
        (readings.seconds, "0s"),
        (readings.whole, "0"),
        (readings.count, "-1"),
    ],
)
def test_a_value_below_the_least_is_refused(read, written):
    with pytest.raises(ValueError, match=r"."):
        read(written)


def test_config_show_tells_values_and_origins_and_no_password(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROGRAPH_DATABASE", "postgresql+psycopg://me:hunter2@host/name")
    assert main(["config", "show", "--json", "--set", "rows=7"]) == 0
    written = capsys.readouterr().out
    told = {each["name"]: each for each in json.loads(written)["settings"]}
    assert "hunter2" not in written
    assert told["database"]["value"] == "postgresql+psycopg://me:…@host/name"
    assert (told["rows"]["value"], told["rows"]["origin"]) == ("7", "flag")


def test_config_show_is_a_table_for_people(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAROGRAPH_PROT", "1")
    assert main(["config", "show"]) == 0
    shown = capsys.readouterr()
    assert "BAROGRAPH_MOVE_SECONDS" in shown.out
    assert "did you mean 'BAROGRAPH_PORT'" in shown.err
