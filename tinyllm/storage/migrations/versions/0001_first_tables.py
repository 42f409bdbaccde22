"""Turns, the Discord messages they belong to, choices of models, and the models' health."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "turns",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("scope", sa.String(100), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author_id", sa.String(100)),
        sa.Column("author_name", sa.Text),
        sa.Column("model", sa.Text),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("prompt_tokens", sa.Integer),
        sa.Column("answer_tokens", sa.Integer),
        sa.Column("said_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_turns_scope_id", "turns", ["scope", "id"])
    op.create_table(
        "turn_messages",
        sa.Column("message_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("turn_id", _ID, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_turn_messages"),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name="fk_turn_messages_turn_id", ondelete="CASCADE"),
    )
    op.create_index("ix_turn_messages_turn_id", "turn_messages", ["turn_id"])
    op.create_table(
        "choices",
        sa.Column("scope", sa.String(100), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("chosen_by", sa.String(100)),
        sa.Column("chosen_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_choices"),
    )
    op.create_table(
        "model_health",
        sa.Column("model", sa.String(300), nullable=False),
        sa.Column("total_requests", sa.Integer, nullable=False),
        sa.Column("failed_requests", sa.Integer, nullable=False),
        sa.Column("total_latency_ms", sa.Float, nullable=False),
        sa.Column("last_used", sa.Float),
        sa.Column("last_error", sa.Text),
        sa.Column("last_error_time", sa.Float),
        sa.PrimaryKeyConstraint("model", name="pk_model_health"),
    )


def downgrade() -> None:
    for table in ("model_health", "choices", "turn_messages", "turns"):
        op.drop_table(table)
