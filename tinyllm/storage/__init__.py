"""Storage: one database for bot and terminal, one file per table's queries."""

from tinyllm.storage.choices import ChoiceTable
from tinyllm.storage.database import Database, open_database
from tinyllm.storage.estimates import EstimateTable
from tinyllm.storage.health import HealthTable
from tinyllm.storage.turns import TurnTable

__all__ = ["ChoiceTable", "Database", "EstimateTable", "HealthTable", "TurnTable", "open_database"]
