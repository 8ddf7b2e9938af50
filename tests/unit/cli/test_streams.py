from __future__ import annotations

import pytest

from barograph.cli import streams


def test_json_refuses_numbers_that_are_not_finite():
    with pytest.raises(ValueError, match="not JSON compliant"):
        streams.write_json({"value": float("nan")})


def test_json_keeps_letters(capsys):
    streams.write_json({"städte": "北京"})
    assert '"städte": "北京"' in capsys.readouterr().out


def test_error_is_one_line(capsys):
    assert streams.refuse("wrong:\n  here") == 2
    assert capsys.readouterr().err == "error: wrong: here\n"


def test_no_progress_without_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(streams, "PATIENCE_SECONDS", 0.0)
    with streams.progress("reading") as report:
        report(5, 10)
    assert capsys.readouterr() == ("", "")


def test_progress_in_a_terminal_is_on_stderr(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(streams, "Timer", _AtOnce)
    with streams.progress("reading") as report:
        report(5, 10)
    written = capsys.readouterr()
    assert written.out == ""
    assert "reading" in written.err


class _AtOnce:
    """A timer whose time has come when it is started."""

    def __init__(self, _seconds, action):
        self.start = action

    def cancel(self):
        """Nothing is left to cancel."""

    def join(self):
        """Nothing is left to wait for."""


def test_short_work_shows_no_progress(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(streams, "PATIENCE_SECONDS", 60.0)
    with streams.progress("reading") as report:
        report(5, 10)
    assert capsys.readouterr() == ("", "")
