"""What `tinyllm doctor` looks at beside the settings."""

from __future__ import annotations

import asyncio
import shlex
import shutil
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from tinyllm.cli import facts
from tinyllm.cli.diagnosis import ENV_FILE, SettingsSeen, masked
from tinyllm.cli.servers import Seen, look_at_servers
from tinyllm.cli.serving import SMALL_MODEL, has_engine
from tinyllm.errors import StorageError, shortened
from tinyllm.serve.library import Library
from tinyllm.serve.refusals import RefusalError
from tinyllm.storage import open_database
from tinyllm.storage.checkup import revision

if TYPE_CHECKING:
    from tinyllm.settings import BotSettings

OK, NOTE, WRONG = "ok", "note", "wrong"
DATABASE_PATIENCE = 15.0
"""Seconds that the database may take to open."""
DISCORD_PATIENCE = 10.0
"""Seconds that Discord may take to answer."""
LITTLE_SPACE = 500e6
"""Bytes; with less on the disk it is time to make room."""
NO_SPACE = 20e6
"""Bytes; with less on the disk a database cannot be counted on."""
SECRETS = ("DISCORD_TOKEN", "DATABASE_URL", "TINYLLM_BACKENDS")
"""What `.env` should not show to others on the machine."""
PORTAL = "https://discord.com/developers/applications"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look showed, and what to do about it."""

    name: str
    status: str
    """OK, NOTE for what need not be so but may be meant, or WRONG."""
    detail: str
    remedy: str | None = None


async def examine(seen: SettingsSeen) -> list[Finding]:
    """All looks at once. No finding shows a secret."""
    settings = seen.settings
    database, servers, engine, small_model, discord = await asyncio.gather(
        _database(settings.database),
        look_at_servers(settings),
        _engine(),
        _small_model(settings.models_folder),
        _discord(settings, has_token=seen.has_token),
    )
    return [
        _file(seen),
        *(Finding("variable", NOTE, sentence, "Rename it, or unset it.") for sentence in seen.unknown),
        _home(settings.home.expanduser().absolute()),
        database,
        *(_server(each, servers) for each in servers),
        *(_broken(name, problem) for each in servers for name, problem in each.broken_models.items()),
        engine,
        small_model,
        discord,
    ]


def _file(seen: SettingsSeen) -> Finding:
    name, file = "file .env", seen.file
    if file.problem is not None:
        return Finding(name, WRONG, f"{file.problem}; it was left out here", "Mend it, or delete it.")
    if file.bad_line is not None:
        return Finding(
            name, NOTE, f"line {file.bad_line} is no NAME=value and has no effect", "Mend or delete that line."
        )
    if not ENV_FILE.exists():
        return Finding(name, OK, "there is none in this folder, so only the environment counts")
    if ENV_FILE.stat().st_mode & 0o077 and any(file.content.get(secret) for secret in SECRETS):
        return Finding(name, NOTE, "others on this machine may read the secrets in it", f"chmod 600 {ENV_FILE}")
    return Finding(name, OK, f"{len(file.content)} settings")


def _home(home: Path) -> Finding:
    name = "TINYLLM_HOME"
    folder = next(path for path in (home, *home.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        why = f"nothing can be written to {folder}: {exc.strerror}"
        return Finding(name, WRONG, why, "Make the folder yours, or set TINYLLM_HOME to another one.")
    return Finding(name, OK, f"{home} can be written" if folder == home else f"{home} will be made when it is needed")


async def _database(url: str) -> Finding:
    name = "database"
    try:
        async with asyncio.timeout(DATABASE_PATIENCE), open_database(url) as database:
            detail = f"opens and can be written, revision {await revision(database)}"
    except StorageError as exc:
        return Finding(name, WRONG, masked(str(exc)), _database_remedy(url))
    except TimeoutError:
        return Finding(name, WRONG, f"no answer within {DATABASE_PATIENCE:g} s", _database_remedy(url))
    free = _free_space(url)
    if free is None:
        return Finding(name, OK, detail)
    detail = f"{detail}, {facts.size(free)} free on its disk"
    if free < LITTLE_SPACE:
        return Finding(
            name, NOTE if free >= NO_SPACE else WRONG, detail, "Make room, or set DATABASE_URL to another disk."
        )
    return Finding(name, OK, detail)


def _database_remedy(url: str) -> str:
    if url.startswith("sqlite"):
        return (
            "Make its folder and file yours, with room on the disk; move away a file that is no database of ours; "
            "or set DATABASE_URL or TINYLLM_HOME elsewhere."
        )
    return (
        "Check DATABASE_URL: postgresql+asyncpg://NAME:PASSWORD@HOST/DATABASE. Does the server run, and is the driver "
        "there (pip install asyncpg)?"
    )


def _free_space(url: str) -> int | None:
    """Bytes on the disk of a SQLite file; None for what is no file here."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return shutil.disk_usage(Path(str(parsed.database)).parent).free


