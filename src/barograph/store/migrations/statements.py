"""Tables as SQL, and SQL that was kept with a revision."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from barograph.store.errors import LaterVersion

_DIALECTS: dict[str, Any] = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
_END = ";\n\n"


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


def statements(metadata: sa.MetaData, dialect: str) -> str:
    """What makes all tables and their indexes, ordered by what refers to what."""
    bound = _DIALECTS[dialect]()
    made: list[CreateTable | CreateIndex] = []
    for table in metadata.sorted_tables:
        made.append(CreateTable(table))
        made += [CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name))]
    lines = (str(statement.compile(dialect=bound)).strip() for statement in made)
    return _END.join("\n".join(line.rstrip() for line in text.splitlines()) for text in lines) + _END


def keep(folder: Path, revision: str, metadata: sa.MetaData) -> None:
    """Write the statements of a first revision, for both databases."""
    for dialect in _DIALECTS:
        (folder / f"{revision}.{dialect}.sql").write_text(
            statements(metadata, dialect).rstrip() + "\n", "utf-8"
        )


if __name__ == "__main__":
    from barograph.store.tables import log_metadata
    from barograph.store.tables import metadata as state_metadata

    here = Path(__file__).parent
    keep(here / "state", sys.argv[1], state_metadata)
    keep(here / "log", sys.argv[1], log_metadata)
