"""A body on its way to the log: decoded, checked, made an entry; and what is noted of it once it is there."""

from __future__ import annotations

import hashlib
import io
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Final

import orjson
import polars as pl
import sqlalchemy as sa

from barograph.frames.typed import typed_column
from barograph.locale.said import say
from barograph.schema.model import Schema
from barograph.server.door.check import BatchKind, Checked, Sent, check
from barograph.server.door.decode import read, unpacked
from barograph.server.door.door import Door
from barograph.server.door.headers import Dropped, Headers
from barograph.server.door.limits import Limits
from barograph.server.door.media import Form, Packing
from barograph.server.door.privacy import Finding, findings
from barograph.server.door.rejections import Rejected
from barograph.store.catalog import Model, model
from barograph.store.column_changes import note_changes
from barograph.store.column_findings import note_findings
from barograph.store.database import Database
from barograph.store.dead_letters import DeadLetter, add_dead_letters
from barograph.store.dropped import add_dropped
from barograph.store.errors import StoreUnavailable
from barograph.store.events import record
from barograph.store.log import Entry

_LOG = logging.getLogger(__name__)
#: A clock that differs by less is right, as far as anyone can tell over a network; µs.
LEAST_SKEW_US: Final = 60_000_000
_HOUR_US, _DAY_US = 3_600_000_000, 86_400_000_000
_KEPT_LETTERS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request that brings rows.

    Attributes
    ----------
    body : as sent.
    version : of rows that name none.
    received_at : µs UTC.
    skew_us : how far the sender's clock is ahead, µs; negative where it is behind.
    """

    kind: BatchKind
    body: bytes
    form: Form
    packing: Packing
    headers: Headers
    version: str
    received_at: int
    skew_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A batch that is ready for the log.

    Attributes
    ----------
    entry : None where no row was taken.
    labelled : rows of the entry that bring a label.
    found : what looks private in its values; empty where it was not their turn to be looked at.
    """

    model: Model
    entry: Entry | None
    checked: Checked
    labelled: int
    found: Sequence[Finding]


def prepare(
    database: Database, door: Door, limits: Limits, names: tuple[str, str], received: Received
) -> Prepared:
    """Decode and check a batch, and make it an entry.

    Parameters
    ----------
    names : of project and model.

    Raises
    ------
    NotFound
        Where there is no such model.
    RequestRefused
        Where the body cannot be taken, as `decode` and `check` say.
    """
    with database.reading() as conn:
        found = model(conn, *names)
    plain = unpacked(received.body, received.form, received.packing, limits)
    frame = read(plain, received.form, limits)
    sent = Sent(
        batch_id=received.headers.batch_id,
        received_at=received.received_at,
        ahead_us=max(0, received.skew_us) if received.skew_us >= LEAST_SKEW_US else 0,
        version=received.version,
        text_length=limits.text_length,
        key=door.key,
    )
    checked = check(frame, found.schema, received.kind, sent)
    entry = None
    if checked.frame.height:
        entry = Entry(
            batch_id=received.headers.batch_id,
            model_id=found.id,
            kind=received.kind,
            body=body_of(checked.frame),
            rows=checked.frame.height,
            received_at=received.received_at,
            digest=_digest(plain, received) if received.headers.retried else b"",
        )
    looks = received.kind != "labels" and entry is not None and door.looks(found.id, received.received_at)
    return Prepared(
        model=found,
        entry=entry,
        checked=checked,
        labelled=labelled(checked.frame, found.schema),
        found=_findings(checked.frame) if looks else (),
    )


def labelled(frame: pl.DataFrame, schema: Schema) -> int:
    """Rows that bring a label: a value of a label column that can be read, and does not mean missing.

    Examples
    --------
    >>> from barograph.schema.model import Column
    >>> schema = Schema(columns=(Column(name="y", role="label", null_values=("N/A",)),))
    >>> labelled(pl.DataFrame({"y": ["1", "N/A", None, "2"]}), schema)
    2
    """
    labels = [c for c in schema.with_role("label") if c.name in frame.columns]
    known = [typed_column(frame.get_column(c.name), c, schema.timezone)[0].is_not_null() for c in labels]
    return int(reduce(or_, known).sum()) if known else 0


def body_of(frame: pl.DataFrame) -> bytes:
    """Rows as the log keeps them: an Arrow IPC stream, packed by LZ4."""
    out = io.BytesIO()
    frame.write_ipc_stream(out, compression="lz4")
    return out.getvalue()


def _digest(plain: bytes, received: Received) -> bytes:
    """Of what was sent, whichever way it was packed."""
    said = hashlib.sha256(f"{received.form}\n{received.version}\n".encode())
    said.update(plain)
    return said.digest()[:16]


