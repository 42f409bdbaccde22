"""What bots do with messages, done by a real discord.py."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.gateway.intents import Intent
from sandbox.messages.painting import painted
from sandbox.permissions import Permission
from tests.sandbox.bots import Echoing, living
from tests.sandbox.worlds import able

PNG = painted("0000ff")
INTENTS = discord.Intents.default()
INTENTS.message_content = INTENTS.members = True
WORLD = able(
    Permission.MANAGE_MESSAGES,
    Permission.PIN_MESSAGES,
    Permission.MANAGE_WEBHOOKS,
    Permission.SEND_POLLS,
    Permission.VIEW_AUDIT_LOG,
)


class Manager(Echoing):
    """Hears everything but who is online, and remembers messages as bots do."""

    def __init__(self) -> None:
        super().__init__(INTENTS, max_messages=1000)

    @property
    def general(self) -> discord.TextChannel:
        return self._named("general")

    @property
    def random(self) -> discord.TextChannel:
        return self._named("random")

    def _named(self, name: str) -> discord.TextChannel:
        return next(channel for channel in self.guilds[0].text_channels if channel.name == name)

    async def soon(self, event: str) -> Any:
        return await self.wait_for(event, timeout=5)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """By the system's clock, by which discord.py decides what is too old to be deleted with others."""
    privileged = int(Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS)
    async with Sandbox(world=WORLD, limits=False, privileged_intents=privileged) as opened:
        yield opened


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Manager]:
    async with living(Manager(), sandbox) as running:
        yield running


async def _said(bot: Manager, person: Person, text: str = "hello", **more: Any) -> discord.Message:
    await person.say("general", text, **more)
    return await bot.next_heard()


@pytest.mark.parametrize("ping", [True, False])
async def test_a_reply_pings_or_does_not(bot: Manager, ada: Person, ping: bool) -> None:
    heard = await _said(bot, ada)
    reply = await heard.reply("yes", mention_author=ping)
    assert reply.type is discord.MessageType.reply
    assert [user.name for user in reply.mentions] == (["ada"] if ping else [])
    assert reply.reference is not None
    assert reply.reference.message_id == heard.id
    assert (await ada.history("general"))[-1].reply_to == heard.id


async def test_allowed_mentions_hold_for_everything_that_is_sent(bot: Manager, ada: Person) -> None:
    text = f"{(await _said(bot, ada)).author.mention} @everyone"
    loud = await bot.general.send(text)
    quiet = await bot.general.send(text, allowed_mentions=discord.AllowedMentions.none())
    edited = await quiet.edit(content=text, allowed_mentions=discord.AllowedMentions(users=True, everyone=False))
    assert (len(loud.mentions), loud.mention_everyone) == (1, True)
    assert (len(quiet.mentions), quiet.mention_everyone) == (0, False)
    assert (len(edited.mentions), edited.mention_everyone) == (1, False)


async def test_an_embed_shows_a_file_that_was_sent_with_it(bot: Manager, ada: Person) -> None:
    embed = discord.Embed(title="chart", colour=discord.Colour.blurple(), timestamp=discord.utils.utcnow())
    embed.set_image(url="attachment://chart.png").set_footer(text="foot").add_field(name="n", value="v", inline=False)
    files = [discord.File(io.BytesIO(PNG), "chart.png"), discord.File(io.BytesIO(b"x"), "notes.txt", spoiler=True)]
    sent = await bot.general.send(embed=embed, files=files)
    shown = sent.embeds[0]
    assert (shown.type, shown.colour, shown.timestamp) == ("rich", embed.colour, embed.timestamp)
    assert (shown.image.width, shown.image.height) == (128, 128)
    assert shown.fields[0].inline is False
    (notes,) = sent.attachments
    assert (notes.filename, notes.is_spoiler(), await notes.read()) == ("SPOILER_notes.txt", True, b"x")
    kept = await sent.edit(content="now with words", embeds=sent.embeds)
    assert kept.embeds == sent.embeds
    bare = await sent.edit(embed=None, attachments=[])
    assert (bare.embeds, bare.attachments, bare.content) == ([], [], "now with words")


async def test_files_come_and_go_with_edits(bot: Manager) -> None:
    sent = await bot.general.send("x", files=[discord.File(io.BytesIO(b"a"), "a.txt", description="first")])
    more = await sent.add_files(discord.File(io.BytesIO(b"b"), "b.txt"))
    assert [(file.filename, file.description) for file in more.attachments] == [("a.txt", "first"), ("b.txt", None)]
    less = await more.remove_attachments(more.attachments[0])
    assert [file.filename for file in less.attachments] == ["b.txt"]
    again = await bot.general.send(file=await less.attachments[0].to_file())
    assert await again.attachments[0].read() == b"b"


async def test_what_people_attach_can_be_read(bot: Manager, ada: Person) -> None:
    heard = await _said(bot, ada, "look", files={"a picture.png": PNG, "notes.txt": b"text"})
    picture, notes = heard.attachments
    assert (picture.filename, picture.content_type, picture.width) == ("a_picture.png", "image/png", 128)
    assert (await picture.read(), await notes.read()) == (PNG, b"text")


