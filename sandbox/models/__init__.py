"""A scripted model server: a test double that speaks Ollama's dialect over HTTP and runs no language model."""

from sandbox.models.asked import ChatRequest, Message
from sandbox.models.defaults import DEFAULT_CATALOGUE, DEFAULT_MODELS
from sandbox.models.faults import Fault
from sandbox.models.journal import Outcome, Request
from sandbox.models.scripted import ScriptedModel, ToolCall
from sandbox.models.server import ScriptedModels

__all__ = [
    "DEFAULT_CATALOGUE",
    "DEFAULT_MODELS",
    "ChatRequest",
    "Fault",
    "Message",
    "Outcome",
    "Request",
    "ScriptedModel",
    "ScriptedModels",
    "ToolCall",
]
