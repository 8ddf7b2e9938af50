"""Rows of a file imported for a model that is there: its history, or labels that came later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import Response

from barograph.errors import BarographError
from barograph.frames.row_batches import Kind
from barograph.frames.source import source
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.begin.imports import KINDS, Import, import_rows, imports_of, rows_waiting
from barograph.server.pages.begin.uploads import forget, keep_upload, upload_of
from barograph.server.pages.model.head import Head, address_of_model, asked_for, head_of
from barograph.server.pages.view import Editing, View, page
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store import catalog

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """Where a file of rows is dropped, and what was imported.

    Attributes
    ----------
    server : its address.
    imports : the last first.
    waiting : rows that are not counted yet.
    fault : what an import was refused for.
    most_bytes : of a file.
    """

    head: Head
    server: str
    kinds: tuple[Kind, ...]
    imports: tuple[Import, ...]
    waiting: int
    fault: str
    most_bytes: int
    template: str = "model_import"


@page(router, "/models/{project}/{model}/import")
def get_import(project: ProjectName, model_name: ModelName, view: Editing) -> Response:
    """Show where a file of rows is dropped."""
    return view.show(_page(view, project, model_name))


@router.post("/models/{project}/{model}/import", dependencies=[OwnForm])
def post_import(
    project: ProjectName,
    model_name: ModelName,
    view: Editing,
    file: Annotated[UploadFile, File()],
    kind: Annotated[Kind, Form()] = "predictions",
    version: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Import a file, and show what was taken."""
    name = file.filename or ""
    try:
        token = keep_upload(
            _folder(view), file.file.read(), name=name, by=view.visitor.principal.key_id, now=view.now
        )
        held = upload_of(_folder(view), token, by=view.visitor.principal.key_id, now=view.now)
        try:
            import_rows(
                view.here, view.visitor.principal, (project, model_name), source(held.path), kind=kind,
                file=name, version=version.strip(),
            )  # fmt: skip
        finally:
            forget(held)
    except BarographError as error:
        return view.show(_page(view, project, model_name, fault=str(error)), status=422)
    return view.go(f"{address_of_model(project, model_name)}/import")


def _page(view: View, project: str, name: str, *, fault: str = "") -> ImportPage:
    with view.here.database.reading() as conn:
        found = catalog.model(conn, project, name)
        head = head_of(conn, view, asked_for(conn, view, found))
        imports, waiting = imports_of(conn, found.id), rows_waiting(view.here, conn, found.id)
    return ImportPage(
        head=head, server=str(view.request.base_url).rstrip("/"), kinds=KINDS, imports=imports, waiting=waiting,
        fault=fault, most_bytes=view.here.settings.body_bytes,
    )  # fmt: skip


def _folder(view: View) -> Path:
    return view.here.settings.data_path / "uploads"
