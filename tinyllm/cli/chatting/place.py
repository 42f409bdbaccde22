"""The conversation that one is in at the terminal: its name, and the model that was chosen for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tinyllm.core import Core
from tinyllm.errors import BackendError, ModelError, StorageError, TinyLLMError, shortened
from tinyllm.events import Said, Switched
from tinyllm.memory.turns import Author
from tinyllm.prompt import Surroundings
from tinyllm.scopes import conversation_scope

IDENTITY = "TinyLLM Assistant"
LONGEST_NAME = 80
"""Characters of a conversation's name."""
_PERSON = Author("terminal", "You")
_SURROUNDINGS = Surroundings(IDENTITY, "a terminal", "a private conversation")


class ConversationNameError(TinyLLMError):
    """What was given cannot be the name of a conversation."""


def checked_name(name: str) -> str:
    """The name without the white space around it. Raises ConversationNameError."""
    stripped = name.strip()
    if not stripped or len(stripped) > LONGEST_NAME or not stripped.isprintable():
        raise ConversationNameError(
            f"“{shortened(name)}” cannot be the name of a conversation: "
            f"it must be one line of at most {LONGEST_NAME} characters that can be printed."
        )
    return stripped


def said(text: str) -> Said:
    """What the person at the terminal says."""
    return Said(text, _PERSON, _SURROUNDINGS)


class Place:
    """A conversation; one without a name leaves nothing behind until `settle`."""

    def __init__(self, core: Core, name: str | None = None) -> None:
        self.name = name
        self.scope = conversation_scope(name or "")
        self._core = core
        self._open: str | None = None
        """A choice that is not stored yet."""

    @property
    def wanted(self) -> str | None:
        """The model of a choice that is not stored yet."""
        return None if self._open is None else self._core.registry.resolve_name(self._open)

    async def switch(self, typed: str) -> Switched:
        """Choose a model. Raises UnknownModelError, CannotChatError, BackendError."""
        has_name = self.name is not None
        try:
            switched = await self._core.conversations.switch(self.scope, typed, stored=has_name)
        except StorageError as exc:
            switched = await self._core.conversations.switch(self.scope, typed, stored=False)
            warning = f"I cannot remember this choice beyond this session. {exc}"
            switched, has_name = replace(switched, warnings=(*switched.warnings, warning)), False
        self._open = None if has_name else typed
        return switched

    def wish(self, typed: str) -> None:
        """Choose a model while nobody can say whether it is installed."""
        self._core.choices.prefer(self.scope, typed)
        self._open = typed

    async def follow(self) -> None:
        """Give the choice up. Raises StorageError."""
        self._open = None
        await self._core.choices.follow(self.scope)

    async def settle(self) -> str:
        """Before something is said: take a name, and store the choice. Returns what became of a wish, if it failed."""
        if self.name is None:
            self.name = await self._free_name()
            self.scope = conversation_scope(self.name)
        if self._open is None:
            return ""
        try:
            await self._core.choices.switch(self.scope, self._open)
        except ModelError as exc:
            self._open = None
            self._core.choices.prefer(self.scope, None)
            return str(exc)
        except (BackendError, StorageError):  # the next time, then
            self._core.choices.prefer(self.scope, self._open)
        else:
            self._open = None
        return ""

    async def _free_name(self) -> str:
        """Made from date and time."""
        now = datetime.fromtimestamp(self._core.clock.time()).strftime("%Y-%m-%d-%H%M")
        name, number = now, 1
        try:
            while await self._core.turns.count(conversation_scope(name)):
                number += 1
                name = f"{now}-{number}"
        except StorageError:
            return now  # nothing is going to be stored under it either
        return name
