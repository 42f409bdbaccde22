"""Chat: what people see when they talk to the bot."""

from __future__ import annotations

import asyncio

from bot.replies.pages import MESSAGE_LIMIT
from tests.whole.conftest import Stack, is_done, says

CODE = "\n".join(f"print({number})  # line {number}" for number in range(160))


async def test_a_mention_is_answered_by_a_reply_that_grows(stack: Stack) -> None:
    stack.models.hold(after=3)
    question = await stack.ada.say("general", "@TinyLLM count to 20")
    begun = await stack.ada.wait_for("general", lambda message: message.content.startswith("1,"))
    stack.models.release()
    answer = await stack.ada.wait_for_revision(begun, is_done)

    assert answer.reply_to == question.id
    assert answer.content.startswith(", ".join(str(number) for number in range(1, 21)) + "\n-# qwen2.5:3b · ")
    assert len(answer.revisions) >= 2
    assert answer.buttons == ()


async def test_what_is_not_for_the_bot_causes_no_request_at_all(stack: Stack) -> None:
    before = len(stack.sandbox.requests)
    await stack.ada.say("general", "hello everybody")
    await stack.ben.say("general", "hello @ada")
    await stack.ask("random", "are you there?")

    channels = {request.path.split("/")[2] for request in stack.sandbox.requests[before:]}
    assert len(channels) == 1
    assert len(stack.models.chats) == 1


async def test_a_direct_message_needs_no_mention_and_carries_no_name(stack: Stack) -> None:
    answer = await stack.ask("@TinyLLM", "hello")

    assert "qwen2.5:3b" in answer.content
    assert stack.given() == ["hello"]


async def test_a_reply_to_the_bot_is_for_it_and_the_names_of_people_are_given(stack: Stack) -> None:
    first = await stack.ask("general", "my name is Ada")
    await stack.ben.say("general", "and who am I?", reply_to=first)
    await stack.ben.wait_for("general", is_done)

    given = stack.given()
    assert given[0] == "ada: my name is Ada"
    assert given[2] == "ben: and who am I?"


async def test_the_model_is_given_names_in_the_place_of_mentions_and_not_the_one_of_itself(stack: Stack) -> None:
    guild = next(event.data for event in stack.sandbox.events_sent if event.name == "GUILD_CREATE")
    quiet = next(channel["id"] for channel in guild["channels"] if channel["name"] == "quiet")
    await stack.ask("general", f"does @ben know <#{quiet}> and <:llama:123> and <@&1>?")

    assert stack.given() == ["ada: does @ben know #quiet and :llama: and @some role?"]


async def test_a_mention_with_nothing_said_gets_a_greeting_and_no_model_is_asked(stack: Stack) -> None:
    await stack.ada.say("general", "@TinyLLM")

    assert "Mention me with a question" in (await stack.ada.wait_for("general", lambda _: True)).content
    assert stack.models.chats == []


async def test_a_long_answer_is_pages_with_whole_fences_that_join_to_what_the_model_said(stack: Stack) -> None:
    said = f"Look:\n```python\n{CODE}\n```\nThat is all."
    stack.will_say(said)
    last = await stack.ask("general", "show me code")
    pages = [message for message in await stack.ada.history("general") if message.author == "TinyLLM"]

    assert len(pages) >= 3
    assert pages[-1].id == last.id
    assert all(len(page.content) <= MESSAGE_LIMIT for page in pages)
    assert all(page.content.count("```") % 2 == 0 for page in pages)
    assert [page.content.startswith("```python\n") for page in pages[1:]] == [True] * (len(pages) - 1)
    lines = [line for page in pages for line in page.content.splitlines() if not line.startswith(("```", "-#"))]
    assert lines == ["Look:", *CODE.splitlines(), "That is all."]
    assert [bool(page.buttons) for page in pages] == [False] * len(pages)


async def test_nothing_in_an_answer_pings_anybody(stack: Stack) -> None:
    answer = await stack.ask("general", "say: @everyone <@1> @here @ada")

    assert answer.mentions == ()
    contents = [request.body for request in stack.sandbox.requests if "content" in (request.body or {})]
    assert contents
    assert all(body["allowed_mentions"]["parse"] == [] for body in contents)


async def test_stop_ends_the_answer_at_the_model_and_keeps_what_was_said(stack: Stack) -> None:
    stack.models.hold(after=4)
    await stack.ada.say("general", "@TinyLLM count to 500")
    begun = await stack.ada.wait_for("general", lambda message: bool(message.buttons) and "2" in message.content)
    assert await stack.ben.press(begun, "Stop") is None
    stopped = await stack.ada.wait_for_revision(begun, says("■ Stopped."))
    await stack.models.until(lambda server: server.chats[0].outcome == "client left", timeout=5)

    assert stopped.content.startswith("1, 2, 3, 4,\n-# ■ Stopped.")
    stack.models.release()
    await stack.ask("general", "go on")
    assert stack.given() == ["ada: count to 500", "1, 2, 3, 4,", "ada: go on"]


