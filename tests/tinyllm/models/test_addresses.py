import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyllm.models.addresses import server_address


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
