"""Pinned turns are found without reading the conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_turns_pinned",
        "turns",
        ["scope", "id"],
        sqlite_where=sa.text("pinned = 1"),
        postgresql_where=sa.text("pinned"),
    )


def downgrade() -> None:
    op.drop_index("ix_turns_pinned", "turns")
