"""How stored tables become those of this version: Alembic revisions, for the state database and for the log."""
