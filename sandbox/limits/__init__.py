"""Discord's rate limits: how often a bot may ask for what, and what it is told about that."""

from sandbox.limits.limiter import Limiter, Limits, Refused
from sandbox.limits.table import Bucket, Sublimit

__all__ = ["Bucket", "Limiter", "Limits", "Refused", "Sublimit"]
