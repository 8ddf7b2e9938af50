"""Notes on a window of a model: what somebody says of it, which stands on the timeline too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.server.access.audited import note
from barograph.server.pages.view import View
from barograph.store import catalog
from barograph.store.events import read_events, record

_KIND: Final = "note"
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowNote:
    """Something said of a window; `at` in µs UTC: within the window."""

    at: int
    text: str
    by: str


def notes_of(conn: sa.Connection, model_id: int, *, first: int, end: int) -> tuple[WindowNote, ...]:
    """Notes on a window of a model, µs UTC, in order of time."""
    found = read_events(conn, model_id=model_id, first=first, end=end, kinds=(_KIND,))
    return tuple(
        WindowNote(at=each.at, text=str(each.details.get("text") or each.name), by=each.source)
        for each in found
    )


def note_window(view: View, project: str, model: str, *, at: int, text: str) -> None:
    """Write a note on the window that begins at a time (µs UTC)."""
    who = view.visitor.principal
    with view.here.database.writing() as conn:
        found = catalog.model(conn, project, model)
        record(
            conn, model_id=found.id, project_id=catalog.project(conn, project).id, kind=_KIND, at=at,
            received_at=view.now, name=text.partition("\n")[0][:_LONGEST_NAME], source=who.name,
            details={"text": text},
        )  # fmt: skip
        note(conn, view.here, who, "event.create", f"{project}/{model}", kind=_KIND, at=at)
