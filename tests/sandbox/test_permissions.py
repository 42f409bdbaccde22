"""Who may do what in a channel, by Discord's page on permissions."""

from dataclasses import replace

import pytest

from sandbox.permissions import ALL, Permission, audience, highest_rank, in_channel, in_guild, rank, sees_channel
from sandbox.state import Channel, ChannelKind, Guild, Member, Overwrite, Role, ThreadState

OWNER, ADMIN, BEN, STRANGER = 1, 2, 3, 4
GUILD, ADMINS, HELPERS, GUESTS = 10, 11, 12, 13
VIEW, SEND, ATTACH = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, Permission.ATTACH_FILES
BASE = int(VIEW | SEND | ATTACH | Permission.SEND_MESSAGES_IN_THREADS)


def house(*overwrites: Overwrite, ben: tuple[int, ...] = ()) -> tuple[Guild, Channel]:
    guild = Guild(GUILD, "G", OWNER, joined_at=0)
    for position, (role_id, bits) in enumerate(
        {GUILD: BASE, ADMINS: int(Permission.ADMINISTRATOR), HELPERS: 0, GUESTS: 0}.items()
    ):
        guild.roles[role_id] = Role(role_id, str(role_id), bits, position)
    guild.members = {OWNER: Member(OWNER, 0), ADMIN: Member(ADMIN, 0, (ADMINS,)), BEN: Member(BEN, 0, ben)}
    channel = Channel(20, ChannelKind.TEXT, "talk", GUILD, overwrites={each.id: each for each in overwrites})
    guild.channels[channel.id] = channel
    return guild, channel


def everyone(allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(GUILD, of_member=False, allow=allow, deny=deny)


def helpers(allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(HELPERS, of_member=False, allow=allow, deny=deny)


def guests(allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(GUESTS, of_member=False, allow=allow, deny=deny)


def for_ben(allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(BEN, of_member=True, allow=allow, deny=deny)


@pytest.mark.parametrize(
    ("overwrites", "roles", "expected"),
    [
        pytest.param((), (), BASE, id="without overwrites the guild's bits"),
        pytest.param((everyone(deny=SEND),), (), BASE & ~(SEND | ATTACH), id="who cannot write cannot attach"),
        pytest.param((everyone(deny=VIEW),), (), 0, id="who cannot look can do nothing"),
        pytest.param((everyone(deny=VIEW), helpers(allow=VIEW)), (), 0, id="a role that one has not changes nothing"),
        pytest.param((everyone(deny=VIEW), helpers(allow=VIEW)), (HELPERS,), BASE, id="a role wins over everyone"),
        pytest.param((guests(allow=SEND), helpers(deny=SEND)), (GUESTS, HELPERS), BASE, id="one role's allow wins"),
        pytest.param((helpers(allow=SEND), for_ben(deny=SEND)), (HELPERS,), BASE & ~(SEND | ATTACH), id="a member's"),
        pytest.param((everyone(deny=SEND), for_ben(allow=SEND)), (), BASE, id="a member's allow wins"),
    ],
)
def test_overwrites_apply_in_discords_order(
    overwrites: tuple[Overwrite, ...], roles: tuple[int, ...], expected: int
) -> None:
    guild, channel = house(*overwrites, ben=roles)

    assert in_channel(guild, channel, BEN) == expected


def test_no_overwrite_binds_the_owner_or_an_administrator() -> None:
    guild, channel = house(everyone(deny=ALL))

    assert [in_channel(guild, channel, who) for who in (OWNER, ADMIN, BEN, STRANGER)] == [ALL, ALL, 0, 0]
    assert audience(guild, channel) == {OWNER, ADMIN}


def test_a_thread_has_the_overwrites_of_its_channel() -> None:
    guild, channel = house(everyone(deny=VIEW), helpers(allow=VIEW))
    thread = Channel(21, ChannelKind.THREAD, "t", GUILD, parent_id=channel.id, thread=ThreadState(0))
    guild.channels[thread.id] = thread

    assert not sees_channel(guild, thread, BEN)
    guild.members[BEN] = Member(BEN, 0, (HELPERS,))
    assert sees_channel(guild, thread, BEN)


def test_a_private_thread_is_shown_to_its_members_and_to_those_who_manage_threads() -> None:
    guild, channel = house(helpers(allow=Permission.MANAGE_THREADS))
    thread = Channel(21, ChannelKind.PRIVATE_THREAD, "t", GUILD, parent_id=channel.id, thread=ThreadState(0))
    guild.channels[thread.id] = thread

    assert not sees_channel(guild, thread, BEN)
    thread.thread = ThreadState(0, members={BEN: 0})
    assert sees_channel(guild, thread, BEN)
    thread.thread = ThreadState(0)
    guild.members[BEN] = Member(BEN, 0, (HELPERS,))
    assert sees_channel(guild, thread, BEN)


def test_who_is_timed_out_looks_and_reads_only() -> None:
    guild, channel = house(everyone(allow=Permission.READ_MESSAGE_HISTORY), for_ben(allow=SEND))
    guild.members[BEN] = replace(guild.members[BEN], silent_until=1.0)
    guild.members[ADMIN] = replace(guild.members[ADMIN], silent_until=1.0)

    assert in_channel(guild, channel, BEN) == VIEW | Permission.READ_MESSAGE_HISTORY
    assert in_guild(guild, BEN) == VIEW
    assert in_channel(guild, channel, ADMIN) == ALL


def test_who_may_not_enter_a_voice_channel_may_do_little_with_it() -> None:
    guild, channel = house()
    channel.kind = ChannelKind.VOICE

    assert in_channel(guild, channel, BEN) == VIEW
    channel.overwrites[GUILD] = everyone(allow=Permission.CONNECT)
    assert in_channel(guild, channel, BEN) == BASE | Permission.CONNECT


def test_the_highest_role_is_that_of_the_highest_position_and_among_equals_the_oldest() -> None:
    guild, _ = house(ben=(HELPERS, GUESTS))
    guild.roles[GUESTS] = replace(guild.roles[GUESTS], position=guild.roles[HELPERS].position)

    assert highest_rank(guild, BEN) == rank(guild.roles[HELPERS])
    order = sorted((OWNER, ADMIN, BEN, STRANGER), key=lambda who: highest_rank(guild, who))
    assert order == [STRANGER, ADMIN, BEN, OWNER]
    guild.members[BEN] = Member(BEN, 0)
    assert highest_rank(guild, BEN) > highest_rank(guild, STRANGER)
