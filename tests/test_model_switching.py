"""Model switching as the guide describes it, one test a point: `python tests/test_model_switching.py`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest

from sandbox.models import ScriptedModels
from tinyllm.models import ModelCapabilities, ModelRegistry, OllamaClient


@pytest.fixture
def registry() -> ModelRegistry:
    return ModelRegistry()


@pytest.fixture
async def client(registry: ModelRegistry) -> AsyncIterator[OllamaClient]:
    async with (
        ScriptedModels() as server,
        OllamaClient(server.url, default_model="qwen2.5:3b", registry=registry) as opened,
    ):
        yield opened


async def test_the_client_has_a_default_model(client: OllamaClient) -> None:
    assert client.get_model() == "qwen2.5:3b"
    assert (await client.generate(prompt="Hello, world!")).response.startswith("This is qwen2.5:3b.")


async def test_models_are_switched(client: OllamaClient) -> None:
    client.set_model("qwen2.5:1.5b")
    assert (await client.generate("Hello!")).model == "qwen2.5:1.5b"
    assert await client.switch_model("qwen3:8b") == (True, None)
    assert (await client.generate("Hello again!")).model == "qwen3:8b"
    assert "".join([piece async for piece in client.generate_stream("Hello!", model="fast")]).startswith(
        "This is qwen2.5:0.5b"
    )


def test_the_registry_keeps_models(registry: ModelRegistry) -> None:
    registry.register_model(ModelCapabilities("qwen2.5:3b", 32_768, parameter_count="3.1B"))
    registry.sync_from_ollama(["qwen2.5:0.5b"])
    assert registry.list_models() == ["qwen2.5:0.5b"]
    registry.set_default_model("fast")
    assert registry.get_default_model() == "qwen2.5:0.5b"


def test_aliases_are_resolved_added_and_removed(registry: ModelRegistry) -> None:
    assert registry.resolve_name("fast") == "qwen2.5:0.5b"
    registry.add_alias("my-fast-model", "fast")
    assert registry.resolve_name("my-fast-model") == "qwen2.5:0.5b"
    registry.remove_alias("my-fast-model")
    assert registry.resolve_name("my-fast-model") == "my-fast-model"


def test_health_is_tracked(registry: ModelRegistry) -> None:
    registry.sync_from_ollama(["qwen2.5:3b", "qwen2.5:0.5b"])
    registry.record_request("medium", latency_ms=175, success=True)
    registry.record_request("medium", latency_ms=0, success=False, error="Timeout")
    health = registry.get_health("qwen2.5:3b")
    assert (health.success_rate, health.average_latency_ms, health.is_healthy) == (50.0, 175.0, False)
    assert health.last_error == "Timeout"
    assert registry.get_healthy_models() == ["qwen2.5:0.5b"]


def test_information_about_a_model_is_there(registry: ModelRegistry) -> None:
    registry.register_model(ModelCapabilities("qwen2.5:3b", 32_768, family="qwen2", parameter_count="3.1B"))
    registry.record_request("qwen2.5:3b", latency_ms=150)
    assert registry.get_model_info("medium") == {
        "name": "qwen2.5:3b",
        "exists": True,
        "family": "qwen2",
        "parameters": "3.1B",
        "context_size": 32_768,
        "vision_support": False,
        "total_requests": 1,
        "success_rate": "100.0%",
        "avg_latency_ms": "150.0",
        "is_healthy": True,
    }


async def test_compatibility_is_checked(client: OllamaClient) -> None:
    assert await client.check_model_compatibility("qwen3:8b", ["tools", "thinking", "context:32000"]) == (True, None)
    assert await client.check_model_compatibility("qwen3:8b", ["vision"]) == (False, "qwen3:8b lacks vision.")
    usable, warning = await client.check_model_compatibility("new-model")
    assert not usable
    assert warning is not None
    assert "not an installed model" in warning


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "--verbose"]))
