"""A real `barograph serve` on a folder, which can be killed and started again at the same address."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

DEADLINE_SECONDS = 60.0
_CRASH = Path(__file__).with_name("crash")


@dataclass
class Served:
    """A server on a data folder, and how to ask it.

    Attributes
    ----------
    settings : what `--set` is given.
    before : words before the command, such as a tracer's.
    ready : answered with 200 once it is ready.
    told : start of the names of the files of what it writes to stdout and stderr; default: beside the folder.
    """

    data: Path
    settings: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    ready: str = "/readyz"
    told: Path | None = None
    port: int = 0
    token: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self, crash_at: str = "", is_over: Callable[[], bool] = lambda: False) -> float | None:
        """Start it; returns the seconds until it was ready, None where `is_over` came sooner."""
        if not self.port:
            with closing(socket.create_server(("127.0.0.1", 0))) as free:
                self.port = free.getsockname()[1]
        words = [sys.executable, "-m", "barograph", "serve", "--json", "--port", str(self.port)]
        words += ["--data", str(self.data)]
        words += [word for name, value in self.settings.items() for word in ("--set", f"{name}={value}")]
        paths = os.pathsep.join(filter(None, [str(_CRASH), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {"CRASH_AT": crash_at, "PYTHONPATH": paths}
        began = time.perf_counter()
        with self._told.open("wb") as told, self._log.open("ab") as log:
            self.process = subprocess.Popen([*self.before, *words], stdout=told, stderr=log, env=environment)
        while not self.is_ready():
            if is_over() or not self.is_running():
                return None
            if time.perf_counter() - began > DEADLINE_SECONDS:
                raise TimeoutError(f"not ready within {DEADLINE_SECONDS} s; {self._log} says why")
            time.sleep(0.02)
        taken = time.perf_counter() - began
        if not self.token:
            self.token = json.loads(self._told.read_text())["token"]
        return taken

    @property
    def _told(self) -> Path:
        return (self.told or self.data).with_suffix(".told")

    @property
    def _log(self) -> Path:
        return (self.told or self.data).with_suffix(".log")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.ask("GET", self.ready)[0] == 200
        return False

    def workers(self) -> list[psutil.Process]:
        """Its worker processes."""
        return [process for process in self._below() if "worker" in _words(process)]

    def _below(self) -> list[psutil.Process]:
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def kill(self) -> None:
        """End server and workers at once, each as `kill -9` does."""
        if self.process is None:
            return
        below = self._below()
        for process in (self.process, *below):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        psutil.wait_procs(below, timeout=DEADLINE_SECONDS)

    def stop(self) -> None:
        """End it as a service manager does."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(DEADLINE_SECONDS)

    def ask(
        self,
        how: str,
        path: str,
        body: bytes | None = None,
        seconds: float = DEADLINE_SECONDS,
        **headers: str,
    ) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers of an answer; headers are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {self.token}"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)) as connection:
            connection.request(how, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())

    def json(self, how: str, path: str, sent: Any = None) -> Any:
        """The answer's document; anything but success is an error."""
        body = None if sent is None else json.dumps(sent).encode()
        status, told, _ = self.ask(how, path, body, Content_Type="application/json")
        if status >= 300:
            raise RuntimeError(f"{how} {path}: {status} {told.decode()}")
        return json.loads(told)

    def until(self, true: Any, what: str, seconds: float = DEADLINE_SECONDS) -> None:
        """Ask until it is true."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not {what} within {seconds} s; {self._log} says why")
            time.sleep(0.01)


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
