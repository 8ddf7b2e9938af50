"""The report on one model for who audits it: as a page, and as one file that needs nothing else."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from barograph.server.pages.landings.report import ReportPage, report_of
from barograph.server.pages.model.head import address_of_model
from barograph.server.pages.render import as_file
from barograph.server.pages.view import View, Viewing, page
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import model
from barograph.store.retention import row_days

router = APIRouter(include_in_schema=False)


@page(router, "/models/{project}/{model}/compliance")
def get_report(project: ProjectName, model_name: ModelName, view: Viewing) -> Response:
    """Show the report."""
    return view.show(_report(project, model_name, view))


@router.get("/models/{project}/{model}/compliance.html")
def get_report_file(project: ProjectName, model_name: ModelName, view: Viewing) -> Response:
    """Give the report as one file, in the language of the page."""
    found = _report(project, model_name, view)
    answer = as_file("compliance_file", language=view.language, page=found)
    made = datetime.fromtimestamp(found.end / 1_000_000, tz=ZoneInfo(found.timezone))
    file = quote(f"{model_name}-monitoring-{made:%Y-%m-%d}.html", safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{file}"
    return answer


def _report(project: str, name: str, view: View) -> ReportPage:
    with view.here.database.reading() as conn:
        found = model(conn, project, name)
        address, settings = address_of_model(project, name), view.here.settings
        kept_days = row_days(found.retention_days, settings.retention_days, settings.profile_days)
        return report_of(
            conn, found, address=address, kept_days=kept_days,
            reader=view.visitor.principal.name, now=view.now, audited=view.may("admin"),
        )  # fmt: skip
