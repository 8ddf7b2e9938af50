"""The lake of one model: a Delta table of predictions and one of labels."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError
from deltalake.transaction import RemoveAction

from barograph.store.errors import Damaged, StoreUnavailable
from barograph.store.lake.about import DAY, Table
from barograph.store.lake.delta import (
    APPLICATION,
    DataFile,
    LostRace,
    commit,
    created,
    files_of,
    kept_if_committed,
    no_hooks,
    opened,
    with_columns_of,
    write_file,
)
from barograph.store.lake.durable import sync_commits
from barograph.store.lake.files import files_with, read_file, remove_empty_days, small_together
from barograph.store.lake.snapshots import snapshot

#: Other commits come from maintenance, seldom; more in a row than this is a fault.
_TRIES: Final = 20
_COLOURS: Final = re.compile(r"\x1b\[\d*m")
_MOST_CHARACTERS: Final = 300
_HOUR_SECONDS: Final = 3_600

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """Raw rows of one model on a local disk.

    Appending, deleting, compacting and vacuuming are safe beside each other and beside readers, except that
    `vacuum` with no hours kept must run where nothing is appended: under the model's lease.

    Attributes
    ----------
    folder : of the lakes of all models; this one's tables are ``<folder>/<model_id>/predictions`` and ``…/labels``.
    """

    folder: Path
    model_id: int

    def path(self, table: Table) -> Path:
        """Folder of a table, readable by anything that reads Delta."""
        return self.folder / str(self.model_id) / table

    def moved(self, table: Table) -> int:
        """The last sequence number of the log whose rows are in the lake; 0 where none are."""
        found = snapshot(self.path(table))
        return 0 if found is None else found.moved

    def append(self, table: Table, frame: pl.DataFrame, *, through: int) -> None:
        """Append rows of the log once, and return when they are on the disk.

        Parameters
        ----------
        frame : from `stored`; rows that are in the lake already are left out.
        through : the last sequence number that is moved with these rows; at or below `moved`, nothing is done.

        Raises
        ------
        Conflict
            Where a column has another kind in the lake.
        StoreUnavailable
            Where the disk is full or broken; nothing was appended, or all of it was.
        """
        folder = self.path(table)

        def attempt() -> None:
            found = opened(folder) or created(folder, frame)
            moved = _moved(found)
            if moved >= through:
                # What an earlier attempt committed may not be on the disk yet.
                sync_commits(folder / "_delta_log", range(found.version() + 1))
                return
            rows = frame.filter(pl.col("barograph_seq") > moved)
            found = with_columns_of(folder, found, rows)
            with kept_if_committed(folder) as adds:
                for day, part in _by_day(rows):
                    adds.append(write_file(folder, part, day, data_change=True))
                commit(folder, found, adds, through=through)

        _tried(attempt, folder)

    def scan(
        self,
        table: Table,
        *,
        days: Collection[int] | None = None,
        ids: Collection[str] | pl.Series | None = None,
        columns: Sequence[str] | None = None,
        through: int | None = None,
    ) -> pl.LazyFrame | None:
        """Query the table as it is now; None where there is none.

        Parameters
        ----------
        days : ordinals of local days; other days' files are not opened.
        ids : prediction ids wanted.
        columns : stored names; those the table lacks are left out.
        through : the last sequence number wanted.
        """
        found = snapshot(self.path(table))
        return (
            None
            if found is None
            else _query(found.table, days=days, ids=ids, columns=columns, through=through)
        )

    def delete(
        self, table: Table, *, ids: Collection[str], days: Collection[int] | None = None
    ) -> pl.DataFrame:
        """Delete every row of some prediction ids; old files stay until `vacuum`.

        Parameters
        ----------
        days : where they can be; default: anywhere, which reads the ids of all files.

        Returns
        -------
        What was deleted: `barograph_id`, `barograph_day`, and for predictions `barograph_version`.
        """
        folder, wanted = self.path(table), pl.Series(list(ids), dtype=pl.String)
        names = ["barograph_id", DAY, *(["barograph_version"] if table == "predictions" else [])]

        def attempt() -> pl.DataFrame:
            found = opened(folder)
            gone: list[pl.DataFrame] = []
            removes: list[RemoveAction] = []
            with kept_if_committed(folder) as adds:
                for file in [] if found is None else files_with(folder, files_of(found), wanted, days):
                    rows = read_file(folder, file)
                    hit = rows.get_column("barograph_id").is_in(wanted.implode())
                    gone.append(rows.filter(hit).select(names))
                    removes.append(file.removed(data_change=True))
                    if not hit.all():
                        adds.append(write_file(folder, rows.filter(~hit), file.day, data_change=True))
                if found is not None and removes:
                    commit(folder, found, [*removes, *adds])
            return pl.concat(gone) if gone else pl.DataFrame(schema=dict.fromkeys(names, pl.String))

        return _tried(attempt, folder)

    def drop_days(self, table: Table, *, before: int) -> list[int]:
        """Take the days before one out of the table, and return them; their files stay until `vacuum`."""
        folder = self.path(table)

        def attempt() -> list[int]:
            found = opened(folder)
            old = [] if found is None else [f for f in files_of(found) if f.day < before]
            if found is not None and old:
                commit(folder, found, [f.removed(data_change=True) for f in old])
            return sorted({f.day for f in old})

        return _tried(attempt, folder)

    def compact(self, table: Table) -> int:
        """Put small files of one day together, in the log's order, and return how many files fewer there are."""
        folder = self.path(table)
        if not any(small_together(self.files(table))):
            return 0

        def attempt() -> int:
            found = opened(folder)
            before = [] if found is None else files_of(found)
            fewer = 0
            for group in small_together(before):
                rows = pl.concat([read_file(folder, f) for f in group], how="diagonal")
                rows = rows.sort("barograph_seq", "barograph_position")
                assert found is not None
                with kept_if_committed(folder) as adds:
                    adds.append(write_file(folder, rows, group[0].day, data_change=False))
                    commit(folder, found, [*adds, *(f.removed(data_change=False) for f in group)])
                found.update_incremental()
                fewer += len(group) - 1
            return fewer

        return _tried(attempt, folder)

    def vacuum(self, table: Table, *, hours: int) -> int:
        """Remove files that no longer belong to the table, with folders of days they leave empty; returns how many.

        Parameters
        ----------
        hours : files that left it less long ago stay, for readers that opened it before. 0 removes all of them, and
            what an append that failed left behind: call it under the model's lease.
        """
        folder = self.path(table)

        def attempt() -> int:
            found = opened(folder)
            if found is None:
                return 0
            gone = found.vacuum(
                retention_hours=hours,
                dry_run=False,
                enforce_retention_duration=False,
                full=True,
                post_commithook_properties=no_hooks(),
            )
            # Commits of before a checkpoint, which is on the disk, go a week later.
            found.cleanup_metadata()
            remove_empty_days(folder, before=time.time() - hours * _HOUR_SECONDS)
            return len(gone)

        return _tried(attempt, folder)

    def files(self, table: Table) -> list[DataFile]:
        """Data files of the table, by day."""
        found = snapshot(self.path(table))
        return [] if found is None else files_of(found.table)


