"""What all requests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from barograph.config.settings import Settings
from barograph.server.clock import Clock
from barograph.store.database import Database

if TYPE_CHECKING:
    from barograph.server.access.keyring import Keyring
    from barograph.server.access.pace import Pace
    from barograph.server.door.door import Door
    from barograph.server.measured import Measured
    from barograph.server.readiness import Readiness
    from barograph.server.worker.store import Store
    from barograph.store.log.committer import GroupCommit
    from barograph.store.log.sql import SqlLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that is running, as its routes see it.

    Parameters
    ----------
    settings : what holds for it.
    database : state; open.
    log : what has been acknowledged and waits for the worker.
    commits : writes to the log, many requests at once.
    clock : the server's time.
    keys : verifies keys.
    measured : what this process counts of itself.
    denials : how often an address's refused requests are noted.
    sign_ins : wrong passwords an address may show.
    readiness : looks whether it can do its work.
    door : what it holds of bodies while they come in.
    """

    settings: Settings
    database: Database
    log: SqlLog
    commits: GroupCommit
    clock: Clock
    keys: Keyring
    measured: Measured
    denials: Pace
    sign_ins: Pace
    readiness: Readiness
    door: Door

    @property
    def store(self) -> Store:
        """Where rows are, for what is read of them."""
        from barograph.server.worker.store import Store

        return Store(
            database=self.database,
            log=self.log,
            lake_folder=self.settings.lake_path,
            ids_folder=self.settings.ids_path,
        )


async def server(request: Request) -> Server:
    """The server a request came to, as a dependency."""
    held = request.app.state.server
    assert isinstance(held, Server)
    return held


Here = Annotated[Server, Depends(server)]
