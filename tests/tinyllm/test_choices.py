from collections.abc import Callable

import pytest

from tests.clocks import ManualClock
from tests.tinyllm.backends import BROKEN, CUT, ScriptedBackend, model
from tinyllm.choices import Candidate, Choices, Skipped, Source
from tinyllm.errors import BrokenModelError, CannotChatError, NoModelError, UnknownModelError, UnreachableError
from tinyllm.models import ModelRegistry
from tinyllm.scopes import EVERYWHERE, Scope, channel_scope, conversation_scope, guild_scope
from tinyllm.storage import ChoiceTable, Database

GUILD = guild_scope(9)
CHANNEL = channel_scope(1, within=GUILD)
THREAD = channel_scope(2, within=CHANNEL)
DIRECT = channel_scope(3)

SMALL, MIDDLE, BIG = model("fast:1b", "1B"), model("qwen2.5:3b", "3.1B"), model("qwen3:8b", "8.2B")
EMBEDS = model("nomic-embed-text:latest", "99B", chats=False)

MakeChoices = Callable[..., Choices]


@pytest.fixture
def backend() -> ScriptedBackend:
    return ScriptedBackend(SMALL, MIDDLE, BIG, EMBEDS)


@pytest.fixture
def registry(backend: ScriptedBackend, clock: ManualClock) -> ModelRegistry:
    registry = ModelRegistry(clock.time)
    registry.sync_from_ollama(backend.installed)
    return registry


@pytest.fixture
def make(backend: ScriptedBackend, registry: ModelRegistry, database: Database, clock: ManualClock) -> MakeChoices:
    def make(default_model: str | None = None) -> Choices:
        table = ChoiceTable(database)
        return Choices(registry=registry, backend=backend, table=table, default_model=default_model, clock=clock)

    return make


async def test_the_nearest_choice_wins_and_its_source_is_told(make: MakeChoices) -> None:
    choices = make("fast:1b")
    found: list[tuple[str, str, Source]] = []

    async def look() -> None:
        chosen = await choices.effective(THREAD)
        found.append((chosen.model.name, chosen.by.typed, chosen.by.source))
        assert chosen.skipped == ()

    await look()
    for scope, typed in ((EVERYWHERE, "Medium"), (GUILD, "large"), (CHANNEL, "fast:1b"), (THREAD, "qwen2.5:3b")):
        await choices.switch(scope, typed)
        await look()
    for scope in (THREAD, CHANNEL, GUILD, EVERYWHERE):
        assert await choices.follow(scope)
        assert not await choices.follow(scope)
        await look()
    there = [
        ("fast:1b", "fast:1b", Source.SETTING),
        ("qwen2.5:3b", "Medium", Source.EVERYWHERE),
        ("qwen3:8b", "large", Source.GUILD),
        ("fast:1b", "fast:1b", Source.PARENT),
        ("qwen2.5:3b", "qwen2.5:3b", Source.CHANNEL),
    ]
    assert found == [*there, *there[-2::-1]]


async def test_a_choice_elsewhere_changes_nothing_here(make: MakeChoices) -> None:
    choices = make()
    await choices.switch(CHANNEL, "fast:1b")
    for scope in (channel_scope(5, within=GUILD), DIRECT, GUILD):
        assert (await choices.effective(scope)).by.source is Source.BEST
    await choices.switch(GUILD, "medium")
    assert (await choices.effective(DIRECT)).by.source is Source.BEST


async def test_without_any_choice_the_biggest_healthy_chat_model_answers(
    make: MakeChoices, registry: ModelRegistry, clock: ManualClock
) -> None:
    choices = make()
    assert (await choices.effective(DIRECT)).by == Candidate("qwen3:8b", Source.BEST)
    registry.record_request("qwen3:8b", 1)
    registry.record_request("qwen3:8b", 0, False, "Timeout")
    assert (await choices.effective(DIRECT)).by == Candidate("qwen2.5:3b", Source.BEST)
    clock.advance(60)
    assert (await choices.effective(DIRECT)).by == Candidate("qwen3:8b", Source.BEST)


async def test_a_sick_model_is_better_than_none(make: MakeChoices, registry: ModelRegistry) -> None:
    for name in ("fast:1b", "qwen2.5:3b", "qwen3:8b"):
        registry.record_request(name, 0, False, "Timeout")
    assert (await make().effective(DIRECT)).model == BIG


