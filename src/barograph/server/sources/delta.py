"""A Delta table as a source: first all of it, then what each later version adds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import polars as pl

from barograph.errors import MissingExtra
from barograph.frames.memory import lazy_source
from barograph.locale.said import say
from barograph.server.sources.files import BATCH_ROWS
from barograph.server.sources.forms import DeltaForm
from barograph.server.sources.increment import Increment, Notice, SourceError

_MAPPING: Final = "delta.columnMapping.mode"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaReader:
    """Reads what is new in a Delta table."""

    form: DeltaForm

    def increments(self, cursor: Mapping[str, Any]) -> Iterator[Increment]:
        """The table as it is, then each version after it; see `Reader`."""
        table = _opened(Path(self.form.path))
        latest = int(table.version())
        if "version" not in cursor:
            yield Increment(cursor={"version": latest}, frames=_whole(table))
            return
        for version in range(int(cursor["version"]) + 1, latest + 1):
            yield _commit(Path(self.form.path), version)


def _opened(path: Path) -> Any:
    try:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError
    except ModuleNotFoundError as error:
        raise MissingExtra("a Delta table needs deltalake: pip install 'barograph[delta]'.") from error
    try:
        table = DeltaTable(path)
    except (DeltaError, OSError) as error:
        told = str(error).strip().splitlines()[0]
        raise SourceError(f"cannot open the Delta table {str(path)!r}: {told}") from error
    mapping = table.metadata().configuration.get(_MAPPING, "none")
    if mapping != "none":
        raise SourceError(
            f"the Delta table {str(path)!r} maps its columns by {mapping}; expected none ({_MAPPING}). Export it."
        )
    return table


def _whole(table: Any) -> Iterator[pl.DataFrame]:
    yield from lazy_source(pl.scan_delta(table)).batches(BATCH_ROWS)


def _commit(path: Path, version: int) -> Increment:
    """What one version adds; rows it changes or removes have been counted, and stay so."""
    log = path / "_delta_log" / f"{version:020}.json"
    try:
        actions = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise SourceError(
            f"version {version} of the Delta table {str(path)!r} is no longer in its log ({error}). Make the source "
            "again, and it begins with the table as it is."
        ) from error
    added = [a["add"] for a in actions if a.get("add", {}).get("dataChange")]
    removed = [a["remove"] for a in actions if a.get("remove", {}).get("dataChange")]
    cursor = {"version": version}
    if removed:
        return Increment(cursor=cursor, notices=(_changed(path, version, len(added), len(removed)),))
    return Increment(cursor=cursor, frames=_frames(path, added))


def _frames(path: Path, added: list[dict[str, Any]]) -> Iterator[pl.DataFrame]:
    for one in added:
        file = path / unquote(one["path"])
        if not file.exists():
            raise SourceError(
                f"{file.name!r} of the Delta table {str(path)!r} is gone before it was read: it was vacuumed. Make the "
                "source again, and it begins with the table as it is."
            )
        parts = one.get("partitionValues") or {}
        rows = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        rows = rows.with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in parts.items())
        yield from lazy_source(rows).batches(BATCH_ROWS)


def _changed(path: Path, version: int, added: int, removed: int) -> Notice:
    return Notice(
        kind="file_rewritten",
        name=say(
            "version {version} of {file} changes or removes rows; they count as they were",
            version=version,
            file=path.name,
        ),
        details={"path": str(path), "version": version, "files_added": added, "files_removed": removed},
        once=f"{path}:{version}",
    )
