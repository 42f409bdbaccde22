"""Mentions: the names that a reader knows, and what stands for those they do not."""

import pytest

from sandbox.page.markdown import Known, Shown, render
from tests.sandbox.page.markdown.shown import NOW, escaped, html


def mention(classes: str, words: str, identifier: str = "", more: str = "") -> str:
    number = f' data-id="{identifier}"' if identifier else ""
    return f'<span class="mention {classes}"{number}{more}>{words}</span>'


UNKNOWN_USER = mention("user unknown", "@<bdi>unknown-user</bdi>", "9")
ADA = mention("user own", "@<bdi>Ada</bdi>", "1")
MENTIONS = {
    "oneself": ("<@1>", ADA),
    "oneself, as clients wrote it": ("<@!1>", ADA),
    "somebody with a hostile name": ("<@2>", mention("user", "@<bdi>&lt;b&gt;Ben&lt;/b&gt;</bdi>", "2")),
    "somebody unknown": ("<@9>", UNKNOWN_USER),
    "a role": ("<@&3>", mention("role", "@<bdi>Mods</bdi>", "3", ' data-colour="e91e63"')),
    "a role of one's own": ("<@&4>", mention("role own", "@<bdi>Readers</bdi>", "4")),
    "an unknown role": ("<@&9>", mention("role unknown", "@<bdi>unknown-role</bdi>", "9")),
    "a channel": ("<#5>", mention("channel", "#<bdi>general</bdi>", "5")),
    "an unknown channel": ("<#9>", mention("channel unknown", "#<bdi>unknown</bdi>", "9")),
    "a command": ("</play:6>", mention("command", "/<bdi>play</bdi>", "6")),
    "a command in a command": ("</play song:6>", mention("command", "/<bdi>play song</bdi>", "6")),
    "a command in a group": ("</play song now:6>", mention("command", "/<bdi>play song now</bdi>", "6")),
    "a command in another language": ("</spièl-ü:6>", mention("command", "/<bdi>spièl-ü</bdi>", "6")),
    "the channels and roles": ("<id:customize>", mention("guide", "<bdi>Channels &amp; Roles</bdi>", "customize")),
    "the channels": ("<id:browse>", mention("guide", "<bdi>Browse Channels</bdi>", "browse")),
    "the guide": ("<id:guide>", mention("guide", "<bdi>Server Guide</bdi>", "guide")),
    "linked roles": ("<id:linked-roles>", mention("guide", "<bdi>Linked Roles</bdi>", "linked-roles")),
    "a linked role": ("<id:linked-roles:6>", mention("guide", "<bdi>Linked Roles</bdi>", "linked-roles")),
    "everyone": ("@everyone", mention("everyone", "<bdi>@everyone</bdi>")),
    "here": ("@here", mention("everyone", "<bdi>@here</bdi>")),
    "everyone in a word": ("a@everyoneb", f"a{mention('everyone', '<bdi>@everyone</bdi>')}b"),
    "in bold": ("**<@1>**", f"<strong>{ADA}</strong>"),
    "in a heading": ("# <@1>", f"<h1>{ADA}</h1>"),
    "side by side": ("<@1><@9>", ADA + UNKNOWN_USER),
}
NONE = (
    "<@>", "<@a>", "<@١>", "<@ 1>", "<@1", "<@&>", "<#>", "<#1", "<@#1>", "<@!&1>", "</:1>", "</a>", "</a:>",
    "</a b c d:1>", f"</{'a' * 33}:1>", "</a  b:1>", "<id:other>", "<id:>", "@Everyone", "@ here", "@user", "#general",
    "<@123456789012345678901>",
)  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), MENTIONS.values(), ids=MENTIONS)
def test_mentions(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_mention_stays_as_it_is(text: str) -> None:
    assert html(text) == escaped(text)


def test_the_longest_name_of_a_command_is_one() -> None:
    assert "mention command" in html(f"</{'a' * 32}:1>")


def test_a_name_has_no_markup() -> None:
    names = Known(users={1: Shown("**a** <@2>\nb")})
    assert "@<bdi>**a** &lt;@2&gt;<br>b</bdi>" in render("<@1>", names, now=NOW)
