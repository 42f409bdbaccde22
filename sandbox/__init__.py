"""A Discord on loopback, and scripted people, for trying and testing bots without an account."""

from sandbox.clock import Clock, ManualClock, SystemClock
from sandbox.gateway.terms import GatewayTerms
from sandbox.limits import Bucket, Limits
from sandbox.server import Sandbox
from sandbox.world import TOWN, WORKSHOP, Channel, Guild, Person, Role, Thread, World

__all__ = [
    "TOWN",
    "WORKSHOP",
    "Bucket",
    "Channel",
    "Clock",
    "GatewayTerms",
    "Guild",
    "Limits",
    "ManualClock",
    "Person",
    "Role",
    "Sandbox",
    "SystemClock",
    "Thread",
    "World",
]