async def test_a_chosen_model_answers_even_when_it_is_sick(make: MakeChoices, registry: ModelRegistry) -> None:
    choices = make()
    await choices.switch(DIRECT, "fast:1b")
    registry.record_request("fast:1b", 0, False, "Timeout")
    assert (await choices.effective(DIRECT)).model == SMALL


async def test_choices_whose_models_have_vanished_are_skipped_in_order(
    make: MakeChoices, backend: ScriptedBackend
) -> None:
    choices = make("judge")
    await choices.switch(CHANNEL, "large")
    await choices.switch(GUILD, "medium")
    backend.installed = [SMALL]
    await choices._registry.sync(backend)
    chosen = await choices.effective(CHANNEL)
    assert (chosen.model, chosen.by.source) == (SMALL, Source.BEST)
    assert chosen.skipped == (
        Skipped(Candidate("large", Source.CHANNEL), "is not installed"),
        Skipped(Candidate("medium", Source.GUILD), "is not installed"),
        Skipped(Candidate("judge", Source.SETTING), "is not installed"),
    )


async def test_a_model_that_was_installed_a_moment_ago_is_found(make: MakeChoices, backend: ScriptedBackend) -> None:
    choices = make("judge")
    judge = model("qwen3:14b", "14B")
    backend.installed.append(judge)
    chosen = await choices.effective(DIRECT)
    assert (chosen.model, chosen.skipped) == (judge, ())
    assert backend.listings == 1
    await choices.effective(DIRECT)
    assert backend.listings == 1


async def test_a_setting_that_only_embeds_is_skipped(make: MakeChoices) -> None:
    chosen = await make("nomic-embed-text").effective(DIRECT)
    assert (chosen.model, chosen.skipped) == (
        BIG,
        (Skipped(Candidate("nomic-embed-text", Source.SETTING), "cannot chat"),),
    )


async def test_a_broken_model_is_skipped_and_never_the_default(make: MakeChoices, backend: ScriptedBackend) -> None:
    backend.installed.append(BROKEN)
    choices = make("big:9b")
    chosen = await choices.effective(DIRECT)
    assert (chosen.model, chosen.skipped) == (BIG, (Skipped(Candidate("big:9b", Source.SETTING), "is broken"),))
    assert (await make().effective(DIRECT)).model == BIG


async def test_a_model_that_was_mended_a_moment_ago_can_be_chosen(
    make: MakeChoices, backend: ScriptedBackend, registry: ModelRegistry
) -> None:
    choices = make()
    backend.installed.append(BROKEN)
    await registry.sync(backend)
    with pytest.raises(BrokenModelError, match="big:9b cannot be used: It ends too early"):
        await choices.switch(DIRECT, "big:9b")
    assert (await choices.find("big:9b")).problem == CUT
    backend.installed[-1] = model("big:9b", "9B")
    assert (await choices.switch(DIRECT, "big:9b")).problem is None


async def test_where_only_broken_models_are_there_the_first_is_told(
    make: MakeChoices, backend: ScriptedBackend
) -> None:
    backend.installed = [BROKEN]
    choices = make()
    await choices._registry.sync(backend)
    with pytest.raises(NoModelError, match=rf"installed on .* big:9b cannot be used: {CUT} Install one there"):
        await choices.effective(DIRECT)


async def test_moving_an_alias_moves_those_who_follow_it(make: MakeChoices, registry: ModelRegistry) -> None:
    choices = make()
    await choices.switch(CHANNEL, "large")
    await choices.switch(DIRECT, "qwen3:8b")
    registry.add_alias("large", "medium")
    assert (await choices.effective(CHANNEL)).model == MIDDLE
    assert (await choices.effective(DIRECT)).model == BIG


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("qwen3:9b", UnknownModelError, id="unknown"),
        pytest.param("judge", UnknownModelError, id="an alias of what is not installed"),
        pytest.param("", UnknownModelError, id="nothing"),
        pytest.param("x" * 1_000_000, UnknownModelError, id="a million characters"),
        pytest.param("nomic-embed-text", CannotChatError, id="embedding only"),
    ],
)
async def test_what_cannot_be_used_is_refused_and_not_stored(
    make: MakeChoices, database: Database, typed: str, expected: type[Exception]
) -> None:
    choices = make()
    await choices.switch(DIRECT, "fast:1b")
    with pytest.raises(expected):
        await choices.switch(DIRECT, typed)
    assert await ChoiceTable(database).read([DIRECT]) == {DIRECT.key: "fast:1b"}


async def test_switching_finds_what_was_installed_a_moment_ago(make: MakeChoices, backend: ScriptedBackend) -> None:
    backend.installed.append(model("qwen3:14b"))
    assert (await make().switch(DIRECT, " Judge ")).name == "qwen3:14b"


