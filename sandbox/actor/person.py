"""The scripted person."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

import aiohttp

from sandbox.actor.errors import ModalOpened, NoAnswer
from sandbox.actor.line import Line, Seen
from sandbox.actor.messages import Choice, File, Json, Message, Modal, Offered, read_message, written
from sandbox.actor.resident import Resident
from sandbox.actor.waiting import Mark, Predicate, first

_UPDATE_DEFERRED = 6
_MODAL = 9
_FAILED = "failed"


class Person(Resident):
    """Made by `Person.join`. Channels are named `general`, `ideas` (a thread) or `@TinyLLM` (a direct message)."""

    def __init__(self, name: str, line: Line, patience: float, locale: str) -> None:
        self.name = name
        self._line = line
        self._patience = patience
        self._locale = locale
        self._marks: dict[str, Mark] = {}

    @classmethod
    @asynccontextmanager
    async def join(cls, url: str, name: str, *, patience: float = 3.0, locale: str = "en-US") -> AsyncIterator[Self]:
        """`patience` is how many seconds this person waits for the first response to an interaction.

        `locale` is the language that they have set, as Discord names it.
        """
        async with aiohttp.ClientSession() as http:
            line = Line(http, url, name)
            async with line.open():
                yield cls(name, line, patience, locale)

    async def bot_ready(self, timeout: float = 20.0) -> None:
        """Until a bot is connected. Raises TimeoutError."""
        answer = await self._line.ask("GET", "/bot", timeout=str(timeout))
        if not answer["connected"]:
            raise TimeoutError(f"no bot has connected within {timeout:g} s")

    async def bot_gone(self, timeout: float = 20.0) -> None:
        """Until no bot is connected, as after its process was killed. Raises TimeoutError."""
        answer = await self._line.ask("GET", "/bot", timeout=str(timeout), gone="1")
        if answer["connected"]:
            raise TimeoutError(f"a bot is still connected after {timeout:g} s")

    # Saying

    async def say(
        self,
        channel: str,
        content: str,
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """`@Name` becomes a mention; `ping` is whether a reply pings whom it answers; `files` are by their names."""
        body: Json = {"channel": channel, "content": content, "ping": ping}
        if reply_to is not None:
            body["reply_to"] = str(reply_to.id)
        if files:
            body["files"] = [File(name, data).written() for name, data in files.items()]
        return self._said(await self._line.act("POST", "/messages", body))

    async def forward(self, message: Message, channel: str) -> Message:
        return self._said(await self._line.act("POST", "/forwards", {"channel": channel, "message": str(message.id)}))

    def _said(self, view: Json) -> Message:
        message = read_message(view)
        self._marks[_plain(message.channel)] = Mark(after=message.id)
        return message

    async def edit(self, message: Message, content: str) -> Message:
        return read_message(await self._line.act("PATCH", f"/messages/{message.id}", {"content": content}))

    async def delete(self, message: Message) -> None:
        """One's own; those of others with the permission to manage messages."""
        await self._line.act("DELETE", f"/messages/{message.id}")

    async def type(self, channel: str) -> None:
        await self._line.act("POST", "/typing", {"channel": channel})

    async def appear(self, status: str, *, playing: str | None = None) -> None:
        """`online`, `idle`, `dnd`, `invisible` or `offline`; people are online at first."""
        await self._line.act("POST", "/presence", {"status": status, "playing": playing})

    async def take_directs(self, take: bool) -> None:
        """Whether the bot may send this person direct messages."""
        await self._line.act("PUT", "/directs", {"open": take})

    # Responding

    async def react(self, message: Message, emoji: str) -> Message:
        """With an emoji, or the name of one of the server's own."""
        return await self._respond("POST", "/reactions", message, emoji=emoji)

    async def unreact(self, message: Message, emoji: str) -> Message:
        return await self._respond("DELETE", "/reactions", message, emoji=emoji)

    async def pin(self, message: Message) -> Message:
        return await self._respond("POST", "/pins", message)

    async def unpin(self, message: Message) -> Message:
        return await self._respond("DELETE", "/pins", message)

    async def vote(self, message: Message, *answers: str) -> Message:
        """For answers of a poll by their texts, and for no others; none takes the vote back."""
        return await self._respond("POST", "/votes", message, answers=answers)

    async def _respond(self, method: str, path: str, message: Message, **more: object) -> Message:
        return read_message(await self._line.act(method, path, {"message": str(message.id), **more}))

    # Interactions

    async def run(
        self, command: str, channel: str, /, *, timeout: float = 15.0, force: bool = False, **options: object
    ) -> Message:
        """A slash command, as in `run("/settings model", "general", name="large")`; waits for a deferred answer.

        Users, roles and channels are given by name, attachments as `File`. `force` sends it even where Discord would
        not offer it. Raises NoAnswer, UnknownCommand, NotAllowed, BadOption; ModalOpened if the answer is a modal.
        """
        body = {"command": command, "channel": channel, "options": _written(options), "force": force}
        return await self._message(await self._act(command, channel, "/commands", body), timeout)

    async def run_on(
        self, target: Message | str, command: str, channel: str = "", *, timeout: float = 15.0, force: bool = False
    ) -> Message:
        """A context-menu command on a message, or on a person by name in a channel."""
        body: Json = {"command": command, "force": force}
        if isinstance(target, Message):
            channel = target.channel
            body["message"] = str(target.id)
        else:
            body |= {"user": target, "channel": channel}
        return await self._message(await self._act(command, channel, "/commands/on", body), timeout)

    async def complete(self, command: str, channel: str, /, *, force: bool = False, **options: object) -> list[Choice]:
        """What autocomplete offers for the last of the given options."""
        focused = next(reversed(options)) if options else ""
        body = {"command": command, "channel": channel, "options": _written(options), "force": force}
        started = await self._line.act("POST", "/commands", {**body, "focused": focused, "locale": self._locale})
        answer = await self._answer(command, int(started["interaction"]))
        return [Choice(choice["name"], choice["value"]) for choice in answer.get("choices", [])]

    async def press(self, message: Message, button: str, *, timeout: float = 15.0) -> Message | None:
        """A button by its label or custom id: the message that answers or was updated; None for a deferred update."""
        body = {"message": str(message.id), "button": button}
        answer = await self._act(button, message.channel, "/press", body, pressed=message.id)
        return await self._maybe_message(answer, timeout)

    async def pick(
        self, message: Message, *values: str, custom_id: str | None = None, timeout: float = 15.0
    ) -> Message | None:
        """Values of a select: of its options, or names of users, roles or channels; answers as `press` does."""
        body = {"message": str(message.id), "values": values, "custom_id": custom_id}
        answer = await self._act(", ".join(values), message.channel, "/pick", body, pressed=message.id)
        return await self._maybe_message(answer, timeout)

    async def submit(
        self, modal: Modal, values: Mapping[str, object] | None = None, *, timeout: float = 15.0
    ) -> Message | None:
        """A modal with values for the custom ids of its fields; answers as `press` does.

        Texts, names or lists of them, `File`s for an upload, True or False for a checkbox; what is left out stays as
        the bot had filled it in. Raises BadOption for what Discord's client would not send.
        """
        body = {"interaction": str(modal.interaction), "values": _written(values or {})}
        return await self._maybe_message(await self._act(modal.title, modal.channel, "/submit", body), timeout)

    async def offered(self, channel: str) -> list[Offered]:
        """The commands that Discord shows to this person there, in their language."""
        commands = await self._line.act("GET", "/commands", channel=channel, locale=self._locale)
        return [_offered(command) for command in commands]

    async def allow(self, guild: str, command: str | None, permissions: list[Json]) -> None:
        """Changes who may use a command of the bot, or all of them (None): an administrator's settings.

        Each permission names a `role`, a `user` or a `channel`, and says whether to `allow` it.
        """
        body = {"guild": guild, "command": command, "permissions": permissions}
        await self._line.act("PUT", "/commands/permissions", body)

    async def _act(self, what: str, channel: str, path: str, body: Json, *, pressed: int | None = None) -> Json:
        """Starts an interaction and waits for its first response."""
        started = await self._line.act("POST", path, {**body, "locale": self._locale})
        interaction = int(started["interaction"])
        self._marks[_plain(channel)] = Mark(interaction, pressed, started["sequence"])
        answer = await self._answer(what, interaction)
        if answer["callback"] == _MODAL:
            raw = answer["modal"]
            raise ModalOpened(Modal(raw["custom_id"], raw["title"], channel, raw, interaction))
        return answer

    async def _answer(self, what: str, interaction: int) -> Json:
        try:
            answer = await self._line.answer(interaction, self._patience)
        except TimeoutError:
            raise NoAnswer(f"the bot did not answer {what!r} within {self._patience:g} s") from None
        if answer["result"] == _FAILED:
            raise NoAnswer(f"the bot did not answer {what!r}: {answer['sentence']}")
        return answer

    async def _maybe_message(self, answer: Json, timeout: float) -> Message | None:
        return None if answer["callback"] == _UPDATE_DEFERRED else await self._message(answer, timeout)

    async def _message(self, answer: Json, timeout: float) -> Message:
        """The message that answers, once it says more than that the bot is thinking."""
        if answer["message"] is None:
            raise NoAnswer("the bot acknowledged the interaction without a message")
        message_id = int(answer["message"])
        done: Predicate = lambda message: message.deleted or not message.loading  # noqa: E731
        return await first(self._line, lambda seen: seen.message.id == message_id, done, timeout)

    # Seeing

    async def wait_for(self, channel: str, predicate: Predicate, timeout: float = 10.0) -> Message:
        """The first message of somebody else there, after what this person last did there, that comes to fit.

        Raises TimeoutError, whose text lists what was seen instead.
        """
        name = _plain(channel)
        mark = self._marks.get(name, Mark())
        return await first(self._line, lambda seen: self._counts(seen, name, mark), predicate, timeout)

    def _counts(self, seen: Seen, channel: str, mark: Mark) -> bool:
        message = seen.message
        somebody_elses = message.author != self.name and _plain(message.channel) == channel
        return somebody_elses and not message.deleted and mark.admits(seen)

    async def wait_for_revision(self, message: Message, predicate: Predicate, timeout: float = 10.0) -> Message:
        """A state of this message, of now or later, that fits. Raises TimeoutError."""
        return await first(self._line, lambda seen: seen.message.id == message.id, predicate, timeout)

    async def history(self, channel: str) -> list[Message]:
        """Oldest first, without what was deleted."""
        views = await self._line.act("GET", "/messages", channel=channel)
        return [read_message(view) for view in views]

    async def watch(self, channel: str) -> AsyncIterator[Message]:
        """Every state of every message there, from the first step of the loop on: created, edited, deleted."""
        name = _plain(channel)
        with self._line.listen() as states:
            while (seen := await states.get()) is not None:
                if _plain(seen.message.channel) == name:
                    yield seen.message


def _written(values: Mapping[str, object]) -> Json:
    return {name: written(value) for name, value in values.items()}


def _offered(command: Json) -> Offered:
    name = command.get("name_localized") or command["name"]
    description = command.get("description_localized") or command["description"]
    return Offered(name, command["type"], description, command)


def _plain(channel: str) -> str:
    """One name for `#general`, `Workshop/general` and `general`, and for `@TinyLLM` and `@tinyllm`."""
    if channel.startswith("@"):
        return channel.casefold()
    return channel.rpartition("/")[2].removeprefix("#")
