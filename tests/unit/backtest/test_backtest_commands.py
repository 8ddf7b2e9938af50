"""`barograph backtest`, `replay` and `noise`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

import barograph as bg
from barograph.cli import main

FILE = "monitors:\n  - {name: error, metric: performance.mae, when: {change: 30%}}\n"
TRIED = {
    "from": "2024-03-01T00:00:00Z", "to": "2024-03-29T00:00:00Z", "alerts": 1, "told": 1, "told_by_impact": 0,
    "digest": 0, "per_week": 0.25, "digest_per_week": 0.0,
    "references": [{"model": "credit", "reference": "training", "since": None}],
    "incidents": [
        {"number": 1, "models": ["credit"], "monitors": ["error"], "columns": [], "alerts": 1, "severity": "warning",
         "started_at": "2024-03-13T00:00:00Z", "opened_at": "2024-03-14T00:00:00Z", "by_impact": False,
         "told_at": "2024-03-14T00:00:00Z", "resolved_at": "2024-03-16T00:00:00Z"},
    ],
    "series": [
        {"monitor": "error", "model": "credit", "address": "performance.mae", "version": "", "windows": 28,
         "statuses": {"ok": 26, "unknown": 2}, "alerts": [
            {"kind": "breach", "started_at": "2024-03-13T00:00:00Z", "fired_at": "2024-03-14T00:00:00Z",
             "resolved_at": "2024-03-16T00:00:00Z", "severity": "warning", "detail": "2.1 against 0.8",
             "incident": 1, "told": True}]},
    ],
    "missed": [],
}  # fmt: skip
NOISE = {
    "days": 28, "incidents": 2, "told": 1, "alerts": 9,
    "monitors": [
        {"monitor": "income moved", "alerts": 9, "per_week": 2.25, "told": 1, "told_per_week": 0.25,
         "acknowledged_share": 0.0, "opened_share": 0.5,
         "short_share": 0.75, "suppressed": 0, "useful": 0, "noise": 2, "suggestion": "make it info"},
    ],
}  # fmt: skip


class Server:
    """Answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, str, Any]] = []


