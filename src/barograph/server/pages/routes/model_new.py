"""A new model by dropping a file: roles proposed, confirmed by a person, the profile seen, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote

import sqlalchemy as sa
from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.responses import Response

from barograph.api import profile
from barograph.errors import BarographError
from barograph.frames.batch import Source
from barograph.frames.source import source
from barograph.profile.value import Profile
from barograph.schema.model import KINDS, ROLES, TASKS
from barograph.server.access.audited import note
from barograph.server.access.needs import no_project
from barograph.server.catalog.making import make_from_profile
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.begin.imports import Import, import_rows, imports_of, rows_waiting
from barograph.server.pages.begin.meaning import (
    Meaning,
    Said,
    columns_of,
    cut_of,
    in_words,
    meaning_of,
    proposed,
    said_in,
)
from barograph.server.pages.begin.seen import ProfileSeen, seen
from barograph.server.pages.begin.uploads import Upload, forget, keep_upload, upload_of
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.texts_sent import TextsSent, texts_sent
from barograph.server.pages.view import Editing, View, Viewing, page
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store import catalog
from barograph.store.catalog import change_model

router = APIRouter(include_in_schema=False)

ORIGINS: Final = ("hold-out", "training", "out-of-bag", "production")
#: Made with the first model of a server: what clients and commands take where no project is named.
FIRST_PROJECT: Final = "default"
_LONGEST: Final = 200
Token = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModelPage:
    """What the page shows.

    Attributes
    ----------
    upload, file : the file that was sent, by what it is asked for and its name; empty: none yet.
    said, meaning : what stands in the form, and what it makes of the file.
    seen : its profile, where it was asked for.
    fault : what making it was refused for.
    most_bytes : of a file.
    makes_project : there is no project yet; the first model brings one.
    """

    project: str
    projects: tuple[str, ...]
    upload: str
    file: str
    said: Said | None
    meaning: Meaning | None
    seen: ProfileSeen | None
    fault: str
    most_bytes: int
    makes_project: bool
    roles: tuple[str, ...] = ROLES
    kinds: tuple[str, ...] = KINDS
    tasks: tuple[str, ...] = TASKS
    origins: tuple[str, ...] = ORIGINS
    template: str = "model_new"


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunPage:
    """A model that was just made, and what to do next.

    Attributes
    ----------
    seen : its reference; None: it has none.
    features, answers : for the snippet: columns that are sent, and what answers are called.
    imports : files of rows that were imported, the last first; waiting: rows of them that are not counted yet.
    """

    head: Head
    server: str
    seen: ProfileSeen | None
    features: tuple[str, ...]
    answers: tuple[str, ...]
    imports: tuple[Import, ...]
    waiting: int
    template: str = "model_begun"


@page(router, "/models/new")
def get_new(view: Editing, upload: Token = "") -> Response:
    """Show where a file is dropped; of one that was, what its columns may mean."""
    project = view.selection.project or next(iter(_projects(view)), FIRST_PROJECT)
    if not upload:
        return view.show(_page(view, project, None))
    held = _upload(view, upload)
    said = proposed(held.path, name=Path(held.name).stem[:_LONGEST], project=project)
    return view.show(_page(view, project, held, said=said))


@router.post("/models/upload", dependencies=[OwnForm])
def post_upload(
    view: Editing,
    file: Annotated[UploadFile, File()],
    project: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Keep a file, and lead to what its columns may mean."""
    try:
        token = keep_upload(
            _folder(view),
            file.file.read(),
            name=file.filename or "",
            by=view.visitor.principal.key_id,
            now=view.now,
        )
        try:
            columns_of(_upload(view, token).path)
        except BarographError:
            forget(_upload(view, token))
            raise
    except BarographError as error:
        return view.show(_page(view, project, None, fault=str(error)), status=422)
    return view.go(f"/models/new?upload={token}" + (f"&project={quote(project, safe='')}" if project else ""))


@router.post("/models/new", dependencies=[OwnForm])
def post_new(view: Editing, form: Annotated[TextsSent, Depends(texts_sent)]) -> Response:
    """Make the model and its reference, or show what the profile would be."""
    token = (form.get("upload") or [""])[-1]
    held = _upload(view, token)
    said = said_in(form, columns_of(held.path))
    if not view.visitor.principal.sees(said.project):
        raise no_project(said.project)
    try:
        found, later = _profiled(held, said)
        if (form.get("do") or [""])[-1] != "make":
            return view.show(_page(view, said.project, held, said=said, found=found))
        _make(view, said, found)
        if later is not None:
            _import(view, held, said, later)
    except BarographError as error:
        return view.show(_page(view, said.project, held, said=said, fault=in_words(error)), status=422)
    forget(held)
    return view.go(f"{address_of_model(said.project, said.name)}/begin")


