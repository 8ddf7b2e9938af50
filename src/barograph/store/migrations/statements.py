"""Tables as SQL, and SQL that was kept with a revision."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from barograph.store.errors import LaterVersion

_DIALECTS: dict[str, Any] = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
_END = ";\n\n"
_CREATED = re.compile(r'^CREATE TABLE "?(\w+)"? \(', re.MULTILINE)


def execute_kept(folder: Path, revision: str) -> None:
    """Run the statements kept beside a revision for the database that is migrated."""
    name = op.get_bind().dialect.name
    text = (folder / f"{revision}.{name}.sql").read_text("utf-8")
    for statement in text.split(_END):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)


def refuse_downgrade(revision: str) -> NoReturn:
    """Refuse to go back: columns that were added hold what an earlier version would lose."""
    raise LaterVersion(
        f"revision {revision} cannot be undone. Restore the backup that was made before it, with the version that "
        "made it."
    )


def statements(metadata: sa.MetaData, dialect: str, *, made_before: Collection[str] = ()) -> str:
    """What makes the tables and their indexes, ordered by what refers to what.

    Parameters
    ----------
    made_before : names of tables that an earlier revision makes.
    """
    bound = _DIALECTS[dialect]()
    made: list[CreateTable | CreateIndex] = []
    for table in (each for each in metadata.sorted_tables if each.name not in made_before):
        made.append(CreateTable(table))
        made += [CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name))]
    lines = (str(statement.compile(dialect=bound)).strip() for statement in made)
    return "".join("\n".join(line.rstrip() for line in text.splitlines()) + _END for text in lines)


def keep(folder: Path, revision: str, metadata: sa.MetaData) -> None:
    """Write the statements of the tables that no earlier revision makes, for both databases, where there are any."""
    for dialect in _DIALECTS:
        text = statements(metadata, dialect, made_before=_made_before(folder, revision, dialect)).strip()
        if text:
            (folder / f"{revision}.{dialect}.sql").write_text(text + "\n", "utf-8")


def _made_before(folder: Path, revision: str, dialect: str) -> set[str]:
    """Names of the tables that earlier revisions make."""
    earlier = [f for f in folder.glob(f"*.{dialect}.sql") if f.name.partition(".")[0] < revision]
    return {name for file in earlier for name in _CREATED.findall(file.read_text("utf-8"))}


if __name__ == "__main__":
    from barograph.store.tables import log_metadata
    from barograph.store.tables import metadata as state_metadata

    here = Path(__file__).parent
    keep(here / "state", sys.argv[1], state_metadata)
    keep(here / "log", sys.argv[1], log_metadata)
