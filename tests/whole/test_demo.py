"""`make demo` shows what it promises."""

import asyncio
import os
import sys
from pathlib import Path

from tests.stack import ROOT


async def test_the_demo_plays_to_its_end_with_real_answers(tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.demo", "--models", str(tmp_path)),
        cwd=ROOT,
        env={**os.environ, "OLLAMA_HOST": "127.0.0.1:1"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(150):
        output, errors = await demo.communicate()

    assert demo.returncode == 0, errors.decode()
    assert output.decode().count("✓") == 14
    assert "Models: smollm2:135m and smollm2:brief, run here by tinyllm serve" in output.decode()
    assert "✗" not in output.decode()
