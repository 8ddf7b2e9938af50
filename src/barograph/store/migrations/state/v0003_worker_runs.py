"""What workers have done."""

from __future__ import annotations

from pathlib import Path

from barograph.store.migrations.statements import execute_kept, refuse_downgrade

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    execute_kept(Path(__file__).parent, revision)


def downgrade() -> None:
    """Refuse."""
    refuse_downgrade(revision)
