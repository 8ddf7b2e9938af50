"""Silences and maintenance windows."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from barograph.alerts.known_labels import check_matchers, unseen
from barograph.alerts.matchers import matcher_document, read_matchers
from barograph.alerts.recurrence import read_recurrence, recurrence_document
from barograph.alerts.silences import require_use
from barograph.server.access.audited import note
from barograph.server.access.needs import Editor, needs
from barograph.server.alerting.known_labels import labels_of_projects, open_alerts_like
from barograph.server.alerting.settle import settle_project
from barograph.server.alerting.shown import SilenceAnswer, SilencesAnswer, silence_answer
from barograph.server.alerting.suppression import silence_of_stored
from barograph.server.errors import declared
from barograph.server.routes.parameters import ProjectName
from barograph.server.state import Here
from barograph.server.times import as_time_us
from barograph.store import catalog
from barograph.store.silences import StoredSilence, add_silence, end_silence, list_silences, silence_of

router = APIRouter(prefix="/v1/projects/{project}/silences", tags=["silences"])

_READ: Final = declared(401, 403, 404)
SilenceId = Annotated[int, Path(alias="silence", description="Number of the silence.", ge=1, le=2**53)]
Over = Annotated[bool, Query(description="Also those that are over.")]


class NewSilence(BaseModel):
    """Which alerts are told to nobody, and until when."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["silence", "maintenance"] = "silence"
    matchers: str | list[str | dict[str, Any]] = Field(
        description='Conditions on labels, all of which must hold, such as `model="credit", column=~"inc*|age"`.'
    )
    starts_at: AwareDatetime | None = Field(None, description="Default: now.")
    ends_at: AwareDatetime = Field(
        description="At most 30 days after the start; 366 of at most 144 weekly hours."
    )
    recurrence: dict[str, Any] | None = Field(
        None,
        description='Weekly hours, such as `{"days": ["sat"], "start": "22:00", "end": "02:00", "timezone": '
        '"Europe/Berlin"}`. Null: the whole time.',
    )
    comment: str = Field(description="Why.", min_length=1, max_length=2_000)


class MadeSilence(SilenceAnswer):
    """A silence that was made, and what it does."""

    open_alerts: int = Field(description="Open alerts its conditions hold for now.")
    warnings: list[str] = Field(
        description="Names in its conditions that are not there now, with the nearest."
    )


@router.get("", dependencies=[needs("viewer")], responses=_READ)
def get_silences(project: ProjectName, here: Here, over: Over = False) -> SilencesAnswer:
    """List the silences of a project."""
    with here.database.reading() as conn:
        project_id = catalog.project(conn, project).id
        found = list_silences(conn, project_id, over_since=None if over else here.clock.now())
    return SilencesAnswer(silences=[silence_answer(each) for each in found])


@router.post("", status_code=201, responses=declared(401, 403, 404))
def post_silence(project: ProjectName, here: Here, who: Editor, body: NewSilence) -> MadeSilence:
    """Silence alerts; they are still seen, with what silences them. A label that no alert can have is refused."""
    now, matchers = here.clock.now(), read_matchers(body.matchers)
    recurrence = None if body.recurrence is None else read_recurrence(body.recurrence)
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        known = labels_of_projects(conn, {project_id: project})
        check_matchers(matchers, known, where="a silence")
        wanted = StoredSilence(
            project_id=project_id, kind=body.kind, matchers=[matcher_document(each) for each in matchers],
            starts_at=now if body.starts_at is None else as_time_us(body.starts_at),
            ends_at=as_time_us(body.ends_at),
            recurrence=None if recurrence is None else recurrence_document(recurrence),
            comment=body.comment, created_by=who.key_id, created_at=now,
        )  # fmt: skip
        # What cannot be one is refused here, before it is written.
        require_use(silence_of_stored(wanted), now=now)
        made = silence_of(conn, project_id, add_silence(conn, wanted))
        settle_project(conn, project_id, now=now)
        note(conn, here, who, "silence.create", f"{project}/{made.id}", matchers=list(made.matchers))
        held = open_alerts_like(conn, project_id, matchers)
    shown = silence_answer(made).model_dump()
    return MadeSilence(**shown, open_alerts=held, warnings=[str(each) for each in unseen(matchers, known)])


@router.get("/{silence}", dependencies=[needs("viewer")], responses=_READ)
def get_silence(project: ProjectName, silence: SilenceId, here: Here) -> SilenceAnswer:
    """Show a silence."""
    with here.database.reading() as conn:
        return silence_answer(silence_of(conn, catalog.project(conn, project).id, silence))


@router.delete("/{silence}", responses=declared(401, 403, 404, 409))
def delete_silence(project: ProjectName, silence: SilenceId, here: Here, who: Editor) -> SilenceAnswer:
    """End a silence before its time; that there was one stays known."""
    now = here.clock.now()
    with here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        ended = end_silence(conn, project_id, silence, by=who.key_id, now=now)
        settle_project(conn, project_id, now=now)
        note(conn, here, who, "silence.end", f"{project}/{silence}")
    return silence_answer(ended)
