"""A server's store, opened by each process and closed without losing what waits."""

from __future__ import annotations

from typing import Final

from barograph.config.settings import Settings
from barograph.server.access.keyring import Keyring
from barograph.server.access.pace import Pace
from barograph.server.clock import Clock
from barograph.server.door.door import Door
from barograph.server.measured import Measured
from barograph.server.readiness import Readiness
from barograph.server.state import Server
from barograph.store.database import open_database
from barograph.store.log import GroupCommit, open_log

#: Of one address, in a minute.
_NOTED_DENIALS: Final = 10
#: Wrong passwords an address may show in a minute.
_WRONG_SIGN_INS: Final = 10


def open_server(settings: Settings, clock: Clock) -> Server:
    """Open what the routes need; the store must have been prepared."""
    database = open_database(settings.database_url)
    log = open_log(settings.log_url)
    measured = Measured()
    return Server(
        settings=settings,
        database=database,
        log=log,
        commits=GroupCommit(log, queue_rows=settings.queue_rows, observe=measured.observe_commit),
        clock=clock,
        keys=Keyring(
            database, clock, key_requests=settings.key_requests, failed_keys=settings.failed_keys
        ),
        measured=measured, denials=Pace(_NOTED_DENIALS), sign_ins=Pace(_WRONG_SIGN_INS),
        readiness=Readiness(),
        door=Door(settings.data_path),
    )  # fmt: skip


def close_server(server: Server) -> None:
    """Write what waits, then close."""
    server.commits.close()
    server.log.close()
    server.database.close()
