"""`tinyllm serve` as a person or a program starts it, with the real engine."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.models import ScriptedModels
from tests.tinyllm.cli.engines import cast_in, ending, engines
from tests.tinyllm.cli.terminal import CTRL_C, environment, piped, terminal, told_before
from tests.tinyllm.serve.ggufs import put
from tinyllm.cli.serving import SMALL_MODEL

PATIENCE = 60.0
AS_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
NO_PACKAGES = told_before("import importlib.metadata", "importlib.metadata.distributions = lambda **_: ()")
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


class Serving:
    """`tinyllm serve` in a pipe."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> str:
        """The next one on stdout."""
        return await _line(self.process.stdout)

    async def logged(self) -> str:
        """The next line of the log."""
        return await _line(self.process.stderr)

    async def ended(self) -> tuple[int, str, str]:
        """The exit status, when it has ended, and what was written last."""
        async with asyncio.timeout(PATIENCE):
            out, err = await self.process.communicate()
        return self.process.returncode or 0, out.decode(), err.decode()


async def _line(stream: asyncio.StreamReader | None) -> str:
    assert stream is not None
    async with asyncio.timeout(PATIENCE):
        return (await stream.readline()).decode().removesuffix("\n")


@asynccontextmanager
async def serving(
    home: Path, *arguments: str, program: Sequence[str] = NO_PACKAGES, ollama: str = "127.0.0.1:1", **more: str
) -> AsyncIterator[Serving]:
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE)
    process = await asyncio.create_subprocess_exec(
        *program, "serve", *arguments, cwd=home, env=environment(home, ollama, **more), **pipes
    )
    try:
        yield Serving(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
def models(home: Path) -> Path:
    return cast_in(home / "models", "tiny-a", "slow")


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
        yield client


async def test_it_says_where_it_listens_and_what_it_has(home: Path, models: Path, unused_tcp_port: int) -> None:
    put(models / "bad.gguf", b"")
    async with serving(home, ollama=f"localhost:{unused_tcp_port}") as running:
        told = [await running.line() for _ in range(4)]
        running.process.send_signal(signal.SIGTERM)
        ended = await running.ended()

    assert told == [
        f"Listening at http://127.0.0.1:{unused_tcp_port}, and speaking as Ollama does.",
        "2 models: slow:latest, tiny-a:latest",
        "bad:latest cannot be used: It is empty.",
        "Ctrl-C ends it.",
    ]
    assert ended == (0, "", "")


async def test_elsewhere_it_says_how_it_is_found_and_without_a_model_how_to_get_one(home: Path) -> None:
    async with serving(home, "--port", "0") as running:
        told = [await running.line() for _ in range(4)]

    place = told[0].removeprefix("Listening at http://").partition(",")[0]
    command = f"OLLAMA_HOST={place} tinyllm models pull {SMALL_MODEL}"
    assert told[1:] == [
        f"The bot and the terminal find it where OLLAMA_HOST={place} is set.",
        f"There is no model yet. Put a GGUF file into {home / 'models'}, or download a very small one: {command}",
        "Ctrl-C ends it.",
    ]


async def test_where_several_servers_are_set_it_says_which_setting_counts(home: Path) -> None:
    async with serving(home, "--port", "0", TINYLLM_BACKENDS="openai://127.0.0.1:1, gpu-box") as running:
        await running.line()
        assert "where TINYLLM_BACKENDS=127.0.0.1:" in await running.line()


async def test_of_many_models_some_are_named(home: Path, models: Path) -> None:
    for number in range(30):
        (models / f"copy-{number}.gguf").symlink_to(models / "tiny-a.gguf")
    async with serving(home, "--port", "0") as running:
        await running.line()
        told = await running.line()

    assert told.startswith("32 models: ")
    assert told.endswith(" and 12 more")


async def test_json_is_one_line_for_programs(home: Path, models: Path, tmp_path: Path) -> None:
    put(tmp_path / "more" / "x.gguf", b"")
    async with serving(home, "--json", "--port", "0", str(tmp_path / "more")) as running:
        told = json.loads(await running.line())
        running.process.send_signal(signal.SIGINT)
        ended = await running.ended()

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", told.pop("url"))
    assert told == {"models": ["slow:latest", "tiny-a:latest"], "broken": {"x:latest": "It is empty."}}
    assert ended == (0, "", "")


async def test_folders_are_those_that_are_named(home: Path, models: Path, http: httpx.AsyncClient) -> None:
    cast_in(home / "given", "tiny-b")
    async with serving(home, "--json", "--port", "0", "given") as running:
        url = json.loads(await running.line())["url"]
        shown = (await http.post(f"{url}/api/show", json={"model": "tiny-b"})).json()

    assert shown["modelfile"] == f"FROM {home / 'given' / 'tiny-b.gguf'}\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_whatever_ends_it_ends_its_engines(
    home: Path, models: Path, http: httpx.AsyncClient, number: signal.Signals
) -> None:
    async with serving(home, "--json", "--port", "0") as running:
        url = json.loads(await running.line())["url"]
        await http.post(f"{url}/api/generate", json={"model": "tiny-a"})
        async with http.stream("POST", f"{url}/api/generate", json={"model": "slow", "prompt": "go"}) as answer:
            await anext(answer.aiter_bytes())
            async with ending(running.process.pid, 2):
                running.process.send_signal(number)
                status, out, _ = await running.ended()

    assert (status, out) == (-9 if number == signal.SIGKILL else 0, "")


