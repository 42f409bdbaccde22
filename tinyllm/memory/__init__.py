"""Memory: the turns of each conversation, and the window of them that a model gets to see."""

from tinyllm.memory.store import MemoryStore
from tinyllm.memory.tokens import TokenEstimates
from tinyllm.memory.turns import Author, MemoryTurns, Turn, TurnState, TurnStore

__all__ = ["Author", "MemoryStore", "MemoryTurns", "TokenEstimates", "Turn", "TurnState", "TurnStore"]
