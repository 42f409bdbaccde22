"""Models: names, capabilities, health, the registry, and the backends that run them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.models.client import GenerateResponse, OllamaClient
    from tinyllm.models.health import ModelHealth as RegistryModelHealth
    from tinyllm.models.registry import ModelRegistry, get_model_registry

__all__ = [
    "GenerateResponse",
    "ModelCapabilities",
    "ModelRegistry",
    "OllamaClient",
    "RegistryModelHealth",
    "get_model_registry",
]
_HOMES = {
    "GenerateResponse": ("tinyllm.models.client", "GenerateResponse"),
    "ModelCapabilities": ("tinyllm.models.capabilities", "ModelCapabilities"),
    "ModelRegistry": ("tinyllm.models.registry", "ModelRegistry"),
    "OllamaClient": ("tinyllm.models.client", "OllamaClient"),
    "RegistryModelHealth": ("tinyllm.models.health", "ModelHealth"),
    "get_model_registry": ("tinyllm.models.registry", "get_model_registry"),
}


def __getattr__(name: str) -> Any:
    """Imported when first asked for: whoever reads only an address need not wait for the HTTP client."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
