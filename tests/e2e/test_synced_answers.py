"""Each acknowledgement of a server comes after a sync of the log that began after its request."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
CALLS = "trace=read,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync"
SCHEMA = {"task": "regression", "columns": {"x": {}, "p": {"role": "prediction"}}}
PATH = "/v1/projects/bench/models/m/predictions"


@pytest.fixture
def served(monkeypatch, tmp_path):
    """A server without a worker, traced."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace: apt-get install -y strace")
    monkeypatch.syspath_prepend(BENCHMARKS / "server")
    tracer = (strace, "-f", "--seccomp-bpf", "-y", "-s", "120", "-e", CALLS, "-o", str(tmp_path / "trace"))
    made = importlib.import_module("served").Served(
        data=tmp_path / "data", settings={"workers": "0"}, before=tracer, ready="/healthz"
    )
    try:
        made.start()
        yield made
    finally:
        made.kill()


def completed(trace: str) -> Iterator[str]:
    """System calls in the order in which they ended; those that others interrupt are put together."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        pid, call = line.split(maxsplit=1)
        if call.endswith("<unfinished ...>"):
            begun[pid] = call
        elif resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", call):
            yield begun.pop(pid).removesuffix("<unfinished ...>") + resumed[1]
        else:
            yield call


def acknowledgements(trace: str) -> list[int]:
    """Of each answer to a batch: syncs of the log since its request was read."""
    syncs, asked, found = 0, dict[str, int](), list[int]()
    for call in completed(trace):
        if re.match(r"f(data)?sync\(\d+<[^>]*log\.db(-wal)?>", call):
            syncs += 1
        elif held := re.match(r"(?:read|recv\w+)\((\d+)<.*POST " + PATH, call):
            asked[held[1]] = syncs
        elif (held := re.match(r"(?:write\w*|send\w+)\((\d+)<.*HTTP/1\.1 200", call)) and held[1] in asked:
            found.append(syncs - asked.pop(held[1]))
    return found


def post(served, number: int) -> int:
    body = json.dumps([{"x": number, "p": 1}]).encode()
    return served.ask("POST", PATH, body, Content_Type="application/json", Idempotency_Key=f"k{number}")[0]


def test_every_answer_comes_after_a_sync(served, tmp_path):
    served.json("POST", "/v1/projects", {"name": "bench"})
    served.json("POST", "/v1/projects/bench/models", {"name": "m", "schema": SCHEMA})
    assert {post(served, number) for number in range(20)} == {200}
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda number: post(served, 20 + number), range(20))) == {200}
    (server,) = psutil.Process(served.process.pid).children()
    server.terminate()
    served.process.wait(60)
    synced = acknowledgements((tmp_path / "trace").read_text(errors="replace"))
    assert len(synced) == 40
    assert min(synced) >= 1
