"""What a new message may answer or forward, as its body says it; and other parts with their limits."""

from typing import Any

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.messages import read_draft
from sandbox.rules.webhooks import read_disguise, read_webhook

POLL = {"question": {"text": "q"}, "answers": [{"poll_media": {"text": "a"}}]}
PNG = "data:image/png;base64,aGVsbG8="


def poll(**changes: Any) -> dict[str, Any]:
    return {"poll": {**POLL, **changes}}


def answers(count: int, text: str = "a") -> list[Any]:
    return [{"poll_media": {"text": text}}] * count


@pytest.mark.parametrize(
    "body",
    [
        {"message_reference": {"message_id": "1"}},
        {"message_reference": {"message_id": 1, "type": 0, "channel_id": "2", "guild_id": "3"}},
        {"message_reference": {"message_id": "1", "type": 1, "channel_id": "2"}},
        {"message_reference": None, "allowed_mentions": None, "flags": None, "nonce": None, "sticker_ids": None},
        {"allowed_mentions": {"users": [str(number) for number in range(100)]}},
        {"nonce": "n" * 25},
        {"nonce": 5},
        poll(),
        poll(question={"text": "x" * 300}),
        poll(answers=answers(10, "x" * 55)),
        poll(duration=1),
        poll(duration=768),
        poll(duration=None, layout_type=1, allow_multiselect=True),
    ],
    ids=lambda body: str(body)[:60],
)
def test_what_fits_is_read(body: dict[str, Any]) -> None:
    assert read_draft(body)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message_reference": "1"}, "DICT_TYPE_CONVERT"),
        ({"message_reference": {}}, "BASE_TYPE_REQUIRED"),
        ({"message_reference": {"message_id": "x"}}, "NUMBER_TYPE_COERCE"),
        ({"message_reference": {"message_id": "9" * 5000}}, "NUMBER_TYPE_COERCE"),
        ({"message_reference": {"message_id": "1", "type": 2}}, "BASE_TYPE_CHOICES"),
        ({"message_reference": {"message_id": "1", "type": 1}}, "BASE_TYPE_REQUIRED"),
        ({"allowed_mentions": []}, "DICT_TYPE_CONVERT"),
        ({"allowed_mentions": {"parse": "users"}}, "LIST_TYPE_CONVERT"),
        ({"allowed_mentions": {"parse": [{}]}}, "BASE_TYPE_CHOICES"),
        ({"allowed_mentions": {"users": ["ada"]}}, "NUMBER_TYPE_COERCE"),
        ({"allowed_mentions": {"roles": [str(number) for number in range(101)]}}, "BASE_TYPE_MAX_LENGTH"),
        ({"content": 1}, "STRING_TYPE_CONVERT"),
        ({"flags": "4"}, "NUMBER_TYPE_COERCE"),
        ({"nonce": "n" * 26}, "BASE_TYPE_MAX_LENGTH"),
        ({"nonce": {}}, "NONCE_TYPE_INVALID_TYPE"),
        ({"sticker_ids": ["1"] * 4}, "BASE_TYPE_MAX_LENGTH"),
        ({"sticker_ids": {"a": 1}}, "LIST_TYPE_CONVERT"),
        ({"poll": []}, "DICT_TYPE_CONVERT"),
        (poll(question={"text": "x" * 301}), "BASE_TYPE_MAX_LENGTH"),
        (poll(question=None), "BASE_TYPE_REQUIRED"),
        (poll(question={"text": " "}), "BASE_TYPE_REQUIRED"),
        (poll(answers=[]), "BASE_TYPE_BAD_LENGTH"),
        (poll(answers=None), "BASE_TYPE_REQUIRED"),
        (poll(answers=answers(11)), "BASE_TYPE_BAD_LENGTH"),
        (poll(answers=answers(1, "x" * 56)), "BASE_TYPE_MAX_LENGTH"),
        (poll(answers=[{}]), "BASE_TYPE_REQUIRED"),
        (poll(duration=0), "NUMBER_TYPE_MIN"),
        (poll(duration=769), "NUMBER_TYPE_MAX"),
        (poll(layout_type=2), "BASE_TYPE_CHOICES"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_does_not_fit_is_refused(body: dict[str, Any], code: str) -> None:
    with pytest.raises(DiscordError) as refused:
        read_draft(body)
    assert code in str(refused.value.errors)


@pytest.mark.parametrize("name", ["w", "x" * 80, "Captain Hook", "Disc ord"])
def test_webhooks_have_names(name: str) -> None:
    assert read_webhook({"name": f" {name} "}, new=True).name == name
    assert read_disguise({"username": name}).name == name


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "Clyde", "my DISCORD", 5])
def test_and_some_names_are_not_theirs(name: Any) -> None:
    with pytest.raises(DiscordError):
        read_webhook({"name": name}, new=False)
    with pytest.raises(DiscordError):
        read_disguise({"username": name})


def test_a_new_webhook_needs_a_name_and_an_old_one_keeps_it() -> None:
    with pytest.raises(DiscordError):
        read_webhook({}, new=True)
    assert read_webhook({}, new=False).name is None


@pytest.mark.parametrize("avatar", ["x", "data:text/html;base64,aGVsbG8=", "data:image/png;base64,?", 5])
def test_an_avatar_is_a_picture_in_base64(avatar: Any) -> None:
    assert read_webhook({"avatar": PNG}, new=False).avatar == b"hello"
    with pytest.raises(DiscordError):
        read_webhook({"avatar": avatar}, new=False)
    with pytest.raises(DiscordError):
        read_disguise({"avatar_url": "nowhere"})
