"""Rows of a file imported for a model, through the door that all rows come through; and what was imported before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final, cast
from zoneinfo import ZoneInfo

import polars as pl
import sqlalchemy as sa

from barograph.frames.batch import Source
from barograph.frames.row_batches import Kind
from barograph.locale.said import say
from barograph.schema.model import Schema
from barograph.server.access.audited import note
from barograph.server.access.principal import Principal
from barograph.server.door.put import put_rows
from barograph.server.state import Server
from barograph.server.times import as_datetime
from barograph.server.worker.cursor import applied_of_all
from barograph.store import catalog
from barograph.store.events import StoredEvent, read_events, record

KINDS: Final[tuple[Kind, ...]] = ("predictions", "labels")
_EVENT: Final = "backfill"
_MOST_SHOWN: Final = 10
_MOST_REASONS: Final = 20
_READ_ROWS: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file that was imported.

    Attributes
    ----------
    at : when, µs UTC; by: who did.
    labelled : of the accepted rows, those that brought a label.
    duplicates : rows that were sent before.
    repeated : rows whose id an earlier row of the file has: an id counts once.
    reasons : of rejected rows: reason, column, rows.
    first, last : times of the first and the last row, µs UTC; None of labels.
    """

    at: int
    by: str
    file: str
    kind: Kind
    accepted: int
    labelled: int
    duplicates: int
    rejected: int
    reasons: tuple[tuple[str, str, int], ...]
    first: int | None
    last: int | None
    repeated: int = 0

    def span(self, timezone: str) -> str:
        """The days of its rows as addresses of pages take them; empty of labels.

        Examples
        --------
        >>> Import(
        ...     at=0, by="", file="", kind="predictions", accepted=0, labelled=0, duplicates=0, rejected=0, reasons=(),
        ...     first=0, last=86_400_000_000,
        ... ).span("Europe/Berlin")
        '1970-01-01/1970-01-02'
        """
        if self.first is None or self.last is None:
            return ""
        days = (as_datetime(time).astimezone(ZoneInfo(timezone)).date() for time in (self.first, self.last))
        return "/".join(day.isoformat() for day in days)


def import_rows(
    here: Server,
    who: Principal,
    names: tuple[str, str],
    rows: Source,
    *,
    kind: Kind,
    file: str,
    version: str = "",
) -> Import:
    """Take the rows of a file, and note that it was done: among the model's events and in the audit log.

    Parameters
    ----------
    names : of project and model.
    file : its name, to tell of.
    version : of rows that name none.

    Raises
    ------
    RequestRefused
        Where the rows cannot be taken; batches before the one at fault are.
    """
    now = here.clock.now()
    with here.database.reading() as conn:
        schema = catalog.model(conn, *names).schema
    taken = put_rows(here, names, rows, kind, version=version)
    reasons = tuple((reason, field, n) for (reason, field), n in taken.reasons.most_common(_MOST_REASONS))
    done = Import(
        at=now, by=who.name, file=file, kind=kind, accepted=taken.accepted, labelled=taken.labelled,
        duplicates=taken.duplicates, rejected=taken.rejected, reasons=reasons, first=taken.first, last=taken.last,
        repeated=_repeated(rows, schema) if kind == "predictions" else 0,
    )  # fmt: skip
    said = say("{rows} rows of {file}", rows=f"{taken.accepted:,}", file=file)
    details = {name: value for name, value in asdict(done).items() if name not in ("at", "by")}
    with here.database.writing() as conn:
        found = catalog.model(conn, *names)
        record(conn, model_id=found.id, kind=_EVENT, at=now, name=said, source=who.name, details=details)
        note(conn, here, who, "rows.import", "/".join(names), file=file, rows=taken.accepted, kind=kind)
    return done


def _repeated(rows: Source, schema: Schema) -> int:
    """Rows whose id an earlier row has."""
    column = schema.one("id")
    if column is None or column.name not in rows.types:
        return 0
    batches = rows.only([column.name]).batches(_READ_ROWS)
    ids = pl.concat([batch.get_column(column.name).drop_nulls() for batch in batches])
    return len(ids) - ids.n_unique()


def imports_of(conn: sa.Connection, model_id: int) -> tuple[Import, ...]:
    """Files that were imported on a page, the last first."""
    found = read_events(conn, model_id=model_id, kinds=(_EVENT,), limit=_MOST_SHOWN)
    return tuple(_import(event) for event in reversed(found) if "accepted" in event.details)


def rows_waiting(here: Server, conn: sa.Connection, model_id: int) -> int:
    """Rows of a model that are on the disk and are not counted yet."""
    waits = here.log.beyond(applied_of_all(conn))
    return sum(each.rows for each in waits if each.model_id == model_id)


def _import(event: StoredEvent) -> Import:
    held = dict(event.details)
    reasons = tuple((str(reason), str(field), int(n)) for reason, field, n in held.pop("reasons"))
    return Import(at=event.at, by=event.source, reasons=reasons, **cast("dict[str, str]", held))  # type: ignore[arg-type]
