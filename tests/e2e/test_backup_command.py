"""`barograph backup` and `barograph restore`: a server's data directory, from the shell."""

import json

import pytest

from barograph.cli import main
from barograph.config.read import read_settings
from barograph.server.clock import SystemClock
from barograph.server.preparing import prepare
from barograph.store.log import open_log


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Settings of a server that was started once."""
    monkeypatch.chdir(tmp_path)
    settings = read_settings(environment={}, flags={"data": str(tmp_path / "first")}).settings
    prepare(settings, SystemClock())
    open_log(settings.log_url).close()
    return settings


def test_a_server_is_backed_up_and_restored(server, tmp_path, capsys):
    assert main(["backup", "--data", "first", "-o", "b.tar.zst"]) == 0
    assert "backed up first: 2 files" in capsys.readouterr().out
    assert main(["restore", "b.tar.zst", "--data", "second"]) == 0
    assert "restored second: 2 files" in capsys.readouterr().out
    restored = read_settings(environment={}, flags={"data": "second"}).settings
    assert prepare(restored, SystemClock()) is None, "its keys are there, so no first one is made"


def test_the_answer_as_json(server, capsys):
    assert main(["backup", "--data", "first", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["file"].startswith("barograph-")
    assert (told["database"], told["files"]) == ("sqlite", 2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["backup", "--data", "none"], "error: no data directory 'none'"),
        (
            ["restore", "none.tar.zst", "--data", "second"],
            "error: no backup at 'none.tar.zst'; make one with",
        ),
        (["restore", "none.tar.zst", "--data", "first"], "is not empty"),
    ],
)
def test_what_is_wrong_is_one_line(server, capsys, words, told):
    assert main(words) == 2
    assert told in capsys.readouterr().err