async def test_in_a_terminal_it_ends_by_ctrl_c_and_shows_nothing_of_the_engine(
    home: Path, models: Path, http: httpx.AsyncClient, unused_tcp_port: int
) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}"
    async with terminal("serve", home=home, models=url, program=NO_PACKAGES, columns=120) as seen:
        await seen.until("Ctrl-C ends it.")
        await http.post(f"{url}/api/generate", json={"model": "tiny-a", "prompt": "go"})
        async with ending(seen.pid):
            seen.type(CTRL_C)
            assert await seen.ended() == 0

    lines = seen.text.splitlines()
    assert [re.sub(TIME, "TIME", line) for line in lines[3:]] == ["TIME INFO    loading tiny-a.gguf", "^C"]


# The log


async def test_the_log_says_in_words_and_with_the_time_what_is_done(
    home: Path, models: Path, http: httpx.AsyncClient
) -> None:
    async with serving(home, "--json", "--port", "0") as running:
        url = json.loads(await running.line())["url"]
        for keep_alive in (None, 0):
            await http.post(f"{url}/api/generate", json={"model": "tiny-a", "keep_alive": keep_alive})
        await http.post(f"{url}/api/generate", json={"model": "slow"})
        os.kill(engines(running.process.pid)[0], signal.SIGKILL)
        logged = [await running.logged() for _ in range(4)]

    assert [re.sub(f"^{TIME}", "TIME", line) for line in logged] == [
        "TIME INFO    loading tiny-a.gguf",
        "TIME INFO    unloading tiny-a.gguf",
        "TIME INFO    loading slow.gguf",
        "TIME WARNING slow.gguf: the engine was ended by signal 9; the next request starts it again",
    ]


async def test_the_log_is_json_where_that_is_set(home: Path, models: Path, http: httpx.AsyncClient) -> None:
    async with serving(home, "--json", "--port", "0", TINYLLM_LOG_FORMAT="json") as running:
        url = json.loads(await running.line())["url"]
        await http.post(f"{url}/api/generate", json={"model": "tiny-a"})
        logged = json.loads(await running.logged())

    assert (logged["level"], logged["message"]) == ("info", "loading tiny-a.gguf")


