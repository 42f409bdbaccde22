"""What runs in a process of its own: llama.cpp with one model, behind its own HTTP server on loopback.

Its stdin is a socket. It reads its orders from the first line, tells its address in one line on stdout, is sent a
socket for each answer that it is to tell, and lives until stdin ends, so that it never outlives whoever started it.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn
from urllib.parse import urlsplit

import orjson

from tinyllm.serve.telling import tell

PROMPT_PIECE = 64
"""Tokens of a prompt that are read in one go on a processor: the engine looks for cancelled requests only between two
of them. Twice as big ones read 3 % faster here, half as big ones 27 % slower; a graphics card wants more at a time and
is quick enough."""
PROMPT_PIECE_ON_GPU = 512
ROUND_CONTEXT = 256
"""Tokens; the engine rounds a context up to a multiple of it."""
THREADS_BESIDE_SLOTS = 4
"""Each running answer holds a thread of the engine's HTTP server; these are left for the short questions."""
LOG_PATIENCE = 0.3
"""Seconds in which a thread of llama.cpp's writes the rest of its log, which says why a model cannot be loaded; nothing
tells when it is done."""
ERRORS_AND_WARNINGS = 2
"""How much of llama.cpp's log is written to stderr."""

log = logging.getLogger(__name__)


def main() -> NoReturn:
    """Serve until stdin ends; exit status 1 where the model cannot be loaded."""
    parent = socket.socket(fileno=sys.stdin.fileno())
    with parent.makefile("rb", buffering=0) as lines:
        orders = orjson.loads(lines.readline())
    stdout = os.dup(1)
    os.dup2(2, 1)  # what the engine prints is no answer of ours
    try:
        engine = load(orders)
    except ImportError as exc:
        _fail(stdout, f"llama.cpp cannot be started: {exc} (install tinyllm[embedded]; on Debian also libgomp1)")
    except (RuntimeError, ValueError) as exc:
        _fail(stdout, str(exc))
    address = str(engine.listening_address)
    os.write(stdout, orjson.dumps({"address": address}) + b"\n")
    at = urlsplit(address)
    assert at.hostname is not None
    assert at.port is not None
    listen(parent, partial(tell, engine=(at.hostname, at.port), key=orders["key"]))
    os._exit(0)  # taking the engine apart in order can hang, and there is nothing to save


def listen(parent: socket.socket, tell: Callable[[socket.socket], None]) -> None:
    """Tell each answer for which a socket comes in a thread of its own, until nobody is there any more."""
    while True:
        sign, sockets, *_ = socket.recv_fds(parent, 1, 1)
        if not sign:
            return
        if not sockets:  # the system drops what there is no room for
            log.error("an answer cannot be told: too many files are open")
        for number in sockets:
            server = socket.socket(fileno=number)
            try:
                threading.Thread(target=tell, args=(server,), daemon=True).start()
            except RuntimeError as exc:
                log.error("an answer cannot be told: %s", exc)
                server.shutdown(socket.SHUT_RDWR)  # the server still holds this end, too
                server.close()


def _fail(stdout: int, why: str) -> NoReturn:
    time.sleep(LOG_PATIENCE)
    os.write(stdout, orjson.dumps({"error": why}) + b"\n")
    os._exit(1)


def load(orders: dict[str, object]) -> Any:
    """The engine with its model, listening; it must not be taken apart. Raises RuntimeError, ValueError: it refuses."""
    import xllamacpp  # type: ignore[import-untyped]

    slots, context = orders["slots"], orders["context"]
    assert isinstance(slots, int)
    assert isinstance(context, int)
    processor = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
    on_gpu = any(device["type"] != processor for device in xllamacpp.get_device_info())
    params = xllamacpp.CommonParams()
    params.model.path = orders["path"]
    params.model_alias = {"engine"}  # it is in every event, and a path is long
    params.n_parallel = slots
    params.n_ctx = context * slots  # it is shared out
    params.n_batch = params.n_ubatch = PROMPT_PIECE_ON_GPU if on_gpu else PROMPT_PIECE
    params.ctx_shift = True
    params.cache_ram_mib = 0  # or memory grows by hundreds of megabytes
    params.cache_idle_slots = False
    params.fit_params = False  # it would shrink the context in silence
    params.warmup = False
    params.ui = False
    params.endpoint_metrics = True
    params.api_keys = [orders["key"]]
    params.n_threads_http = slots + THREADS_BESIDE_SLOTS
    params.verbosity = ERRORS_AND_WARNINGS
    if orders["embedding"]:
        params.embedding = True
        params.n_batch = params.n_ubatch = -(-context // ROUND_CONTEXT) * ROUND_CONTEXT  # a text goes in whole
    return xllamacpp.Server(params)


if __name__ == "__main__":
    try:
        main()
    except Exception:  # noqa: BLE001  # nobody else could say what it was
        traceback.print_exc()
    finally:
        os._exit(1)  # also where nobody listens any more: a usual end would take the engine apart