def _moved(table: DeltaTable) -> int:
    return int(table.transaction_version(APPLICATION) or 0)


def _query(
    table: DeltaTable,
    *,
    days: Collection[int] | None,
    ids: Collection[str] | pl.Series | None,
    columns: Sequence[str] | None,
    through: int | None,
) -> pl.LazyFrame:
    query = pl.scan_delta(table)
    if days is not None:
        query = query.filter(pl.col(DAY).is_in([int(day) for day in days]))
    if ids is not None:
        wanted = ids if isinstance(ids, pl.Series) else pl.Series(list(ids), dtype=pl.String)
        query = query.filter(pl.col("barograph_id").is_in(wanted.implode()))
    if through is not None:
        query = query.filter(pl.col("barograph_seq") <= through)
    if columns is None:
        return query
    held = set(query.collect_schema().names())
    return query.select([name for name in columns if name in held])


def _by_day(frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    for part in frame.partition_by(DAY, maintain_order=True):
        yield int(part.get_column(DAY)[0]), part


def _tried(attempt: Callable[[], T], folder: Path) -> T:
    """Try again where another commit came first; say plainly what the disk or the table refuses."""
    for _ in range(_TRIES):
        try:
            return attempt()
        except LostRace:
            continue
        except (DeltaError, pl.exceptions.PolarsError) as error:
            raise Damaged(
                f"the Delta table {str(folder)!r} cannot be read or written: {_told(error)}. Restore "
                "it from a backup, or move it away: its rows are then gone from the lake."
            ) from error
        except OSError as error:
            raise StoreUnavailable(
                f"the lake {str(folder)!r} cannot be written ({_told(error)}); nothing was changed. Free space, or "
                "check the disk; the same is tried again."
            ) from error
    raise StoreUnavailable(f"the lake {str(folder)!r} is changed by too many others at once. Try again.")


def _told(error: Exception) -> str:
    """What an error says, in one line; delta-rs draws its causes as a coloured tree."""
    return " ".join(_COLOURS.sub("", str(error)).replace("↳", "").split())[:_MOST_CHARACTERS]
