"""What only Ollama's dialect tells, from the scripted model server over real connections."""

import pytest

from sandbox.models import Fault, ScriptedModel, ScriptedModels
from sandbox.models.refusals import Version
from tests.tinyllm.asking import heard
from tinyllm.errors import ContextOverflowError, RefusedError
from tinyllm.models import OllamaClient
from tinyllm.models.backend import ChatMessage, ChatRequest, Role


async def test_facts_of_a_real_server() -> None:
    async with ScriptedModels(models=[ScriptedModel("qwen3:8b")]) as models, OllamaClient(models.url) as client:
        (one,) = await client.list_capabilities()
        await client.warm_up("qwen3:8b", 2048)
        assert await client.list_loaded() == ["qwen3:8b"]
    assert (one.name, one.context_size, one.chat_support, one.guessed) == ("qwen3:8b", 4096, True, False)


@pytest.mark.parametrize("version", ["0.24", "0.33"])
async def test_a_real_overflow_is_told(version: Version) -> None:
    async with ScriptedModels(models=[ScriptedModel("qwen3:8b")], version=version) as models:
        request = ChatRequest("qwen3:8b", (ChatMessage(Role.USER, "word " * 5000),), 512)
        async with OllamaClient(models.url) as client:
            assert isinstance((await heard(client, request))[1], ContextOverflowError)


async def test_a_server_tells_its_version() -> None:
    async with ScriptedModels(version="0.24") as models, OllamaClient(models.url) as client:
        assert await client.version() == "0.24.0"
        models.fault(Fault.NOT_FOUND, "/api/version")
        with pytest.raises(RefusedError):
            await client.version()
