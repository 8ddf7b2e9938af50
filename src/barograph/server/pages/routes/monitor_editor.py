"""A monitor made or changed on a page, tried on the past before it is kept, taken back, removed."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import Response

from barograph.errors import BarographError, MonitorError
from barograph.monitors.expand import watches
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.monitors.editor import (
    MOST_TRIED,
    Draft,
    editor_page,
    faults_here,
    monitor_in,
    stored_text,
)
from barograph.server.pages.monitors.fields import document_of, fields_sent
from barograph.server.pages.monitors.keep import file_with, keep_monitor, monitor_of, remove, take_back
from barograph.server.pages.monitors.questions import begun
from barograph.server.pages.monitors.text import monitor_text
from barograph.server.pages.monitors.tried import Tried, tried
from barograph.server.pages.texts_sent import TextsSent, texts_sent
from barograph.server.pages.view import Editing, View, page
from barograph.server.routes.monitors import MonitorName
from barograph.server.routes.parameters import ProjectName
from barograph.store import catalog
from barograph.store.errors import Conflict
from barograph.store.monitors import StoredMonitor

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 40_000
#: A longer address is refused by some proxies; such a draft is shown without an address of its own.
_LONGEST_ADDRESS: Final = 6_000
Name = Annotated[str, Query(max_length=200)]


async def asked_draft(
    draft: Annotated[str | None, Query(max_length=_LONGEST)] = None,
    mode: Annotated[str, Query(max_length=10)] = "form",
    on: Name = "",
    revision: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Draft | None:
    """The draft of an address; None where it names none."""
    if draft is None:
        return None
    return Draft(text=draft, mode="yaml" if mode == "yaml" else "form", on=on, revision=revision)


Asked = Annotated[Draft | None, Depends(asked_draft)]
Form_ = Annotated[TextsSent, Depends(texts_sent)]
Doing = Annotated[str, Query(max_length=10)]


@router.get("/monitors/new")
def get_begin(view: Editing) -> Response:
    """Lead to where a monitor of a project is made."""
    with view.here.database.reading() as conn:
        names = [p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)]
    chosen = view.selection.project if view.selection.project in names else next(iter(sorted(names)), None)
    return view.go("/models/new" if chosen is None else f"/monitors/{quote(chosen, safe='')}/new")


@page(router, "/monitors/{project}/new")
def get_new(
    project: ProjectName, view: Editing, asked: Asked, kind: Annotated[str, Query(alias="type", max_length=200)] = "",
    model: Name = "", do: Doing = "",
) -> Response:  # fmt: skip
    """Show an empty form, one that a type fills, or a draft.

    Parameters
    ----------
    kind : a type of the catalogue to begin with.
    model : that it is for.
    do : try: the draft is tried on the past.
    """
    draft = asked or _begun(view, project, kind, model)
    return _show(view, project, draft, stored=None, model=model, do=do, choose=asked is None and not kind)


@page(router, "/monitors/{project}/edit/{monitor}")
def get_edit(
    project: ProjectName,
    monitor: MonitorName,
    view: Editing,
    asked: Asked,
    do: Doing = "",
    saved: bool = False,
) -> Response:
    """Show a monitor to be changed, or a draft of that."""
    with view.here.database.reading() as conn:
        stored = monitor_of(conn, project, monitor)
    draft = asked or Draft(text=stored_text(stored), revision=stored.revision)
    return _show(view, project, draft, stored=stored, do=do, saved=saved and asked is None)


@router.post("/monitors/{project}/new", dependencies=[OwnForm])
def post_new(project: ProjectName, view: Editing, form: Form_, model: Name = "") -> Response:
    """Keep a new monitor, or lead to what was asked of its draft."""
    return _posted(view, project, form, stored=None, model=model)


@router.post("/monitors/{project}/edit/{monitor}", dependencies=[OwnForm])
def post_edit(project: ProjectName, monitor: MonitorName, view: Editing, form: Form_) -> Response:
    """Keep a changed monitor, or lead to what was asked of its draft."""
    with view.here.database.reading() as conn:
        stored = monitor_of(conn, project, monitor)
    return _posted(view, project, form, stored=stored)


@router.post("/monitors/{project}/edit/{monitor}/undo", dependencies=[OwnForm])
def post_undo(
    project: ProjectName, monitor: MonitorName, view: Editing, revision: Annotated[int, Form(ge=0, le=2**62)]
) -> Response:
    """Put a monitor back as it was; before its first revision it was not there."""
    take_back(view, project, monitor, to=revision)
    return view.go(_address(project, monitor) if revision else _listed(project))


@router.post("/monitors/{project}/edit/{monitor}/delete", dependencies=[OwnForm])
def post_delete(project: ProjectName, monitor: MonitorName, view: Editing) -> Response:
    """Remove a monitor."""
    with view.here.database.reading() as conn:
        monitor_of(conn, project, monitor)
    remove(view, project, [monitor])
    return view.go(_listed(project))


def _posted(
    view: View, project: str, form: TextsSent, *, stored: StoredMonitor | None, model: str = ""
) -> Response:
    draft, do = _draft(form), (form.get("do") or [""])[-1]
    if do == "save":
        return _save(view, project, draft, stored=stored, model=model)
    if do in ("form", "yaml"):
        draft = Draft(text=draft.text, mode=do, on=draft.on, revision=draft.revision)
    here = f"/monitors/{quote(project, safe='')}/new" if stored is None else _address(project, stored.name)
    more = {"do": do} if do == "try" else {}
    address = f"{here}?{draft.query(model=model, **more)}"
    if len(address) <= _LONGEST_ADDRESS:
        return view.go(f"{address}#tried" if do == "try" else address)
    return _show(view, project, draft, stored=stored, model=model, do=do)


def _begun(view: View, project: str, kind: str, model: str) -> Draft:
    with view.here.database.reading() as conn:
        return Draft(text=monitor_text(begun(conn, project, kind, model)))


def _draft(form: TextsSent) -> Draft:
    said = {name: values[-1] for name, values in form.items() if values}
    mode = "yaml" if said.get("mode") == "yaml" else "form"
    text = (
        said.get("yaml", "").replace("\r\n", "\n")
        if mode == "yaml"
        else monitor_text(document_of(fields_sent(form)))
    )
    if len(text) > _LONGEST:
        raise RequestRefused(
            422, f"this monitor has {len(text):,} characters; expected at most {_LONGEST:,}."
        )
    revision = said.get("revision", "0")
    return Draft(
        text=text, mode=mode, on=said.get("on", ""), revision=int(revision) if revision.isdecimal() else 0
    )


def _save(view: View, project: str, draft: Draft, *, stored: StoredMonitor | None, model: str) -> Response:
    monitor = monitor_in(draft)
    if monitor is None:
        return _show(view, project, draft, stored=stored, model=model, status=422)
    before = "" if stored is None else stored.name
    try:
        keep_monitor(view, project, monitor, before=before, revision=draft.revision)
    except (MonitorError, Conflict) as error:
        if stored is not None and isinstance(error, Conflict):
            draft = Draft(text=draft.text, mode=draft.mode, on=draft.on, revision=stored.revision)
        return _show(view, project, draft, stored=stored, model=model, fault=str(error), status=422)
    return view.go(f"{_address(project, monitor.name)}?saved=true")


def _show(
    view: View,
    project: str,
    draft: Draft,
    *,
    stored: StoredMonitor | None,
    model: str = "",
    do: str = "",
    fault: str = "",
    saved: bool = False,
    choose: bool = False,
    status: int = 200,
) -> Response:
    found, refusal = _tried(view, project, draft) if do == "try" else (None, "")
    with view.here.database.reading() as conn:
        made = editor_page(
            conn, view, project, draft, stored=stored, of_model=model, fault=fault or refusal, tried=found,
            saved=saved, choose=choose,
        )  # fmt: skip
    return view.show(made, status=status)


def _tried(view: View, project: str, draft: Draft) -> tuple[Tried | None, str]:
    """What the draft would have done, or why that cannot be said; of one that is refused neither: the page says why."""
    monitor = monitor_in(draft)
    if monitor is None:
        return None, ""
    with view.here.database.reading() as conn:
        if faults_here(conn, project, monitor):
            return None, ""
        file = file_with(conn, catalog.project(conn, project).id, [monitor])
        names = [m.name for m in catalog.models(conn, project) if watches(monitor, m.name)]
    on = draft.on if draft.on in names else None
    if on is None and len(names) > MOST_TRIED:
        on = names[0]
    try:
        return tried(view, project, file, model=on), ""
    except BarographError as error:
        return None, str(error)


def _address(project: str, monitor: str) -> str:
    return f"/monitors/{quote(project, safe='')}/edit/{quote(monitor, safe='')}"


def _listed(project: str) -> str:
    return f"/monitors?project={quote(project, safe='')}"
