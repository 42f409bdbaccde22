"""Chat: mention the bot, reply to it, or write to it alone."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import aclosing

import discord
from discord.ext import commands

from bot.app import TinyBot
from bot.errors import apologise
from bot.places import scope_of, surroundings_of
from bot.questions import is_for, question
from bot.replies.canvas import MessageCanvas
from bot.replies.drawing import Drawing
from bot.replies.stop import StopView
from bot.replies.streaming import HiccupError, ReplyLostError, StreamedReply
from tinyllm.errors import StorageError, shortened
from tinyllm.events import Said
from tinyllm.halt import Halt
from tinyllm.memory import Author

log = logging.getLogger(__name__)

REMEMBERED = 1000
"""Messages whose ids are kept, so that an event that Discord repeats is not answered twice."""
ONLY_TEXT = "I can read only text. Write what you want to know beside it."
NOTHING_SAID = "Hello! Mention me with a question, and I answer it. `/help` shows what else I can do."


class Chat(commands.Cog):
    """Answers what is said to the bot."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot
        self._seen: deque[int] = deque(maxlen=REMEMBERED)
        bot.add_view(StopView(bot.running))
        self._stop_view = StopView(bot.running).only_drawn()

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if self.bot.user is None or not is_for(message, self.bot.user) or message.id in self._seen:
            return
        self._seen.append(message.id)
        halt = Halt()
        self.bot.running.shows(message.id, halt)
        self.bot.running.start(self._answer(message, self.bot.user, halt), halt)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, deleted: discord.RawMessageDeleteEvent) -> None:
        self.bot.running.stop(deleted.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, deleted: discord.RawBulkMessageDeleteEvent) -> None:
        for message_id in deleted.message_ids:
            self.bot.running.stop(message_id)

    async def _answer(self, message: discord.Message, me: discord.ClientUser, halt: Halt) -> None:
        try:
            await self._reply(message, me, halt)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the person must not be left without a word
            await apologise(message, exc)

    async def _reply(self, message: discord.Message, me: discord.ClientUser, halt: Halt) -> None:
        said = Said(
            question(message, me),
            Author(str(message.author.id), shortened(message.author.display_name)),
            surroundings_of(message, me),
            (message.id,),
        )
        if not said.text:
            await message.reply(ONLY_TEXT if message.attachments or message.stickers else NOTHING_SAID)
            return
        clock, running = self.bot.clock, self.bot.running
        events = self.bot.conversations.ask(scope_of(message), said, halt)
        try:
            async with (
                aclosing(events),
                MessageCanvas(message, self._stop_view, clock, lambda page: running.shows(page, halt)) as canvas,
                StreamedReply(canvas, clock, on_lost=halt.request) as reply,
            ):
                ended, message_ids = await Drawing(reply, clock).draw(events)
            if ended.turn_id is not None:
                await self.bot.conversations.delivered(ended.turn_id, message_ids)
        except (ReplyLostError, HiccupError) as exc:
            log.warning("the answer to %d could not be shown: %s", message.id, exc)
        except StorageError as exc:
            log.warning("which messages show the answer to %d is not remembered: %s", message.id, exc)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Chat(bot))
