"""A look at a database that is open."""

from __future__ import annotations

from sqlalchemy import update

from tinyllm.storage.database import Database
from tinyllm.storage.schema import choices


async def revision(database: Database) -> str:
    """The revision of its tables; also shows that they can be written. Raises StorageError."""
    async with database.transaction() as connection:
        nowhere = choices.c.scope == ""
        await connection.execute(
            update(choices).where(nowhere).values(model="")
        )  # writes nothing, but needs to be able to
        return str((await connection.exec_driver_sql("SELECT version_num FROM alembic_version")).scalar_one())
