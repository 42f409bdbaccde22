"""Aliases, learned token estimates, the log of requests, and turns that are pinned."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("turns", sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("ix_turns_scope_pinned_id", "turns", ["scope", "pinned", "id"])
    op.create_table(
        "aliases",
        sa.Column("alias", sa.String(100), nullable=False),
        sa.Column("target", sa.Text),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("alias", name="pk_aliases"),
    )
    op.create_table(
        "token_estimates",
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("characters_per_token", sa.Float, nullable=False),
        sa.Column("learned_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("model", name="pk_token_estimates"),
    )
    op.create_table(
        "requests",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("asked_at", sa.Float, nullable=False),
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("scope", sa.String(100), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("prompt_tokens", sa.Integer),
        sa.Column("answer_tokens", sa.Integer),
        sa.Column("first_token", sa.Float),
        sa.Column("duration", sa.Float, nullable=False),
        sa.Column("tokens_per_second", sa.Float),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_asked_at", "requests", ["asked_at"])


def downgrade() -> None:
    for table in ("requests", "token_estimates", "aliases"):
        op.drop_table(table)
    op.drop_index("ix_turns_scope_pinned_id", "turns")
    op.drop_column("turns", "pinned")
