"""A Discord on loopback, and scripted people, for trying and testing bots without an account."""

from sandbox.clock import Clock, ManualClock, SystemClock
from sandbox.gateway.terms import GatewayTerms
from sandbox.server import Sandbox
from sandbox.world import Guild, Person, Role, Thread, World

__all__ = [
    "Clock",
    "GatewayTerms",
    "Guild",
    "ManualClock",
    "Person",
    "Role",
    "Sandbox",
    "SystemClock",
    "Thread",
    "World",
]
