"""One Delta table on a local disk: opened, and changed by one commit at a time.

Data files are written here and synced before the commit that names them; delta-rs writes the commit, under the one
version that follows what was read, or not at all. Source: the Delta transaction protocol,
https://github.com/delta-io/delta/blob/master/PROTOCOL.md.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from deltalake import CommitProperties, DeltaTable, Field, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.schema import ArrayType
from deltalake.transaction import AddAction, RemoveAction

from barograph.store.errors import Conflict
from barograph.store.lake.about import DAY
from barograph.store.lake.durable import (
    checkpointed,
    make_folder,
    mend,
    sync_checkpoint,
    sync_commits,
    write_parquet,
)

#: Names Barograph's own transactions in the table; their version is a sequence number of the log.
APPLICATION: Final = "barograph"
#: Delta keeps minima and maxima in its log, where deleted rows would live on: of these columns alone.
_CONFIGURATION: Final = {
    "delta.dataSkippingStatsColumns": "barograph_seq",
    "delta.logRetentionDuration": "interval 7 days",
}
_CHECKPOINT_EVERY: Final = 50
#: Commits in which one that failed may still have been made: its own, and that of another before it.
_LATEST_COMMITS: Final = 5
_DELTA_TYPES: Final[Mapping[pl.DataType, str]] = {
    pl.String(): "string",
    pl.Float64(): "double",
    pl.Int64(): "long",
    pl.Int32(): "integer",
    pl.Boolean(): "boolean",
    pl.Datetime("us", "UTC"): "timestamp",
}


class LostRace(Exception):  # noqa: N818 - a reason to read again, never shown
    """Another commit came first; read the table again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """A data file of a table."""

    path: str
    size: int
    rows: int
    day: int

    @property
    def partition(self) -> dict[str, str | None]:
        """The partition column as Delta keeps it."""
        return {DAY: str(self.day)}

    def removed(self, *, data_change: bool) -> RemoveAction:
        """The action that takes the file out of the table."""
        return RemoveAction(self.path, data_change, _now_ms(), self.size, self.partition)


def opened(folder: Path) -> DeltaTable | None:
    """Open the table as it is now; None where there is none yet."""
    log = folder / "_delta_log"
    if not log.is_dir():
        return None
    mend(log)
    return DeltaTable(folder) if any(log.glob("*.json")) else None


def created(folder: Path, frame: pl.DataFrame) -> DeltaTable:
    """Make the table, with the columns of a frame, or open it where another just did."""
    make_folder(folder)
    table = DeltaTable.create(
        folder, Schema(_fields(frame)), mode="ignore", partition_by=[DAY], configuration=_CONFIGURATION
    )
    sync_commits(folder / "_delta_log", range(1))
    return table


def files_of(table: DeltaTable) -> list[DataFile]:
    """The table's data files, by day and name."""
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    if actions.is_empty():
        return []
    listed = actions.select("path", "size_bytes", "num_records", f"partition.{DAY}")
    files = [DataFile(path=p, size=s, rows=n, day=d) for p, s, n, d in listed.iter_rows()]
    return sorted(files, key=lambda f: (f.day, f.path))


def write_file(folder: Path, frame: pl.DataFrame, day: int, *, data_change: bool) -> AddAction:
    """Write rows of one day to a file that no commit names yet."""
    path = f"{DAY}={day}/{uuid.uuid4().hex}.parquet"
    make_folder((folder / path).parent)
    size = write_parquet(frame.drop(DAY), folder / path)
    seqs = frame.get_column("barograph_seq")
    stats = {
        "numRecords": frame.height,
        "minValues": {"barograph_seq": seqs.min()},
        "maxValues": {"barograph_seq": seqs.max()},
        "nullCount": {"barograph_seq": 0},
    }
    return AddAction(path, size, {DAY: str(day)}, _now_ms(), data_change, json.dumps(stats))


def with_columns_of(folder: Path, table: DeltaTable, frame: pl.DataFrame) -> DeltaTable:
    """The table with the columns of a frame that it lacked.

    Raises
    ------
    Conflict
        Where a column has another type in the table.
    LostRace
        Where another commit came first.
    """
    held = {field.name: field.type for field in table.schema().fields}
    missing = []
    for field in _fields(frame):
        if field.name not in held:
            missing.append(field)
        elif held[field.name] != field.type:
            raise Conflict(
                f"column {field.name!r} is {field.type} now and {held[field.name]} in the lake {str(folder)!r}; a "
                "column's kind is kept for good. Give the column of the other kind another name."
            )
    if missing:
        try:
            table.alter.add_columns(
                missing,
                commit_properties=CommitProperties(max_commit_retries=0),
                post_commithook_properties=no_hooks(),
            )
        except CommitFailedError as error:
            raise LostRace from error
        table.update_incremental()
    return table


def commit(
    folder: Path,
    table: DeltaTable,
    actions: Sequence[AddAction | RemoveAction],
    *,
    through: int | None = None,
) -> None:
    """Commit actions as the version after the one that is open, and return when it is on the disk.

    Parameters
    ----------
    through : version of Barograph's own transaction; None leaves it.

    Raises
    ------
    LostRace
        Where another commit came first; nothing was changed.
    """
    transactions = None if through is None else [Transaction(APPLICATION, through)]
    properties = CommitProperties(max_commit_retries=0, app_transactions=transactions)
    version = table.version() + 1
    try:
        table.create_write_transaction(
            list(actions),
            "append",
            table.schema(),
            [DAY],
            commit_properties=properties,
            post_commithook_properties=no_hooks(),
        )
    except CommitFailedError as error:
        raise LostRace from error
    log = folder / "_delta_log"
    # The columns a commit needs came in the one before it.
    sync_commits(log, range(max(version - 1, 0), version + 1))
    if version - checkpointed(log) >= _CHECKPOINT_EVERY:
        table.update_incremental()
        table.create_checkpoint()
        sync_checkpoint(log, table.version())


def no_hooks() -> PostCommitHookProperties:
    """Checkpoints are made and synced here: delta-rs must not drop commits for one that is not on the disk."""
    return PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


@contextmanager
def kept_if_committed(folder: Path) -> Iterator[list[AddAction]]:
    """A list of files written for one commit: where it fails, those that no commit names are removed again."""
    written: list[AddAction] = []
    try:
        yield written
    except (OSError, DeltaError, LostRace):
        commits = sorted((folder / "_delta_log").glob("*.json"))[-_LATEST_COMMITS:]
        named = "".join(commit.read_text("utf-8") for commit in commits)
        for added in written:
            if added.path not in named:
                (folder / added.path).unlink(missing_ok=True)
        raise


def _fields(frame: pl.DataFrame) -> list[Field]:
    return [Field(name, _delta_type(dtype)) for name, dtype in frame.schema.items()]


def _delta_type(dtype: pl.DataType) -> Any:
    if isinstance(dtype, pl.List):
        return ArrayType(_delta_type(dtype.inner), contains_null=True)  # type: ignore[arg-type]
    from deltalake.schema import PrimitiveType

    return PrimitiveType(_DELTA_TYPES[dtype])


def _now_ms() -> int:
    return int(time.time() * 1000)
