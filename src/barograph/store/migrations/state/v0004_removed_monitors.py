"""Monitors that were removed, as alerts were judged with them; events of alerts by their kind."""

from __future__ import annotations

from pathlib import Path

from barograph.store.migrations.statements import execute_kept, refuse_downgrade

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table and the index."""
    execute_kept(Path(__file__).parent, revision)


def downgrade() -> None:
    """Refuse."""
    refuse_downgrade(revision)
