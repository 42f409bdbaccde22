"""The nested shape in which a body's faults are told."""

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.form import Form


def test_what_is_wrong_inside_is_told_instead_of_the_whole() -> None:
    form = Form(("data",))
    form.wrong(("embeds", 0), "MAX_EMBED_SIZE_EXCEEDED", "too large")
    form.required(("embeds", 0, "fields", 1, "name"))
    form.required(("embeds", 2, "title"))

    with pytest.raises(DiscordError) as refused:
        form.done()

    missing = {"_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]}
    assert refused.value.errors == {
        "data": {"embeds": {"0": {"fields": {"1": {"name": missing}}}, "2": {"title": missing}}}
    }