def _server(seen: Seen, servers: list[Seen]) -> Finding:
    name = f"model server {seen.address}"
    if seen.problem is not None:
        told = "OLLAMA_HOST" in seen.problem  # most of these sentences end with the remedy
        return Finding(
            name, WRONG, seen.problem, None if told else "Look at its log, or set OLLAMA_HOST or TINYLLM_BACKENDS."
        )
    if not seen.chat_models:
        elsewhere = any(server.chat_models for server in servers)
        model = SMALL_MODEL if seen.is_ours else "qwen2.5:3b"
        what = f"Install a model: tinyllm models pull {model}"
        return Finding(name, NOTE if elsewhere else WRONG, seen.detail, what)
    return Finding(name, OK, f"{seen.detail}, {seen.milliseconds:.0f} ms")


def _broken(name: str, problem: str) -> Finding:
    remedy = f"Get its file again, or remove it: tinyllm models remove {shlex.quote(name)}"
    return Finding(f"model {name}", WRONG, f"cannot be used: {problem}", remedy)


async def _engine() -> Finding:
    """What `tinyllm serve` needs; where Ollama runs, nobody misses it."""
    name = "engine of tinyllm serve"
    if not has_engine():
        why = "not installed, which matters only where there is no Ollama"
        return Finding(name, NOTE, why, "pip install 'tinyllm[embedded]'")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "import xllamacpp"), stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
    )
    _, errors = await process.communicate()
    if process.returncode:
        why = shortened(errors.decode(errors="replace").strip().rpartition("\n")[2])
        return Finding(name, WRONG, f"installed, and cannot be loaded: {why}", "On Debian it needs libgomp1.")
    return Finding(name, OK, f"llama.cpp is installed (xllamacpp {version('xllamacpp')})")


async def _small_model(folder: Path) -> Finding:
    name = f"model {SMALL_MODEL}"
    try:
        model = await Library(folder).find(SMALL_MODEL)
    except RefusalError:
        why = "not installed; it is for trying things out without Ollama"
        return Finding(name, NOTE, why, f"tinyllm chat --serve -m {SMALL_MODEL}")
    if model.problem is not None:
        return Finding(name, WRONG, f"cannot be used: {model.problem}", f"Delete {model.path}, or get it again.")
    return Finding(name, OK, f"installed: {model.path}")


async def _discord(settings: BotSettings, *, has_token: bool) -> Finding:
    name = "Discord token"
    if not has_token:
        how = f"For the bot: make an application at {PORTAL}, reset its token under Bot, and set DISCORD_TOKEN to it."
        return Finding(name, NOTE, "not set, or not usable; the terminal needs none", how)
    token = settings.discord_token.get_secret_value()
    try:
        # The bot does not go through a proxy either.
        async with httpx.AsyncClient(timeout=DISCORD_PATIENCE, trust_env=False) as http:
            answer = await http.get(f"{settings.discord_api}/users/@me", headers={"Authorization": f"Bot {token}"})
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        why = f"Discord cannot be reached at {masked(settings.discord_api)} ({type(exc).__name__})"
        return Finding(name, WRONG, why, "Check the network, or TINYLLM_DISCORD_API. The terminal works without.")
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return Finding(
            name, WRONG, "Discord refuses it", f"Reset it at {PORTAL} under Bot, and set DISCORD_TOKEN anew."
        )
    if answer.status_code != httpx.codes.OK:
        return Finding(name, WRONG, f"Discord answered {answer.status_code}", "Try again in a minute.")
    return Finding(name, OK, f"valid{_bot_name(answer, token)}")


def _bot_name(answer: httpx.Response, token: str) -> str:
    try:
        name = answer.json()["username"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f": the bot is called {str(name).replace(token, '…')}"
