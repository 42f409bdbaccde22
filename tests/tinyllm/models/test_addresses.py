import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyllm.models.addresses import (
    BackendAddress,
    Dialect,
    backend_address,
    backend_addresses,
    is_this_machine,
    server_address,
)


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


# Those that name their dialect


@pytest.mark.parametrize(
    ("text", "dialect", "url", "key"),
    [
        pytest.param("gpu-box", Dialect.OLLAMA, "http://gpu-box:11434", None, id="no scheme"),
        pytest.param("http://box", Dialect.OLLAMA, "http://box:80", None, id="http"),
        pytest.param("https://box/base/", Dialect.OLLAMA, "https://box:443/base", None, id="https"),
        pytest.param("ollama://box", Dialect.OLLAMA, "http://box:11434", None, id="ollama"),
        pytest.param("ollama+http://box", Dialect.OLLAMA, "http://box:80", None, id="ollama without TLS"),
        pytest.param("ollama+https://box", Dialect.OLLAMA, "https://box:443", None, id="ollama with TLS"),
        pytest.param("ollama+https://:KEY@ollama.com", Dialect.OLLAMA, "https://ollama.com:443", "KEY", id="hosted"),
        pytest.param("openai://box", Dialect.OPENAI, "http://box:80/v1", None, id="openai"),
        pytest.param("openai://box:8000/", Dialect.OPENAI, "http://box:8000/v1", None, id="a port"),
        pytest.param("openai://:8000", Dialect.OPENAI, "http://127.0.0.1:8000/v1", None, id="only a port"),
        pytest.param("openai+http://box:1", Dialect.OPENAI, "http://box:1/v1", None, id="openai without TLS"),
        pytest.param("openai+https://box", Dialect.OPENAI, "https://box:443/v1", None, id="openai with TLS"),
        pytest.param("openai+https://box/api/v3/", Dialect.OPENAI, "https://box:443/api/v3", None, id="another path"),
        pytest.param("OpenAI+HTTPS://Box", Dialect.OPENAI, "https://box:443/v1", None, id="capitals"),
        pytest.param("openai://[::1]:8000", Dialect.OPENAI, "http://[::1]:8000/v1", None, id="IPv6"),
        pytest.param("openai://0.0.0.0:8000", Dialect.OPENAI, "http://127.0.0.1:8000/v1", None, id="wildcard"),
        pytest.param("openai+https://:KEY@box/v1", Dialect.OPENAI, "https://box:443/v1", "KEY", id="a key"),
        pytest.param("openai+https://KEY@box", Dialect.OPENAI, "https://box:443/v1", "KEY", id="a key alone"),
        pytest.param("openai://KEY:@box", Dialect.OPENAI, "http://box:80/v1", "KEY", id="a key before the colon"),
        pytest.param("openai://:a%2Fb%40c%3Ad%2C@box", Dialect.OPENAI, "http://box:80/v1", "a/b@c:d,", id="encoded"),
        pytest.param("openai://a@b@box", Dialect.OPENAI, "http://box:80/v1", "a@b", id="an @ in a key"),
    ],
)
def test_an_address_says_how_to_speak_to_its_server(text: str, dialect: Dialect, url: str, key: str | None) -> None:
    assert backend_address(text) == BackendAddress(dialect, url, key)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ftp://hush", id="another scheme"),
        pytest.param("://hush", id="half a scheme"),
        pytest.param("openai://", id="no host"),
        pytest.param("openai+https://:hush@", id="a key and no host"),
        pytest.param("openai+https://:hush@/v1", id="a key, a path and no host"),
        pytest.param("openai+https://:hu/sh@box/v1", id="a slash in a key"),
        pytest.param("openai+https://hush/hush@box/v1", id="a slash in a key that looks like a host"),
        pytest.param("openai+https://hush:hush@box", id="two words before the @"),
        pytest.param("openai+https://:@box", id="an empty key"),
        pytest.param("openai+https://:hush%20hush@box", id="a space in a key"),
        pytest.param("openai+https://:hush%0A@box", id="a line end in a key"),
        pytest.param("openai+https://:h%C3%BCsh@box", id="a letter beyond ASCII in a key"),
        pytest.param("openai://box:hush", id="a port that is no number"),
        pytest.param("openai://hush!", id="no name of a host"),
        pytest.param("openai://box/v1?key=hush", id="a query"),
    ],
)
def test_a_bad_address_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|key") as caught:
        backend_address(text)
    assert "hush" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_several_addresses_stand_between_commas_and_spaces() -> None:
    listed = backend_addresses(" gpu-box,openai://box:8000 ,\n https://c ")
    assert [one.url for one in listed] == ["http://gpu-box:11434", "http://box:8000/v1", "https://c:443"]
    assert backend_addresses(" , ") == ()


def test_a_key_is_in_no_representation() -> None:
    address = backend_address("openai+https://:hush@box")
    assert "hush" not in f"{address} {address!r} {(address,)}"
    assert address.api_key == "hush"


@given(st.text(max_size=30) | st.from_regex(r"(openai|ollama)(\+https)?://[\w.:@%/?#-]{0,20}", fullmatch=True))
def test_every_text_is_refused_or_becomes_the_address_of_a_server(text: str) -> None:
    try:
        address = backend_address(text)
    except ValueError:
        return
    assert server_address(address.url) == address.url
    assert httpx.URL(address.url).host


@pytest.mark.parametrize(
    ("host", "here"),
    [
        pytest.param("", True, id="none given"),
        pytest.param("0.0.0.0", True, id="every address of this machine"),
        pytest.param("127.0.0.53:1", True, id="any loopback address"),
        pytest.param("[::1]", True, id="ipv6"),
        pytest.param("http://LocalHost/x", True, id="its name"),
        pytest.param("https://models.localhost.", True, id="a name below it"),
        pytest.param("gpu-box", False, id="another machine"),
        pytest.param("localhost.example.com", False, id="a name that begins alike"),
        pytest.param("192.168.1.7", False, id="another address"),
    ],
)
def test_whether_an_address_is_on_this_machine(host: str, here: bool) -> None:
    assert is_this_machine(server_address(host)) is here