@pytest.fixture
def server() -> Iterator[Server]:
    held = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            sent = json.loads(self.rfile.read(size)) if size else None
            held.asked.append((self.command, self.path, sent))
            found = held.answers.get(self.path.partition("?")[0])
            body = json.dumps(found or {"error": {"message": "no alert 9"}}).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the library looks for it

        def log_message(self, *parts: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{http.server_port}"
    yield held
    http.shutdown()
    http.server_close()
    thread.join(60)


@pytest.fixture
def run(server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "monitors.yml").write_text(FILE)

    def call(*words: str) -> int:
        return main([*words, "--url", server.url, "--project", "bank"])

    return call


def test_monitors_are_tried_on_the_server(run, server, capsys):
    server.answers["/v1/projects/bank/monitors/backtest"] = TRIED
    assert run("backtest", "--model", "credit", "--from", "2024-03-01") == 0
    [(method, _, sent)] = server.asked
    assert (method, sent["model"], sent["from"], "to" in sent) == ("POST", "credit", "2024-03-01", False)
    assert sent["document"]["monitors"][0]["name"] == "error"
    told = capsys.readouterr().out
    assert "People would have been told of 1 incident from 2024-03-01 to 2024-03-29, 0.25 a week" in told
    lasted = "2024-03-14 00:00 until 2024-03-16 00:00  warning"
    assert f"incident 1, told {lasted}  1 alert of error; on credit" in told
    assert f"{lasted}  incident 1  credit performance.mae: 2.1 against 0.8" in told
    assert "performance.mae: of 28 windows 2 unknown" in told


def test_what_is_told_only_if_it_is_grave_is_said_and_so_is_what_the_digest_has(run, server, capsys):
    more = {"told_by_impact": 1, "digest": 2, "digest_per_week": 0.5}
    server.answers["/v1/projects/bank/monitors/backtest"] = {**TRIED, **more}
    assert run("backtest", "--at-most", "0.25") == 0
    told = capsys.readouterr().out
    assert "1 of these only if the impact is grave enough" in told
    assert "2 incidents more, 0.5 a week, would have been told in the daily digest at the most" in told


def test_a_model_that_came_to_be_compared_with_another_reference_is_told(run, server, capsys):
    since = {"model": "credit", "reference": "spring", "since": "2024-03-09T08:30:00Z"}
    both = {"references": [*TRIED["references"], since]}
    server.answers["/v1/projects/bank/monitors/backtest"] = {**TRIED, **both}
    assert run("backtest") == 0
    told = capsys.readouterr().out
    assert "credit was compared with training, then spring from 2024-03-09 08:30 on" in told


def test_an_incident_that_would_have_been_missed_is_exit_code_1(run, server, capsys):
    missed = {"id": 4, "title": "loans of a new kind", "started_at": "2024-03-07T00:00:00Z"}
    server.answers["/v1/projects/bank/monitors/backtest"] = {**TRIED, "missed": [missed]}
    assert run("backtest") == 1
    assert "missed: incident 4 of 2024-03-07, loans of a new kind" in capsys.readouterr().out


def test_more_incidents_than_are_wanted_is_exit_code_1(run, server, capsys):
    server.answers["/v1/projects/bank/monitors/backtest"] = TRIED
    assert run("backtest", "--at-most", "0.2", "--json") == 1
    assert json.loads(capsys.readouterr().out) == TRIED
    assert run("backtest", "--at-most", "0.25") == 0


def test_monitors_are_tried_on_a_profile_without_a_server(both, tmp_path, capsys):
    current, reference = both
    bg.save_profile(current, tmp_path / "current.baro")
    bg.save_profile(reference, tmp_path / "reference.baro")
    (tmp_path / "monitors.yml").write_text(FILE)
    words = ["backtest", str(tmp_path / "monitors.yml"), "--profile", str(tmp_path / "current.baro")]
    assert main([*words, "--reference", str(tmp_path / "reference.baro"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == TRIED.keys() | {"left_out"}
    [series] = told["series"]
    assert [alert["started_at"] for alert in series["alerts"]] == ["2024-03-13T00:00:00Z"]
    assert main(words) == 2
    assert "give the saved profile with --reference" in capsys.readouterr().err
    assert main([*words, "--reference", str(tmp_path / "reference.baro"), "--from", "2024-03-01"]) == 2


@pytest.mark.parametrize(("same", "code"), [(True, 0), (False, 1), (None, 1)])
def test_a_replay_says_whether_the_verdict_is_the_same(run, server, capsys, same, code):
    verdict = {"status": "breach", "detail": "0.41, limit 0.10"}
    told = {
        "alert": 3,
        "same": same,
        "detail": "judged again",
        "recorded": verdict,
        "verdict": verdict if same else None,
    }
    server.answers["/v1/projects/bank/alerts/3/replay"] = told
    assert run("replay", "3") == code
    assert "then: breach, 0.41, limit 0.10" in capsys.readouterr().out


def test_an_alert_that_is_not_there_is_exit_code_2(run, capsys):
    assert run("replay", "9") == 2
    assert "the server refuses (404): no alert 9" in capsys.readouterr().err


def test_noise_is_told_with_what_to_change(run, server, capsys):
    server.answers["/v1/projects/bank/noise"] = NOISE
    assert run("noise", "--days", "28") == 0
    assert server.asked[0][1] == "/v1/projects/bank/noise?days=28"
    told = capsys.readouterr().out
    assert "9 alerts in 2 incidents within 28 days; people were told of 1 of these" in told
    assert "income moved: make it info" in told
    assert "75%" in told


def test_one_alert_is_one_alert(run, server, capsys):
    server.answers["/v1/projects/bank/noise"] = NOISE | dict.fromkeys(("alerts", "incidents", "days"), 1)
    assert run("noise", "--days", "1") == 0
    assert "1 alert in 1 incident within 1 day; people" in capsys.readouterr().out
