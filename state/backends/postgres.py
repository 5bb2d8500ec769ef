"""PostgreSQL: states as rows of one table, each changed by a compare-and-swap on its version.

Needs the extra `postgres`. The password comes from the environment (`PGPASSWORD`), a password file or a service file,
as libpq reads them. Each call has a connection of its own: a run that waits for hours keeps none open.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from state.backends.slots import SlotContent, SwapRefused, SwapUnclear
from state.errors import StateNotRead, StateNotWritten

if TYPE_CHECKING:
    from psycopg import AsyncConnection

__all__ = ["PostgresSlot"]

_SECONDS = 20


class PostgresSlot:
    """The row called `workspace` in the table `planner_states` of `schema`; made when it is first written."""

    def __init__(self, conninfo: str, workspace: str, *, schema: str, name: str) -> None:
        if find_spec("psycopg") is None:
            raise StateNotRead(
                "The extra postgres is not installed", "Install it: pip install 'cluster-planner[postgres]'."
            )
        self._conninfo = conninfo
        self._workspace = workspace
        self._schema = schema
        self.name = name

    @property
    def restore(self) -> str:
        """A sentence that says how to get a former content back."""
        return "Put the row back from a backup of the database."

    async def fetch(self) -> SlotContent | None:
        """Return the row.

        Raises:
            StateNotRead: the database did not hand it over.
        """
        import psycopg  # noqa: PLC0415 - loaded only where a state is kept so

        try:
            async with self._connect() as connection:
                query = self._write("SELECT document, version FROM {} WHERE workspace = %s")
                row = await (await connection.execute(query, (self._workspace,))).fetchone()
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
            return None
        except (psycopg.Error, TimeoutError) as error:
            raise StateNotRead(f"{self.name} cannot be read", _advise(error)) from error
        return None if row is None else SlotContent(bytes(row[0]), str(row[1]))

    async def swap(self, data: bytes, *, expected: str) -> str:
        """Store `data` in the place of the version `expected`.

        Raises:
            SwapRefused: another version is stored.
            SwapUnclear: the connection broke, so nobody can tell.
            StateNotWritten: the database does not take it.
        """
        import psycopg  # noqa: PLC0415 - as above

        version = os.urandom(16).hex()  # a counter would begin again in a row that was removed and made anew
        try:
            async with self._connect() as connection:
                count = await self._put(connection, data, version, expected)
        except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError) as error:
            raise SwapUnclear(f"The database could not be reached, or did not answer ({_say(error)}).") from error
        except psycopg.Error as error:
            raise StateNotWritten(f"{self.name} cannot be written", _advise(error)) from error
        if count != 1:
            raise SwapRefused
        return version

    async def remove(self) -> None:
        """Remove the row, if it is there.

        Raises:
            StateNotWritten: the database does not.
        """
        import psycopg  # noqa: PLC0415 - as above

        try:
            async with self._connect() as connection:
                await connection.execute(self._write("DELETE FROM {} WHERE workspace = %s"), (self._workspace,))
        except psycopg.errors.UndefinedTable:
            return
        except (psycopg.Error, TimeoutError) as error:
            raise StateNotWritten(f"{self.name} cannot be removed", _advise(error)) from error

    async def list_beside(self) -> tuple[str, ...]:
        """Return the workspaces that have a state.

        Raises:
            StateNotRead: the database does not say.
        """
        import psycopg  # noqa: PLC0415 - as above

        try:
            async with self._connect() as connection:
                rows = await (await connection.execute(self._write("SELECT workspace FROM {} ORDER BY 1"))).fetchall()
        except psycopg.errors.UndefinedTable:
            return ()
        except (psycopg.Error, TimeoutError) as error:
            raise StateNotRead(f"{self.name} cannot be read", _advise(error)) from error
        return tuple(str(row[0]) for row in rows)

    async def _put(self, connection: "AsyncConnection[Any]", data: bytes, version: str, expected: str) -> int:
        if expected:
            query = self._write("UPDATE {} SET document = %s, version = %s WHERE workspace = %s AND version = %s")
            return (await connection.execute(query, (data, version, self._workspace, expected))).rowcount
        await self._make_table(connection)
        query = self._write(
            "INSERT INTO {} (document, version, workspace) VALUES (%s, %s, %s) ON CONFLICT (workspace) DO NOTHING"
        )
        return (await connection.execute(query, (data, version, self._workspace))).rowcount

    async def _make_table(self, connection: "AsyncConnection[Any]") -> None:
        """Make schema and table where they are missing; two runs may do so at once, and one of them is told."""
        from psycopg import errors, sql  # noqa: PLC0415 - as above

        try:
            await connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(self._schema)))
            await connection.execute(
                self._write(
                    "CREATE TABLE IF NOT EXISTS {} (workspace text PRIMARY KEY, version text NOT NULL, "
                    "document bytea NOT NULL)"
                )
            )
        except (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateSchema):
            return
        except errors.InsufficientPrivilege:
            return  # who may not make it may still use one that is there; if none is, the next statement says so

    def _write(self, statement: str) -> Any:  # noqa: ANN401 - psycopg's own Composed
        from psycopg import sql  # noqa: PLC0415 - as above

        return sql.SQL(statement).format(sql.Identifier(self._schema, "planner_states"))

    @asynccontextmanager
    async def _connect(self) -> "AsyncIterator[AsyncConnection[Any]]":
        """Open a connection in which each statement is a transaction of its own."""
        import psycopg  # noqa: PLC0415 - as above

        async with (
            asyncio.timeout(_SECONDS),
            await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, connect_timeout=_SECONDS, application_name="planner"
            ) as connection,
        ):
            yield connection


def _advise(error: Exception) -> str:
    return f"{_say(error)}. See to the address, and that your role may read and write there."


def _say(error: Exception) -> str:
    """Return the first line of what the database says."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:200]).rstrip(".")
