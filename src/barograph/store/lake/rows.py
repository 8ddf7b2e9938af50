"""The rows of a model wherever they are: what is still in the log, and what is in the lake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import polars as pl
import sqlalchemy as sa

from barograph.schema.model import Schema
from barograph.store.errors import StoreUnavailable
from barograph.store.lake.about import ABOUT, DAY, MISMATCHED, Table, TypedRows, joined
from barograph.store.lake.lake import Lake
from barograph.store.lake.log_rows import labels_of, predictions_of
from barograph.store.lake.names import stored_names
from barograph.store.lake.stored import columns_of, read_stored
from barograph.store.log.entry import Stored
from barograph.store.log.log import Log
from barograph.store.tables.losers import losers as losers_table
from barograph.store.tables.worker import cursors

_ALL: Final = 1 << 62
_BLOCK_ROWS: Final = 1 << 18
#: A file may go between the listing and the reading of it where rows are deleted at that moment.
_TRIES: Final = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one model that have been applied, each once.

    Attributes
    ----------
    schema : of the model.
    """

    model_id: int
    schema: Schema
    lake: Lake
    log: Log

    def predictions(
        self,
        conn: sa.Connection,
        *,
        days: Collection[int] | None = None,
        ids: Collection[str] | pl.Series | None = None,
        columns: Sequence[str] | None = None,
        through: int | None = None,
    ) -> TypedRows:
        """Predictions, in the log's order.

        Parameters
        ----------
        conn : its snapshot says how far the log was applied, and which rows of it do not count.
        days : ordinals of local days; only their files are read.
        ids : prediction ids.
        columns : of the schema, those wanted; default: all but labels.
        through : the last sequence number wanted; default: the last that was applied.
        """
        return self._whole(conn, "predictions", days=days, ids=ids, columns=columns, through=through)

    def labels(
        self,
        conn: sa.Connection,
        *,
        days: Collection[int] | None = None,
        ids: Collection[str] | pl.Series | None = None,
        columns: Sequence[str] | None = None,
        through: int | None = None,
    ) -> TypedRows:
        """Labels in the log's order, corrected ones too: the last of an id and row is the one that holds.

        Parameters
        ----------
        days : on which they were received; the others as in `predictions`.
        """
        return self._whole(conn, "labels", days=days, ids=ids, columns=columns, through=through)

    def prediction_blocks(
        self,
        conn: sa.Connection,
        *,
        days: Collection[int] | None = None,
        columns: Sequence[str] | None = None,
        through: int | None = None,
        rows: int = _BLOCK_ROWS,
    ) -> Iterator[TypedRows]:
        """Predictions a block at a time, those in the lake first, in no order; memory is a few blocks."""
        entries, lost, last = self._log_first(conn, through)
        moved = self.lake.moved("predictions")
        query = self.lake.scan(
            "predictions", days=days, columns=self._stored("predictions", columns), through=last
        )
        for frame in () if query is None else query.collect_batches(chunk_size=rows, engine="streaming"):
            if frame.height:
                read = read_stored(frame, self.schema, "predictions", columns)
                # A move between the two looks at the lake puts rows there that the log gives below.
                yield read.only(read.about.get_column("barograph_seq") <= moved)
        waiting = self._of_log("predictions", [e for e in entries if e.seq > moved], lost)
        if waiting.rows:
            yield _chosen(waiting, days=days, ids=None, columns=columns)

    def _whole(
        self,
        conn: sa.Connection,
        table: Table,
        *,
        days: Collection[int] | None,
        ids: Collection[str] | pl.Series | None,
        columns: Sequence[str] | None,
        through: int | None,
    ) -> TypedRows:
        entries, lost, last = self._log_first(conn, through)

        def in_lake() -> tuple[TypedRows, int]:
            moved = self.lake.moved(table)
            query = self.lake.scan(
                table, days=days, ids=ids, columns=self._stored(table, columns), through=min(last, moved)
            )
            frame = pl.DataFrame(schema=ABOUT[table]) if query is None else query.collect()
            ordered = frame.sort("barograph_seq", "barograph_position")
            return read_stored(ordered, self.schema, table, columns), moved

        kept, moved = _again(in_lake)
        waiting = self._of_log(table, [e for e in entries if e.seq > moved], lost)
        return joined([kept, _chosen(waiting, days=days, ids=ids, columns=columns)])

    def _log_first(self, conn: sa.Connection, through: int | None) -> tuple[list[Stored], pl.DataFrame, int]:
        """What of the log is not in the lake: read before the lake is, so that what moves meanwhile is not missed."""
        applied = sa.select(cursors.c.applied_seq).where(cursors.c.model_id == self.model_id)
        last = conn.execute(applied).scalar() or 0 if through is None else through
        lost = conn.execute(
            sa.select(losers_table.c.seq, losers_table.c.position).where(
                losers_table.c.model_id == self.model_id
            )
        ).all()
        after = min(self.lake.moved("predictions"), self.lake.moved("labels"))
        entries = self.log.read(self.model_id, after=after, rows=_ALL)
        schema = {"seq": pl.Int64, "position": pl.Int32}
        losers = pl.DataFrame([tuple(row) for row in lost], schema=schema, orient="row")
        return [entry for entry in entries if entry.seq <= last], losers, last

    def _of_log(self, table: Table, entries: Sequence[Stored], lost: pl.DataFrame) -> TypedRows:
        if table == "predictions":
            return predictions_of(entries, self.schema, losers=lost)
        return labels_of(entries, self.schema)

    def _stored(self, table: Table, columns: Sequence[str] | None) -> list[str]:
        names = stored_names(self.schema.names)
        wanted = [c.name for c in columns_of(self.schema, table) if columns is None or c.name in columns]
        return [*ABOUT[table], MISMATCHED, *(names[name] for name in wanted)]


def _chosen(
    rows: TypedRows,
    *,
    days: Collection[int] | None,
    ids: Collection[str] | pl.Series | None,
    columns: Sequence[str] | None,
) -> TypedRows:
    mask = pl.repeat(True, rows.rows, dtype=pl.Boolean, eager=True)
    if days is not None:
        mask = mask & rows.about.get_column(DAY).is_in([int(day) for day in days])
    if ids is not None:
        wanted = ids if isinstance(ids, pl.Series) else pl.Series(list(ids), dtype=pl.String)
        mask = mask & rows.about.get_column("barograph_id").is_in(wanted.implode())
    kept = rows if mask.all() else rows.only(mask)
    return kept if columns is None else kept.select(columns)


def _again(read: Callable[[], T]) -> T:
    for _ in range(_TRIES):
        try:
            return read()
        except FileNotFoundError:
            continue
    raise StoreUnavailable("files of the lake are replaced faster than they can be read. Try again.")
