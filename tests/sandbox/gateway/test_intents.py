"""Which intent an event needs, and how a message is hidden."""

import pytest

from sandbox.gateway.events import Event
from sandbox.gateway.intents import KNOWN, Intent, hide, needed


@pytest.mark.parametrize(
    ("name", "in_guild", "direct"),
    [
        ("MESSAGE_CREATE", Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
        ("MESSAGE_UPDATE", Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
        ("MESSAGE_DELETE", Intent.GUILD_MESSAGES, Intent.DIRECT_MESSAGES),
        ("MESSAGE_REACTION_ADD", Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
        ("MESSAGE_REACTION_REMOVE", Intent.GUILD_MESSAGE_REACTIONS, Intent.DIRECT_MESSAGE_REACTIONS),
        ("TYPING_START", Intent.GUILD_MESSAGE_TYPING, Intent.DIRECT_MESSAGE_TYPING),
        ("CHANNEL_PINS_UPDATE", Intent.GUILDS, Intent.DIRECT_MESSAGES),
        ("MESSAGE_POLL_VOTE_ADD", Intent.GUILD_MESSAGE_POLLS, Intent.DIRECT_MESSAGE_POLLS),
        ("INTERACTION_CREATE", 0, 0),
    ],
)
def test_an_event_may_need_another_intent_in_a_guild_than_outside(name: str, in_guild: int, direct: int) -> None:
    assert Event(name, {}, 1).needed() == in_guild
    assert Event(name, {}).needed() == direct


@pytest.mark.parametrize(
    ("name", "intent"),
    [
        ("MESSAGE_DELETE_BULK", Intent.GUILD_MESSAGES),
        ("GUILD_CREATE", Intent.GUILDS),
        ("GUILD_ROLE_UPDATE", Intent.GUILDS),
        ("CHANNEL_CREATE", Intent.GUILDS),
        ("THREAD_CREATE", Intent.GUILDS),
        ("THREAD_MEMBERS_UPDATE", Intent.GUILD_MEMBERS),
        ("GUILD_MEMBER_ADD", Intent.GUILD_MEMBERS),
        ("GUILD_MEMBER_UPDATE", Intent.GUILD_MEMBERS),
        ("GUILD_BAN_ADD", Intent.GUILD_MODERATION),
        ("GUILD_EMOJIS_UPDATE", Intent.GUILD_EXPRESSIONS),
        ("INTEGRATION_CREATE", Intent.GUILD_INTEGRATIONS),
        ("WEBHOOKS_UPDATE", Intent.GUILD_WEBHOOKS),
        ("INVITE_CREATE", Intent.GUILD_INVITES),
        ("VOICE_STATE_UPDATE", Intent.GUILD_VOICE_STATES),
        ("PRESENCE_UPDATE", Intent.GUILD_PRESENCES),
        ("GUILD_SCHEDULED_EVENT_CREATE", Intent.GUILD_SCHEDULED_EVENTS),
        ("AUTO_MODERATION_RULE_CREATE", Intent.AUTO_MODERATION_CONFIGURATION),
        ("AUTO_MODERATION_ACTION_EXECUTION", Intent.AUTO_MODERATION_EXECUTION),
        ("APPLICATION_COMMAND_PERMISSIONS_UPDATE", 0),
    ],
)
def test_an_event_of_a_guild_needs_the_intent_of_discords_list(name: str, intent: int) -> None:
    assert needed(name, direct=False) == intent


@pytest.mark.parametrize(("name", "intent"), [("GUILD_MEMBER_UPDATE", 0), ("THREAD_MEMBERS_UPDATE", Intent.GUILDS)])
def test_what_is_about_the_bot_itself_needs_no_members_intent(name: str, intent: int) -> None:
    assert Event(name, {}, 1, own=True).needed() == intent


@pytest.mark.parametrize(("name", "direct"), [("MESSAGE_CREATED", False), ("GUILD_CREATE", True)])
def test_an_event_that_discord_does_not_have_is_a_mistake(name: str, direct: bool) -> None:
    with pytest.raises(LookupError, match=name):
        needed(name, direct=direct)


def test_the_known_intents_are_those_that_discord_lists() -> None:
    assert KNOWN == (1 << 17) - 1 | 0b11 << 20 | 0b11 << 24


def test_a_hidden_message_has_no_words_and_neither_has_what_it_forwards() -> None:
    words = {"content": "x", "embeds": [{}], "attachments": [{}], "components": [{}], "poll": {}}
    nothing = {"content": "", "embeds": [], "attachments": [], "components": []}
    message = {**words, "id": "1", "message_snapshots": [{"message": {**words, "type": 0}}]}
    assert hide(message) == {**nothing, "id": "1", "message_snapshots": [{"message": {**nothing, "type": 0}}]}
