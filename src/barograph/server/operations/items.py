"""A list of items in a body: each is taken or refused by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from barograph.server.door.limits import Limits
from barograph.server.door.media import packing_of
from barograph.server.door.unpack import unpack
from barograph.server.errors import RequestRefused
from barograph.server.failures import request_id
from barograph.server.routes.parameters import ProjectName
from barograph.server.routes.sent import JSON

#: Items of one request.
MOST_ITEMS: Final = 5_000
#: Items named in an answer; the others are counted.
MOST_NAMED: Final = 1_000
_LONGEST_KEY: Final = 200

Form = TypeVar("Form", bound=BaseModel)


class Rejection(BaseModel):
    """An item that was not taken."""

    model_config = ConfigDict(extra="forbid")

    index: int = Field(description="Its place in the list, from 0.")
    field: str = Field(description="Which of its fields is at fault; empty: the item as a whole.")
    reason: str


class TakenAnswer(BaseModel):
    """What became of the items."""

    model_config = ConfigDict(extra="forbid")

    accepted: int
    duplicate: bool = Field(
        description="Whether this very request had been answered before; nothing was changed."
    )
    rejected: list[Rejection] = Field(description=f"At most {MOST_NAMED:,} of the items that were not taken.")
    rejected_count: int
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The items of a request.

    Attributes
    ----------
    project, resource : whose they are, and what they are called.
    body : unpacked, by which the same request is known again.
    key : its Idempotency-Key; None: it is not known again.
    """

    items: Sequence[Any]
    project: str = ""
    resource: str = ""
    body: bytes = b""
    key: str | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Generic[Form]):
    """An item of the right form, and its place in the list."""

    index: int
    form: Form


class Items:
    """A dependency that reads the list called `name` from a JSON body, packed or not.

    Parameters
    ----------
    name : the body's only field.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, project: ProjectName, request: Request) -> Told:
        """The items, not yet looked at.

        Raises
        ------
        RequestRefused
            415 for another type or packing; 400 for what is no JSON; 413 for too many; 422 where there is no list.
        """
        kind = request.headers.get("content-type", JSON).split(";", 1)[0].strip().lower()
        if kind != JSON:
            raise RequestRefused(415, f"bodies of type {kind[:100]!r} are not read here; expected {JSON}.")
        packing = packing_of(request.headers.get("content-encoding"))
        limits = Limits()
        body = unpack(await request.body(), packing, limits, limits.body_bytes)
        try:
            held = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise RequestRefused(
                400, f"the body is no JSON: {error.msg}, line {error.lineno}, column {error.colno}."
            ) from None
        items = held.get(self.name) if isinstance(held, dict) else None
        if not isinstance(items, list) or len(held) != 1:
            raise RequestRefused(
                422, f'expected {{"{self.name}": [...]}} and no other field.', details=[{"field": self.name}]
            )
        if len(items) > MOST_ITEMS:
            raise RequestRefused(
                413, f"{len(items):,} {self.name}; expected at most {MOST_ITEMS:,}. Send them in several."
            )
        return Told(
            items=items, project=project, resource=self.name, body=body, key=_key(request),
            request_id=request_id(request),
        )  # fmt: skip


def read_items(told: Told, form: type[Form]) -> tuple[list[Read[Form]], list[Rejection]]:
    """Items of the right form, and the others with what is wrong.

    Examples
    --------
    >>> class Age(BaseModel):
    ...     age: int
    >>> taken, rejected = read_items(Told(items=[{"age": 3}, {"age": "x"}]), Age)
    >>> taken[0].form.age, rejected[0].index, rejected[0].field
    (3, 1, 'age')
    """
    taken: list[Read[Form]] = []
    rejected: list[Rejection] = []
    for index, item in enumerate(told.items):
        try:
            taken.append(Read(index=index, form=form.model_validate(item)))
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field = ".".join(str(part) for part in fault["loc"])
            rejected.append(Rejection(index=index, field=field, reason=str(fault["msg"])))
    return taken, rejected


def items_schema(name: str, form: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of such a body."""
    one = form.model_json_schema()
    many = {"type": "array", "items": one, "maxItems": MOST_ITEMS}
    body = {"type": "object", "properties": {name: many}, "required": [name], "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": body}}}}


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= _LONGEST_KEY:
        raise RequestRefused(
            422, f"Idempotency-Key has {len(key)} characters; expected 1 to {_LONGEST_KEY}.",
            details=[{"field": "Idempotency-Key"}],
        )  # fmt: skip
    return key
