"""A PostgreSQL server of our own for the tests, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """The folder of the server's programs; None where there is no server."""
    found = shutil.which("postgres")
    installed = [Path(found).parent] if found else sorted(DEBIAN.glob("*/bin"))
    return installed[-1] if installed else None


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server on loopback; yields the URL of its databases, to which a name is added."""
    folder = programs()
    assert folder is not None
    with tempfile.TemporaryDirectory(prefix="tinyllm-postgres-") as home, socket.socket() as taken:
        user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
        if user is not None:
            shutil.chown(home, user)
        data = f"{home}/data"
        _run([folder / "initdb", "--auth=trust", "--username=tests", "--no-sync", data], home, user)
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.close()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c fsync=off"
        control = [folder / "pg_ctl", f"--pgdata={data}", f"--log={home}/log", "--wait"]
        _run([*control, f"--options={options}", "start"], home, user)
        try:
            yield f"postgresql+asyncpg://tests@127.0.0.1:{port}"
        finally:
            _run([*control, "--mode=immediate", "stop"], home, user)


def _run(command: list[str | Path], folder: str, user: str | None) -> None:
    nowhere = subprocess.DEVNULL  # not a pipe, which the server that is started would keep open
    subprocess.run(command, user=user, check=True, cwd=folder, stdout=nowhere, stderr=nowhere)
