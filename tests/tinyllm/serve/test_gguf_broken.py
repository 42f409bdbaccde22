import os
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tinyllm.serve.ggufs import BOOL, LIST, TEXT, U8, U32, fact, gguf, listed, tensor, text, u32
from tinyllm.serve.facts import facts_of
from tinyllm.serve.gguf import BrokenGgufError, GgufHeader, read_header
from tinyllm.serve.gguf_bytes import GgufBytes

MOST_MEMORY = 48 * 1024 * 1024
"""Bytes that reading any file may take: the window on it, and the texts that are kept."""
SMALL = gguf(
    fact("general.architecture", TEXT, text("llama")),
    fact("general.alignment", U32, u32(32)),
    fact("llama.block_count", U32, u32(2)),
    fact("tokenizer.ggml.add_bos_token", BOOL, b"\1"),
    fact("short", LIST, listed(TEXT, 2, text("a") + text("ö"))),
    fact("tokenizer.ggml.tokens", LIST, listed(TEXT, 257, text("t") * 257)),
    fact("tokenizer.ggml.token_type", LIST, listed(U8, 257, bytes(257))),
    fact("nested", LIST, listed(LIST, 1, listed(U32, 2, u32(1) + u32(2)))),
    tensors=[tensor("a", [8, 2]), tensor("b", [32, 2], kind=8, offset=64)],
    data=bytes(64 + 68),
)


def complaint(path: Path, data: bytes) -> str:
    """What is said of a file with this content."""
    path.write_bytes(data)
    with pytest.raises(BrokenGgufError) as raised:
        read_header(path)
    return str(raised.value)


def read_or_complaint(path: Path, data: bytes) -> GgufHeader | str:
    path.write_bytes(data)
    try:
        header = read_header(path)
    except BrokenGgufError as error:
        return str(error)
    facts_of(header)
    return header


def is_a_sentence(said: str) -> bool:
    return said.endswith(".") and said[0].isupper() and "\n" not in said and len(said) < 300


def test_a_file_cut_anywhere_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "cut.gguf"
    assert isinstance(read_or_complaint(path, SMALL), GgufHeader)
    said = []
    for length in reversed(range(len(SMALL))):
        os.truncate(path, length)
        with pytest.raises(BrokenGgufError) as raised:
            read_header(path)
        said.append(str(raised.value))
    assert said.pop() == "It is empty."
    assert {each.partition(":")[0] for each in said} == {"It ends too early"}
    assert said[0] == f"It ends too early: {len(SMALL) - 1:,} of {len(SMALL):,} bytes are there."


def test_a_changed_byte_breaks_a_file_or_does_not_and_nothing_else(tmp_path: Path) -> None:
    path, dice = tmp_path / "changed.gguf", random.Random(6)
    tracemalloc.start()
    try:
        for _ in range(1500):
            changed = bytearray(SMALL)
            changed[dice.randrange(len(changed))] = dice.choice([0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)])
            read = read_or_complaint(path, bytes(changed))
            assert isinstance(read, GgufHeader) or is_a_sentence(read)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


