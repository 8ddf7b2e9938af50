"""Faults of senders, networks and disks against a real server: refused or survived, never half stored."""

from __future__ import annotations

import gzip
import io
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import polars as pl
import psutil
import pytest
import zstandard

from barograph.store.log import Stored, open_log

DEADLINE_SECONDS = 60.0
MIB = 1 << 20
_SCHEMA = {
    "task": "regression",
    "columns": {"x": {}, "c": {"kind": "categorical"}, "p": {"role": "prediction"}},
}
_PATH = "/v1/projects/bank/models/credit/predictions"
_ROW = b'{"x": 1.5, "c": "a", "p": 2}\n'


@dataclass
class Served:
    """A server that runs, without a worker, and what its log holds."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    token: str

    def post(self, body: bytes, kind: str = "application/x-ndjson", **headers: str) -> httpx.Response:
        told = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        with self.http() as http:
            return http.post(_PATH, content=body, headers=told)

    def http(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=DEADLINE_SECONDS
        )

    def logged(self) -> list[Stored]:
        with closing(open_log(f"sqlite:///{self.data}/log.db")) as log:
            return log.read(1, after=0, rows=1_000_000)

    def raw(self, *lines: str, body: bytes = b"") -> socket.socket:
        """A connection on which a request has begun."""
        connection = socket.create_connection(("127.0.0.1", self.port), DEADLINE_SECONDS)
        head = [f"POST {_PATH} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {self.token}"]
        head += ["Content-Type: application/x-ndjson", *lines, "", ""]
        connection.sendall("\r\n".join(head).encode() + body)
        return connection

    def memory_bytes(self) -> int:
        return psutil.Process(self.process.pid).memory_info().rss


def begin(data: Path, *words: str, token: str = "") -> Served:
    command = [sys.executable, "-m", "barograph", "serve", "--json", "--port", "0", "--data", str(data)]
    settings = ["workers=0", "body_seconds=2s", "key_requests=0"]
    process = subprocess.Popen(
        [*command, *(word for s in settings for word in ("--set", s)), *words], stdout=subprocess.PIPE
    )
    try:
        told = json.loads(_document(process))
    except AssertionError:
        process.kill()
        process.communicate(timeout=60)
        raise
    return Served(
        process=process,
        data=data,
        port=int(told["address"].rsplit(":", 1)[1].strip("/")),
        token=told["token"] or token,
    )


def end(served: Served, how: int = signal.SIGTERM) -> None:
    served.process.send_signal(how)
    served.process.wait(DEADLINE_SECONDS)
    assert served.process.stdout is not None
    served.process.stdout.close()


def with_model(served: Served) -> Served:
    with served.http() as http:
        assert http.post("/v1/projects", json={"name": "bank"}).status_code == 201
        made = http.post("/v1/projects/bank/models", json={"name": "credit", "schema": _SCHEMA})
        assert made.status_code == 201, made.text
    return served


def _document(process: subprocess.Popen[bytes]) -> bytes:
    """One JSON document from a process that goes on."""
    assert process.stdout is not None
    found = b""
    while True:
        ready, _, _ = select.select([process.stdout], [], [], DEADLINE_SECONDS)
        part = os.read(process.stdout.fileno(), 4_096) if ready else b""
        assert part, "the server ended, or said nothing"
        found += part
        try:
            json.loads(found)
        except ValueError:
            continue
        return found


def answer_of(connection: socket.socket) -> bytes:
    """The first bytes of the answer."""
    connection.settimeout(DEADLINE_SECONDS)
    return connection.recv(4_096)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    found = begin(tmp_path_factory.mktemp("served") / "data")
    try:
        yield with_model(found)
    finally:
        end(found)


@pytest.fixture
def unchanged(served: Served) -> Iterator[None]:
    """Nothing is stored meanwhile, and the server answers as before."""
    before = len(served.logged())
    yield
    assert len(served.logged()) == before
    assert served.process.poll() is None
    with served.http() as http:
        assert http.get("/healthz").status_code == 200


def _bomb(pack: Callable[[bytes], bytes]) -> bytes:
    return pack(bytes(200_000_000))


def _parquet(rows: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    rows.write_parquet(out)
    return out.getvalue()


HOSTILE: dict[str, tuple[bytes, str, dict[str, str], int]] = {
    "no json": (b"rows", "application/json", {}, 400),
    "half a row": (b'{"x": 1', "application/x-ndjson", {}, 400),
    "bare NaN": (b'{"x": NaN}', "application/x-ndjson", {}, 400),
    "beyond any float": (b'{"x": 1e999}', "application/x-ndjson", {}, 400),
    "lone surrogate": (b'{"c": "\\ud800"}', "application/x-ndjson", {}, 400),
    "byte order mark": (b"\xef\xbb\xbf" + _ROW, "application/x-ndjson", {}, 400),
    "not UTF-8": (b'{"c": "\xff"}', "application/x-ndjson", {}, 400),
    "another charset": (_ROW, "application/json; charset=utf-16", {}, 415),
    "deep nesting": (b'{"x": ' + b"[" * 100_000, "application/x-ndjson", {}, 400),
    "a list of numbers": (b"[1, 2]", "application/json", {}, 400),
    "empty": (b"", "application/x-ndjson", {}, 400),
    "no rows": (b"[]", "application/json", {}, 400),
    "other columns": (b'{"z": 1}', "application/x-ndjson", {}, 400),
    "another type": (_ROW, "text/html", {}, 415),
    "another encoding": (_ROW, "application/x-ndjson", {"Content-Encoding": "br"}, 415),
    "encodings inside each other": (_ROW, "application/x-ndjson", {"Content-Encoding": "gzip, gzip"}, 415),
    "no gzip": (_ROW, "application/x-ndjson", {"Content-Encoding": "gzip"}, 400),
    "gzip cut short": (gzip.compress(_ROW)[:-4], "application/x-ndjson", {"Content-Encoding": "gzip"}, 400),
    "no arrow": (_ROW, "application/vnd.apache.arrow.stream", {}, 400),
    "no parquet": (b"PAR1" * 8, "application/vnd.apache.parquet", {}, 400),
    "a key of many lines": (_ROW, "application/x-ndjson", {"Idempotency-Key": "a b"}, 422),
    "a clock of words": (_ROW, "application/x-ndjson", {"Barograph-Sent-At": "noon"}, 422),
    "too many rows": (b"{}\n" * 50_001, "application/x-ndjson", {}, 413),
    "a text too long": (b'{"c": "' + b"x" * 65_537 + b'"}', "application/x-ndjson", {}, 413),
}  # fmt: skip


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("fault", HOSTILE)
def test_hostile_bodies_are_refused_in_the_one_shape(served: Served, fault: str) -> None:
    body, kind, headers, status = HOSTILE[fault]
    answer = served.post(body, kind, **headers)
    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"code", "message", "details", "request_id"}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_a_bomb_is_refused_and_fills_no_memory(
    served: Served, packing: str, pack: Callable[[bytes], bytes]
) -> None:
    before = served.memory_bytes()
    answer = served.post(_bomb(pack), Content_Encoding=packing)
    assert answer.status_code == 413
    assert served.memory_bytes() - before < 64 * MIB


@pytest.mark.usefixtures("unchanged")
def test_a_parquet_of_ten_million_rows_is_refused_and_fills_no_memory(served: Served) -> None:
    before = served.memory_bytes()
    body = _parquet(pl.DataFrame({"x": pl.repeat(0.0, 10_000_000, eager=True)}))
    assert served.post(body, "application/vnd.apache.parquet").status_code == 413
    assert served.memory_bytes() - before < 64 * MIB


@pytest.mark.usefixtures("unchanged")
def test_a_length_beyond_the_limit_is_refused_before_the_body_comes(served: Served) -> None:
    with closing(served.raw(f"Content-Length: {20 * MIB}")) as connection:
        assert b"413" in answer_of(connection).split(b"\r\n")[0]


@pytest.mark.usefixtures("unchanged")
def test_a_body_in_chunks_is_refused_once_it_is_too_large(served: Served) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(11):
            yield b" " * MIB

    with served.http() as http:
        answer = http.post(_PATH, content=parts(), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 413


@pytest.mark.usefixtures("unchanged")
def test_a_client_that_leaves_in_the_middle_stores_nothing(served: Served) -> None:
    with closing(served.raw(f"Content-Length: {len(_ROW) * 2}", body=_ROW)):
        pass


@pytest.mark.usefixtures("unchanged")
def test_a_slow_client_is_told_and_others_do_not_wait(served: Served) -> None:
    with closing(served.raw("Content-Length: 1000", body=b"{")) as slow:
        with served.http() as http:
            assert http.get("/healthz").status_code == 200
        assert b"408" in answer_of(slow).split(b"\r\n")[0]


@pytest.mark.usefixtures("unchanged")
def test_many_connections_that_say_nothing_hold_nobody_up(served: Served) -> None:
    with ExitStack() as idle:
        for _ in range(300):
            idle.enter_context(
                closing(socket.create_connection(("127.0.0.1", served.port), DEADLINE_SECONDS))
            )
        with served.http() as http:
            assert http.get("/healthz").status_code == 200


INJECTED = ["'; DROP TABLE models; --", "<script>alert(1)</script>", "{{7*7}}", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("value", INJECTED)
def test_a_value_is_a_value_whatever_it_says(served: Served, value: str) -> None:
    assert served.post(json.dumps({"c": value, "x": 1, value: 2}).encode()).status_code == 200
    frame = pl.read_ipc_stream(io.BytesIO(served.logged()[-1].body))
    assert frame["c"].to_list() == [value]


def test_one_batch_sent_by_many_at_once_counts_once(served: Served) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: served.post(_ROW, Idempotency_Key="raced").json(), range(8)))
    assert sum(answer["accepted"] for answer in answers) == 1
    assert sum(answer["duplicates"] for answer in answers) == 7


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_batch_is_known_after_a_restart(tmp_path: Path, how: int) -> None:
    first = with_model(begin(tmp_path / "data"))
    assert first.post(_ROW, Idempotency_Key="k").json()["accepted"] == 1
    end(first, how)
    second = begin(tmp_path / "data", token=first.token)
    try:
        assert second.post(_ROW, Idempotency_Key="k").json()["duplicates"] == 1
        assert [entry.batch_id for entry in second.logged()] == ["k"]
    finally:
        end(second)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount or os.geteuid() != 0:
        pytest.skip("needs a small file system: run as root, with mount")
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)], check=False, timeout=600
    )
    if made.returncode:
        pytest.skip("needs a small file system: mount -t tmpfs is refused here")
    try:
        yield folder
    finally:
        subprocess.run([umount, "--lazy", str(folder)], check=True, timeout=600)


def fill(ballast: Path) -> None:
    """Write until nothing more fits."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(65_536)):
            pass


def test_a_full_disk_is_503_and_is_over_when_there_is_room(small_disk: Path) -> None:
    served = with_model(begin(small_disk / "data"))
    try:
        ballast = small_disk / "ballast"
        fill(ballast)
        batch = b"".join(b'{"x": %d, "c": "%032x"}\n' % (i, i * 7_919**7) for i in range(5_000))
        refused = served.post(batch)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        with served.http() as http:
            assert http.get("/v1/projects/bank/models/credit").status_code == 200
        ballast.unlink()
        assert served.post(batch).json()["accepted"] == 5_000
        assert [entry.rows for entry in served.logged()] == [5_000]
    finally:
        end(served)
