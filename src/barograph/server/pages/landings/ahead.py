"""References that are read when nobody waits: those of whom a page could not tell, and all once a server has begun."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from threading import Lock
from typing import Final

from starlette.background import BackgroundTask

from barograph.server.pages.landings.beside import on_references
from barograph.server.state import Server
from barograph.store import catalog
from barograph.store.errors import NotFound

#: Held by whoever reads.
_READING: Final = Lock()
#: Stores whose references are known to be read; a process serves one.
_STORES: Final = 8


def reading_ahead(here: Server, *, now: int) -> BackgroundTask | None:
    """The task to read all references, for the first page that is asked for since the server began; else None.

    Somebody who goes on from there to a page of all models then finds them read.
    """
    begun = _begun(here.settings.database_url)
    if begun:
        return None
    with here.database.reading() as conn:
        models = [(model.project, model.name) for model in catalog.models(conn)]
    if not models:
        return None
    begun.append(True)
    return BackgroundTask(read_on, here, models, now=now)


def read_on(here: Server, models: Iterable[tuple[str, str]], *, now: int) -> None:
    """Read the references of models by their projects and names, unless somebody else has begun to.

    Notes
    -----
    Cost: 10 to 50 ms a model the first time, of another thread than those that answer.
    """
    if not _READING.acquire(blocking=False):
        return
    try:
        for project, name in models:
            # One that was deleted meanwhile is no matter.
            with suppress(NotFound), here.database.reading() as conn:
                on_references(conn, [catalog.model(conn, project, name)], now=now)
    finally:
        _READING.release()


@lru_cache(maxsize=_STORES)
def _begun(_database_url: str) -> list[bool]:
    """Empty until the references of a store have begun to be read."""
    return []
