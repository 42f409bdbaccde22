"""TinyLLM: language models with names, health and memory; knows nothing of Discord."""

__version__ = "0.1.0"
