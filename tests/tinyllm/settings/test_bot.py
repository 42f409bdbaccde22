"""The bot's own settings: what is taken, and what stops the start with a sentence."""

import pytest

from tinyllm.errors import SettingsError
from tinyllm.settings import BotSettings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing set but a token, and no .env."""
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    for name in (
        "TINYLLM_DISCORD_API",
        "TINYLLM_DISCORD_GATEWAY",
        "TINYLLM_OPERATOR_IDS",
        "OLLAMA_HOST",
        "DATABASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISCORD_TOKEN", "s3cret")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        pytest.param("http://127.0.0.1:8770/api", "http://127.0.0.1:8770/api/v10", id="the version is added"),
        pytest.param("http://127.0.0.1:8770/api/", "http://127.0.0.1:8770/api/v10", id="a slash at the end"),
        pytest.param("https://discord.com/api/v9", "https://discord.com/api/v9", id="a version is kept"),
    ],
)
def test_the_address_of_the_api_gets_its_version(monkeypatch: pytest.MonkeyPatch, given: str, meant: str) -> None:
    monkeypatch.setenv("TINYLLM_DISCORD_API", given)

    assert BotSettings.load().discord_api == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("7", (7,), id="one"),
        pytest.param("7, 8 9,10", (7, 8, 9, 10), id="several"),
        pytest.param(" 80351110224678912 ", (80351110224678912,), id="white space around"),
    ],
)
def test_operators_are_numbers_with_commas_or_spaces(
    monkeypatch: pytest.MonkeyPatch, given: str, meant: tuple[int, ...]
) -> None:
    monkeypatch.setenv("TINYLLM_OPERATOR_IDS", given)

    assert BotSettings.load().operator_ids == meant


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        pytest.param(
            "DISCORD_TOKEN", "s3cret s3cret", "DISCORD_TOKEN is set wrongly: a token has no spaces", id="token"
        ),
        pytest.param("TINYLLM_OPERATOR_IDS", "ada", "it must be numbers with commas between them", id="operators"),
        pytest.param("TINYLLM_DISCORD_API", "discord.com", "begins with http:// or https://", id="no scheme"),
        pytest.param("TINYLLM_DISCORD_GATEWAY", "http://x", "begins with ws:// or wss://", id="another scheme"),
    ],
)
def test_a_wrong_setting_is_named_with_its_problem_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        BotSettings.load()

    assert problem in str(caught.value)
    assert f"An example: {name}=" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_token_is_in_no_representation() -> None:
    settings = BotSettings.load()

    assert "s3cret" not in f"{settings!r} {settings}"
    assert settings.discord_token.get_secret_value() == "s3cret"
