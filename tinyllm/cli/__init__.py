"""The terminal: one file per family of commands, which import what they need only when they run."""

from tinyllm.cli.app import app, main

__all__ = ["app", "main"]
