"""The settings of the core: environment first, then `.env`; frozen, and checked before anything starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, Self

import platformdirs
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from tinyllm.errors import SettingsError
from tinyllm.models.addresses import BackendAddress, Dialect, backend_addresses, server_address
from tinyllm.models.aliases import listed_aliases
from tinyllm.models.names import closest

PREFIX = "TINYLLM_"

SYSTEM_PROMPT = (
    "You are {bot}, a helpful assistant in a chat ({guild}, {channel}). Today is {date}. "
    "Where several people talk, each of their messages begins with the name of its author; your answers do not "
    "begin with a name. Answer in the language you are asked in, correctly and to the point. "
    "Use Markdown sparingly, and fenced blocks with the language's name for code. Say so when you do not know."
)


def _address(host: str) -> str:
    try:
        return server_address(host)
    except ValueError:
        raise ValueError("that is no address of a server") from None


def _addresses(listed: SecretStr) -> SecretStr:
    backend_addresses(listed.get_secret_value())
    return listed


def _aliases(listed: str) -> str:
    listed_aliases(listed)
    return listed


class Settings(BaseSettings):
    """What the core needs to know. A field's description, default and example also make the documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    ollama_host: Annotated[str, AfterValidator(_address)] = Field(
        "127.0.0.1:11434",
        validation_alias="OLLAMA_HOST",
        description="Where Ollama is; scheme and port may be missing.",
        examples=["gpu-box:11434"],
    )
    backend_list: Annotated[SecretStr, AfterValidator(_addresses)] | None = Field(
        None,
        validation_alias=f"{PREFIX}BACKENDS",
        description="The model servers, where it is more than the one Ollama at `OLLAMA_HOST`, with commas between "
        "them; of two that have a model, the first one runs it. `openai://` and `openai+https://` are servers that "
        "speak the OpenAI dialect, with an API key before the `@`.",
        examples=["ollama://gpu-box, openai+https://:KEY@api.example.com/v1"],
    )
    home: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("tinyllm")),
        description="Folder of the database, of the history of the terminal and, in `models`, of the GGUF files of "
        "`tinyllm serve`; the platform's folder for user data where it is not set.",
        examples=["/var/lib/tinyllm"],
    )
    database_url: str | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="The database; a SQLite file in `TINYLLM_HOME` where it is not set.",
        examples=["sqlite+aiosqlite:////var/lib/tinyllm/tinyllm.db"],
    )
    default_model: str | None = Field(
        None,
        description="Model or alias for every channel that has no other choice; the biggest one that is healthy "
        "where it is not set.",
        examples=["medium"],
    )
    alias_list: Annotated[str, AfterValidator(_aliases)] | None = Field(
        None,
        validation_alias=f"{PREFIX}ALIASES",
        description="Aliases of this installation, with commas between them, beside the built-in ones or in their "
        "place; what people change with `/alias` or `tinyllm models alias` goes before them.",
        examples=["fast=qwen2.5:1.5b, large=mistral:7b"],
    )
    system_prompt: str = Field(
        SYSTEM_PROMPT,
        description="What every model is told first; `{bot}`, `{guild}`, `{channel}` and `{date}` are filled in, and "
        "`{model}` with the system prompt that the model has of its own.",
        examples=["You are {bot}. Answer in rhymes."],
    )
    max_context_tokens: int = Field(
        8192,
        ge=512,
        description="Most tokens of conversation and answer together that a model works with.",
        examples=["16384"],
    )
    max_parallel: int = Field(2, ge=1, description="Answers that are made at a time; the rest wait.", examples=["4"])
    connect_timeout: float = Field(
        5.0, gt=0, allow_inf_nan=False, description="Seconds to reach the model server.", examples=["5"]
    )
    idle_timeout: float = Field(
        120.0,
        gt=0,
        allow_inf_nan=False,
        description="Seconds of silence after which an answer is given up; five times as many before its first word, "
        "since a big model loads slowly.",
        examples=["120"],
    )
    keep_alive: str = Field(
        "5m",
        pattern=r"^(-1|0|\d+(\.\d+)?(ms|s|m|h))$",
        description="How long a model stays loaded after an answer; `-1` for ever.",
        examples=["30m"],
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged, to stderr.", examples=["debug"]
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="`json` writes one object a line, for machines.", examples=["json"]
    )

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.home.expanduser().absolute() / 'tinyllm.db'}"

    @property
    def models_folder(self) -> Path:
        """Where `tinyllm serve` keeps its own GGUF files."""
        return self.home.expanduser().absolute() / "models"

    @property
    def backends(self) -> tuple[BackendAddress, ...]:
        """Every model server, the preferred first."""
        listed = backend_addresses(self.backend_list.get_secret_value()) if self.backend_list else ()
        return listed or (BackendAddress(Dialect.OLLAMA, self.ollama_host),)

    @property
    def aliases(self) -> dict[str, str]:
        """The aliases of this installation, and what they stand for."""
        return listed_aliases(self.alias_list or "")

    @classmethod
    def load(cls) -> Self:
        """Read them. Raises SettingsError, which names every setting that is wrong and shows no value."""
        try:
            return cls()
        except ValidationError as exc:
            raise SettingsError("\n".join(problems(cls, exc).values())) from None
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsError(f"The file .env cannot be read: {exc}.") from None

    @classmethod
    def unknown(cls) -> list[str]:
        """A sentence for each variable, also in `.env`, that begins like a setting and is none."""
        called = [environment_name(name, field) for name, field in cls.model_fields.items()]
        known = {name.removeprefix(PREFIX): name for name in called}
        given = [*os.environ, *dotenv_values(".env")]
        strangers = [name for name in given if name.upper().startswith(PREFIX) and name.upper() not in called]
        return [
            f"{name} is no setting and has no effect." + (f" Is {known[near[0]]} meant?" if near else "")
            for name in strangers
            for near in [closest(name[len(PREFIX) :], known, 1, likeness=0.7)]
        ]


def environment_name(name: str, field: FieldInfo) -> str:
    """What a setting is called in the environment."""
    return str(field.validation_alias) if field.validation_alias else f"{PREFIX}{name.upper()}"


def problems(settings: type[BaseSettings], exc: ValidationError) -> dict[str, str]:
    """What is wrong, by the setting's name in the environment: a sentence with an example, which shows no value."""
    found = [_problem(settings, str(error["loc"][0]), error["type"], error["msg"]) for error in exc.errors()]
    return dict(reversed(found))  # of a setting's problems the first one


def _problem(settings: type[BaseSettings], place: str, kind: str, message: str) -> tuple[str, str]:
    for name, field in settings.model_fields.items():
        called = environment_name(name, field)
        if place in (name, called):
            wrong = "is missing" if kind == "missing" else f"is set wrongly: {_plain(message)}"
            example = (field.examples or [""])[0]
            return called, f"{called} {wrong}. {field.description} An example: {called}={example}"
    return place, f"{place}: {message}"


def _plain(message: str) -> str:
    text = message.removeprefix("Value error, ").rstrip(".")
    return text[:1].lower() + text[1:]
