"""Discord's Markdown as HTML for the page, with the names that its viewer knows."""

from dataclasses import dataclass

from sandbox.page.markdown import Kind, Shown, plain, render
from sandbox.page.viewer import Viewer
from sandbox.permissions import sees_channel
from sandbox.state import Guild


def message_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    return _html(viewer, text, guild, Kind.MESSAGE)


def embed_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """Of an embed's description, a field's value, or a text of a layout."""
    return _html(viewer, text, guild, Kind.EMBED)


def title_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """Of an embed's title, or a field's name."""
    return _html(viewer, text, guild, Kind.TITLE)


def line(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """As one line of text, without marks."""
    return plain(text, _Seen(viewer, guild), now=viewer.clock.now(), zone=viewer.zone)


def _html(viewer: Viewer, text: str, guild: Guild | None, kind: Kind) -> str:
    return render(text, _Seen(viewer, guild), now=viewer.clock.now(), kind=kind, zone=viewer.zone)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everybody of the sandbox, the roles of the server, and the channels that the viewer may see."""

    viewer: Viewer
    guild: Guild | None

    def user(self, identifier: int) -> Shown | None:
        if identifier not in self.viewer.store.users:
            return None
        name = self.viewer.author(identifier, self.guild)["name"]
        return Shown(name, own=identifier == self.viewer.person.id)

    def role(self, identifier: int) -> Shown | None:
        role = None if self.guild is None else self.guild.roles.get(identifier)
        if self.guild is None or role is None:
            return None
        member = self.guild.members.get(self.viewer.person.id)
        return Shown(role.name, own=member is not None and identifier in member.roles, colour=role.color)

    def channel(self, identifier: int) -> Shown | None:
        channel = self.viewer.store.channels.get(identifier)
        if channel is None:
            return None
        guild = self.viewer.store.guild_of(channel)
        return Shown(channel.name) if sees_channel(guild, channel, self.viewer.person.id) else None