async def test_less_is_logged_where_less_is_wanted(home: Path, models: Path, http: httpx.AsyncClient) -> None:
    async with serving(home, "--json", "--port", "0", TINYLLM_LOG_LEVEL="error") as running:
        url = json.loads(await running.line())["url"]
        await http.post(f"{url}/api/generate", json={"model": "tiny-a"})
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == (0, "", "")


# What can go wrong


async def test_a_port_that_is_taken_is_told(home: Path) -> None:
    async with ScriptedModels() as ollama, serving(home, ollama=ollama.url) as running:
        ended = await running.ended()

    why = f"Port {ollama.url.rpartition(':')[2]} cannot be used: Address already in use."
    what = "Does Ollama or another `tinyllm serve` run already? Choose another one with --port."
    assert ended == (1, "", f"{why} {what}\n")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["missing"], 2, "{home}/missing is no folder."),
        (["tinyllm.db"], 2, "{home}/tinyllm.db is no folder."),
        (["--port", "70000"], 2, "Invalid value for '--port'"),
        (["--parallel", "0"], 2, "Invalid value for '--parallel'"),
        (["--memory", "x"], 2, "Invalid value for '--memory'"),
        (["--memory", "inf"], 2, "Invalid value for '--memory'"),
        (["--memory", "nan"], 2, "Invalid value for '--memory'"),
        (["--queue", "0"], 2, "Invalid value for '--queue'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
async def test_what_is_asked_wrongly_is_told(home: Path, arguments: list[str], status: int, told: str) -> None:
    ended = await piped("serve", *arguments, home=home, models="127.0.0.1:1")

    assert ended[:2] == (status, b"")
    assert told.format(home=home) in ended[2]
    assert "Traceback" not in ended[2]


async def test_a_models_folder_that_is_none_is_told(home: Path) -> None:
    (home / "models").touch()

    assert await piped("serve", home=home, models="127.0.0.1:1") == (2, b"", f"{home / 'models'} is no folder.\n")


@AS_ROOT
async def test_a_folder_that_may_not_be_read_is_told(home: Path) -> None:
    (home / "closed").mkdir(0)

    assert await piped("serve", "closed", home=home, models="127.0.0.1:1") == (
        1,
        b"",
        f"The folder {home / 'closed'} cannot be read: Permission denied.\n",
    )


async def test_a_setting_that_is_wrong_is_told(home: Path) -> None:
    ended = await piped("serve", home=home, models="127.0.0.1:1", TINYLLM_KEEP_ALIVE="soon")

    assert ended[:2] == (2, b"")
    assert ended[2].startswith("TINYLLM_KEEP_ALIVE is set wrongly: ")


async def test_without_the_engine_it_says_how_to_install_it(home: Path) -> None:
    program = told_before("import sys", "sys.modules['xllamacpp'] = None")

    assert await piped("serve", home=home, models="127.0.0.1:1", program=program) == (
        1,
        b"",
        "The engine is not installed. Install it: pip install 'tinyllm[embedded]'\n",
    )


async def test_without_stdout_it_serves_all_the_same(home: Path, unused_tcp_port: int) -> None:
    script = f"exec {sys.executable} -m tinyllm serve --port {unused_tcp_port} >&-"
    retrying = httpx.AsyncHTTPTransport(retries=8)
    async with (
        serving(home, program=("/bin/sh", "-c", script)) as running,
        httpx.AsyncClient(transport=retrying, timeout=PATIENCE) as http,
    ):
        answer = await http.get(f"http://127.0.0.1:{unused_tcp_port}/api/version")
        running.process.send_signal(signal.SIGTERM)
        ended = await running.ended()

    assert "tinyllm" in answer.json()["version"]
    assert ended == (0, "", "")


async def test_a_reader_that_has_gone_ends_it_without_a_word(home: Path) -> None:
    async with serving(
        home, program=("/bin/sh", "-c", f"({sys.executable} -m tinyllm serve --port 0; echo $? >&2) | true")
    ) as running:
        _, out, err = await running.ended()

    assert (out, err) == ("", "1\n")
