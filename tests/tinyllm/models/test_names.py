import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyllm.models.names import canonical, closest, server_address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("tinyllama", "tinyllama:latest", id="no tag is latest"),
        pytest.param("Qwen2.5:3B", "qwen2.5:3b", id="case"),
        pytest.param("TinyLlama", "tinyllama:LATEST", id="case and no tag"),
        pytest.param("  qwen3:8b\n", "qwen3:8b", id="white space around"),
        pytest.param("hf.co/User/Repo", "hf.co/user/repo:latest", id="a host and a namespace"),
        pytest.param("box:5000/me/model", "box:5000/me/model:latest", id="a port is no tag"),
    ],
)
def test_two_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("qwen3:8b", "qwen3:14b", id="tags"),
        pytest.param("qwen3", "qwen3:8b", id="no tag is not any tag"),
        pytest.param("box:5000/me/model", "box/me/model", id="a port"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


INSTALLED = ["qwen2.5:0.5b", "qwen2.5:3b", "qwen3:8b", "tinyllama:latest", "Granite-Code:3b"]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        pytest.param("qwen2.5:3", "qwen2.5:3b", id="a letter short"),
        pytest.param("QWEN3:8B", "qwen3:8b", id="case"),
        pytest.param("tinylama", "tinyllama:latest", id="a slip and no tag"),
        pytest.param("granite", "Granite-Code:3b", id="a beginning, in the spelling of the server"),
        pytest.param(" qwen3:8b ", "qwen3:8b", id="white space around"),
    ],
)
def test_the_closest_name_comes_first(typed: str, best: str) -> None:
    assert closest(typed, INSTALLED)[0] == best


@pytest.mark.parametrize("typed", ["", "   ", "zzzzzzzzzzzz", "日本語"])
def test_nothing_is_close_to_nonsense(typed: str) -> None:
    assert closest(typed, INSTALLED) == []


def test_closest_names_are_few_and_different() -> None:
    found = closest("qwen", [f"qwen:{size}b" for size in range(50)], limit=3)
    assert len(found) == len(set(found)) == 3


def test_a_name_of_a_million_characters_is_compared_in_no_time() -> None:
    assert closest("q" * 1_000_000, INSTALLED) == []


@pytest.mark.parametrize(
    ("host", "address"),
    [
        # The spellings of Ollama's own tests (envconfig), with its listening addresses made reachable.
        pytest.param("", "http://127.0.0.1:11434", id="empty"),
        pytest.param("1.2.3.4", "http://1.2.3.4:11434", id="only address"),
        pytest.param(":1234", "http://127.0.0.1:1234", id="only port"),
        pytest.param("1.2.3.4:1234", "http://1.2.3.4:1234", id="address and port"),
        pytest.param("example.com", "http://example.com:11434", id="hostname"),
        pytest.param("gpu-box:11434", "http://gpu-box:11434", id="hostname and port"),
        pytest.param("[::1]", "http://[::1]:11434", id="ipv6 in brackets"),
        pytest.param("::1", "http://[::1]:11434", id="ipv6 without brackets"),
        pytest.param("[::1]:1337", "http://[::1]:1337", id="ipv6 and port"),
        pytest.param(" 1.2.3.4 ", "http://1.2.3.4:11434", id="space around"),
        pytest.param('"1.2.3.4"', "http://1.2.3.4:11434", id="quotes around"),
        pytest.param("'1.2.3.4'", "http://1.2.3.4:11434", id="single quotes around"),
        pytest.param(' " 1.2.3.4 " ', "http://1.2.3.4:11434", id="space and quotes and space"),
        pytest.param("http://1.2.3.4", "http://1.2.3.4:80", id="http without port"),
        pytest.param("http://1.2.3.4:4321", "http://1.2.3.4:4321", id="http with port"),
        pytest.param("https://1.2.3.4", "https://1.2.3.4:443", id="https without port"),
        pytest.param("https://example.com/ollama", "https://example.com:443/ollama", id="path"),
        pytest.param("example.com:1/a/b/", "http://example.com:1/a/b", id="path ending in a slash"),
        pytest.param("HTTP://Example.COM:1", "http://example.com:1", id="capitals"),
        pytest.param("büro-pc", "http://xn--bro-pc-3ya:11434", id="letters beyond ASCII"),
        pytest.param("gpu_box:1", "http://gpu_box:1", id="an underscore, as containers have"),
        pytest.param("0.0.0.0", "http://127.0.0.1:11434", id="wildcard"),
        pytest.param("0.0.0.0:8080", "http://127.0.0.1:8080", id="wildcard with port"),
        pytest.param("[::]", "http://[::1]:11434", id="ipv6 wildcard"),
        pytest.param("::", "http://[::1]:11434", id="ipv6 wildcard without brackets"),
        pytest.param("fe80::1:2", "http://[fe80::1:2]:11434", id="ipv6 that looks as if it had a port"),
    ],
)
def test_ollama_host_is_read_as_ollama_reads_it(host: str, address: str) -> None:
    assert server_address(host) == address


def test_an_address_means_itself() -> None:
    once = server_address("gpu-box/base")
    assert server_address(once) == once


@pytest.mark.parametrize(
    "host",
    [
        pytest.param("gpu box", id="a space within"),
        pytest.param("box:port", id="a port that is no number"),
        pytest.param("box:66000", id="a port too high"),
        pytest.param("ftp://box", id="another scheme"),
        pytest.param("http://[::1", id="half a bracket"),
        pytest.param("http://me:secret@box", id="a password"),
        pytest.param("http://box?x=1", id="a query"),
        pytest.param("http://box#x", id="a fragment"),
        pytest.param("b\x00x", id="a control character"),
        pytest.param("!!!", id="no letters"),
        pytest.param("a..b", id="an empty part"),
    ],
)
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        server_address(host)


@given(st.text(max_size=30) | st.from_regex(r"(https?://)?[\w.:\[\]%@/?#\\-]{0,20}", fullmatch=True))
def test_every_text_is_refused_or_becomes_an_address_that_the_client_can_use(host: str) -> None:
    try:
        address = server_address(host)
    except ValueError:
        return
    assert server_address(address) == address
    assert httpx.URL(address).host
