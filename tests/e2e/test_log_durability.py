"""What was acknowledged is kept: processes are killed, the disk fills up, syncs are counted."""

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Timer

import pytest

from barograph.store.database import open_database
from barograph.store.errors import StoreUnavailable
from barograph.store.log import Entry, open_log

WRITER = Path(__file__).with_name("writes_log.py")
KILLS = 12


def written(url: str, run: int, acknowledged: int) -> dict[str, int]:
    """Batches a process said were acknowledged, by id, before it was killed after so many of them."""
    command = [sys.executable, str(WRITER), url, str(run), "4", "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        late = Timer(300, process.kill)
        late.start()
        lines = [process.stdout.readline() for _ in range(acknowledged)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
        late.cancel()
    told = [line.split() for line in lines if line.endswith("\n")]
    return {batch: int(seq) for batch, seq in told}


def test_what_was_acknowledged_is_there_once_after_each_kill(log_url, rng):
    acknowledged = {}
    for run in range(KILLS):
        acknowledged |= written(log_url, run, int(rng.integers(1, 300)))
        log = open_log(log_url)
        held = log.read(1, after=0, rows=1_000_000_000)
        log.close()
        times = Counter(entry.batch_id for entry in held)
        assert set(times.values()) == {1}
        assert {e.batch_id: e.seq for e in held if e.batch_id in acknowledged} == acknowledged
        assert all(e.body == e.batch_id.encode() * 500 for e in held)


def test_every_acknowledgement_comes_after_a_sync(tmp_path):
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("needs strace: apt-get install -y strace")
    trace, url = tmp_path / "trace", f"sqlite:///{tmp_path / 'log.db'}"
    calls = "trace=write,fsync,fdatasync,pwrite64"
    command = [
        strace,
        "-f",
        "-y",
        "-e",
        calls,
        "-o",
        str(trace),
        sys.executable,
        str(WRITER),
        url,
        "0",
        "1",
        "30",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    synced, unsynced, acknowledged = False, 0, 0
    for line in trace.read_text(errors="replace").splitlines():
        if re.search(r"f(data)?sync\(\d+<[^>]*log\.db-wal>", line):
            synced = True
        elif re.search(r'write\(1<[^>]*>, "0-\d+ ', line):
            acknowledged, unsynced, synced = acknowledged + 1, unsynced + (not synced), False
    assert (acknowledged, unsynced) == (30, 0)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 4 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
        timeout=600,
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a tmpfs: run the tests as root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=600)


def batch(number):
    return Entry(
        batch_id=f"{number}", model_id=1, kind="predictions", body=bytes(100_000), rows=1, received_at=0
    )  # fmt: skip


def filled(log):
    """How many batches were logged before the disk was full, and what was said then."""
    for number in range(1_000):
        try:
            log.append([batch(number)])
        except StoreUnavailable as error:
            return number, str(error)
    raise AssertionError("the disk is not small")


def test_a_full_disk_refuses_and_loses_nothing_and_recovers_by_itself(small_disk):
    reserve = small_disk / "reserve"
    reserve.write_bytes(bytes(1_000_000))
    log = open_log(f"sqlite:///{small_disk / 'log.db'}")
    logged, told = filled(log)
    assert "the disk of the data directory is full; nothing was stored" in told
    assert logged > 5
    assert [e.batch_id for e in log.read(1, after=0, rows=1_000)] == [f"{i}" for i in range(logged)]
    reserve.unlink()
    log.append([batch(logged)])
    assert len(log.read(1, after=0, rows=1_000)) == logged + 1
    log.close()


def test_a_full_disk_leaves_the_file_whole(small_disk):
    url = f"sqlite:///{small_disk / 'log.db'}"
    log = open_log(url)
    filled(log)
    log.close()
    with open_database(url).reading() as conn:
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_nothing_is_accepted_after_a_failed_sync_until_a_restart(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'log.db'}"
    log = open_log(url)

    def fail(_connection):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(log.database.engine.dialect, "do_commit", fail)
        with pytest.raises(StoreUnavailable, match="cannot be read or written"):
            log.append([batch(1)])
    with pytest.raises(StoreUnavailable, match="nothing is accepted until the server is started again"):
        log.append([batch(2)])
    log.close()
    assert open_log(url).append([batch(2)])[0].duplicate is False
