"""Rows by id, and rows that were refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

import polars as pl
from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from barograph.server.access.audited import note
from barograph.server.access.needs import Admin, needs
from barograph.server.access.principal import Principal
from barograph.server.door.redact import redacted_ids, redaction_key
from barograph.server.errors import RequestRefused, declared
from barograph.server.reading.forms import plain
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.server.state import Here, Server
from barograph.server.times import as_datetime
from barograph.store.catalog import Model, model
from barograph.store.dead_letters import dead_letter_counts, dead_letters
from barograph.store.deletion import ask_deletion
from barograph.store.feedback import feedback_of
from barograph.store.lake.about import TypedRows

router = APIRouter(prefix="/v1/projects/{project}/models/{model}", tags=["reading"])

_EPOCH_DAY: Final = date(1970, 1, 1)
_EVERY_SEQ: Final = 2**63 - 1
#: In a path an id may hold anything but control characters, `/` too.
PredictionId = Annotated[
    str, Path(description="Prediction id.", min_length=1, max_length=1_024, pattern=r"^[^\x00-\x1f\x7f]+$")
]
#: Not every id can stand in a path: programs that send `..` there ask for another page.
AnyPredictionId = Annotated[
    str,
    Query(
        alias="id", description="Prediction id; any, also one that cannot stand in a path, such as `..`.",
        min_length=1, max_length=1_024,
    ),
]  # fmt: skip


class PredictionAnswer(BaseModel):
    """One row that was scored."""

    row: int
    version: str
    time: datetime
    received_at: datetime
    values: dict[str, Any]
    unfit: list[str] = Field(
        description="Columns whose value did not fit their kind; it was counted as such."
    )


class LabelAnswer(BaseModel):
    """A label as it was told; the last that says something holds."""

    row: int | None = Field(description="Null: of every row of the id.")
    received_at: datetime
    values: dict[str, Any]


class FeedbackAnswer(BaseModel):
    """What was said of the prediction."""

    row: int | None = Field(description="Null: of every row of the id.")
    time: datetime
    kind: str
    value: str | None


class RowsAnswer(BaseModel):
    """Everything kept under one prediction id."""

    prediction_id: str
    predictions: list[PredictionAnswer]
    labels: list[LabelAnswer]
    feedback: list[FeedbackAnswer]


class DeletionAnswer(BaseModel):
    """A deletion that was asked for."""

    prediction_id: str
    asked_at: datetime


class LetterAnswer(BaseModel):
    """One refused row."""

    received_at: datetime
    batch_id: str
    kind: str
    index: int
    field: str | None
    reason: str
    row: str


class LetterCountAnswer(BaseModel):
    """Rows refused for one reason on one day."""

    day: date
    reason: str
    field: str | None
    rows: int


class LettersAnswer(BaseModel):
    """Refused rows: all are counted, the latest kept."""

    counts: list[LetterCountAnswer]
    letters: list[LetterAnswer]


@router.get(
    "/predictions/{prediction_id:path}", dependencies=[needs("viewer")], responses=declared(401, 403, 404)
)
def get_prediction(
    project: ProjectName, model_name: ModelName, prediction_id: PredictionId, here: Here
) -> RowsAnswer:
    """Show the rows of a prediction id with the history of their labels, and feedback."""
    return _rows_of(project, model_name, prediction_id, here)


@router.get("/predictions", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def get_prediction_of_any_id(
    project: ProjectName, model_name: ModelName, prediction_id: AnyPredictionId, here: Here
) -> RowsAnswer:
    """Show the rows of a prediction id that may hold any character, with labels and feedback."""
    return _rows_of(project, model_name, prediction_id, here)


def _rows_of(project: str, model_name: str, prediction_id: str, here: Server) -> RowsAnswer:
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
        held = here.store.of(found).rows
        stored = as_stored(here, found, prediction_id)
        # Without a grid nothing is counted yet, and every row is shown.
        through = _EVERY_SEQ if found.grid is None else None
        rows = held.predictions(conn, ids=[stored], through=through)
        labels = held.labels(conn, ids=[stored], through=through)
        said = feedback_of(conn, found.id, stored)
    if not rows.rows and not labels.rows and not said:
        raise RequestRefused(
            404,
            f"no row of id {prediction_id!r}; rows are there about a second after they were acknowledged.",
        )
    return RowsAnswer(
        prediction_id=prediction_id,
        predictions=[_prediction(rows, i) for i in range(rows.rows)],
        labels=[_label(labels, i) for i in range(labels.rows)],
        feedback=[
            FeedbackAnswer(row=each.row, time=as_datetime(each.at), kind=each.kind, value=each.value)
            for each in said
        ],
    )


@router.delete("/predictions/{prediction_id:path}", status_code=202, responses=declared(401, 403, 404))
def delete_prediction(
    project: ProjectName, model_name: ModelName, prediction_id: PredictionId, here: Here, who: Admin
) -> DeletionAnswer:
    """Delete everything kept under a prediction id: rows, labels, feedback, refused rows; figures follow.

    The worker does it, in seconds on a small lake; copies in backups stay.
    """
    return _delete((project, model_name), prediction_id, here, who)


@router.delete("/predictions", status_code=202, responses=declared(401, 403, 404))
def delete_prediction_of_any_id(
    project: ProjectName, model_name: ModelName, prediction_id: AnyPredictionId, here: Here, who: Admin
) -> DeletionAnswer:
    """Delete everything kept under a prediction id that may hold any character."""
    return _delete((project, model_name), prediction_id, here, who)


def _delete(names: tuple[str, str], prediction_id: str, here: Server, who: Principal) -> DeletionAnswer:
    now = here.clock.now()
    with here.database.writing() as conn:
        found = model(conn, *names)
        ask_deletion(conn, found.id, [as_stored(here, found, prediction_id)], at=now)
        # Without the id: what is kept of who asked must not keep what was to be forgotten.
        note(conn, here, who, "prediction.delete", "/".join(names))
    return DeletionAnswer(prediction_id=prediction_id, asked_at=as_datetime(now))


@router.get("/dead-letters", dependencies=[needs("viewer")], responses=declared(401, 403, 404))
def get_dead_letters(
    project: ProjectName,
    model_name: ModelName,
    here: Here,
    limit: Annotated[int, Query(description="Most rows shown, the latest.", ge=1, le=1_000)] = 100,
) -> LettersAnswer:
    """Show the rows that were refused, with the reasons."""
    with here.database.reading() as conn:
        found = model(conn, project, model_name)
        kept, counts = dead_letters(conn, found.id, rows=limit), dead_letter_counts(conn, found.id)
    letters = [
        LetterAnswer(
            received_at=as_datetime(each.at), batch_id=each.letter.batch_id, kind=each.letter.kind,
            index=each.letter.index, field=each.letter.field, reason=each.letter.reason, row=each.letter.row,
        )
        for each in kept
    ]  # fmt: skip
    days = [
        LetterCountAnswer(day=_EPOCH_DAY + timedelta(days=c.day), reason=c.reason, field=c.field, rows=c.rows)
        for c in counts
    ]
    return LettersAnswer(counts=days, letters=letters)


def as_stored(here: Server, found: Model, prediction_id: str) -> str:
    """The id as it is stored: a hash where the schema says so."""
    asked = pl.Series([prediction_id], dtype=pl.String)
    return str(redacted_ids(asked, found.schema, redaction_key(here.settings.data_path))[0])


def _prediction(rows: TypedRows, i: int) -> PredictionAnswer:
    about = rows.about.row(i, named=True)
    unfit = [name for name, wrong in rows.batch.mismatched.items() if wrong[i]]
    return PredictionAnswer(
        row=about["barograph_row"], version=about["barograph_version"] or "",
        time=as_datetime(about["barograph_time"]), received_at=as_datetime(about["barograph_received"]),
        values=_values(rows, i), unfit=sorted(unfit),
    )  # fmt: skip


def _label(rows: TypedRows, i: int) -> LabelAnswer:
    about = rows.about.row(i, named=True)
    return LabelAnswer(
        row=about["barograph_row"],
        received_at=as_datetime(about["barograph_received"]),
        values=_values(rows, i),
    )


def _values(rows: TypedRows, i: int) -> dict[str, Any]:
    return {name: plain(value) for name, value in rows.batch.frame.row(i, named=True).items()}
