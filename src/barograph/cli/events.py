"""What a change is explained with: held-out rows, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer

from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import is_profile, profile_of
from barograph.errors import DataError

if TYPE_CHECKING:
    from barograph.explain.explanation import Event
    from barograph.profile.value import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the two selections of rows."""

    held_out: Annotated[
        Path | None,
        typer.Option(
            "--held-out", metavar="PROFILE",
            help="Saved profile, or rows, that the model had not learned from: what an in-sample reference flatters.",
        ),
    ] = None  # fmt: skip
    event: Annotated[
        list[str],
        typer.Option(
            "--event", metavar="'TIME KIND NAME'",
            help="What happened, such as '2011-02-15T00:00 deployment v7'; kinds: deployment, version, schema_change, "
            "note, backfill, upstream. May be given several times.",
        ),
    ] = field(default_factory=list)  # fmt: skip
    events: Annotated[
        Path | None,
        typer.Option(
            "--events",
            metavar="FILE",
            help="Events as CSV, NDJSON or Parquet with columns at, kind and name.",
        ),
    ] = None


def events_of(known: Known, timezone: str) -> tuple[Event, ...]:
    """The events named on the command line and in the file, in order of time.

    Parameters
    ----------
    timezone : of times that name none.
    """
    told = [*map(_words, known.event), *(() if known.events is None else _rows(known.events))]
    return tuple(sorted((_event(at, kind, name, timezone) for at, kind, name in told), key=lambda e: e.at))


def held_out_of(known: Known, reference: Profile, counting: Counting) -> Profile | None:
    """The held-out rows on the reference's grid; None where there are none."""
    from barograph.api import load_profile

    if known.held_out is None:
        return None
    if is_profile(known.held_out):
        return load_profile(known.held_out)
    return profile_of(known.held_out, Meaning(), counting, like=reference, origin="hold-out")


def _words(text: str) -> tuple[str, str, str]:
    parts = text.split(maxsplit=2)
    if len(parts) < 3:
        raise DataError(
            f"--event {text!r} is not a time, a kind and a name: '2011-02-15T00:00 deployment v7'."
        )
    return parts[0], parts[1], parts[2]


def _rows(path: Path) -> Sequence[tuple[Any, str, str]]:
    from barograph.frames.source import source

    given = source(path)
    gone = [name for name in ("at", "kind", "name") if name not in given.types]
    if gone:
        raise DataError(
            f"{path.name} has no column {', '.join(map(repr, gone))}; events have a time `at`, a `kind` and a `name`."
        )
    return [
        (row["at"], str(row["kind"]), str(row["name"]))
        for batch in given.batches(10_000)
        for row in batch.select("at", "kind", "name").iter_rows(named=True)
    ]


def _event(at: Any, kind: str, name: str, timezone: str) -> Event:
    from typing import get_args

    from barograph.errors import did_you_mean
    from barograph.explain.explanation import Event, EventKind

    kinds = get_args(EventKind)
    if kind not in kinds:
        hint = did_you_mean(kind, kinds) or "."
        raise DataError(
            f"event {name!r}: kind {kind!r} is not known{hint} Expected one of: {', '.join(kinds)}."
        )
    try:
        time = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
    except ValueError:
        raise DataError(f"event {name!r}: {at!r} is no time; write it as 2011-02-15T00:00.") from None
    aware = time if time.tzinfo is not None else time.replace(tzinfo=ZoneInfo(timezone))
    return Event(at=aware, kind=cast("EventKind", kind), name=name)
