"""Reads what the application is to be like, or what Discord would say is wrong with it."""

from typing import Any

from sandbox.rules.form import Form
from sandbox.rules.pictures import read_pictures
from sandbox.rules.settings import Changes, Settings
from sandbox.rules.urls import WEB, read_url
from sandbox.wire import Json

MOST_DESCRIPTION = 400
MOST_TAGS, MOST_TAG = 5, 20
PICTURES = ("icon", "cover_image")


def read_application_changes(body: Json) -> Changes:
    """Under Discord's names. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("description", 0, MOST_DESCRIPTION, empty="")
    found = {**fields.found, **read_pictures(form, body, PICTURES)}
    if "tags" in body:
        found["tags"] = _tags(form, body["tags"] or [])
    if "custom_install_url" in body:
        found["custom_install_url"] = read_url(form, ("custom_install_url",), body["custom_install_url"], WEB)
    if body.get("interactions_endpoint_url") is not None:
        # Discord asks there whether it answers, and says this if it does not; from here nobody can be asked.
        message = "The specified interactions endpoint url could not be verified."
        form.wrong(("interactions_endpoint_url",), "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", message)
    form.done()
    return found


def _tags(form: Form, given: Any) -> list[str]:
    if not isinstance(given, list):
        form.wrong(("tags",), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []
    form.longest_list(("tags",), given, MOST_TAGS)
    return [form.text(("tags", index), each, MOST_TAG) or "" for index, each in enumerate(given)]
