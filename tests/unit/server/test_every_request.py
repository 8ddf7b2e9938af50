"""What holds for every request: one shape of error, headers, limits, ids, logs."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from barograph.config.read import read_settings
from barograph.server.app import create_app
from barograph.server.logs import JsonLines, TextLines
from barograph.server.middleware.bodies import Bodies
from barograph.server.middleware.outermost import Outermost
from barograph.server.routes.health import router

SHAPE = {"code", "message", "details", "request_id"}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "//v1/projects", 404, "not_found"),
        ("GET", "/v1/projects/", 404, "not_found"),
        ("GET", "/v1/projects/x/..;/models", 404, "not_found"),
        ("DELETE", "/v1/projects", 405, "method_not_allowed"),
        ("GET", "/v1/audit?entries=0", 422, "invalid"),
        ("GET", "/v1/projects/no/models", 404, "not_found"),
        ("POST", "/v1/projects", 422, "invalid"),
    ],
)
def test_every_error_has_one_shape(http, method, path, status, code):
    answer = http.request(method, path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == SHAPE
    assert error["code"] == code
    assert error["request_id"] == answer.headers["x-request-id"]


def test_a_parameter_that_is_not_known_is_refused_with_the_nearest(http):
    answer = http.get("/v1/projects/x/models/y/windows", params={"windw": "1d"})
    assert answer.status_code == 422
    assert "no parameter 'windw' here; did you mean 'window'?" in answer.json()["error"]["message"]


def test_who_has_no_key_is_told_nothing_of_parameters(http):
    answer = http.get(
        "/v1/projects/x/models/y/windows", params={"windw": "1d"}, headers={"Authorization": ""}
    )
    assert answer.status_code == 401


def test_health_is_answered_whatever_is_added(http):
    assert http.get("/healthz?at=17").status_code == 200


def test_a_method_cannot_be_smuggled_in_a_header(http):
    answer = http.get("/v1/projects", headers={"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 200


def test_what_no_one_foresaw_is_500_with_the_id_and_without_the_reason(app, http, monkeypatch, caplog):
    def broken(**_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(type(app.state.server.keys), "verify", broken)
    answer = http.get("/v1/projects", headers={"X-Request-Id": "mine-1"})
    assert (answer.status_code, answer.json()["error"]["request_id"]) == (500, "mine-1")
    assert "secret detail" not in answer.text
    assert any(getattr(r, "request_id", "") == "mine-1" and r.exc_info for r in caplog.records)


def test_a_validation_error_names_the_field_and_not_the_value(http):
    answer = http.post("/v1/projects", json={"name": "a", "passphrase": "hunter2"})
    assert answer.json()["error"]["details"][0]["field"] == "body.passphrase"
    assert "hunter2" not in answer.text


def test_a_harmful_request_id_is_replaced(http):
    answer = http.get("/healthz", headers={"X-Request-Id": "a b;c"})
    assert answer.headers["x-request-id"] != "a b;c"


@pytest.mark.parametrize("path", ["/healthz", "/v1/projects", "/nothing"])
def test_every_answer_has_the_headers_of_security(http, path):
    headers = http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "access-control-allow-origin" not in headers
    assert "strict-transport-security" not in headers


def app_with(tmp_path, **flags: str):
    held = read_settings(environment={}, flags={"data": str(tmp_path / "data"), **flags}).settings
    return Bodies(reading_app, held), held


async def reading_app(scope, receive, send):
    """Reads the whole body and answers 200."""
    while (await receive()).get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


def post(app, *, content: bytes | AsyncIterator[bytes], kind: str = "application/json") -> httpx.Response:
    async def sent() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            return await client.post("/", content=content, headers={"Content-Type": kind})

    return asyncio.run(sent())


async def in_parts(parts: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(parts):
        yield b"x" * size


def test_a_body_that_says_it_is_too_large_is_refused_unread(tmp_path):
    app, _ = app_with(tmp_path, body_bytes="1000")
    assert post(app, content=b"x" * 1001).status_code == 413
    assert post(app, content=b"x" * 1000).status_code == 200


def test_a_body_that_does_not_say_its_size_is_refused_while_it_comes(tmp_path):
    app, _ = app_with(tmp_path, body_bytes="1000")
    answer = post(app, content=in_parts(11, 100))
    assert answer.status_code == 413
    assert answer.json()["error"]["details"][0]["limit_bytes"] == 1000


def test_columnar_bodies_have_a_limit_of_their_own(tmp_path):
    app, _ = app_with(tmp_path, body_bytes="1000", columnar_body_bytes="2000")
    assert post(app, content=b"x" * 1500, kind="application/vnd.apache.parquet").status_code == 200
    assert post(app, content=b"x" * 2500, kind="application/vnd.apache.parquet").status_code == 413


def test_a_body_that_does_not_come_is_refused_in_time(tmp_path):
    app, _ = app_with(tmp_path, body_seconds="1ms")
    told: list[dict] = []

    async def run() -> None:
        async def never() -> dict:
            await asyncio.Event().wait()
            return {}

        async def keep(message: dict) -> None:
            told.append(message)

        await app({"type": "http", "method": "POST", "headers": []}, never, keep)

    asyncio.run(run())
    assert told[0]["status"] == 408


def test_an_answer_that_breaks_off_is_not_ended_as_if_whole():
    async def half(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    async def run() -> None:
        async def keep(message: dict) -> None: ...

        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await Outermost(half, lambda *_: None)(scope, keep, keep)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())


class TestBehindAProxy:
    @pytest.fixture
    def settings(self, tmp_path):
        flags = {
            "data": str(tmp_path / "data"), "root_path": "/monitoring", "trusted_proxies": "10.0.0.0/8",
            "allowed_hosts": "barograph.example.com",
        }  # fmt: skip
        return read_settings(environment={}, flags=flags).settings

    def test_another_host_is_refused(self, http):
        assert http.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
        assert http.get("/healthz", headers={"Host": "barograph.example.com:443"}).status_code == 200

    @pytest.mark.parametrize(("peer", "seen"), [("10.1.2.3", "203.0.113.9"), ("192.0.2.1", "192.0.2.1")])
    def test_a_forwarded_address_is_believed_of_trusted_proxies_alone(self, app, http, peer, seen):
        transport = httpx.ASGITransport(app, client=(peer, 5000))
        headers = {"Host": "barograph.example.com", "X-Forwarded-For": "203.0.113.9"}

        async def ask() -> None:
            async with httpx.AsyncClient(transport=transport, base_url="http://x", headers=headers) as client:
                await client.get("/v1/projects")

        asyncio.run(ask())
        found = http.get("/v1/audit", headers={"Host": "barograph.example.com"}).json()["entries"][0]
        assert found["details"]["address"] == seen

    def test_the_document_knows_the_path_it_is_served_under(self, http):
        answer = http.get("/openapi.json", headers={"Host": "barograph.example.com"})
        assert answer.json()["servers"] == [{"url": "/monitoring"}]

    @pytest.mark.parametrize("path", ["/v1/projects", "/monitoring/v1/projects"])
    def test_the_proxy_may_take_the_path_off_or_leave_it(self, http, path):
        assert http.get(path, headers={"Host": "barograph.example.com"}).status_code == 200


def record(message: str, **extra: object) -> logging.LogRecord:
    return logging.makeLogRecord(
        {"msg": message, "levelname": "INFO", "name": "barograph", "created": 0.0, **extra}
    )


def test_log_lines_hold_no_secret_and_no_line_break_of_a_client():
    sent = record("path /a\nfake line", header="Bearer bg_0123456789abcdef_c2VjcmV0LXNlY3JldA")
    for form in (JsonLines(), TextLines()):
        line = form.format(sent)
        assert "c2VjcmV0" not in line
        assert "\n" not in line
    assert json.loads(JsonLines().format(sent))["message"] == "path /a\nfake line"


def test_an_unprepared_application_still_has_its_document(settings):
    assert "/healthz" in {route.path for route in router.routes}
    assert "/v1/keys" in create_app(settings).openapi()["paths"]