def _findings(frame: pl.DataFrame) -> list[Finding]:
    names = [name for name in frame.columns if not name.startswith("barograph_") or name == "barograph_id"]
    derived = "barograph_derived" in frame.columns and frame.get_column("barograph_derived").any()
    held = frame.select(pl.selectors.by_name(*(n for n in names if n != "barograph_id" or not derived)))
    return findings(held.rename({"barograph_id": "prediction_id"}, strict=False))


def has_notes(door: Door, prepared: Prepared, received: Received) -> bool:
    """Whether `note` has anything to write; nearly always not."""
    return bool(
        prepared.checked.rejected
        or prepared.found
        or received.headers.dropped.rows
        or _new_changes(door, prepared, received)
        or _new_skew(door, prepared, received)
    )


def note(database: Database, prepared: Prepared, received: Received) -> None:
    """Note a batch that is in the log: what cannot be noted does not undo it.

    Notes
    -----
    Where the store is not available, this process's log says so, and the batch is acknowledged all the same.
    """
    try:
        _note(database, prepared, received)
    except StoreUnavailable as error:
        _LOG.warning(
            "what was to be noted of a batch is lost: %s", error, extra={"batch": received.headers.batch_id}
        )


def _note(database: Database, prepared: Prepared, received: Received) -> None:
    """Write, in one transaction, what is to be known of a batch beside its rows.

    Dead letters of its refused rows, changes of its columns, private data in its values, rows its sender lost, and a
    sender's clock that is wrong.
    """
    at, found = received.received_at, prepared.model
    with database.writing() as conn:
        if prepared.checked.rejected:
            _note_rejected(conn, prepared, received)
        if prepared.checked.deviations:
            note_changes(
                conn, found.id, prepared.checked.deviations, at=at, version=_version(prepared.checked)
            )
        if prepared.found:
            note_findings(conn, found.id, prepared.found, at=at)
        if received.headers.dropped.rows:
            _note_dropped(conn, found.id, received.headers.dropped, at)
        if abs(received.skew_us) >= LEAST_SKEW_US:
            seconds = round(received.skew_us / 1e6)
            name = say(
                "a sender's clock is {seconds} s ahead of the server's"
                if seconds > 0
                else "a sender's clock is {seconds} s behind the server's",
                seconds=f"{abs(seconds):,}",
            )
            record(
                conn, model_id=found.id, kind="clock_skew", at=at, once=str(at // _DAY_US),
                name=name, details={"ahead_seconds": seconds},
            )  # fmt: skip


def _new_changes(door: Door, prepared: Prepared, received: Received) -> bool:
    day = received.received_at // _DAY_US
    new = [door.tells((prepared.model.id, change, day)) for change in prepared.checked.deviations]
    return True in new


def _new_skew(door: Door, prepared: Prepared, received: Received) -> bool:
    if abs(received.skew_us) < LEAST_SKEW_US:
        return False
    return door.tells((prepared.model.id, "clock_skew", received.received_at // _DAY_US))


def _version(checked: Checked) -> str | None:
    if "barograph_version" not in checked.frame.columns or not checked.frame.height:
        return None
    return str(checked.frame.get_column("barograph_version")[0]) or None


def _note_rejected(conn: sa.Connection, prepared: Prepared, received: Received) -> None:
    rejected, refused = prepared.checked.rejected, prepared.checked.refused
    kept = [
        _letter(one, row, received)
        for one, row in zip(rejected, refused.head(_KEPT_LETTERS).iter_rows(named=True), strict=False)
    ]
    others: Counter[tuple[str, str | None]] = Counter((r.reason, r.field) for r in rejected[len(kept) :])
    add_dead_letters(conn, prepared.model.id, kept, at=received.received_at, others=others)


def _letter(one: Rejected, row: dict[str, object], received: Received) -> DeadLetter:
    told = {name: value for name, value in row.items() if value is not None}
    identity = row.get("barograph_id")
    return DeadLetter(
        batch_id=received.headers.batch_id,
        kind=received.kind,
        index=one.index,
        reason=one.reason,
        field=one.field,
        row=orjson.dumps(told, default=str).decode(),
        prediction_id=str(identity).replace("\0", "\N{REPLACEMENT CHARACTER}")[:1_024] if identity else None,
    )


def _note_dropped(conn: sa.Connection, model_id: int, dropped: Dropped, at: int) -> None:
    lost_at = min(at, dropped.at if dropped.at is not None else at)
    for reason, rows in dropped.rows.items():
        add_dropped(conn, model_id=model_id, at=lost_at, reason=reason, rows=rows)
        record(
            conn, model_id=model_id, kind="dropped_rows", at=lost_at, once=f"{lost_at // _HOUR_US}:{reason}",
            received_at=at, name=say("a client lost rows ({reason})", reason=reason), details={"reason": reason},
        )  # fmt: skip
