"""Predictions, labels and feedback come in."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from barograph.config.settings import Settings
from barograph.server.access.needs import needs
from barograph.server.door.check import BatchKind
from barograph.server.door.headers import Headers, read_headers, read_version
from barograph.server.door.limits import limits_of
from barograph.server.door.media import FORMS, form_of, packing_of
from barograph.server.door.receive import Prepared, Received, has_notes, note, prepare
from barograph.server.door.rejections import REASONS
from barograph.server.errors import RequestRefused, declared
from barograph.server.failures import request_id
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.state import Here, Server

router = APIRouter(prefix="/v1/projects/{project}/models/{model}", tags=["ingest"])

#: Rejected rows in one answer; the others are counted.
_MOST_TOLD: Final = 1_000


class RejectedRow(BaseModel):
    """A row that was not taken."""

    model_config = ConfigDict(extra="forbid")

    index: int = Field(description="Place in the batch, from 0.")
    field: str = Field(description="Column at fault.")
    reason: str = Field(
        description="; ".join(f"`{word}`: {meaning}" for word, meaning in REASONS.items()) + "."
    )


class IngestAnswer(BaseModel):
    """What became of a batch; what was accepted is on the disk."""

    model_config = ConfigDict(extra="forbid")

    accepted: int = Field(description="Rows taken now.")
    labelled: int = Field(description="Rows taken now that bring a label.")
    duplicates: int = Field(
        description="Rows of a batch that was taken before under the same Idempotency-Key."
    )
    rejected: list[RejectedRow] = Field(description="The first 1,000 rows that were not taken.")
    rejected_rows: int = Field(description="How many were not taken.")
    batch_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """Headers and parameters of a request that brings rows."""

    headers: Headers
    version: str


async def _told(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Id of the batch: 1 to 200 printable characters. Sent again, the batch counts once."
        ),
    ] = None,
    barograph_sent_at: Annotated[
        str | None, Header(description="The sender's clock: µs since 1970 in UTC, or ISO 8601 with a zone.")
    ] = None,
    barograph_dropped: Annotated[
        str | None,
        Header(description="Rows the sender lost, as `reason=rows, …`; `from` and `to` say when, in µs."),
    ] = None,
    version: Annotated[
        str | None,
        Query(
            description="Version of predictions that name none; labels and feedback are of every version.",
            max_length=200,
        ),
    ] = None,
) -> Told:
    given = {
        "idempotency-key": idempotency_key, "barograph-sent-at": barograph_sent_at,
        "barograph-dropped": barograph_dropped,
    }  # fmt: skip
    return Told(read_headers({k: v for k, v in given.items() if v is not None}), read_version(version))


#: What every route here takes and answers.
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "Rows: one JSON object a line; a JSON list of rows, or an object with `rows`, or with "
        "`columns`, lists of values by name; Arrow or Parquet. `Content-Encoding`: gzip, zstd or none.",
        "content": {
            kind: {"schema": {} if kind == "application/json" else {"type": "string", "format": "binary"}}
            for kind in FORMS
        },
    }
}  # fmt: skip
_ANSWERS: Final = {200: {"model": IngestAnswer, "description": "What became of the batch."}} | declared(
    401, 403, 404, 409, 415
)


@router.post(
    "/predictions",
    dependencies=[needs("ingest")],
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
async def post_predictions(
    project: ProjectName, model_name: ModelName, request: Request, here: Here,
    told: Annotated[Told, Depends(_told)],
) -> Response:  # fmt: skip
    """Take predictions.

    Columns have their names in the model's schema, or `prediction_id`, `timestamp`, `version`, `row`, `prediction`,
    `score`, `scores`, `label`, `label_timestamp`.
    """
    return await _taken("predictions", (project, model_name), request, here, told)


@router.post(
    "/labels",
    dependencies=[needs("ingest")],
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
async def post_labels(
    project: ProjectName, model_name: ModelName, request: Request, here: Here,
    told: Annotated[Told, Depends(_told)],
) -> Response:  # fmt: skip
    """Take labels by the id of their predictions, early or late; the latest counts."""
    return await _taken("labels", (project, model_name), request, here, told)


@router.post(
    "/feedback",
    dependencies=[needs("ingest")],
    response_class=Response,
    responses=_ANSWERS,
    openapi_extra=_BODY,
)
async def post_feedback(
    project: ProjectName, model_name: ModelName, request: Request, here: Here,
    told: Annotated[Told, Depends(_told)],
) -> Response:  # fmt: skip
    """Take what people did with predictions.

    Columns are `prediction_id`, `row`, `kind` (override, rejection, complaint, …), `value`, `timestamp`.
    """
    return await _taken("feedback", (project, model_name), request, here, told)


async def _taken(
    kind: BatchKind, names: tuple[str, str], request: Request, here: Server, told: Told
) -> Response:
    began = time.perf_counter()
    received_at = here.clock.now()
    form = form_of(request.headers.get("content-type"))
    packing = packing_of(request.headers.get("content-encoding"))
    async with here.door.body(request) as body:
        received = Received(
            kind=kind, body=body, form=form, packing=packing, headers=told.headers, version=told.version,
            received_at=received_at, skew_us=_skew(told.headers, here.settings, received_at),
        )  # fmt: skip
        limits = limits_of(here.settings)
        prepared = await here.door.run(
            form, partial(prepare, here.database, here.door, limits, names, received)
        )
        duplicate = await _logged(here, prepared)
    if not duplicate and has_notes(here.door, prepared, received):
        await run_in_threadpool(note, here.database, prepared, received)
    here.measured.ingest_seconds.observe(time.perf_counter() - began)
    _count(here, names[0], prepared, duplicate)
    return _answer(prepared, told, duplicate, request_id(request))


async def _logged(here: Server, prepared: Prepared) -> bool:
    """Wait until the batch is on the disk; whether it was before."""
    if prepared.entry is None:
        return False
    logged = await asyncio.wrap_future(here.commits.submit(prepared.entry))
    if logged.differs:
        raise RequestRefused(
            409, f"batch {prepared.entry.batch_id!r} was taken before with other rows; nothing of this one was. Give "
            "every batch an Idempotency-Key of its own, and send it again unchanged.",
            code="batch_differs",
        )  # fmt: skip
    return logged.duplicate


def _skew(headers: Headers, settings: Settings, received_at: int) -> int:
    """How far the sender's clock is ahead, µs; 0 where it is not told, or the server's clock was set for a replay."""
    return 0 if headers.sent_at is None or settings.clock is not None else headers.sent_at - received_at


def _count(here: Server, project: str, prepared: Prepared, duplicate: bool) -> None:
    taken = prepared.entry.rows if prepared.entry else 0
    for outcome, rows in (
        ("duplicate" if duplicate else "accepted", taken),
        ("rejected", len(prepared.checked.rejected)),
    ):
        if rows:
            here.measured.records.labels(project=project, source="http", outcome=outcome).inc(rows)


def _answer(prepared: Prepared, told: Told, duplicate: bool, name: str) -> Response:
    rejected = [
        {"index": one.index, "field": one.field, "reason": one.reason}
        for one in prepared.checked.rejected[:_MOST_TOLD]
    ]
    if prepared.entry is None:
        reasons = {one.reason for one in prepared.checked.rejected}
        meanings = "; ".join(f"{reason}: {REASONS[reason]}" for reason in sorted(reasons))
        raise RequestRefused(
            413 if reasons == {"text_too_long"} else 400,
            f"none of the {len(prepared.checked.rejected):,} rows was taken ({meanings}).",
            code="nothing_accepted", details=rejected,
        )  # fmt: skip
    rows = prepared.entry.rows
    held = {
        "accepted": 0 if duplicate else rows, "labelled": 0 if duplicate else prepared.labelled,
        "duplicates": rows if duplicate else 0, "rejected": rejected,
        "rejected_rows": len(prepared.checked.rejected), "batch_id": told.headers.batch_id, "request_id": name,
    }  # fmt: skip
    return Response(orjson.dumps(held), media_type="application/json")
