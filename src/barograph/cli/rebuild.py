"""`barograph rebuild`: profiles made anew from their rows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from barograph.cli.needs_server import need_server
from barograph.cli.settings import configured
from barograph.cli.streams import write_json

_EPOCH: Final = "1970-01-01"


def run_rebuild(
    model: str,
    *,
    project: str,
    span: tuple[str | None, str | None],
    data: str | None,
    database: str | None,
    config: Path | None,
    as_json: bool,
) -> None:
    """Ask for the days of a model to be counted again, and say how many.

    Parameters
    ----------
    span : first and last day, ISO dates; None: all that is stored.
    """
    need_server("rebuild")
    from barograph.server.reading.span import day_of, read_span
    from barograph.store import catalog
    from barograph.store.database import open_database
    from barograph.store.profiles import days
    from barograph.store.rebuilds import ask_rebuild

    settings = configured({"data": data, "database": database}, (), config).settings
    now = time.time_ns() // 1_000
    opened = open_database(settings.database_url)
    try:
        with opened.writing() as conn:
            found = catalog.model(conn, project, model)
            timezone = found.schema.timezone
            until = now + 86_400_000_000
            asked = read_span(span[0] or _EPOCH, span[1], timezone=timezone, now=until)
            first, last = day_of(asked.first, timezone), day_of(asked.end - 1, timezone)
            chosen = [(version, day) for version, day in days(conn, found.id) if first <= day <= last]
            ask_rebuild(conn, found.id, chosen, at=now)
    finally:
        opened.close()
    if as_json:
        write_json({"model": model, "project": project, "days": len(chosen)})
        return
    print(
        f"Days of {model!r} to be counted again from their rows: {len(chosen)}. The worker does so before anything "
        "else of the model, or when the server starts. Days whose rows have left the lake stay as they are."
    )