async def test_what_was_typed_is_stored_as_typed(make: MakeChoices, database: Database) -> None:
    await make().switch(DIRECT, "  Large ", chosen_by="7")
    assert await ChoiceTable(database).read([DIRECT]) == {DIRECT.key: "Large"}


@pytest.mark.parametrize("scope", [DIRECT, CHANNEL, EVERYWHERE])
async def test_without_models_it_is_said_what_to_do(make: MakeChoices, backend: ScriptedBackend, scope: Scope) -> None:
    backend.installed = [EMBEDS]
    choices = make()
    await choices._registry.sync(backend)
    with pytest.raises(NoModelError, match=r"No model that can chat .*http://models:11434.*ollama pull"):
        await choices.effective(scope)


async def test_while_the_server_is_down_what_is_known_is_used(make: MakeChoices, backend: ScriptedBackend) -> None:
    choices = make()
    backend.down = UnreachableError(backend.address, "connection refused")
    assert (await choices.effective(DIRECT)).model == BIG
    assert (await choices.switch(DIRECT, "medium")).name == "qwen2.5:3b"


async def test_while_the_server_is_down_nothing_unknown_is_chosen(
    make: MakeChoices, backend: ScriptedBackend, database: Database
) -> None:
    choices = make()
    backend.down = UnreachableError(backend.address, "connection refused")
    with pytest.raises(UnreachableError):
        await choices.switch(DIRECT, "judge")
    assert await ChoiceTable(database).read([DIRECT]) == {}


async def test_a_server_that_was_never_reached_is_an_error_of_ours(
    database: Database, clock: ManualClock, backend: ScriptedBackend
) -> None:
    backend.down = UnreachableError(backend.address, "connection refused")
    table = ChoiceTable(database)
    choices = Choices(registry=ModelRegistry(), backend=backend, table=table, default_model="large", clock=clock)
    with pytest.raises(UnreachableError):
        await choices.effective(DIRECT)


async def test_who_follows_a_model_is_told_whatever_was_typed(make: MakeChoices, registry: ModelRegistry) -> None:
    choices = make()
    for scope, typed in ((EVERYWHERE, "Medium"), (GUILD, "large"), (CHANNEL, "QWEN2.5:3B"), (DIRECT, "fast:1b")):
        await choices.switch(scope, typed)
    assert await choices.following("qwen2.5:3b") == ["channel:1", "everywhere"]
    registry.add_alias("large", "medium")
    assert await choices.following("qwen2.5:3b") == ["channel:1", "everywhere", "guild:9"]
    assert await choices.following("gone") == []


async def test_a_conversation_in_the_terminal_has_its_own_choice(make: MakeChoices) -> None:
    choices, talk = make(), conversation_scope("talk")
    await choices.switch(EVERYWHERE, "large")
    assert (await choices.effective(talk)).by == Candidate("large", Source.EVERYWHERE)
    await choices.switch(talk, "fast:1b")
    assert (await choices.effective(talk)).by == Candidate("fast:1b", Source.TERMINAL)


async def test_a_choice_that_is_not_stored_is_this_process_alone(make: MakeChoices) -> None:
    choices, other, talk = make(), make(), conversation_scope("talk")
    await choices.switch(talk, "qwen2.5:3b")
    await choices.switch(talk, "fast:1b", stored=False)
    with pytest.raises(UnknownModelError):
        await choices.switch(talk, "nonsense", stored=False)

    assert (await choices.effective(talk)).by == Candidate("fast:1b", Source.TERMINAL)
    assert (await other.effective(talk)).by == Candidate("qwen2.5:3b", Source.TERMINAL)
    await choices.switch(talk, "qwen3:8b")
    assert (await choices.effective(talk)).by.typed == "qwen3:8b"


async def test_a_wish_is_followed_once_its_model_is_there_and_can_be_given_up(
    make: MakeChoices, backend: ScriptedBackend
) -> None:
    choices, talk = make(), conversation_scope("talk")
    choices.prefer(talk, "later:7b")
    assert (await choices.effective(talk)).skipped == (
        Skipped(Candidate("later:7b", Source.TERMINAL), "is not installed"),
    )
    assert await choices.follow(talk)
    assert not await choices.follow(talk)
    choices.prefer(talk, "new:7b")
    backend.installed.append(model("new:7b", "7B"))
    assert (await choices.effective(talk)).model.name == "new:7b"
