"""Models: names, capabilities, health, the registry, and the backends that run them."""

from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.client import OllamaClient
from tinyllm.models.health import ModelHealth as RegistryModelHealth
from tinyllm.models.registry import ModelRegistry, get_model_registry

__all__ = ["ModelCapabilities", "ModelRegistry", "OllamaClient", "RegistryModelHealth", "get_model_registry"]
