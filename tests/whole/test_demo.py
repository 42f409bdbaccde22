"""`make demo` shows what it promises."""

import asyncio
import sys

from tests.stack import ROOT


async def test_the_demo_plays_to_its_end() -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.demo", cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(90):
        output, errors = await demo.communicate()

    assert demo.returncode == 0, errors.decode()
    assert output.decode().count("✓") == 14
    assert "✗" not in output.decode()
