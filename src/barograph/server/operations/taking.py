"""What all lists of items have in common: one transaction, one answer, models found by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel

from barograph.server.errors import RequestRefused
from barograph.server.operations.items import MOST_NAMED, Read, Rejection, TakenAnswer, Told, read_items
from barograph.server.state import Server
from barograph.store import catalog
from barograph.store.answered import Sending, earlier_answer, keep_answer
from barograph.store.errors import NotFound

#: A clock may be ahead by so much.
MOST_AHEAD_US: Final = 600_000_000

Form = TypeVar("Form", bound=BaseModel)


class Taking:
    """One transaction in which items are taken.

    Parameters
    ----------
    conn : the transaction.
    project : its name; and `project_id`.
    now : microseconds UTC.

    Attributes
    ----------
    rejected : items that were not taken, as they are found.
    """

    def __init__(self, conn: sa.Connection, project: str, now: int) -> None:
        self.conn = conn
        self.project = project
        self.project_id = catalog.project(conn, project).id
        self.now = now
        self.rejected: list[Rejection] = []
        self._models: dict[str, int | str] = {}

    def model_id(self, name: str | None, index: int) -> int | None:
        """The id of a model, None where there is none: the item is then rejected."""
        if not name:
            self.reject(index, "model", "a model is needed here; name one of the project's")
            return None
        if name not in self._models:
            try:
                self._models[name] = catalog.model(self.conn, self.project, name).id
            except NotFound as error:
                self._models[name] = str(error)
        found = self._models[name]
        if isinstance(found, int):
            return found
        self.reject(index, "model", found)
        return None

    def time(self, given: int | None, index: int) -> int | None:
        """Microseconds UTC; now where none is given; None where it is in the future: the item is then rejected."""
        if given is None:
            return self.now
        if given > self.now + MOST_AHEAD_US:
            self.reject(index, "time", "more than 10 minutes ahead of the server's clock")
            return None
        return given

    def reject(self, index: int, field: str, reason: str) -> None:
        """Note that an item is not taken."""
        self.rejected.append(Rejection(index=index, field=field, reason=reason))


def take(
    here: Server,
    told: Told,
    form: type[Form],
    add: Callable[[Taking, list[Read[Form]]], None],
) -> TakenAnswer:
    """Take the items of a request, once.

    Parameters
    ----------
    add : stores items, and rejects those it cannot take.

    Raises
    ------
    NotFound
        Where there is no such project.
    Conflict
        Where the request's key came before with another body.
    RequestRefused
        400 where none of them can be taken, with the reasons.
    """
    read, wrong = read_items(told, form)
    with here.database.writing() as conn:
        taking = Taking(conn, told.project, here.clock.now())
        sending = Sending(
            project_id=taking.project_id, resource=told.resource, key=told.key or "", body=told.body
        )
        if told.key is not None:
            earlier = earlier_answer(conn, sending, at=taking.now)
            if earlier is not None:
                return TakenAnswer(**{**earlier, "duplicate": True, "request_id": told.request_id})
        add(taking, read)
        rejected = sorted((*wrong, *taking.rejected), key=lambda r: r.index)
        refused = {r.index for r in rejected}
        if refused and len(refused) == len(told.items):
            raise RequestRefused(
                400,
                f"none of the {len(refused):,} {told.resource} was taken; the first: {rejected[0].reason}.",
                code="nothing_accepted",
                details=[r.model_dump() for r in rejected[:MOST_NAMED]],
            )
        answer = TakenAnswer(
            accepted=len(told.items) - len(refused), duplicate=False, rejected=rejected[:MOST_NAMED],
            rejected_count=len(refused), request_id=told.request_id,
        )  # fmt: skip
        if told.key is not None:
            keep_answer(conn, sending, answer.model_dump(exclude={"request_id", "duplicate"}))
    return answer
