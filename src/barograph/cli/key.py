"""`barograph key`."""

from __future__ import annotations

from typing import Any

from barograph.cli.needs_server import need_server
from barograph.cli.streams import write_json
from barograph.config.read import Configuration

_ACTOR = "command line"


def run_key(
    configuration: Configuration, name: str, *, role: str, projects: tuple[str, ...], as_json: bool
) -> None:
    """Make a key in the database itself, which who can read its files may do anyway; noted in the audit log."""
    need_server("key")
    from barograph.errors import check_known
    from barograph.server.access.keyring import new_key
    from barograph.server.access.roles import ROLES
    from barograph.server.clock import clock_of
    from barograph.server.errors import KeyNotMade
    from barograph.store.audit import append_audit
    from barograph.store.catalog import project
    from barograph.store.database import open_database
    from barograph.store.keys import add_key
    from barograph.store.migrate import pending_revisions

    check_known("key", [("role", role, ROLES)], KeyNotMade)
    settings = configuration.settings
    if settings.database_url.startswith("sqlite") and not settings.data_path.is_dir():
        raise KeyNotMade(
            f"there is no data folder {settings.data!r}; name it with --data, or start `barograph serve`."
        )
    database, now = open_database(settings.database_url), clock_of(settings).now()
    try:
        if pending_revisions(database):
            raise KeyNotMade("the database is not ready for this version; start `barograph serve` once.")
        given: Any = role
        token, key = new_key(name=name, role=given, projects=projects or None, created_by=_ACTOR, now=now)
        with database.writing() as conn:
            for each in projects:
                project(conn, each)
            add_key(conn, key)
            told = {"role": role, "projects": projects or None, "name": name}
            append_audit(conn, at=now, actor=_ACTOR, action="key.create", subject=key.key_id, details=told)
    finally:
        database.close()
    if as_json:
        write_json(
            {"key_id": key.key_id, "token": token.text, "role": role, "projects": list(projects) or None}
        )
    else:
        print(f"A key of role {role}; it is shown this once:\n\n    {token.text}\n")
