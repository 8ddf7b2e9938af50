"""What earlier versions kept is opened by this one: restored, migrated, read, and worked on."""

import importlib.util
import json
from pathlib import Path

import pytest

from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits
from barograph.server.worker.store import Store
from barograph.store.audit import verify
from barograph.store.backup import restore
from barograph.store.database import open_database
from barograph.store.log import open_log
from barograph.store.migrate import STATE, known_revisions, migrate

KEPT = Path(__file__).parents[1] / "data"
ARCHIVES = sorted(KEPT.glob("*.tar.zst"))


@pytest.fixture
def keep_backup():
    """What kept them, and tells what a server says of its rows."""
    spec = importlib.util.spec_from_file_location("keep_backup", KEPT / "keep_backup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name.removesuffix(".tar.zst"))
def store(request, tmp_path):
    """A kept server, restored and migrated."""
    data = tmp_path / "data"
    url = f"sqlite:///{data / 'barograph.db'}"
    if ".postgresql." in request.param.name:
        url = request.getfixturevalue("new_postgres_url")(empty=True)
    database = open_database(url)
    restore(request.param, data, database)
    migrate(database)
    log = open_log(url.replace("barograph.db", "log.db"))
    yield Store(database=database, log=log, lake_folder=data / "lake", ids_folder=data / "ids")
    log.close()
    database.close()


def told(request):
    revision = request.node.callspec.id.split(".")[0]
    return json.loads((KEPT / f"{revision}.json").read_text())


def test_what_was_kept_is_said_again(store, keep_backup, request):
    assert keep_backup.known(store) == told(request)["kept"]
    with store.database.reading() as conn:
        assert verify(conn) == 1


def test_what_waited_is_counted_after_all(store, keep_backup, request):
    keep_backup.settled(Worker(store, keep_backup.Now(), limits=Limits(move_rows=1), name="one"))
    assert keep_backup.known(store) == told(request)["caught up"]


def test_there_is_a_kept_server_of_each_revision_and_database():
    expected = {f"{r}.{kind}.tar.zst" for r in known_revisions(STATE) for kind in ("sqlite", "postgresql")}
    assert {path.name for path in ARCHIVES} == expected, "run tests/data/keep_backup.py"
