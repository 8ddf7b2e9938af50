"""Monitors, alerts, incidents and what is sent of them."""

from __future__ import annotations

from pathlib import Path

from barograph.store.migrations.statements import execute_kept, refuse_downgrade

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    execute_kept(Path(__file__).parent, revision)


def downgrade() -> None:
    """Refuse."""
    refuse_downgrade(revision)