async def test_reactions_are_heard_listed_and_cleared(bot: Manager, ada: Person, ben: Person) -> None:
    sent = await bot.general.send("vote")
    await sent.add_reaction("👍")
    (seen,) = await ada.history("general")
    for person in (ada, ben):
        waiting = asyncio.create_task(bot.soon("reaction_add"))
        await asyncio.sleep(0)
        await person.react(seen, "👍")
        reaction, user = await waiting
        assert (str(reaction.emoji), user.name, reaction.message.id) == ("👍", person.name, sent.id)
    fetched = await bot.general.fetch_message(sent.id)
    assert [(str(each.emoji), each.count, each.me) for each in fetched.reactions] == [("👍", 3, True)]
    assert [user.name async for user in fetched.reactions[0].users()] == ["ben", "ada", "TinyLLM"]
    await sent.remove_reaction("👍", reaction.message.author)
    await fetched.reactions[0].remove(user)
    assert (await bot.general.fetch_message(sent.id)).reactions[0].count == 1
    await sent.clear_reactions()
    assert (await bot.general.fetch_message(sent.id)).reactions == []


async def test_a_channel_is_purged(bot: Manager, ada: Person, sandbox: Sandbox) -> None:
    for number in range(120):
        await ada.say("general", str(number))
    deleted = await bot.general.purge(limit=110, check=lambda message: message.content != "50")
    assert len(deleted) == 109
    paths = [request.path.rpartition("/")[2] for request in sandbox.requests if request.method == "POST"]
    assert paths.count("bulk-delete") == 2
    assert [message.content for message in await ada.history("general")] == [*map(str, range(10)), "50"]


async def test_history_goes_on_past_a_hundred(bot: Manager, ada: Person) -> None:
    for number in range(230):
        await ada.say("general", str(number))
    newest_first = [message.content async for message in bot.general.history(limit=None)]
    assert newest_first == [str(number) for number in reversed(range(230))]
    middle = [message async for message in bot.general.history(limit=101, oldest_first=True)][100]
    around = [message.content async for message in bot.general.history(around=middle, limit=5)]
    assert sorted(around) == ["100", "101", "102", "98", "99"]
    after = [message.content async for message in bot.general.history(after=middle, limit=None)]
    assert after == [str(number) for number in range(101, 230)]


async def test_messages_are_pinned_listed_and_unpinned(bot: Manager, ada: Person) -> None:
    heard = await _said(bot, ada)
    waiting = asyncio.create_task(bot.soon("guild_channel_pins_update"))
    await asyncio.sleep(0)
    await heard.pin(reason="good")
    channel, last = await waiting
    assert (channel, last is None) == (bot.general, False)
    (pin,) = [message async for message in bot.general.pins()]
    assert (pin.id, pin.pinned, pin.pinned_at) == (heard.id, True, last)
    (said,) = [message async for message in bot.general.history(limit=1)]
    assert (said.type, said.is_system()) == (discord.MessageType.pins_add, True)
    assert said.system_content == "TinyLLM pinned a message to this channel."
    await pin.unpin()
    assert [message async for message in bot.general.pins()] == []


async def test_a_webhook_writes_under_any_name(bot: Manager, ada: Person) -> None:
    webhook = await bot.general.create_webhook(name="news", avatar=PNG)
    assert await bot.general.webhooks() == [webhook]
    assert await bot.guilds[0].webhooks() == [webhook]
    sent = await webhook.send("hello", username="Captain", wait=True, file=discord.File(io.BytesIO(b"x"), "x.txt"))
    assert (sent.author.name, sent.author.bot, sent.webhook_id) == ("Captain", True, webhook.id)
    heard = await bot.next_heard()
    assert (heard.author.name, heard.content, heard.webhook_id) == ("Captain", "hello", webhook.id)
    edited = await sent.edit(content="good bye", attachments=[])
    assert ((await webhook.fetch_message(sent.id)).content, edited.attachments) == ("good bye", [])
    async with aiohttp.ClientSession() as http:
        url = f"https://discord.com/api/webhooks/{webhook.id}/{webhook.token}"
        stranger = discord.Webhook.from_url(url, session=http)
        assert (await stranger.fetch()).name == "news"
        await stranger.send("@everyone from outside", embed=discord.Embed(title="t"))
    said = (await ada.history("general"))[-1]
    assert (said.author, said.bot, said.mentions, len(said.embeds)) == ("news", True, (), 1)
    await sent.delete()
    await webhook.delete(reason="enough")
    assert await bot.general.webhooks() == []


async def test_a_webhook_writes_into_a_thread(bot: Manager, ada: Person) -> None:
    webhook = await bot.general.create_webhook(name="news")
    thread = bot.guilds[0].threads[0]
    sent = await webhook.send("inside", thread=thread, wait=True)
    assert sent.channel.id == thread.id
    await sent.edit(content="changed")
    assert [message.content for message in await ada.history("ideas")] == ["changed"]


