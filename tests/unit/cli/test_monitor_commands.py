"""`barograph suggest monitors`, `plan`, `apply` and `export`, against a server on loopback that keeps one document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from barograph.monitors.file import file_document
from barograph.monitors.yaml import parse_monitors

Run = Callable[..., Any]
ROLES = ("--label", "label", "--prediction", "prediction", "--task", "binary", "--positive", "yes")
MOVED = "monitors:\n  - {name: moved, metric: drift.share, when: {above: 20%}}\n"
TWO = MOVED + "  - {name: rows, metric: operations.volume, when: {band: 3}}\n"


class Keeper:
    """What the server holds, and what it was asked."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {"monitors": []}
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, str]] = []
        self.url = ""

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, bytes]:
        self.asked.append((method, target))
        parts = urlsplit(target)
        if parts.path in self.files:
            return 200, self.files[parts.path]
        if parts.path in self.answers:
            return 200, json.dumps(self.answers[parts.path]).encode()
        if parts.path != "/v1/projects/shop/monitors":
            return 404, json.dumps({"error": {"message": "no such project"}}).encode()
        if method == "GET":
            return 200, json.dumps(self.document).encode()
        sent = json.loads(body)
        if any(m["name"] == "refused" for m in sent["monitors"]):
            return 422, json.dumps({"error": {"message": "monitor 'refused' watches nothing"}}).encode()
        if parse_qs(parts.query)["dry_run"] == ["false"]:
            self.document = sent
        return 200, b"{}"


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    held = Keeper()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(b"")

        def do_PUT(self) -> None:
            self.reply(self.rfile.read(int(self.headers["Content-Length"])))

        def reply(self, body: bytes) -> None:
            status, answer = held.answer(self.command, self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Nothing is written to stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    held.url = f"http://127.0.0.1:{server.server_port}"
    yield held
    server.shutdown()
    thread.join(60)
    server.server_close()


@pytest.fixture
def at(keeper: Keeper) -> tuple[str, ...]:
    return ("--url", keeper.url, "--project", "shop", "--api-key", "k")


def test_a_file_is_planned_applied_and_exported(
    run: Run, keeper: Keeper, at: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "monitors.yml"
    file.write_text(TWO)
    planned = run("plan", file, *at)
    assert (planned.code, planned.out) == (1, "+ monitor moved\n+ monitor rows\n")
    assert keeper.document == {"monitors": []}
    assert run("apply", file, *at).code == 0
    assert keeper.document == file_document(parse_monitors(TWO))
    again = run("plan", file, *at)
    assert (again.code, again.out) == (0, "nothing changes; 2 as they are\n")
    assert run("export", *at, "-o", tmp_path / "back.yml").code == 0
    assert parse_monitors((tmp_path / "back.yml").read_text()) == parse_monitors(TWO)


def test_what_changes_nothing_is_not_sent(
    run: Run, keeper: Keeper, at: tuple[str, ...], tmp_path: Path
) -> None:
    keeper.document = file_document(parse_monitors(MOVED))
    (tmp_path / "monitors.yml").write_text(MOVED)
    assert run("apply", tmp_path / "monitors.yml", *at).code == 0
    assert [method for method, _ in keeper.asked] == ["GET"]


def test_keep_leaves_alone_what_the_file_does_not_hold(
    run: Run, keeper: Keeper, at: tuple[str, ...], tmp_path: Path
) -> None:
    keeper.document = file_document(parse_monitors(TWO))
    file = tmp_path / "monitors.yml"
    file.write_text(MOVED.replace("20%", "30%"))
    told = json.loads(run("plan", file, *at, "--json").out)
    assert [entry["name"] for entry in told["removed"]] == ["rows"]
    told = json.loads(run("apply", file, *at, "--keep", "--json").out)
    assert told["removed"] == []
    assert told["changed"][0]["differences"] == [
        {"key": "when", "before": {"above": 0.2}, "after": {"above": 0.3}}
    ]
    assert [m["name"] for m in keeper.document["monitors"]] == ["moved", "rows"]


def test_what_is_kept_and_would_be_refused_by_now_can_be_changed(
    run: Run, keeper: Keeper, at: tuple[str, ...], tmp_path: Path
) -> None:
    keeper.document = {"monitors": [{"name": "moved", "metric": "drift.share", "when": {"above": 20}}]}
    file = tmp_path / "monitors.yml"
    file.write_text(MOVED)
    assert "when: {above: 20} → {above: 0.2}" in run("plan", file, *at).out
    assert run("apply", file, *at).code == 0
    assert keeper.document == file_document(parse_monitors(MOVED))


def test_what_the_server_refuses_changes_nothing(
    run: Run, keeper: Keeper, at: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "monitors.yml"
    file.write_text(MOVED.replace("moved", "refused"))
    for command in ("plan", "apply"):
        done = run(command, file, *at)
        assert done.code == 2
        assert "watches nothing" in done.err
    assert keeper.document == {"monitors": []}


def test_a_wrong_file_is_told_with_its_line(run: Run, at: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "monitors.yml"
    file.write_text(MOVED.replace("drift.share", "drift.shares"))
    done = run("plan", file, *at)
    assert done.code == 2
    assert "monitors.yml, line 2" in done.err
    assert "did you mean 'drift.share'" in done.err


def test_monitors_are_suggested_from_rows(run: Run, csv: Path, tmp_path: Path) -> None:
    done = run("suggest", "monitors", csv, *ROLES, "--use-case", "fraud")
    assert done.code == 0
    file = parse_monitors(done.out)
    assert {m.needs.label_age_seconds for m in file.monitors if m.metric.family == "performance"} >= {
        30 * 86_400
    }
    assert all(m.reason for m in file.monitors)
    run("suggest", "monitors", csv, *ROLES, "--rows-only", "-o", tmp_path / "monitors.yml")
    assert not [m for m in parse_monitors((tmp_path / "monitors.yml").read_text()).monitors
                if m.metric.family == "operations"]  # fmt: skip


def test_monitors_are_suggested_from_a_servers_model(
    run: Run, csv: Path, keeper: Keeper, at: tuple[str, ...], tmp_path: Path
) -> None:
    run("profile", csv, *ROLES, "-o", tmp_path / "reference.baro")
    model = "/v1/projects/shop/models/churn/references"
    keeper.answers[model] = {
        "references": [{"name": "old", "default": False}, {"name": "new", "default": True}]
    }
    keeper.files[f"{model}/new"] = (tmp_path / "reference.baro").read_bytes()
    keeper.answers["/v1/projects/shop/readings"] = {"readings": [], "names": {"latency": "s"}}
    done = run("suggest", "monitors", "--model", "churn", *at)
    assert done.code == 0, done.err
    file = parse_monitors(done.out)
    assert {m.models for m in file.monitors} == {("churn",)}
    assert "churn: slow answers" in [m.name for m in file.monitors]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("monitors",), "or a server's model with --model"),
        (("checks",), "there is no reference"),
        (("alerts", "rows.csv"), "expected a reference, or checks or monitors and a reference"),
        (("rows.csv", "--use-case", "fraud"), "barograph suggest monitors"),
    ],
)
def test_what_is_not_understood(run: Run, words: tuple[str, ...], message: str) -> None:
    done = run("suggest", *words)
    assert done.code == 2
    assert message in done.err


def test_a_use_case_that_is_not_known(run: Run, csv: Path) -> None:
    done = run("suggest", "monitors", csv, *ROLES, "--use-case", "frauds")
    assert done.code == 2
    assert "did you mean 'fraud'" in done.err
