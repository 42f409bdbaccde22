from sandbox.models import ScriptedModels
from tests.tinyllm.cli.shell import Shell
from tinyllm.cli.tiers import memory_bytes
from tinyllm.models import ModelCapabilities


async def test_each_tier_says_what_its_aliases_stand_for(tinyllm: Shell) -> None:
    said = await tinyllm("tiers")
    assert said.status == 0
    assert said.lines == [
        "Tier                              Alias   Stands For       Model          Memory",
        "T0 routers (fast classification)  tiny    tinyllama        installed      765 MB",
        "T0 routers (fast classification)  fast    qwen2.5:0.5b     installed      477 MB",
        "T1 specialists (tasks)            code    granite-code:3b  installed      2.4 GB",
        "T1 specialists (tasks)            medium  qwen2.5:3b       installed      2.3 GB",
        "T2 workers (complex tasks)        large   qwen3:8b         installed      6.3 GB",
        "T3 judges (evaluation)            judge   qwen3:14b        not installed       -",
    ]
    assert said.err == "judge is not installed. Install it: tinyllm models pull judge\n"


async def test_peoples_own_aliases_are_below(tinyllm: Shell) -> None:
    await tinyllm("models", "alias", "add", "quick", "fast")
    said = await tinyllm("tiers")
    assert said.lines[7:] == [
        "",
        "Your own aliases:",
        "Alias  Stands For            Model",
        "quick  fast -> qwen2.5:0.5b  installed",
    ]


async def test_the_tiers_as_json(tinyllm: Shell) -> None:
    told = (await tinyllm("tiers", "--json")).json
    assert told["aliases"] == []
    assert told["tiers"][-1] == {
        "tier": "T3 judges",
        "work": "evaluation",
        "alias": "judge",
        "target": "qwen3:14b",
        "model": "qwen3:14b",
        "installed": False,
        "problem": None,
        "memory_bytes": None,
    }


async def test_the_tiers_are_shown_while_the_server_is_down(tinyllm: Shell, server: ScriptedModels) -> None:
    server.down()
    said = await tinyllm("tiers")
    assert (said.status, said.lines[1].split()[-2:]) == (0, ["unknown", "-"])


def test_memory_is_a_fifth_more_than_the_file() -> None:
    assert memory_bytes(ModelCapabilities("m", size_gb=5.0)) == 6_000_000_000
    assert memory_bytes(ModelCapabilities("m")) is None
    assert memory_bytes(None) is None
