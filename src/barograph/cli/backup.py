"""`barograph backup` and `barograph restore`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.cli.needs_server import need_server
from barograph.cli.streams import progress, write_json

if TYPE_CHECKING:
    from barograph.config.settings import Settings
    from barograph.store.backup import Manifest
    from barograph.store.database import Database


def run_backup(
    output: Path | None, *, data: str | None, database: str | None, config: Path | None, as_json: bool
) -> None:
    """Take a backup and say what is in it."""
    need_server("backup")
    from barograph.store.backup import backup

    now = datetime.fromtimestamp(time.time(), UTC)
    to = output or Path(f"barograph-{now:%Y%m%dT%H%M%SZ}.tar.zst")
    with _opened(data, database, config) as (settings, opened), progress("backup", unit="bytes") as report:
        now_us = int(now.timestamp() * 1_000_000)
        manifest = backup(settings.data_path, opened, to, now=now_us, progress=report)
    _tell("backed up", settings, manifest, to, as_json=as_json)


def run_restore(
    file: Path, *, data: str | None, database: str | None, config: Path | None, as_json: bool
) -> None:
    """Restore a backup and say what was in it."""
    need_server("restore")
    from barograph.store.backup import restore

    with _opened(data, database, config) as (settings, opened), progress("restore", unit="bytes") as report:
        manifest = restore(file, settings.data_path, opened, progress=report)
    _tell("restored", settings, manifest, file, as_json=as_json)


@contextmanager
def _opened(
    data: str | None, database: str | None, config: Path | None
) -> Iterator[tuple[Settings, Database]]:
    """The settings, and the database they name."""
    from barograph.config.read import read_settings
    from barograph.store.database import open_database

    flags = {name: value for name, value in (("data", data), ("database", database)) if value is not None}
    settings = read_settings(environment=os.environ, flags=flags, file=config).settings
    opened = open_database(settings.database_url)
    try:
        yield settings, opened
    finally:
        opened.close()


def _tell(done: str, settings: Settings, manifest: Manifest, file: Path, *, as_json: bool) -> None:
    size = file.stat().st_size
    if as_json:
        write_json(
            {
                "file": str(file),
                "data": settings.data,
                "file_bytes": size,
                "created_at": datetime.fromtimestamp(manifest.created_at / 1e6, UTC).isoformat(),
                "barograph": manifest.barograph,
                "database": manifest.database,
                "files": len(manifest.files),
                "bytes": manifest.bytes,
            }
        )
        return
    when = f"{datetime.fromtimestamp(manifest.created_at / 1e6, UTC):%Y-%m-%d %H:%M:%S} UTC"
    print(
        f"{done} {settings.data}: {len(manifest.files)} files, {manifest.bytes / 1e6:,.1f} MB as of {when}, "
        f"{size / 1e6:,.1f} MB in {file}"
    )
