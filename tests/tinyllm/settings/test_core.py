import os
from pathlib import Path

import pytest
from pydantic import Field, SecretStr, ValidationError

from tinyllm.errors import SettingsError
from tinyllm.models.addresses import BackendAddress, Dialect
from tinyllm.settings import Settings, environment_name


class BotLike(Settings):
    """Settings with a secret, as the bot's have."""

    discord_token: SecretStr = Field(validation_alias="DISCORD_TOKEN", description="The token.", examples=["abc.def"])


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that the tests run on."""
    for name in list(os.environ):
        if name.upper().startswith("TINYLLM_") or name.upper() in ("OLLAMA_HOST", "DATABASE_URL", "DISCORD_TOKEN"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.load()
    assert settings.ollama_host == "http://127.0.0.1:11434"
    assert (settings.max_context_tokens, settings.max_parallel, settings.keep_alive) == (8192, 2, "5m")
    assert (settings.connect_timeout, settings.idle_timeout, settings.default_model) == (5.0, 120.0, None)
    assert settings.database.startswith("sqlite+aiosqlite:////")
    assert settings.database.endswith("tinyllm/tinyllm.db")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OLLAMA_HOST": "gpu-box",
        "DATABASE_URL": "sqlite+aiosqlite:////data/x.db",
        "TINYLLM_DEFAULT_MODEL": "medium",
        "TINYLLM_MAX_PARALLEL": "4",
        "TINYLLM_KEEP_ALIVE": "-1",
        "tinyllm_log_level": "debug",
    }.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert settings.ollama_host == "http://gpu-box:11434"
    assert settings.database == "sqlite+aiosqlite:////data/x.db"
    assert (settings.default_model, settings.max_parallel) == ("medium", 4)
    assert (settings.keep_alive, settings.log_level) == ("-1", "debug")


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OLLAMA_HOST", "TINYLLM_MAX_PARALLEL", "TINYLLM_DEFAULT_MODEL", "DATABASE_URL"):
        monkeypatch.setenv(name, "")
    assert Settings.load() == Settings()
    assert Settings.load().default_model is None


def test_the_file_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# mine\nOLLAMA_HOST=gpu-box\nTINYLLM_MAX_PARALLEL=4\nTINYLLM_SYSTEM_PROMPT='Grüße, {bot}'\nOTHER=1\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("TINYLLM_MAX_PARALLEL", "8")
    settings = Settings.load()
    assert (settings.ollama_host, settings.max_parallel) == ("http://gpu-box:11434", 8)
    assert settings.system_prompt == "Grüße, {bot}"


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=hush\xff\xfe")
    with pytest.raises(SettingsError, match=r"The file \.env cannot be read") as caught:
        Settings.load()
    assert "hush" not in str(caught.value)


def test_the_database_lies_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TINYLLM_HOME", "~/models")
    assert Settings.load().database == f"sqlite+aiosqlite:///{tmp_path}/models/tinyllm.db"
    monkeypatch.setenv("TINYLLM_HOME", "here")
    assert Settings.load().database == f"sqlite+aiosqlite:///{tmp_path}/here/tinyllm.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("OLLAMA_HOST", "not an address", id="spaces in an address"),
        pytest.param("OLLAMA_HOST", "box:99999", id="a port too high"),
        pytest.param("OLLAMA_HOST", "http://me:secret@box", id="a password in an address"),
        pytest.param("TINYLLM_BACKENDS", "gpu-box, openai+https://:secret@", id="no server behind a key"),
        pytest.param("TINYLLM_BACKENDS", "gpu-box, openai+https://:sec ret@box", id="half a secret"),
        pytest.param("TINYLLM_BACKENDS", "vllm://secret@box", id="an unknown kind of server"),
        pytest.param("TINYLLM_ALIASES", "fast=a, secret", id="an alias of nothing"),
        pytest.param("TINYLLM_ALIASES", "two secret=a", id="an alias of two words"),
        pytest.param("TINYLLM_ALIASES", "secret=fast, fast=secret", id="a loop of aliases"),
        pytest.param("TINYLLM_MAX_CONTEXT_TOKENS", "many", id="no number"),
        pytest.param("TINYLLM_MAX_CONTEXT_TOKENS", "100", id="too little context"),
        pytest.param("TINYLLM_MAX_PARALLEL", "0", id="no answer at a time"),
        pytest.param("TINYLLM_MAX_PARALLEL", "1.5", id="one and a half"),
        pytest.param("TINYLLM_CONNECT_TIMEOUT", "0", id="no time"),
        pytest.param("TINYLLM_IDLE_TIMEOUT", "inf", id="for ever"),
        pytest.param("TINYLLM_IDLE_TIMEOUT", "nan", id="not a number"),
        pytest.param("TINYLLM_KEEP_ALIVE", "soon", id="a word"),
        pytest.param("TINYLLM_KEEP_ALIVE", "5", id="no unit"),
        pytest.param("TINYLLM_LOG_LEVEL", "loud", id="an unknown level"),
        pytest.param("TINYLLM_LOG_FORMAT", "xml", id="an unknown format"),
    ],
)
def test_a_bad_value_is_a_sentence_with_the_variable_and_an_example(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is set wrongly: ")
    assert f"An example: {name}=" in sentence
    assert "\n" not in sentence
    assert "secret" not in sentence
    assert caught.value.__suppress_context__


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_MAX_PARALLEL", "none")
    monkeypatch.setenv("OLLAMA_HOST", "a b")
    with pytest.raises(SettingsError) as caught:
        BotLike.load()
    first, second, third = sorted(str(caught.value).split("\n"))
    assert first == "DISCORD_TOKEN is missing. The token. An example: DISCORD_TOKEN=abc.def"
    assert second.startswith("OLLAMA_HOST is set wrongly: that is no address of a server.")
    assert third.startswith("TINYLLM_MAX_PARALLEL is set wrongly: ")


def test_the_one_ollama_is_the_backend_where_no_others_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "gpu-box")
    assert Settings.load().backends == (BackendAddress(Dialect.OLLAMA, "http://gpu-box:11434"),)
    monkeypatch.setenv("TINYLLM_BACKENDS", " , ")
    assert Settings.load().backends == (BackendAddress(Dialect.OLLAMA, "http://gpu-box:11434"),)


def test_the_list_of_backends_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "gpu-box")
    monkeypatch.setenv("TINYLLM_BACKENDS", "openai+https://:hush-key@box, ollama://other")
    settings = Settings.load()
    assert settings.backends == (
        BackendAddress(Dialect.OPENAI, "https://box:443/v1", "hush-key"),
        BackendAddress(Dialect.OLLAMA, "http://other:11434"),
    )
    assert "hush" not in f"{settings!r} {settings} {settings.backends} {settings.model_dump_json()}"


def test_the_aliases_of_the_installation_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().aliases == {}
    monkeypatch.setenv("TINYLLM_ALIASES", "fast=smollm2:brief, large=smollm2:135m")
    assert Settings.load().aliases == {"fast": "smollm2:brief", "large": "smollm2:135m"}
    monkeypatch.setenv("TINYLLM_ALIASES", "")
    monkeypatch.setenv("TINYLLM_ALIAS", "x")
    assert Settings.load().aliases == {}
    assert Settings.unknown() == ["TINYLLM_ALIAS is no setting and has no effect. Is TINYLLM_ALIASES meant?"]


def test_a_setting_of_backends_is_not_told_to_be_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_BACKENDS", "gpu-box")
    monkeypatch.setenv("TINYLLM_BACKEND", "gpu-box")
    assert Settings.unknown() == ["TINYLLM_BACKEND is no setting and has no effect. Is TINYLLM_BACKENDS meant?"]


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "hush-token")
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://u:hush-password@h/x")
    monkeypatch.setenv("TINYLLM_MAX_PARALLEL", "hush-value")
    with pytest.raises(SettingsError) as caught:
        BotLike.load()
    assert "hush" not in str(caught.value)
    monkeypatch.delenv("TINYLLM_MAX_PARALLEL")
    assert "hush-token" not in repr(BotLike.load())


def test_settings_are_frozen() -> None:
    settings = Settings.load()
    with pytest.raises(ValidationError):
        settings.max_parallel = 3  # type: ignore[misc]


def test_a_variable_that_is_no_setting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.unknown() == []
    monkeypatch.setenv("TINYLLM_MAX_PARALEL", "4")
    monkeypatch.setenv("TINYLLM_ZZZ", "4")
    monkeypatch.setenv("TINYLLM_OLLAMA_HOST", "box")
    monkeypatch.setenv("tinyllm_home", "/x")
    monkeypatch.setenv("OTHER", "4")
    assert sorted(Settings.unknown()) == [
        "TINYLLM_MAX_PARALEL is no setting and has no effect. Is TINYLLM_MAX_PARALLEL meant?",
        "TINYLLM_OLLAMA_HOST is no setting and has no effect. Is OLLAMA_HOST meant?",
        "TINYLLM_ZZZ is no setting and has no effect.",
    ]


def test_a_slip_in_the_file_is_told_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("TINYLLM_DEFALT_MODEL=fast\nOTHER=1\n")

    assert Settings.unknown() == [
        "TINYLLM_DEFALT_MODEL is no setting and has no effect. Is TINYLLM_DEFAULT_MODEL meant?"
    ]


def test_every_setting_is_described_and_its_example_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, field in Settings.model_fields.items():
        assert field.description
        assert field.examples
        monkeypatch.setenv(environment_name(name, field), field.examples[0])
    Settings.load()
