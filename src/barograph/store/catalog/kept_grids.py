"""Grids by the hash of their bytes, each decoded once a process."""

from __future__ import annotations

import hashlib
from threading import Lock

import sqlalchemy as sa

from barograph.profile.codec import decode, encode
from barograph.profile.grid import Grid
from barograph.store.tables.catalog import grids
from barograph.store.upsert import insert_missing

#: Grids held decoded; one of 30 columns is about 0.1 MB.
_MOST_HELD = 512

# Held for the whole process: what a key stands for never changes.
_held: dict[bytes, Grid] = {}
_lock = Lock()


def keep_grid(conn: sa.Connection, grid: Grid) -> bytes:
    """Write a grid if it is not there yet, and return its key."""
    body = encode(grid)
    key = hashlib.sha256(body).digest()
    insert_missing(conn, grids, {"key": key, "body": body}, ["key"])
    return key


def grid_of(conn: sa.Connection, key: bytes) -> Grid:
    """The grid of a key."""
    held = _held.get(key)
    if held is not None:
        return held
    grid = decode(conn.execute(sa.select(grids.c.body).where(grids.c.key == key)).scalar_one())
    assert isinstance(grid, Grid)
    with _lock:
        while len(_held) >= _MOST_HELD:
            del _held[next(iter(_held))]
        _held[key] = grid
    return grid
