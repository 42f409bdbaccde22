"""Names that people type, and what a bot gets to read instead of them."""

import pytest

from sandbox.actor import Person
from tests.sandbox.houses import HouseBot
from tests.sandbox.rest.test_guilds import PNG


async def test_names_become_references_as_in_discords_client(robo: HouseBot, mona: Person) -> None:
    mods, attic = robo.house.roles[1], robo.channel("attic")
    wave = await robo.house.create_custom_emoji(name="wave", image=PNG)
    said = await mona.say("hall", "#hall #attic #hall-way @MODS :Wave: :tada: @paul")
    hall, paul = robo.channel("hall"), robo.member("paul")
    expected = f"{hall.mention} {attic.mention} #hall-way {mods.mention} {wave} :tada: {paul.mention}"
    assert said.content == expected
    assert (await mona.edit(said, "or #slow")).content == f"or {robo.channel('slow').mention}"


@pytest.mark.parametrize("text", ["#cellar", "a#hall", "<#hall>", "@nobody", "a:wave:"])
async def test_what_is_no_name_stays_as_it_is_and_so_does_a_channel_that_is_not_shown(
    robo: HouseBot, mona: Person, text: str
) -> None:
    await robo.house.create_custom_emoji(name="wave", image=PNG)
    assert (await mona.say("hall", text)).content == text


async def test_a_direct_message_has_no_channels_roles_or_emojis(robo: HouseBot, mona: Person) -> None:
    said = await mona.say("@Robo", "#hall @mods @paul")
    assert said.content == f"#hall @mods {robo.member('paul').mention}"
