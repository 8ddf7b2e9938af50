"""What an address asks for, read from its parameters."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from barograph.errors import did_you_mean
from barograph.server.errors import RequestRefused
from barograph.server.reading.references import compared_with
from barograph.server.reading.series import Asked
from barograph.server.reading.span import read_span
from barograph.server.worker.cursor import cursor_of
from barograph.store.catalog import Model, versions
from barograph.store.catalog import Version as KnownVersion
from barograph.store.errors import NotFound
from barograph.store.profiles import days
from barograph.windows import parse_every

_EPOCH_DAY = date(1970, 1, 1)


def asked_of(
    conn: sa.Connection,
    model: Model,
    *,
    span: tuple[str | None, str | None],
    window: str | None,
    version: str | None,
    reference: str | None,
    as_of: str | None,
    now: int,
) -> Asked:
    """What an address asks for.

    Raises
    ------
    RequestRefused
        422 where a time, a window or a date cannot be read, or the windows are shorter than the model's.
    NotFound
        Where there is no such version or reference.
    """
    compared = compared_with(conn, model, reference, now=now) if model.grid is not None else None
    return Asked(
        model=model,
        version_id=None if version is None else version_of(conn, model, version).id,
        every=_window(model, window),
        span=read_span(*span, timezone=model.schema.timezone, now=now),
        compared=compared,
        default_reference=reference is None,
        now=now,
        as_of=None if as_of is None else _day(as_of),
    )


def refuse_rolled(conn: sa.Connection, asked: Asked) -> None:
    """Refuse windows of less than a day where the span has days whose windows were rolled up: 422, with what to do."""
    if parse_every(asked.every).approximate_seconds >= parse_every("1d").approximate_seconds:
        return
    rolled = cursor_of(conn, asked.model.id).rolled_day
    first, last = asked.span.days
    if any(first <= day <= min(last, rolled) for _, day in days(conn, asked.model.id)):
        kept = _EPOCH_DAY + timedelta(days=rolled + 1)
        raise RequestRefused(
            422,
            f"window={asked.every}: days before {kept} are kept as whole days by now; ask for window=1d, or for "
            f"from={kept} and later.",
        )


def version_of(conn: sa.Connection, model: Model, name: str) -> KnownVersion:
    """The version of a name; raises NotFound, with the nearest that is there."""
    known = {v.name: v for v in versions(conn, model.id)}
    if name not in known:
        hint = did_you_mean(name, known) or "."
        raise NotFound(
            f"no version {name!r} of model {model.name!r}{hint} Versions: {', '.join(known) or 'none yet'}."
        )
    return known[name]


def _window(model: Model, window: str | None) -> str:
    own = parse_every(model.every)
    if window is None:
        return own.text if own.approximate_seconds > parse_every("1d").approximate_seconds else "1d"
    wanted = parse_every(window)
    if wanted.approximate_seconds < own.approximate_seconds:
        raise RequestRefused(
            422,
            f"window={window}: the model's rows are counted by {own.text}; ask for that or longer windows.",
        )
    return wanted.text


def _day(text: str) -> int:
    try:
        return (date.fromisoformat(text) - _EPOCH_DAY).days
    except ValueError:
        raise RequestRefused(422, f"as_of={text!r} is no date; expected one such as 2011-02-15.") from None