@page(router, "/models/{project}/{model}/begin")
def get_begun(project: ProjectName, model_name: ModelName, view: Viewing) -> Response:
    """Show the reference a model was made from, and what to do next."""
    with view.here.database.reading() as conn:
        found = catalog.model(conn, project, model_name)
        asked = asked_for(conn, view, found)
        head = head_of(conn, view, asked)
        imports, waiting = imports_of(conn, found.id), rows_waiting(view.here, conn, found.id)
    schema = found.schema
    roles = {column.role for column in schema.columns}
    return view.show(
        BegunPage(
            head=head, server=str(view.request.base_url).rstrip("/"),
            seen=None if asked.compared is None else seen(asked.compared.profile, view.language.said),
            features=tuple(c.name for c in schema.columns if c.role in ("feature", "segment"))[:4],
            answers=tuple(role for role in ("prediction", "score") if role in roles), imports=imports,
            waiting=waiting,
        )
    )  # fmt: skip


def _profiled(held: Upload, said: Said) -> tuple[Profile, Source | None]:
    """The profile of the file's rows by what was said of them, and those that came after the reference."""
    meaning = meaning_of(held.path, said)
    if meaning.schema is None or meaning.fault:
        raise RequestRefused(422, meaning.fault)
    if not said.name:
        raise RequestRefused(422, "name: a model has a name; give it one.")
    by = [c.name for c in meaning.schema.with_role("segment")]
    has_time = meaning.schema.one("timestamp") is not None
    every = said.every if has_time and said.every != "none" else None
    cut = cut_of(held.path, meaning.schema, said)
    rows = source(held.path) if cut is None else cut.before
    found = profile(rows, meaning.schema, every=every, by=by, origin=said.origin, name=said.origin)
    return found, None if cut is None else cut.since


def _make(view: View, said: Said, found: Profile) -> None:
    if not said.project:
        raise RequestRefused(
            422,
            "project: a model stands in one, and there is none yet; an admin makes it, with the first model.",
        )
    who = view.visitor.principal
    with view.here.database.writing() as conn:
        if said.project == FIRST_PROJECT and _makes_project(view, conn):
            catalog.create_project(conn, FIRST_PROJECT, now=view.now)
            note(conn, view.here, who, "project.create", FIRST_PROJECT)
        made = make_from_profile(conn, said.project, said.name, found, now=view.now)
        if said.owner:
            change_model(conn, made.id, owner=said.owner[:_LONGEST])
        note(conn, view.here, who, "model.create", f"{said.project}/{said.name}", profile=found.hash)


def _import(view: View, held: Upload, said: Said, later: Source) -> None:
    """Import what came after the reference; the model stays where that cannot be."""
    names = (said.project, said.name)
    try:
        import_rows(view.here, view.visitor.principal, names, later, kind="predictions", file=held.name)
    except BarographError as error:
        raise RequestRefused(
            422,
            f"the model is made, and its later rows are not imported: {error} Import the file on the model's page.",
        ) from error


def _page(
    view: View,
    project: str,
    held: Upload | None,
    *,
    said: Said | None = None,
    found: Profile | None = None,
    fault: str = "",
) -> NewModelPage:
    meaning = None if held is None or said is None else meaning_of(held.path, said)
    with view.here.database.reading() as conn:
        makes_project = _makes_project(view, conn)
    return NewModelPage(
        project=project, projects=_projects(view), upload="" if held is None else held.token,
        file="" if held is None else held.name, said=said, meaning=meaning,
        seen=None if found is None else seen(found, view.language.said),
        fault=fault or ("" if meaning is None else meaning.fault),
        most_bytes=view.here.settings.body_bytes, makes_project=makes_project,
    )  # fmt: skip


def _upload(view: View, token: str) -> Upload:
    return upload_of(_folder(view), token, by=view.visitor.principal.key_id, now=view.now)


def _folder(view: View) -> Path:
    return view.here.settings.data_path / "uploads"


def _projects(view: View) -> tuple[str, ...]:
    """Those the visitor may see; where there is none, the one that the first model brings."""
    with view.here.database.reading() as conn:
        if _makes_project(view, conn):
            return (FIRST_PROJECT,)
        return tuple(sorted(p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)))


def _makes_project(view: View, conn: sa.Connection) -> bool:
    who = view.visitor.principal
    return who.may("admin") and who.projects is None and not catalog.projects(conn)
