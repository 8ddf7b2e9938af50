"""One server to a data directory."""

import os
import signal
import subprocess
import sys

import pytest

from barograph.store.errors import InUse, StoreUnavailable
from barograph.store.lock import is_locked, locked

HOLD = """
import pathlib, sys
from barograph.store.lock import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the directory."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_two_servers_do_not_share_a_directory(tmp_path, other):
    with pytest.raises(InUse, match=f"used by another server, process {other.pid}.*--data"), locked(tmp_path):
        pass


def test_a_directory_is_free_again_after_a_kill(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait(60)
    with locked(tmp_path):
        assert (tmp_path / "barograph.lock").read_text().strip() == str(os.getpid())


def test_whether_it_is_held_can_be_asked(tmp_path, other):
    assert is_locked(tmp_path)
    other.communicate("")
    assert not is_locked(tmp_path)


def test_a_directory_that_is_not_there(tmp_path):
    with pytest.raises(StoreUnavailable, match=r"cannot write in the data directory .*No such file"):
        is_locked(tmp_path / "none")
