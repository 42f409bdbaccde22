"""The settings that only the Discord bot needs."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from tinyllm.settings.core import Settings


def _token(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("a token has no spaces and only plain letters, digits and signs")
    return token


def _api(address: str) -> str:
    _require_scheme(address, "http", "https")
    address = address.rstrip("/")
    return address if re.search(r"/v\d+$", address) else f"{address}/v10"


def _gateway(address: str) -> str:
    _require_scheme(address, "ws", "wss")
    return address


def _require_scheme(address: str, *schemes: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"it must be an address that begins with {' or '.join(f'{each}://' for each in schemes)}")


def _ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = re.split(r"[\s,]+", value.strip())
    if not all(word.isdecimal() for word in words):
        raise ValueError("it must be numbers with commas between them")
    return words


class BotSettings(Settings):
    """What the Discord bot needs to know beside the core's settings."""

    discord_token: Annotated[SecretStr, AfterValidator(_token)] = Field(
        validation_alias="DISCORD_TOKEN",
        description="The bot's token, from the Discord developer portal under Bot; never shown.",
        examples=["paste-the-token-here"],
    )
    discord_api: Annotated[str, AfterValidator(_api)] = Field(
        "https://discord.com/api/v10",
        description="Where Discord's API is; a missing `/v10` is added.",
        examples=["http://127.0.0.1:8770/api"],
    )
    discord_gateway: Annotated[str, AfterValidator(_gateway)] = Field(
        "wss://gateway.discord.gg/",
        description="Where Discord's gateway is.",
        examples=["ws://127.0.0.1:8770/gateway"],
    )
    operator_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_ids)] = Field(
        (),
        description="Discord ids of people who may use the operators' commands beside the application's owner or team.",
        examples=["80351110224678912, 53908232506183680"],
    )
