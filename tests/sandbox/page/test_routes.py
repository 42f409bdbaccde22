"""The page's files and routes: what a browser is told, who may ask, and what is served to whom."""

import re
from pathlib import Path

import aiohttp
import pytest

import sandbox.page
from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.permissions import Permission
from sandbox.state import Overwrite
from tests.sandbox.bots import TryBot
from tests.sandbox.page.asking import Visitor, channel_called

STATIC = Path(sandbox.page.__file__).parent / "static"
MODULES = sorted(STATIC.glob("*.js"))


def directives(response: aiohttp.ClientResponse) -> dict[str, str]:
    policy = response.headers["Content-Security-Policy"]
    return dict(each.strip().split(" ", 1) for each in policy.split(";"))


async def test_the_page_allows_only_its_own_files(ada_looks: Visitor) -> None:
    response = await ada_looks.get("/")
    policy = directives(response)
    assert (response.status, response.content_type) == (200, "text/html")
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["img-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["connect-src"] == f"'self' ws://{response.url.host}:{response.url.port}"
    assert policy["form-action"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("name", "kind"), [("main.js", "text/javascript"), ("style.css", "text/css"), ("icon.svg", "image/svg+xml")]
)
async def test_files_have_the_type_that_a_browser_wants(ada_looks: Visitor, name: str, kind: str) -> None:
    response = await ada_looks.get(f"/page/static/{name}")
    assert (response.status, response.content_type) == (200, kind)
    again = await ada_looks.get(f"/page/static/{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status, again.headers["Cache-Control"]) == (304, "no-cache")


@pytest.mark.parametrize("name", ["nothing.js", "..%2f__init__.py", "%2e%2e/files.py", "main.js%00", "index.html"])
async def test_nothing_else_is_served_as_a_file(ada_looks: Visitor, name: str) -> None:
    assert (await ada_looks.get(f"/page/static/{name}")).status in (404, 501)


async def test_everything_that_the_page_names_is_there(ada_looks: Visitor) -> None:
    html = (STATIC / "index.html").read_text()
    named = re.findall(r'(?:src|href)="(/page/static/[^"]+)"', html)
    named += [f"/page/static/{name}" for path in MODULES for name in re.findall(r'from "\./([^"]+)"', path.read_text())]
    for path in sorted(set(named)):
        assert (await ada_looks.get(path)).status == 200, path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_are_small_say_what_they_are_for_and_hold_nothing_that_could_become_code(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("/**")
    assert text.count("\n") < 250
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert text.count(word) == (1 if (path.name, word) == ("dom.js", "innerHTML") else 0), word
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in text


def test_the_page_itself_holds_no_code_and_no_style() -> None:
    html = (STATIC / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=", html)


@pytest.mark.parametrize("path", ["/", "/page/as/ada", "/page/static/main.js", "/page/as/ada/feed"])
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example:8770"}, {"Host": "[::"}], ids=str
)
async def test_pages_and_names_that_are_not_ours_are_refused(
    ada_looks: Visitor, path: str, headers: dict[str, str]
) -> None:
    response = await ada_looks.get(path, headers=headers)
    assert response.status in (400, 403)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_names_of_this_machine_are_served(sandbox: Sandbox, ada_looks: Visitor, name: str) -> None:
    host = f"{name}:{sandbox.url.rpartition(':')[2]}"
    response = await ada_looks.get("/page/as/ada", headers={"Host": host, "Origin": f"http://{host}"})
    assert response.status == 200


async def test_the_owner_of_the_application_is_the_first_whom_one_may_speak_as(ada_looks: Visitor) -> None:
    response = await ada_looks.get("/page/as")
    assert await response.json() == ["ada", "ben", "cleo"]


async def test_the_overview_shows_what_a_person_sees(ada_looks: Visitor) -> None:
    seen = await ada_looks.ask()
    (guild,) = seen["guilds"]
    assert [channel["name"] for channel in guild["channels"]] == ["general", "ideas", "random", "quiet"] or [
        channel["name"] for channel in guild["channels"] if channel["kind"] == 0
    ] == ["general", "random", "quiet"]
    assert {member["name"] for member in guild["members"]} == {"TinyLLM", "ada", "ben", "cleo"}
    assert [direct["name"] for direct in seen["directs"]] == ["TinyLLM"]
    assert [(each["name"], each["administrator"]) for each in seen["people"]] == [
        ("ada", True),
        ("ben", False),
        ("cleo", False),
    ]


async def test_a_hidden_channel_is_not_there_for_those_who_do_not_see_it(
    sandbox: Sandbox, ada: Person, ada_looks: Visitor, ben_looks: Visitor
) -> None:
    hidden = channel_called(sandbox, "quiet")
    everyone = hidden.guild_id or 0
    hidden.overwrites[everyone] = Overwrite(everyone, of_member=False, deny=int(Permission.VIEW_CHANNEL))
    async with ben_looks.feed() as feed:
        await ada.say("quiet", "for few")
        await ada.say("general", "for all")
        assert (await feed.until("message"))["message"]["content"] == "for all"
    assert "quiet" in str(await ada_looks.ask())
    assert "quiet" not in str(await ben_looks.ask())
    assert (await ada_looks.history("quiet"))["messages"][0]["content"] == "for few"
    refused = await ben_looks.history("quiet")
    assert refused["problem"] == "unknown"
    assert "for few" not in str(refused)


async def test_what_only_one_person_sees_is_shown_to_no_other(
    bot: TryBot, ada: Person, ada_looks: Visitor, ben_looks: Visitor
) -> None:
    async with ben_looks.feed() as feed:
        await ada.run("/settings model", "general", name="large")
        await ada.say("general", "done")
        assert (await feed.until("message"))["message"]["content"] == "done"
    assert [each["private"] for each in (await ada_looks.history())["messages"]] == [True, False]
    assert [each["content"] for each in (await ben_looks.history())["messages"]] == ["done"]
    direct = next(each for each in (await ada_looks.ask())["directs"])
    assert (await ben_looks.ask(f"/channels/{direct['id']}/messages"))["problem"] == "unknown"


async def test_history_comes_in_pages_of_fifty(ada: Person, ada_looks: Visitor) -> None:
    said = [str((await ada.say("general", str(number))).id) for number in range(120)]
    newest = await ada_looks.history()
    ids = [each["id"] for each in newest["messages"]]
    assert (ids, newest["first"], newest["last"]) == (said[70:], False, True)
    older = await ada_looks.history(query=f"before={said[50]}")
    assert ([each["id"] for each in older["messages"]], older["first"], older["last"]) == (said[:50], True, False)
    older = await ada_looks.history(query=f"before={said[51]}")
    assert ([each["id"] for each in older["messages"]], older["first"]) == (said[1:51], False)
    newer = await ada_looks.history(query=f"after={said[69]}")
    assert ([each["id"] for each in newer["messages"]], newer["last"]) == (said[70:], True)
    around = await ada_looks.history(query=f"around={said[60]}")
    assert [each["id"] for each in around["messages"]] == said[35:85]
    assert (around["first"], around["last"]) == (False, False)


@pytest.mark.parametrize("query", ["before=x", "around=", "after=-1", f"before={'1' * 5000}"])
async def test_what_is_no_id_is_refused(ada_looks: Visitor, query: str) -> None:
    assert (await ada_looks.history(query=query))["problem"] == "refused"


async def test_the_coming_and_going_of_the_bot_is_told(sandbox: Sandbox, ada_looks: Visitor) -> None:
    from tests.sandbox.bots import living

    async with ada_looks.feed() as feed:
        async with living(TryBot(), sandbox):
            assert (await feed.until("bot"))["online"] is True
            assert (await ada_looks.ask())["bot"]["online"] is True
        assert (await feed.until("bot"))["online"] is False
    assert (await ada_looks.ask())["bot"]["online"] is False
