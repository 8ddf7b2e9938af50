"""What Alembic runs around the revisions."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Run revisions on the connection and with the version table that `barograph.store.migrate` has set."""
    given = context.config.attributes
    context.configure(connection=given["connection"], version_table=given["version_table"])
    with context.begin_transaction():
        context.run_migrations()


# The name under which Alembic loads this file; whoever imports it otherwise runs nothing.
if __name__ == "env_py":
    run()
