"""`barograph grafana` against a server that answers as Grafana does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import yaml

from barograph.cli import main
from barograph.grafana.files import DASHBOARDS

TOKEN = "glsa_secret"


@dataclass
class Grafana:
    """Folders and dashboards, as Grafana 10 keeps them behind its API."""

    url: str = ""
    folders: dict[str, Any] = field(default_factory=dict)
    dashboards: dict[str, Any] = field(default_factory=dict)
    role: str = "Editor"

    def answer(self, method: str, path: str, token: str, body: Any) -> tuple[int, Any]:
        if token != f"Bearer {TOKEN}":
            return 401, {"message": "Invalid API key"}
        if method == "GET" and path.startswith("/api/folders/"):
            found = self.folders.get(path.rpartition("/")[2])
            return (404, {"message": "folder not found"}) if found is None else (200, found)
        if self.role != "Editor":
            return 403, {"message": "You'll need additional permissions to perform this action"}
        if path == "/api/folders":
            if body["uid"] in self.folders:
                return 412, {"message": "a folder with the same uid already exists"}
            self.folders[body["uid"]] = body
            return 200, body
        assert (method, path) == ("POST", "/api/dashboards/db")
        return self.keep(body)

    def keep(self, body: Any) -> tuple[int, Any]:
        sent = body["dashboard"]
        if body["folderUid"] not in self.folders:
            return 400, {"message": "folder not found"}
        if sent["uid"] in self.dashboards and not body["overwrite"]:
            return 412, {"message": "A dashboard with the same uid already exists"}
        version = self.dashboards.get(sent["uid"], {"version": 0})["version"] + 1
        self.dashboards[sent["uid"]] = {**sent, "version": version}
        return 200, {
            "uid": sent["uid"],
            "url": f"/d/{sent['uid']}/x",
            "status": "success",
            "version": version,
        }


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    held = Grafana()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            status, answer = held.answer(self.command, self.path, self.headers["Authorization"], body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 - the library looks for it

        def log_message(self, *parts: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    server.server_close()
    thread.join(60)


def push(grafana: Grafana, token: str = TOKEN, *more: str) -> int:
    return main(["grafana", "push", "--url", grafana.url, "--token", token, *more])


def test_dashboards_are_sent_into_a_folder_that_is_made(grafana, capsys):
    assert push(grafana, TOKEN, "--json") == 0
    told = json.loads(capsys.readouterr().out)["dashboards"]
    assert [one["uid"] for one in told] == list(grafana.dashboards) == [d.uid for d in DASHBOARDS]
    assert told[0]["url"] == f"{grafana.url}/d/barograph-fleet/x"
    assert grafana.folders == {"barograph": {"uid": "barograph", "title": "Barograph"}}


def test_a_second_push_takes_the_place_of_the_first(grafana):
    assert push(grafana) == push(grafana) == 0
    assert {d["version"] for d in grafana.dashboards.values()} == {2}


def test_a_wrong_token_is_said_with_what_to_do(grafana, capsys):
    assert push(grafana, "other") == 2
    assert "Grafana refuses the folder (401): Invalid API key. Give a token" in capsys.readouterr().err


def test_a_token_that_may_only_look_is_said_with_what_to_do(grafana, capsys):
    grafana.role = "Viewer"
    assert push(grafana) == 2
    assert "needs the role Editor" in capsys.readouterr().err


def test_no_grafana_there_is_said(capsys):
    assert main(["grafana", "push", "--url", "http://127.0.0.1:1", "--token", "x"]) == 2
    assert "no Grafana answers at http://127.0.0.1:1" in capsys.readouterr().err


def test_what_is_missing_is_asked_for(capsys, monkeypatch):
    monkeypatch.delenv("GRAFANA_URL", raising=False)
    assert main(["grafana", "push", "--token", "x"]) == 2
    assert "give --url or GRAFANA_URL" in capsys.readouterr().err


def test_files_are_written_and_are_what_they_say(tmp_path, capsys):
    assert main(["grafana", "export", "-o", str(tmp_path / "g"), "--json"]) == 0
    paths = json.loads(capsys.readouterr().out)["paths"]
    assert len(paths) == len(DASHBOARDS) + 1
    assert yaml.safe_load((tmp_path / "g" / "barograph.rules.yml").read_text())["groups"]
    assert json.loads((tmp_path / "g" / "barograph-model.json").read_text())["uid"] == "barograph-model"