@given(rest=st.binary(max_size=400), counts=st.tuples(st.integers(0, 9), st.integers(0, 9)))
def test_noise_is_broken_or_not_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, rest: bytes, counts: tuple[int, int]
) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.gguf"
    read = read_or_complaint(path, gguf(counts=counts) + rest)
    assert isinstance(read, GgufHeader) or is_a_sentence(read)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "It is empty.", id="empty"),
        pytest.param(b"PK\3\4" + bytes(99), "It is no GGUF file.", id="a zip"),
        pytest.param(b"x", "It is no GGUF file.", id="one byte"),
        pytest.param(b"<!DOCTYPE html>", "It is no GGUF file.", id="a web page"),
        pytest.param(b"version https://git-lfs.github.com/spec/v1\n", "It is no GGUF file.", id="a pointer of Git LFS"),
        pytest.param(gguf(version=1), "Its format is version 1, which is too old.", id="version 1"),
        pytest.param(gguf(version=0), "Its format is version 0, which is too old.", id="version 0"),
        pytest.param(gguf(version=4), "Its format is version 4, which is too new.", id="version 4"),
        pytest.param(gguf(version=3 << 24), "It is in big-endian byte order, which is not read here.", id="big-endian"),
        pytest.param(
            gguf(counts=(2**63, 0)) + bytes(99),
            "It is damaged: it would have 9,223,372,036,854,775,808 tensors and 0 facts.",
            id="tensors without number",
        ),
        pytest.param(
            gguf(counts=(0, 2**64 - 1)) + bytes(99),
            "It is damaged: it would have 0 tensors and 18,446,744,073,709,551,615 facts.",
            id="facts without number",
        ),
        pytest.param(
            gguf(fact("a", TEXT, text("", length=2**62))),
            "It is damaged: one of its texts would have 4,611,686,018,427,387,904 bytes.",
            id="a text without end",
        ),
        pytest.param(
            gguf(text("", length=2**64 - 1)),
            "It is damaged: one of its texts would have 18,446,744,073,709,551,615 bytes.",
            id="a key without end",
        ),
        pytest.param(
            gguf(fact("a", LIST, listed(TEXT, 2**62))),
            "It is damaged: its lists would have too many elements.",
            id="a list of texts without end",
        ),
        pytest.param(
            gguf(fact("a", LIST, listed(TEXT, 300, text("", length=2**64 - 1) * 300))),
            "It ends too early: 2,449 bytes are there, and its header is longer.",
            id="a vocabulary of texts without end",
        ),
        pytest.param(
            gguf(fact("a", LIST, listed(U32, 2**62))),
            "It ends too early: 49 bytes are there, and its header is longer.",
            id="a list of numbers without end",
        ),
        pytest.param(
            gguf(fact("a", LIST, listed(LIST, 1) * 9)),
            "It is damaged: one of its facts is of kind 9.",
            id="lists in lists in lists",
        ),
        pytest.param(
            gguf(fact("a", 13, b"")), "It is damaged: one of its facts is of kind 13.", id="a fact of no kind"
        ),
        pytest.param(
            gguf(fact("a", LIST, listed(77, 300))),
            "It is damaged: one of its facts is of kind 77.",
            id="a list of no kind",
        ),
        pytest.param(
            gguf(fact("a", TEXT, text(b"\xff"))),
            "It is damaged: one of its texts is no UTF-8.",
            id="a text of no UTF-8",
        ),
        pytest.param(
            gguf(text(b"\xed\xa0\x80") + u32(U8) + b"\0"),
            "It is damaged: one of its texts is no UTF-8.",
            id="a key of half a character",
        ),
        pytest.param(
            gguf(fact("a", U8, b"\1"), fact("a", U8, b"\2")), "It is damaged: it tells a twice.", id="told twice"
        ),
        *[
            pytest.param(
                gguf(fact("general.alignment", kind, value)),
                "It is damaged: its tensors would be aligned to what is no power of two.",
                id=f"alignment {name}",
            )
            for name, kind, value in [
                ("0", U32, u32(0)),
                ("33", U32, u32(33)),
                ("of a word", TEXT, text("32")),
                ("of a truth", BOOL, b"\1"),
            ]
        ],
        pytest.param(
            gguf(tensors=[tensor("a", [], dimensions=2**32 - 1)], data=bytes(99)),
            "It is damaged: its tensor a would have 4,294,967,295 dimensions.",
            id="dimensions without number",
        ),
        *[
            pytest.param(
                gguf(tensors=[its], data=bytes(999)),
                "It is damaged: its tensor a would have an impossible size.",
                id=name,
            )
            for name, its in [
                ("a tensor without end", tensor("a", [2**62, 2**62])),
                ("bytes without number", tensor("a", [2**62])),
                ("an offset without end", tensor("a", [1], offset=2**63)),
                ("half a block", tensor("a", [33], kind=8)),
                ("half a block of one number", tensor("a", [], kind=8)),
            ]
        ],
        pytest.param(
            gguf(tensors=[tensor("a", [8], offset=64)], data=bytes(64 + 31)),
            "It ends too early: 159 of 160 bytes are there.",
            id="a tensor that is cut",
        ),
        pytest.param(
            gguf(tensors=[tensor("b", [8], offset=64), tensor("a", [8])], data=bytes(64)),
            "It ends too early: 160 of 192 bytes are there.",
            id="the first tensor lies last",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    assert complaint(tmp_path / "broken.gguf", data) == said


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param(gguf(fact("a", TEXT, text("", length=2**29))), id="one text"),
        pytest.param(gguf(*[fact(f"{i}", TEXT, text(bytes(2**20))) for i in range(17)]), id="many texts"),
        pytest.param(gguf(fact("a", LIST, listed(TEXT, 2**26))), id="a list of empty texts"),
        pytest.param(gguf(fact("a", LIST, listed(LIST, 2**25))), id="a list of empty lists"),
        pytest.param(
            gguf(*[fact(f"{i}", LIST, listed(U8, 256, bytes(256))) for i in range(1100)]), id="many short lists"
        ),
        pytest.param(gguf(counts=(0, 4_096)), id="facts without a name"),
        pytest.param(gguf(counts=(65_536, 0)), id="tensors without a name"),
    ],
)
def test_what_a_large_file_claims_costs_no_memory(tmp_path: Path, claim: bytes) -> None:
    path = tmp_path / "large.gguf"
    path.write_bytes(claim)
    os.truncate(path, 2**30)  # zeros that take no room on the disk
    tracemalloc.start()
    try:
        with pytest.raises(BrokenGgufError, match="It is damaged"):
            read_header(path)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    (path := tmp_path / "folder.gguf").mkdir()
    with pytest.raises(BrokenGgufError, match=r"^It is a folder\.$"):
        read_header(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    (path := tmp_path / "link.gguf").symlink_to(tmp_path / "nowhere.gguf")
    with pytest.raises(BrokenGgufError, match=r"^It is missing\.$"):
        read_header(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(path := tmp_path / "pipe.gguf")
    with pytest.raises(BrokenGgufError, match=r"^It is no regular file\.$"):
        read_header(path)


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    (path := tmp_path / "circle.gguf").symlink_to(tmp_path / "circle.gguf")
    with pytest.raises(BrokenGgufError, match=r"^It cannot be read \(.+\)\.$"):
        read_header(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden here")
def test_what_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.gguf"
    path.write_bytes(SMALL)
    path.chmod(0)
    with pytest.raises(BrokenGgufError, match=r"^It cannot be read \(Permission denied\)\.$"):
        read_header(path)


def test_a_file_that_shrinks_while_it_is_read_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "shrinking.gguf"
    path.write_bytes(SMALL)
    with path.open("rb") as file:
        data = GgufBytes(file, len(SMALL))
        os.truncate(path, 10)
        with pytest.raises(BrokenGgufError, match=r"^It became shorter while it was read\.$"):
            data.take(20)
