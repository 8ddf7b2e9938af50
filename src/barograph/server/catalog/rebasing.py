"""Another reference for a model: one that is kept, or rows of its own that are made one."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from barograph.locale.said import say
from barograph.profile.value import Profile
from barograph.server.errors import RequestRefused
from barograph.server.reading.counted import profile_of_rows
from barograph.server.reading.references import compared_with
from barograph.server.reading.span import read_span
from barograph.server.times import as_datetime
from barograph.server.worker.store import Store
from barograph.store.catalog import Model, Reference, add_reference, references, set_default_reference
from barograph.store.events import record

#: Where rows of such a reference come from.
ORIGIN = "production"


def choose_reference(
    conn: sa.Connection, model: Model, chosen: Reference, *, now: int, source: str, comment: str = ""
) -> None:
    """Compare a model with a kept reference from now on (µs UTC); the timeline says so, where it is another one.

    Parameters
    ----------
    source : who chose it.
    comment : why.
    """
    if chosen.id == model.reference:
        return
    set_default_reference(conn, chosen)
    before = next((each.name for each in references(conn, model.id) if each.id == model.reference), None)
    record(
        conn, model_id=model.id, kind="reference_changed", at=now, source=source,
        name=say("compared with {reference} from now on", reference=chosen.name),
        details={"before": before, "after": chosen.name, **({"text": comment} if comment else {})},
    )  # fmt: skip


def profile_of_past(conn: sa.Connection, store: Store, model: Model, span: str, *, now: int) -> Profile:
    """The profile of a model's own rows of a span, to be kept as a reference.

    Parameters
    ----------
    span : two dates or times with a slash between them, as of `compared_with`.

    Returns
    -------
    Profile
        With a sample of its rows where they are all kept; else what is stored of them, without one.

    Raises
    ------
    RequestRefused
        409 where the model has no bins yet; 422 for a span that cannot be read or holds no row.
    """
    if model.grid is None:
        raise RequestRefused(409, "the model has counted no rows yet; its first day becomes its reference.")
    first, _, end = span.partition("/")
    asked = read_span(first, end, timezone=model.schema.timezone, now=now)
    stored = compared_with(conn, model, span, now=now)
    assert stored is not None
    try:
        counted = profile_of_rows(conn, store, model, asked, every=model.every)
    except RequestRefused:
        # Some rows have left, or were counted where they are: what was summed of them is kept.
        return replace(stored.profile, origin=ORIGIN)
    return replace(counted if counted.cells else stored.profile, origin=ORIGIN)


def keep_past(
    conn: sa.Connection,
    model: Model,
    name: str,
    profile: Profile,
    *,
    now: int,
    source: str,
    comment: str = "",
) -> Reference:
    """Keep a profile of a model's own rows, and compare with it from now on; see `choose_reference`."""
    made = add_reference(conn, model.id, name, replace(profile, name=name), now=now)
    choose_reference(conn, model, made, now=now, source=source, comment=comment)
    return made


def name_of_past(conn: sa.Connection, model: Model, span: str, *, now: int) -> str:
    """A name for a reference of a span that the model has not used yet.

    A name holds no slash, and says the days.
    """
    first, _, end = span.partition("/")
    asked = read_span(first, end, timezone=model.schema.timezone, now=now)
    days = [as_datetime(at).date().isoformat() for at in (asked.first, asked.end - 1)]
    base = f"rows of {days[0]} to {days[1]}"
    held = {each.name for each in references(conn, model.id)}
    return next(
        name for name in (base, *(f"{base} ({n})" for n in range(2, len(held) + 3))) if name not in held
    )
