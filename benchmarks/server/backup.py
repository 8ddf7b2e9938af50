"""How long a backup takes, how long workers wait for it, and how long a restore takes.

uv run python benchmarks/server/backup.py [MODELS]

A data directory as of a fleet: models of 30 columns over 90 days, a part of a profile by column and day, a file of the
lake by day. Bodies are random, as compressed ones are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import sqlalchemy as sa

from barograph.schema.model import Schema
from barograph.store import catalog
from barograph.store.backup import backup, restore
from barograph.store.database import Database, open_database
from barograph.store.log import Entry, open_log
from barograph.store.migrate import migrate
from barograph.store.tables.profiles import profiles

COLUMNS, DAYS = 30, 90
PART_BYTES, FILE_BYTES, ENTRY_BYTES = 800, 20_000, 80_000


def fill(data: Path, database: Database, models: int) -> None:
    rng = np.random.default_rng(20)
    migrate(database)
    with database.writing() as conn:
        catalog.create_project(conn, "fleet", now=0)
        for number in range(models):
            made = catalog.create_model(conn, "fleet", f"model {number}", Schema(columns=()), now=0)
            key = {"model_id": made.id, "grain": "window", "version_id": 1, "arrival": 0}
            rows = [
                key | {"part": f"column:{c}", "day": day, "body": rng.bytes(PART_BYTES)}
                for c in range(COLUMNS)
                for day in range(DAYS)
            ]
            conn.execute(sa.insert(profiles), rows)
            for table in ("predictions", "labels"):
                folder = data / "lake" / str(made.id) / table
                folder.mkdir(parents=True)
                for day in range(DAYS):
                    (folder / f"{day}.parquet").write_bytes(rng.bytes(FILE_BYTES))
    log = open_log(f"sqlite:///{data / 'log.db'}")
    for number in range(500):
        body = rng.bytes(ENTRY_BYTES)
        log.append(
            [Entry(batch_id=f"{number}", model_id=1, kind="predictions", body=body, rows=500, received_at=0)]
        )
    log.close()


def main(models: int) -> None:
    held: list[float] = []

    @contextmanager
    def timed(of: Database) -> Iterator[sa.Connection]:
        with writing(of) as conn:
            start = time.perf_counter()
            yield conn
            held.append(time.perf_counter() - start)

    with TemporaryDirectory(dir=Path.cwd()) as folder:
        data = Path(folder) / "first"
        data.mkdir()
        database = open_database(f"sqlite:///{data / 'barograph.db'}")
        fill(data, database, models)
        size = sum(p.stat().st_size for p in data.rglob("*") if p.is_file())
        files = sum(p.is_file() for p in data.rglob("*"))
        writing = Database.writing
        Database.writing = timed  # type: ignore[method-assign, assignment]
        start = time.perf_counter()
        backup(data, database, Path(folder) / "b.tar.zst", now=0)
        taken = time.perf_counter() - start
        Database.writing = writing  # type: ignore[method-assign]
        start = time.perf_counter()
        second = Path(folder) / "second"
        restore(Path(folder) / "b.tar.zst", second, open_database(f"sqlite:///{second / 'barograph.db'}"))
        print("| models | files | MB | backup s | workers wait ms | archive MB | restore s |")
        print("|---|---|---|---|---|---|---|")
        archive = (Path(folder) / "b.tar.zst").stat().st_size
        print(
            f"| {models} | {files} | {size / 1e6:.0f} | {taken:.1f} | {1e3 * max(held):.0f} | {archive / 1e6:.0f} | "
            f"{time.perf_counter() - start:.1f} |"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
