"""Looking ids up, and the lake: seconds and memory.

uv run python benchmarks/server/ids.py [FOLDER]      (1.7 GB of disk, about two minutes; --small for a tenth)
"""

from __future__ import annotations

import argparse
import ctypes
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from barograph.frames.typed import typed
from barograph.profile.hashing import splitmix64
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.database import open_database
from barograph.store.ids.entries import Entries
from barograph.store.ids.keys import Keys, keys_of
from barograph.store.ids.runs import IdRuns
from barograph.store.lake.about import PREDICTION_COLUMNS, TypedRows
from barograph.store.lake.lake import Lake
from barograph.store.lake.stored import columns_of, complete, stored
from barograph.store.tables import metadata

DAYS, A_DAY, ASKED = 60, 1_000_000, 50_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--small", action="store_true")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    try:
        ids(folder, A_DAY // 10 if given.small else A_DAY)
        lake(folder)
    finally:
        shutil.rmtree(folder)


def ids(folder: Path, a_day: int) -> None:
    database = open_database(f"sqlite:///{folder}/barograph.db")
    with database.writing() as conn:
        metadata.create_all(conn)
        catalog.create_project(conn, "p", now=0)
        model = catalog.create_model(conn, "p", "m", Schema(columns=(Column(name="x"),)), now=0)
    runs = IdRuns(folder=folder / "ids", model_id=model.id, kind="predictions")
    added = []
    for day in range(DAYS):
        entries = entries_of(day, a_day)
        with database.writing() as conn:
            added.append(
                timed(lambda entries=entries, day=day, conn=conn: runs.add(conn, entries, seqs=(day, day)))
            )
    print(f"add {a_day:,} entries, median: {np.median(added):.3f} s")
    rng = np.random.default_rng(1)
    asked = np.concatenate(
        [rng.integers(DAYS * a_day, size=ASKED // 2), DAYS * a_day + np.arange(ASKED // 2)]
    )
    keys = keys_at(asked.astype(np.uint64))
    find(database, runs, keys, "one file a day")
    merges = 0
    started = time.perf_counter()
    while runs.merge(database):
        merges += 1
    print(f"{merges} merge: {time.perf_counter() - started:.1f} s, memory {peak_mb():.0f} MB at its highest")
    find(database, runs, keys, "merged")
    small = [find_once(database, runs, keys[:500]) for _ in range(20)]
    print(f"find 500 ids: {np.median(small) * 1e3:.1f} ms")
    texts = pl.Series([f"{i:032x}" for i in range(ASKED)])
    print(f"hash {ASKED:,} ids of 32 characters: {timed(lambda: keys_of(texts)) * 1e3:.0f} ms")
    database.close()


def find(database: object, runs: IdRuns, keys: Keys, what: str) -> None:
    with database.reading() as conn:  # type: ignore[attr-defined]
        entries = sum(one.entries for one in runs.listed(conn))
        files = len(runs.listed(conn))
        for path in runs.folder.rglob("*.ids"):
            forget_pages(path)
        before = peak_mb()
        cold = timed(lambda: runs.find(conn, keys))
    warm = [find_once(database, runs, keys) for _ in range(5)]
    print(
        f"find {len(keys):,} ids in {entries:,} entries, {what} ({files} files): "
        f"{cold:.3f} s after the cache was dropped, {np.median(warm):.3f} s warm, {peak_mb() - before:+.0f} MB"
    )


def find_once(database: object, runs: IdRuns, keys: Keys) -> float:
    with database.reading() as conn:  # type: ignore[attr-defined]
        return timed(lambda: runs.find(conn, keys))


def lake(folder: Path) -> None:
    rows, numeric = 50_000, 18
    columns = [Column(name=f"x{i}") for i in range(numeric)] + [
        Column(name=name, kind="categorical") for name in "ab"
    ]
    schema, rng = Schema(columns=tuple(columns)), np.random.default_rng(2)
    place = Lake(folder=folder / "lake", model_id=1)
    appended, prepared = [], []
    for seq in range(1, 21):
        raw = pl.DataFrame(
            {f"x{i}": np.round(rng.normal(size=rows), 3) for i in range(numeric)}
            | {name: rng.choice([f"{name}{i}" for i in range(100)], rows) for name in "ab"}
        )
        about = pl.DataFrame({"barograph_id": [f"{seq:04}-{i:028x}" for i in range(rows)]}).with_columns(
            [
                pl.lit(1, dtype=d).alias(n)
                for n, d in PREDICTION_COLUMNS.items()
                if n.endswith(("time", "received"))
            ]
            + [pl.lit(0, dtype=pl.Int32).alias("barograph_row"), pl.lit("v1").alias("barograph_version")]
            + [pl.lit(False).alias("barograph_derived"), pl.lit(seq, dtype=pl.Int64).alias("barograph_seq")]
            + [pl.int_range(rows, dtype=pl.Int32).alias("barograph_position")]
            + [pl.lit(20_000, dtype=pl.Int32).alias("barograph_day")]
        )
        started = time.perf_counter()
        frame = stored(
            TypedRows(about=about, batch=complete(typed(raw, schema), columns_of(schema, "predictions"))),
            schema,
        )
        prepared.append(time.perf_counter() - started)
        appended.append(timed(lambda frame=frame, seq=seq: place.append("predictions", frame, through=seq)))
    size = sum(f.size for f in place.files("predictions"))
    print(
        f"append {rows:,} × 20 rows: {np.median(appended):.3f} s (typing them {np.median(prepared):.3f} s), synced"
    )
    print(f"{size / 20 / rows:.0f} bytes a row")
    wanted = [f"{seq:04}-{i:028x}" for seq in range(1, 21) for i in range(0, rows, 1000)]
    for what in ("20 files", "compacted"):
        got = timed(lambda: place.scan("predictions", days=[20_000], ids=wanted).collect())
        print(f"scan a day of {20 * rows:,} rows by {len(wanted):,} ids, {what}: {got:.3f} s")
        if what == "20 files":
            print(f"compact: {timed(lambda: place.compact('predictions')):.1f} s")
    print(f"delete one id: {timed(lambda: place.delete('predictions', ids=wanted[:1], days=[20_000])):.2f} s")
    print(
        f"vacuum: {timed(lambda: place.vacuum('predictions', hours=0)):.3f} s; memory {peak_mb():.0f} MB at its highest"
    )


def entries_of(day: int, rows: int) -> Entries:
    keys = keys_at(np.arange(day * rows, (day + 1) * rows, dtype=np.uint64))
    same = np.full(rows, day, np.int32)
    return Entries(keys=keys, payloads=same.astype(np.uint32), days=same, versions=same)


def keys_at(numbers: np.ndarray) -> Keys:
    words = splitmix64(numbers.copy(), 1)
    checks = splitmix64(numbers.copy(), 2).astype(np.uint32)
    return Keys(words=words, checks=checks, rows=np.zeros(len(words), np.int32))


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def forget_pages(path: Path) -> None:
    """Drop a file from the system's cache, where it is Linux."""
    with path.open("rb") as file:
        ctypes.CDLL(None).posix_fadvise(file.fileno(), ctypes.c_long(0), ctypes.c_long(0), 4)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
