"""A query of a database as a source: rows whose cursor column is larger than it was."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import polars as pl
import sqlalchemy as sa

from barograph.errors import did_you_mean
from barograph.server.sources.addresses import filled_in
from barograph.server.sources.forms import SqlForm
from barograph.server.sources.increment import Increment, SourceError
from barograph.server.sources.overlap import hash_of, packed, unpacked
from barograph.server.sources.places import Place, before, read_place, written

#: Rows of one increment, and of one fetch.
BATCH_ROWS: Final = 50_000
_MINUTES: Final = 10
#: A colon before a word would be taken for a parameter; two are PostgreSQL's cast.
_COLON: Final = re.compile(r"(?<![:\\]):(?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlReader:
    """Reads what is new in a query.

    Attributes
    ----------
    environment : holds the secrets of the address.
    """

    form: SqlForm
    environment: Mapping[str, str]

    def increments(self, cursor: Mapping[str, Any]) -> Iterator[Increment]:
        """Rows in the order of their cursor, some ten thousand at a time; see `Reader`.

        Rows of one cursor value are never divided.
        """
        last = read_place(cursor["last"]) if cursor.get("last") else None
        seen = unpacked(cursor.get("seen", ""))
        near = _Near(self.form, last, seen)
        with _connected(filled_in(self.form.url, self.environment)) as conn:
            for names, rows in self._rows(conn, None if last is None else self._from(last)):
                new = near.new(rows, names.index(self.form.cursor))
                yield Increment(cursor=near.cursor, frames=[_frame(names, new)] if new else [])

    def _from(self, last: Place) -> Place:
        return before(last, number=self.form.overlap, seconds=self.form.overlap_seconds)

    def _rows(
        self, conn: sa.Connection, after: Place | None
    ) -> Iterator[tuple[list[str], list[Sequence[Any]]]]:
        result = conn.execution_options(yield_per=BATCH_ROWS).execute(*_statement(conn, self.form, after))
        names = list(result.keys())
        if self.form.cursor not in names:
            hint = did_you_mean(self.form.cursor, names) or "."
            raise SourceError(
                f"the query has no column {self.form.cursor!r} to be its cursor{hint} Columns: {', '.join(names)}."
            )
        at = names.index(self.form.cursor)
        held: list[Sequence[Any]] = []
        # Without a size, SQLite's cursor gives a row at a time.
        for part in result.partitions(BATCH_ROWS):
            rows = [*held, *part]
            # What has the last value may go on in the next part.
            cut = next((i for i in range(len(rows) - 1, 0, -1) if rows[i - 1][at] != rows[-1][at]), 0)
            held = rows[cut:]
            if cut:
                yield names, rows[:cut]
        if held:
            yield names, held


class _Near:
    """Rows near the cursor: which were seen before, and which are to be remembered."""

    def __init__(self, form: SqlForm, last: Place | None, seen: Counter[int]) -> None:
        self.form = form
        self.last = self.known = last
        self.before = seen
        self.again: Counter[int] = Counter()
        self.remembered: list[tuple[Any, int]] = []
        self.overlaps = form.overlap > 0 or form.overlap_seconds > 0
        self.passed = last is None

    def new(self, rows: list[Sequence[Any]], at: int) -> list[Sequence[Any]]:
        """The rows that were not seen before."""
        place: Any = rows[-1][at]
        self.last = place if self.last is None else max(self.last, place)
        if not self.overlaps:
            return rows
        self.passed = self.passed or place >= self.known
        found = []
        for row in rows:
            key = hash_of(row)
            self.again[key] += 1
            self.remembered.append((row[at], key))
            if self.again[key] > self.before[key]:
                found.append(row)
        start: Any = before(self.last, number=self.form.overlap, seconds=self.form.overlap_seconds)
        self.remembered = [(held, key) for held, key in self.remembered if held > start]
        return found

    @property
    def cursor(self) -> dict[str, Any]:
        """The place after all rows so far."""
        if not self.overlaps:
            return {"last": written(self.last)}
        seen = Counter(key for _, key in self.remembered)
        # Until the rows known before have all been read again, those still to come are remembered too.
        return {
            "last": written(self.last),
            "seen": packed(seen if self.passed else seen + (self.before - self.again)),
        }


def _statement(
    conn: sa.Connection, form: SqlForm, after: Place | None
) -> tuple[sa.TextClause, dict[str, Any]]:
    column = conn.dialect.identifier_preparer.quote_identifier(form.cursor)
    query = _COLON.sub(r"\\:", form.query.strip().rstrip(";"))
    where = f"{column} IS NOT NULL" if after is None else f"{column} > :barograph_after"
    # The query is the administrator's own; the value is bound.
    text = f"SELECT * FROM (\n{query}\n) AS source_rows WHERE {where} ORDER BY {column}"  # noqa: S608
    return sa.text(text), {} if after is None else {"barograph_after": after}


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    """A connection that can only read."""
    try:
        engine = _engine(sa.make_url(url))
    except (sa.exc.ArgumentError, ModuleNotFoundError) as error:
        raise SourceError(
            f"the address of the database cannot be used ({error}); expected postgresql+psycopg://… or sqlite:///…"
        ) from error
    try:
        with engine.connect() as conn:
            if conn.dialect.name == "postgresql":
                conn.exec_driver_sql("SET TRANSACTION READ ONLY")
                conn.exec_driver_sql(f"SET LOCAL statement_timeout = '{_MINUTES}min'")
            yield conn
    except sa.exc.SQLAlchemyError as error:
        # Its text, without the statement and the address.
        told = str(getattr(error, "orig", None) or error).strip().splitlines()
        raise SourceError(f"the query failed: {told[0] if told else type(error).__name__}") from error
    finally:
        engine.dispose()


def _engine(url: sa.URL) -> sa.Engine:
    backend = url.get_backend_name()
    if backend == "postgresql":
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=sa.NullPool,
            connect_args={"connect_timeout": 10},
        )
    if backend == "sqlite" and url.database:
        read_only = url.set(database=f"file:{url.database}", query={"mode": "ro", "uri": "true"})
        return sa.create_engine(read_only, poolclass=sa.NullPool)
    raise SourceError(f"databases of type {backend!r} are not read; expected postgresql or an sqlite file.")


def _frame(names: list[str], rows: list[Sequence[Any]]) -> pl.DataFrame:
    columns = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        columns[name] = pl.Series(name, [_plain(v) for v in values], strict=False)
    return pl.DataFrame(columns)


def _plain(value: Any) -> Any:
    """A value as a frame can hold it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return None if isinstance(value, bytes | memoryview) else value