async def test_a_message_is_forwarded(bot: Manager, ada: Person) -> None:
    heard = await _said(bot, ada, "remember this")
    forward = await heard.forward(bot.random)
    assert forward.flags.forwarded
    assert forward.reference is not None
    assert forward.reference.type is discord.MessageReferenceType.forward
    (snapshot,) = forward.message_snapshots
    assert (snapshot.content, snapshot.created_at) == ("remember this", heard.created_at)
    assert (await ada.history("random"))[0].forwarded == "remember this"


async def test_what_is_done_to_messages_is_in_the_audit_log(bot: Manager, ada: Person, ben: Person) -> None:
    heard = await _said(bot, ben)
    await heard.pin(reason="good")
    await heard.unpin()
    await heard.delete()
    await (await bot.general.send("mine")).delete()
    await bot.general.delete_messages([await bot.general.send(text) for text in "ab"], reason="enough")
    webhook = await (await bot.general.create_webhook(name="news", reason="for news")).edit(name="olds")
    await webhook.delete()
    await ada.delete(await ben.say("general", "again"))
    entries = [entry async for entry in bot.guilds[0].audit_logs(limit=None, oldest_first=True)]
    assert [(entry.action.name, entry.reason) for entry in entries] == [
        ("message_pin", "good"),
        ("message_unpin", None),
        ("message_delete", None),
        ("message_bulk_delete", "enough"),
        ("webhook_create", "for news"),
        ("webhook_update", None),
        ("webhook_delete", None),
        ("message_delete", None),
    ]
    pinned, deleted, many, renamed = entries[0], entries[2], entries[3], entries[5]
    assert (pinned.target, pinned.extra.message_id) == (heard.author, heard.id)
    assert (deleted.target, deleted.extra.count, deleted.extra.channel) == (heard.author, 1, bot.general)
    assert (many.target, many.extra.count) == (bot.general, 2)
    assert (renamed.before.name, renamed.after.name) == ("news", "olds")
    assert (entries[-1].user.name, entries[-1].target) == ("ada", heard.author)


async def test_an_announcement_is_published(bot: Manager) -> None:
    (news,) = (channel for channel in bot.guilds[0].text_channels if channel.is_news())
    await (await news.send("now")).publish()
    (sent,) = [message async for message in news.history()]
    assert sent.flags.crossposted


async def test_embeds_are_suppressed(bot: Manager, ada: Person) -> None:
    sent = await bot.general.send("x", embed=discord.Embed(title="t"))
    assert (await sent.edit(suppress=True)).embeds == []
    heard = await _said(bot, ada, "https://example.com")
    assert (await heard.edit(suppress=True)).flags.suppress_embeds


async def test_a_poll_is_asked_voted_in_and_ended(bot: Manager, ada: Person, ben: Person) -> None:
    poll = discord.Poll(question="Tea?", duration=timedelta(hours=1))
    poll.add_answer(text="yes", emoji="🍵").add_answer(text="no")
    sent = await bot.general.send(poll=poll)
    (seen,) = await ada.history("general")
    waiting = asyncio.create_task(bot.soon("poll_vote_add"))
    await asyncio.sleep(0)
    await ada.vote(seen, "yes")
    user, answer = await waiting
    assert (user.name, answer.text, str(answer.emoji)) == ("ada", "yes", "🍵")
    await ben.vote(seen, "yes")
    fetched = await bot.general.fetch_message(sent.id)
    assert fetched.poll is not None
    assert (fetched.poll.total_votes, fetched.poll.is_finalised()) == (2, False)
    assert [user.name async for user in fetched.poll.answers[0].voters()] == ["ben", "ada"]
    ended = await fetched.poll.end()
    assert ended.is_finalised()
    victor = (await bot.general.fetch_message(sent.id)).poll
    assert victor is not None
    assert victor.total_votes == 2
    assert (await ada.history("general"))[-1].kind == discord.MessageType.poll_result.value


async def test_faces_are_read_from_where_the_author_points(
    bot: Manager, ada: Person, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", sandbox.url)
    heard = await _said(bot, ada)
    assert (await heard.author.display_avatar.read())[:4] == PNG[:4]
    webhook = await bot.general.create_webhook(name="news", avatar=PNG)
    assert await webhook.display_avatar.read() == PNG


async def test_who_takes_no_direct_messages_is_forbidden_to_write_to(bot: Manager, ada: Person) -> None:
    heard = await _said(bot, ada)
    await ada.take_directs(False)
    with pytest.raises(discord.Forbidden, match="50007"):
        await heard.author.send("psst")
    await ada.take_directs(True)
    await heard.author.send("psst")
    assert [message.content for message in await ada.history("@TinyLLM")] == ["psst"]


async def test_what_is_gone_is_not_found(bot: Manager, ada: Person) -> None:
    heard = await _said(bot, ada)
    waiting = asyncio.create_task(bot.soon("message_delete"))
    await asyncio.sleep(0)
    await ada.delete((await ada.history("general"))[0])
    assert (await waiting).id == heard.id
    with pytest.raises(discord.NotFound, match="10008"):
        await heard.add_reaction("👍")
    with pytest.raises(discord.HTTPException, match="Unknown message"):
        await heard.reply("too late")
    late = await bot.general.send("late", reference=heard.to_reference(fail_if_not_exists=False))
    assert late.reference is None
