"""Processes that fork, exit and are killed; each is a real one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

QUIET = "heartbeat_seconds=0, host_seconds=0, environment=False"


def script(text: str, *arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-c", textwrap.dedent(text), *arguments]


def run(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(script(text, *arguments), capture_output=True, text=True, timeout=60, check=False)


def test_exit_flushes(server):
    done = run(
        f"""
        import sys, barograph_client as b
        b.init(url=sys.argv[1], model="credit", {QUIET})
        for i in range(700):
            print(b.log({{"x": i}}))
        """,
        server.url,
    )
    assert done.stderr == ""
    assert server.ids() == done.stdout.split()


def test_exit_without_a_server_takes_no_longer_than_asked():
    began = time.perf_counter()
    done = run(
        """
        import barograph_client as b
        b.init(url="http://127.0.0.1:9", model="credit", exit_seconds=0.5)
        b.log({"x": 1})
        """
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert time.perf_counter() - began < 20.0


def test_exit_by_exception_flushes(server):
    done = run(
        f"""
        import sys, barograph_client as b
        b.init(url=sys.argv[1], model="credit", {QUIET})
        b.log({{"x": 1}}, id="a1")
        raise SystemExit(3)
        """,
        server.url,
    )
    assert done.returncode == 3
    assert server.ids() == ["a1"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("spool", ["", "spool"])
def test_child_of_a_fork_sends_its_own_rows_and_not_its_parents(server, tmp_path, spool):
    done = run(
        f"""
        import os, sys, barograph_client as b
        b.init(url=sys.argv[1], model="credit", spool=sys.argv[2], {QUIET})
        b.log({{"x": 0}}, id="parent-before")
        children = []
        for n in range(3):
            pid = os.fork()
            if pid == 0:
                made = [b.log({{"x": i}}) for i in range(3)]
                b.log({{"x": 0}}, id=f"child-{{n}}")
                os._exit(0 if b.close() and len(set(made)) == 3 else 1)
            children.append(pid)
        b.log({{"x": 0}}, id="parent-after")
        assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0, 0]
        """,
        server.url,
        str(tmp_path / spool) if spool else "",
    )
    assert (done.returncode, done.stderr) == (0, "")
    ids = server.ids()
    named = {i for i in ids if i.startswith(("parent", "child"))}
    assert named == {"parent-before", "parent-after", "child-0", "child-1", "child-2"}
    assert len(ids) == len(set(ids)) == 14
    assert list(tmp_path.glob("spool/*")) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_child_of_multiprocessing_flushes_at_its_end(server):
    done = run(
        f"""
        import multiprocessing, sys, barograph_client as b
        def work(n):
            b.log({{"x": n}}, id=f"child-{{n}}")
        if __name__ == "__main__":
            b.init(url=sys.argv[1], model="credit", {QUIET})
            b.log({{"x": 0}}, id="parent")
            context = multiprocessing.get_context("fork")
            children = [context.Process(target=work, args=(n,)) for n in range(3)]
            for child in children: child.start()
            for child in children: child.join()
        """,
        server.url,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(server.ids()) == ["child-0", "child-1", "child-2", "parent"]


SPOOLING = f"""
import sys, barograph_client as b
b.init(url=sys.argv[1], model="credit", spool=sys.argv[2], interval_seconds=0.01, retry_seconds=0.05, {QUIET})
n = 0
while True:
    ids = [b.log({{"x": i}}) for i in range(50)]
    while b.stats().queued_rows:
        pass
    print("\\n".join(ids), flush=True)
"""


def killed_after(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Ids the process reported as being on disk or sent before it was killed."""
    found = []
    late = threading.Timer(60, process.kill)
    late.start()
    for line in process.stdout:
        found.append(line.strip())
        if len(found) == lines:
            process.send_signal(signal.SIGKILL)
    late.cancel()
    process.wait(10)
    process.stdout.close()
    return found


SENDING = f"""
import sys, barograph_client as b
b.init(url=sys.argv[1], model="credit", spool=sys.argv[2], {QUIET})
b.log_event("note")
sys.exit(0 if b.flush(30) else 1)
"""


@pytest.mark.parametrize("lines", [70, 333])
def test_what_was_spooled_survives_kill_9(server, tmp_path, lines):
    command = script(SPOOLING, "http://127.0.0.1:9", str(tmp_path / "spool"))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    spooled = killed_after(process, lines)
    assert run(SENDING, server.url, str(tmp_path / "spool")).returncode == 0
    ids = server.ids()
    assert len(ids) == len(set(ids))
    assert set(spooled) <= set(ids)
    assert [p.name for p in (tmp_path / "spool").iterdir()] == []


def test_kill_9_while_the_server_answers_counts_every_row_once(server, tmp_path):
    command = script(SPOOLING, server.url, str(tmp_path / "spool"))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    spooled = killed_after(process, 500)
    assert run(SENDING, server.url, str(tmp_path / "spool")).returncode == 0
    ids = server.ids()
    assert set(spooled) <= set(ids)
    assert len(ids) == len(set(ids))


def test_no_signal_handler_is_installed(server):
    done = run(
        """
        import signal, sys, barograph_client as b
        before = [signal.getsignal(s) for s in signal.valid_signals()]
        b.init(url=sys.argv[1], model="credit")
        b.log({"x": 1})
        b.flush()
        assert before == [signal.getsignal(s) for s in signal.valid_signals()]
        """,
        server.url,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_rows_logged_in_signal_handlers_and_finalizers_do_not_deadlock(server):
    done = run(
        f"""
        import signal, sys, barograph_client as b
        b.init(url=sys.argv[1], model="credit", {QUIET}, queue_rows=200)
        signal.signal(signal.SIGALRM, lambda *_: b.log({{"x": -1}}))
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.0005)
        class Late:
            def __init__(self): self.me = self
            def __del__(self): b.log({{"x": -2}})
        for i in range(20_000):
            b.log({{"x": i}})
            Late()
        signal.setitimer(signal.ITIMER_REAL, 0)
        stats = b.stats()
        assert not stats.errors, stats
        """,
        server.url,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_import_needs_nothing_of_unix_and_no_library():
    done = run(
        """
        import sys
        unix = ("fcntl", "resource", "pwd", "grp", "termios")
        for name in (*unix, "psutil", "numpy", "pandas", "polars", "pyarrow", "sklearn"):
            sys.modules[name] = None
        import barograph_client, pkgutil, importlib
        for module in pkgutil.walk_packages(barograph_client.__path__, "barograph_client."):
            importlib.import_module(module.name)
        barograph_client.init(url="http://127.0.0.1:9", model="m", exit_seconds=0.1)
        barograph_client.log({"x": 1})
        barograph_client.log_batch([{"x": 1}])
        """
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def test_import_is_light():
    done = run(
        """
        import sys, barograph_client
        print(sorted({"asyncio", "numpy", "psutil", "multiprocessing", "sklearn"} & set(sys.modules)))
        """
    )
    assert done.stdout.strip() == "[]"
