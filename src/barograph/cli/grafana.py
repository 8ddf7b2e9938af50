"""`barograph grafana`: dashboards and alert rules, as files or straight into Grafana."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from barograph.cli.http import ServerRefusalError, request
from barograph.cli.streams import hint, write_json
from barograph.errors import DataError
from barograph.grafana.dashboard import dashboard_document
from barograph.grafana.files import DASHBOARDS, RULES_FILE, files

#: Of the folder in Grafana: stays the same, whatever it is called there.
_FOLDER: Final = {"uid": "barograph", "title": "Barograph"}


def run_export(output: Path, *, as_json: bool) -> None:
    """Write every dashboard and the alert rules into a folder."""
    output.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in files().items():
        (output / name).write_text(text, encoding="utf-8")
        paths.append(str(output / name))
    if as_json:
        write_json({"paths": paths})
        return
    print("\n".join(paths))
    hint(
        f"Name {RULES_FILE} under rule_files: in prometheus.yml; import the dashboards, or send them with "
        "`barograph grafana push`."
    )


def run_push(url: str | None, token: str | None, *, as_json: bool) -> None:
    """Send the dashboards to Grafana, in place of those that an earlier push sent."""
    at = url or os.environ.get("GRAFANA_URL") or ""
    key = token or os.environ.get("GRAFANA_TOKEN") or ""
    if not at or not key:
        gone = "--url or GRAFANA_URL" if not at else "--token or GRAFANA_TOKEN"
        raise DataError(f"where Grafana is, and a token of a service account, are needed: give {gone}.")
    status, answer = _asked(at, key, "GET", f"/api/folders/{_FOLDER['uid']}")
    if status == 404:
        status, answer = _asked(at, key, "POST", "/api/folders", _FOLDER)
    _require(status, answer, "the folder")
    pushed = []
    for dashboard in DASHBOARDS:
        body = {"dashboard": dashboard_document(dashboard), "folderUid": _FOLDER["uid"], "overwrite": True}
        status, answer = _asked(at, key, "POST", "/api/dashboards/db", body)
        _require(status, answer, f"dashboard {dashboard.title!r}")
        pushed.append({"uid": dashboard.uid, "url": at.rstrip("/") + str(answer.get("url", ""))})
    if as_json:
        write_json({"dashboards": pushed})
    else:
        print("\n".join(one["url"] for one in pushed))


def _asked(
    url: str, token: str, method: str, path: str, body: Mapping[str, Any] | None = None
) -> tuple[int, dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        return request(url, method, path, data, headers)
    except ServerRefusalError as error:
        raise ServerRefusalError(
            f"no Grafana answers at {url}; give its address with --url, as http://127.0.0.1:3000."
        ) from error


def _require(status: int, answer: Mapping[str, Any], what: str) -> None:
    if status == 200:
        return
    hints = {401: " Give a token that is valid.", 403: " The token's service account needs the role Editor."}
    told = answer.get("message") or "without a reason"
    raise ServerRefusalError(f"Grafana refuses {what} ({status}): {told}.{hints.get(status, '')}")
