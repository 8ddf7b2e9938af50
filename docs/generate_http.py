"""Write docs/reference/http.md from the application's own OpenAPI document.

uv run python docs/generate_http.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute

from barograph.config.read import read_settings
from barograph.server.access.needs import Needs
from barograph.server.app import create_app
from barograph.server.routes import ROUTERS

PAGE = Path(__file__).parent / "reference" / "http.md"
_HEAD = """\
# HTTP

Generated from the application by `docs/generate_http.py`; do not edit. The whole of it, with every form, is the OpenAPI
document at `/openapi.json`. How it is used: [run the server](../how-to/server.md).

Requests carry `Authorization: Bearer bg_…`; the role named is the least one that suffices: `viewer` reads, `editor`
changes models, `admin` changes keys and deletes, and `ingest`, apart from them, sends. A key is for some projects or
for all.

Every error is `{"error": {"code", "message", "details", "request_id"}}`: `code` for programs, `message` says what is
wrong, what was expected and what to do. Times are ISO 8601.
"""


def render() -> str:
    """The whole page."""
    document = create_app(read_settings(environment={}).settings).openapi()
    roles = _roles()
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["health"])[0]
            by_tag.setdefault(tag, []).append(_entry(path, method, operation, roles))
    return "\n".join([_HEAD, *(f"## {tag.capitalize()}\n\n" + "\n".join(e) for tag, e in by_tag.items())])


def _roles() -> dict[tuple[str, str], str]:
    """The least role of each route, by method and path."""
    found = {}
    for router in ROUTERS:
        for route in router.routes:
            if not isinstance(route, APIRoute):
                continue
            needs = [d.call.role for d in _dependencies(route.dependant) if isinstance(d.call, Needs)]
            for method in route.methods:
                found[method, route.path_format] = needs[0] if needs else "none"
    return found


def _dependencies(dependant: Any) -> list[Any]:
    return [d for each in dependant.dependencies for d in (each, *_dependencies(each))]


def _entry(path: str, method: str, operation: dict[str, Any], roles: dict[tuple[str, str], str]) -> str:
    role = roles.get((method.upper(), path), "none")
    said = " ".join(operation.get("description", operation.get("summary", "")).split())
    lines = [f"### `{method.upper()} {path}`", "", f"{said} Role: {role}.", ""]
    asked = [p for p in operation.get("parameters", []) if p["in"] in ("query", "header")]
    if asked:
        lines += ["| parameter | |", "|---|---|"]
        lines += [f"| `{p['name']}`{_where(p)} | {_told(p)} |" for p in asked]
        lines.append("")
    kinds = list(operation.get("requestBody", {}).get("content", {}))
    if kinds:
        lines += [f"Body: {', '.join(f'`{kind}`' for kind in kinds)}.", ""]
    return "\n".join(lines)


def _where(parameter: dict[str, Any]) -> str:
    return " (header)" if parameter["in"] == "header" else ""


def _told(parameter: dict[str, Any]) -> str:
    said = parameter.get("description", "").replace("|", "\\|")
    return f"{said} Required." if parameter.get("required") else said


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    print(f"wrote {PAGE}")
