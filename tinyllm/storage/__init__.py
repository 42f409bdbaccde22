"""Storage: one database for bot and terminal, one file per table's queries."""

from tinyllm.storage.aliases import AliasTable
from tinyllm.storage.choices import ChoiceTable
from tinyllm.storage.database import Database, open_database
from tinyllm.storage.estimates import EstimateTable
from tinyllm.storage.health import HealthTable
from tinyllm.storage.shared import SharedState
from tinyllm.storage.turns import TurnTable

__all__ = [
    "AliasTable",
    "ChoiceTable",
    "Database",
    "EstimateTable",
    "HealthTable",
    "SharedState",
    "TurnTable",
    "open_database",
]
