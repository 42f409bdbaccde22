import os
import struct
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from tests.tinyllm.serve.ggufs import F32, I32, LIST, TEXT, U8, U32, fact, listed, smollm2, tensor, text, u32
from tests.tinyllm.serve.ggufs import gguf as written
from tinyllm.serve.ggml import FILE_TYPES, TENSOR_TYPES
from tinyllm.serve.gguf import BrokenGgufError, read_header


def of_the_package(path: Path) -> tuple[dict[str, Any], int]:
    """What the `gguf` package reads: the metadata without long lists, and the number of parameters."""
    reader = gguf.GGUFReader(path)
    fields = {key: field for key, field in reader.fields.items() if not key.startswith("GGUF.")}
    told = {key: None if len(field.data) > 256 else field.contents() for key, field in fields.items()}
    metadata = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    return metadata, sum(int(each.n_elements) for each in reader.tensors)


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def rich(path: Path) -> None:
    """A file with every kind of fact."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_uint8("a.uint8", 2**8 - 1)
    writer.add_int8("a.int8", -(2**7))
    writer.add_uint16("a.uint16", 2**16 - 1)
    writer.add_int16("a.int16", -(2**15))
    writer.add_uint32("a.uint32", 2**32 - 1)
    writer.add_int32("a.int32", -(2**31))
    writer.add_uint64("a.uint64", 2**64 - 1)
    writer.add_int64("a.int64", -(2**63))
    writer.add_float32("a.float32", 1e-5)
    writer.add_float64("a.float64", 0.1)
    writer.add_bool("a.true", True)
    writer.add_bool("a.false", False)
    writer.add_string("a.text", "Zwölf Boxkämpfer 🥊\0\n")
    writer.add_string("a.empty", "")
    writer.add_array("a.numbers", [1, -2, 3])
    writer.add_array("a.floats", [0.5, 1e-5])
    writer.add_array("a.truths", [True, False])
    writer.add_array("a.texts", ["eins", "", "drei"])
    writer.add_array("a.bytes", b"\x00\xff")
    writer.add_array("a.most", list(range(256)))
    writer.add_array("a.vocabulary", [f"token {i}" * (i % 9) for i in range(1000)])
    writer.add_array("a.scores", [float(i) for i in range(1000)])
    writer.add_string("a.last", "what comes after long lists")
    writer.add_tensor("one", np.ones((3, 4), np.float32))
    writer.add_tensor("two", np.ones(5, np.float16))
    writer.add_tensor("three", np.zeros((2, 34), np.uint8), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    finish(writer)


def test_every_kind_of_fact_is_read_as_the_package_reads_it(tmp_path: Path) -> None:
    rich(path := tmp_path / "rich.gguf")
    header = read_header(path)
    assert (header.metadata, header.parameter_count) == of_the_package(path)
    assert header.metadata["a.vocabulary"] is header.metadata["a.scores"] is None
    assert header.metadata["a.most"] == tuple(range(256))
    assert header.parameter_count == 12 + 5 + 64
    assert header.size == path.stat().st_size


def test_a_real_model_is_read_as_the_package_reads_it() -> None:
    header = read_header(smollm2())
    assert (header.metadata, header.parameter_count) == of_the_package(smollm2())
    assert header.size == smollm2().stat().st_size


def test_lists_in_lists_are_read(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(path := tmp_path / "lists.gguf", "llama")
    writer.add_array("short", [[1, 2], [3]])
    writer.add_array("long", [["text"]] * 300)
    writer.add_string("last", "after them")
    finish(writer)
    assert read_header(path).metadata == {
        "general.architecture": "llama",
        "short": ((1, 2), (3,)),
        "long": None,
        "last": "after them",
    }


def test_an_empty_list_and_a_file_without_tensors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "empty.gguf"
    path.write_bytes(written(fact("none", LIST, listed(TEXT, 0)), version=2))
    header = read_header(path)
    assert (header.metadata, header.parameter_count) == ({"none": ()}, 0)


@pytest.mark.parametrize("length", [0, 1, 2**20 - 9, 2**20, 2**20 + 1, 3 * 2**20])
def test_texts_lie_anywhere_in_a_file(tmp_path: Path, length: int) -> None:
    path = tmp_path / "long.gguf"
    long, vocabulary = "x" * length, listed(TEXT, 300, text("x" * length) + text("ab") * 299)
    path.write_bytes(written(fact("a", TEXT, text(long)), fact("b", LIST, vocabulary), fact("c", TEXT, text(long))))
    assert read_header(path).metadata == {"a": long, "b": None, "c": long}


def test_the_last_tensor_needs_no_padding(tmp_path: Path) -> None:
    path = tmp_path / "unpadded.gguf"
    tensors = [tensor("a", [3]), tensor("b", [3], offset=32)]
    path.write_bytes(written(tensors=tensors, data=bytes(32 + 12)))
    assert read_header(path).parameter_count == 6


def test_tensors_may_be_aligned_to_something_else(tmp_path: Path) -> None:
    path = tmp_path / "aligned.gguf"
    alignment = fact("general.alignment", U32, u32(4096))
    whole = written(alignment, tensors=[tensor("a", [3])], data=bytes(12), alignment=4096)
    path.write_bytes(whole)
    assert read_header(path).parameter_count == 3
    path.write_bytes(whole[:-1])
    with pytest.raises(BrokenGgufError, match=r"4,107 of 4,108 bytes are there\.$"):
        read_header(path)


def test_tensors_of_a_kind_newer_than_this_are_counted_and_not_measured(tmp_path: Path) -> None:
    path = tmp_path / "newer.gguf"
    path.write_bytes(written(tensors=[tensor("a", [3], kind=999)], data=bytes(1)))
    assert read_header(path).parameter_count == 3


def test_kinds_of_tensors_and_files_are_those_of_the_package() -> None:
    sizes = {int(kind): size for kind, size in gguf.constants.GGML_QUANT_SIZES.items()}
    names = {int(kind): kind.name.removeprefix("ALL_").removeprefix("MOSTLY_") for kind in gguf.LlamaFileType}
    del names[gguf.LlamaFileType.GUESSED]
    assert sizes.items() <= TENSOR_TYPES.items()
    assert names.items() <= FILE_TYPES.items()


def test_floats_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "floats.gguf"
    path.write_bytes(written(fact("a", F32, struct.pack("<f", 0.1))))
    assert read_header(path).metadata["a"] == np.float32(0.1)


def split(folder: Path, tensors: int = 5) -> list[Path]:
    """A model in parts of two tensors each."""
    writer = gguf.GGUFWriter(folder / "big.gguf", "llama", split_max_tensors=2)
    writer.add_string("general.name", "big")
    for number in range(tensors):
        writer.add_tensor(f"blk.{number}", np.ones((number + 1, 8), np.float32))
    finish(writer)
    return sorted(folder.iterdir())


def test_a_model_in_parts_is_read_from_its_first(tmp_path: Path) -> None:
    parts = split(tmp_path)
    header = read_header(parts[0])
    assert [part.name for part in parts] == [f"big-0000{i}-of-00003.gguf" for i in (1, 2, 3)]
    assert header.metadata["general.name"] == "big"
    assert header.parameter_count == 8 * (1 + 2 + 3 + 4 + 5)
    assert header.size == sum(part.stat().st_size for part in parts)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    first, second, _ = split(tmp_path)
    second.unlink()
    with pytest.raises(BrokenGgufError, match=r"^Part 2 of 3 should be big-00002-of-00003\.gguf\. It is missing\.$"):
        read_header(first)


def test_a_part_that_is_cut_is_named(tmp_path: Path) -> None:
    first, _, third = split(tmp_path)
    os.truncate(third, third.stat().st_size - 1)
    with pytest.raises(
        BrokenGgufError, match=r"^Part 3 of 3 should be big-00003.*\. It ends too early: .* are there\.$"
    ):
        read_header(first)


def test_a_part_in_the_place_of_another_is_found_out(tmp_path: Path) -> None:
    first, second, third = split(tmp_path)
    second.write_bytes(third.read_bytes())
    with pytest.raises(BrokenGgufError, match=r"^Part 2 of 3 .* It is another part, or of another model\.$"):
        read_header(first)


def test_a_part_with_other_tensors_is_found_out(tmp_path: Path) -> None:
    (mine := tmp_path / "mine").mkdir()
    (other := tmp_path / "other").mkdir()
    first, _, third = split(mine, tensors=5)
    third.write_bytes(split(other, tensors=6)[2].read_bytes())
    with pytest.raises(BrokenGgufError, match=r"^Its 3 parts have 6 tensors, and should have 5\.$"):
        read_header(first)


def test_a_later_part_says_which_it_is(tmp_path: Path) -> None:
    with pytest.raises(BrokenGgufError, match=r"^It is part 2 of 3, and a model is read from its first part\.$"):
        read_header(split(tmp_path)[1])


def test_a_first_part_under_another_name_says_how_it_should_be_called(tmp_path: Path) -> None:
    first = split(tmp_path)[0].rename(tmp_path / "renamed.gguf")
    with pytest.raises(BrokenGgufError, match=r"its name should end in -00001-of-00003\.gguf\.$"):
        read_header(first)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(fact("split.count", TEXT, text("three")), id="a word"),
        pytest.param(fact("split.count", I32, struct.pack("<i", -3)), id="less than none"),
        pytest.param(fact("split.count", LIST, listed(U8, 1, b"\3")), id="a list"),
        pytest.param(fact("split.count", U8, b"\1"), id="one"),
    ],
)
def test_what_is_no_number_of_parts_makes_no_parts(tmp_path: Path, told: bytes) -> None:
    path = tmp_path / "whole-00001-of-00003.gguf"
    path.write_bytes(written(told))
    assert read_header(path).size == path.stat().st_size