async def test_deleting_an_answer_while_it_is_made_stops_the_model(stack: Stack) -> None:
    stack.models.hold(after=4)
    await stack.ada.say("general", "@TinyLLM count to 500")
    begun = await stack.ada.wait_for("general", lambda message: bool(message.buttons))
    await stack.ada.delete(begun)

    await stack.models.until(lambda server: server.chats[0].outcome == "client left", timeout=5)


async def test_deleting_the_question_while_it_is_answered_stops_the_model(stack: Stack) -> None:
    stack.models.hold(after=4)
    asked = await stack.ada.say("general", "@TinyLLM count to 500")
    await stack.ada.wait_for("general", lambda message: bool(message.buttons))
    await stack.ada.delete(asked)

    await stack.models.until(lambda server: server.chats[0].outcome == "client left", timeout=5)


async def test_two_questions_in_one_channel_are_answered_one_after_the_other(stack: Stack) -> None:
    stack.models.hold(after=1)
    await stack.ada.say("general", "@TinyLLM count to 3")
    await stack.models.until(lambda server: len(server.chats) == 1, timeout=5)
    await stack.ben.say("general", "@TinyLLM say: second")
    await stack.ada.wait_for("general", lambda message: message.content.startswith("1"))
    stack.models.release()
    await stack.ben.wait_for("general", lambda message: is_done(message) and "second" in message.content)

    assert stack.given(1) == ["ada: count to 3", "1, 2, 3", "ben: say: second"]


async def test_channels_are_answered_at_the_same_time_and_remember_separately(stack: Stack) -> None:
    stack.models.hold(after=1)
    await stack.ada.say("general", "@TinyLLM say: one")
    await stack.ada.say("random", "@TinyLLM say: two")
    await stack.models.until(lambda server: len(server.chats) == 2, timeout=5)
    stack.models.release()
    await asyncio.gather(stack.ada.wait_for("general", is_done), stack.ada.wait_for("random", is_done))
    await stack.ask("general", "what was that?")

    assert stack.given() == ["ada: say: one", "one", "ada: what was that?"]


async def test_clear_forgets_the_channel_and_no_other(stack: Stack) -> None:
    await stack.ask("general", "remember me")
    await stack.ask("random", "remember me too")
    cleared = await stack.ada.run("/clear", "general")
    await stack.ask("general", "who am I?")
    in_general = stack.given()
    await stack.ask("random", "who am I?")

    assert "2 messages" in cleared.content
    assert in_general == ["ada: who am I?"]
    assert stack.given()[0] == "ada: remember me too"
    assert "nothing to forget" in (await stack.ada.run("/clear", "quiet")).content


async def test_a_question_asked_while_the_gateway_is_gone_is_answered_once_it_is_back(stack: Stack) -> None:
    await stack.ask("general", "say: before")
    stack.sandbox.gateway_faults.close()
    await stack.ask("general", "say: after")

    answers = [message.content for message in await stack.ada.history("general") if message.author == "TinyLLM"]
    assert [answer.splitlines()[0] for answer in answers] == ["before", "after"]


async def test_a_hiccup_of_discord_delays_the_answer_and_doubles_nothing(stack: Stack) -> None:
    stack.sandbox.faults.answer("POST", "/messages$", 502, {"message": "bad gateway"}, performed=True)
    stack.sandbox.faults.answer("PATCH", "/messages/", 500, {"message": "internal"})
    await stack.ask("general", "count to 5")

    answers = [message for message in await stack.ada.history("general") if message.author == "TinyLLM"]
    assert [answer.content.splitlines()[0] for answer in answers] == ["1, 2, 3, 4, 5"]


async def test_a_page_that_discord_took_before_the_connection_broke_is_not_sent_twice(stack: Stack) -> None:
    stack.sandbox.faults.cut("POST", "/messages$", times=2, performed=True)
    stack.models.hold(after=2)
    await stack.ada.say("general", "@TinyLLM count to 5")
    await stack.ada.wait_for("general", lambda message: message.content.startswith("1"))
    stack.models.release()
    await stack.ada.wait_for("general", is_done, timeout=30)

    answers = [message for message in await stack.ada.history("general") if message.author == "TinyLLM"]
    assert [answer.content.splitlines()[0] for answer in answers] == ["1, 2, 3, 4, 5"]
    assert answers[0].buttons == ()


async def test_a_person_who_asks_where_the_bot_may_not_write_leaves_no_model_running(stack: Stack) -> None:
    stack.models.hold(after=1)
    stack.sandbox.faults.answer("POST", "/messages$", 403, {"message": "Missing Permissions", "code": 50013}, times=9)
    await stack.ada.say("general", "@TinyLLM count to 500")

    await stack.models.until(lambda server: [chat.outcome for chat in server.chats] == ["client left"], timeout=5)
