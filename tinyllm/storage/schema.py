"""The tables. A change here needs a migration; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only in a column of exactly this type

turns = Table(
    "turns",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("scope", String(100), nullable=False),
    Column("role", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("author_id", String(100)),
    Column("author_name", Text),
    Column("model", Text),
    Column("state", String(20), nullable=False),
    Column("prompt_tokens", Integer),
    Column("answer_tokens", Integer),
    Column("said_at", Float, nullable=False),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Index(None, "scope", "id"),
    Index(None, "scope", "pinned", "id"),
    sqlite_autoincrement=True,  # the id of a deleted turn is never another's
)

turn_messages = Table(
    "turn_messages",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("turn_id", _Id, ForeignKey("turns.id", ondelete="CASCADE"), nullable=False, index=True),
)

choices = Table(
    "choices",
    metadata,
    Column("scope", String(100), primary_key=True),
    Column("model", Text, nullable=False),
    Column("chosen_by", String(100)),
    Column("chosen_at", Float, nullable=False),
)

model_health = Table(
    "model_health",
    metadata,
    Column("model", String(300), primary_key=True),
    Column("total_requests", Integer, nullable=False),
    Column("failed_requests", Integer, nullable=False),
    Column("total_latency_ms", Float, nullable=False),
    Column("last_used", Float),
    Column("last_error", Text),
    Column("last_error_time", Float),
)

aliases = Table(
    "aliases",
    metadata,
    Column("alias", String(100), primary_key=True),
    Column("target", Text),  # none where a built-in alias was removed
    Column("changed_at", Float, nullable=False),
)

token_estimates = Table(
    "token_estimates",
    metadata,
    Column("model", String(300), primary_key=True),
    Column("characters_per_token", Float, nullable=False),
    Column("learned_at", Float, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("asked_at", Float, nullable=False, index=True),
    Column("model", String(300), nullable=False),
    Column("scope", String(100), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("prompt_tokens", Integer),
    Column("answer_tokens", Integer),
    Column("first_token", Float),
    Column("duration", Float, nullable=False),
    Column("tokens_per_second", Float),
)
