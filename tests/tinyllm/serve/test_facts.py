import json
import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stack import ROOT
from tests.tinyllm.serve.ggufs import smollm2
from tinyllm.serve.facts import ModelFacts, facts_of
from tinyllm.serve.ggml import FILE_TYPES
from tinyllm.serve.gguf import GgufHeader, read_header

RECORDINGS = ROOT / "tests" / "recordings" / "ollama"
CHAT = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
EXACTLY_A_SINGLE = struct.unpack("<f", struct.pack("<f", 1e-5))[0]


def facts(parameters: int = 0, architecture: Any = "llama", /, **told: Any) -> ModelFacts:
    """Facts of a header; `a__b` stands for the key `a.b`, and keys without are the architecture's."""
    own = {(key if "__" in key else f"{architecture}__{key}").replace("__", "."): told[key] for key in told}
    return facts_of(GgufHeader({"general.architecture": architecture, **own}, parameters, 0))


def with_template(template: Any, architecture: str = "llama") -> ModelFacts:
    return facts(0, architecture, tokenizer__chat_template=template)


@pytest.mark.parametrize("version", ["0.24", "0.33"])
@pytest.mark.parametrize("name", ["hello", "embed", "think", "tool", "tiny-tools"])
def test_models_are_told_of_as_ollama_tells_of_them(version: str, name: str) -> None:
    exchange = json.loads((RECORDINGS / version / f"show-{name}.json").read_text())
    shown = json.loads("".join(read["text"] for read in exchange["reads"]))
    info, details = shown["model_info"], shown["details"]
    single = struct.unpack("<f", struct.pack("<f", info["llama.attention.layer_norm_rms_epsilon"]))[0]
    told = {
        **{key: ("z z",) if value is None else value for key, value in info.items()},
        "llama.attention.layer_norm_rms_epsilon": single,
        "general.name": "recital",
        "tokenizer.chat_template": CHAT,
    }
    parameters = told.pop("general.parameter_count")
    ours = facts_of(GgufHeader(told, parameters, 0))
    assert ours.model_info == info
    assert list(ours.model_info) == sorted(info)
    assert (ours.family, list(ours.families)) == (details["family"], details["families"])
    assert (ours.parameter_count, ours.parameter_size) == (parameters, details["parameter_size"])
    assert (ours.context_length, ours.embedding_length) == (4096, info["llama.embedding_length"])
    assert ours.capabilities == (("embedding",) if name == "embed" else ("completion",))
    assert ours.quantization_level == "F32"  # as Ollama 0.33 lists it; its `show` says "unknown"


def test_a_real_model_is_told_of() -> None:
    told = facts_of(read_header(smollm2()))
    assert (told.family, told.parameter_size, told.quantization_level) == ("llama", "134.52M", "Q4_1")
    assert (told.context_length, told.embedding_length, told.license) == (8192, 576, "apache-2.0")
    assert told.capabilities == ("completion",)
    assert told.template.startswith("{% for message in messages %}")
    assert told.model_info["llama.attention.layer_norm_rms_epsilon"] == 1e-5
    assert told.stands_alone


@pytest.mark.parametrize(
    ("count", "written"),
    [
        (0, "0"),
        (999, "999"),
        (1_000, "1K"),
        (141_760, "142K"),
        (999_999, "1000K"),
        (1_000_000, "1M"),
        (2_126_336, "2.13M"),
        (2_102_784, "2.10M"),
        (134_515_008, "134.52M"),
        (494_032_768, "494.03M"),
        (999_999_999, "1000.00M"),
        (1_000_000_000, "1B"),
        (1_000_000_001, "1.0B"),
        (3_085_938_688, "3.1B"),
        (8_000_000_000, "8B"),
        (8_030_261_312, "8.0B"),
        (671_026_419_200, "671.0B"),
        (1_026_408_000_000, "1026.4B"),
    ],
)
def test_parameters_are_written_as_people_do(count: int, written: str) -> None:
    assert facts(count).parameter_size == written


@pytest.mark.parametrize(
    ("file_type", "level"),
    [
        *FILE_TYPES.items(),
        (4, "unknown"),
        (1024, "unknown"),
        (-1, "unknown"),
        (None, "unknown"),
        ("Q4_0", "unknown"),
        (True, "unknown"),
        (2.0, "unknown"),
        ((2,), "unknown"),
    ],
)
def test_the_quantization_is_what_the_file_says(file_type: Any, level: str) -> None:
    assert facts(general__file_type=file_type).quantization_level == level


def test_a_silent_file_has_no_quantization() -> None:
    assert facts().quantization_level == "unknown"


QWEN = "{%- if tools %}# Tools\n<tools>{% for tool in tools %}{{ tool | tojson }}{% endfor %}</tools>{% endif %}" + CHAT


@pytest.mark.parametrize(
    ("template", "capabilities"),
    [
        pytest.param("", "completion", id="none"),
        pytest.param(None, "completion", id="a long list"),
        pytest.param(CHAT, "completion", id="SmolLM2"),
        pytest.param("{{ bos_token }}<start_of_turn>model\n", "completion", id="Gemma 3"),
        pytest.param(QWEN, "completion tools", id="Qwen2.5"),
        pytest.param(
            "{%- if not tools is defined %}{%- set tools = none %}{% endif %}", "completion tools", id="Llama 3"
        ),
        pytest.param(
            "{%- if xml_tools or python_tools %}### Tools{% endif %}{%- if enable_thinking %}/think{% endif %}<think>",
            "completion tools thinking",
            id="SmolLM3",
        ),
        pytest.param(
            QWEN + "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}",
            "completion tools thinking",
            id="Qwen3",
        ),
        pytest.param(QWEN + "<think>\n", "completion tools thinking", id="QwQ"),
        pytest.param(QWEN, "completion tools", id="Qwen3 that does not think"),
        pytest.param(
            "{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}",
            "completion thinking",
            id="DeepSeek-R1, which removes thoughts",
        ),
        pytest.param("{{'<｜Assistant｜><think>\\n'}}", "completion thinking", id="DeepSeek-R1, which begins them"),
        pytest.param(
            "{% if tools %}namespace functions{% endif %}<|start|>assistant<|channel|>analysis<|message|>",
            "completion tools thinking",
            id="gpt-oss",
        ),
        pytest.param("draft your thoughts in [THINK]...[/THINK]", "completion thinking", id="Magistral"),
        pytest.param("<seed:think>", "completion thinking", id="Seed-OSS"),
        pytest.param(
            "{% if enable_thinking %}<|think|>{% endif %}<|channel>thought", "completion thinking", id="Gemma 4"
        ),
        pytest.param("{{ message.reasoning_content }}", "completion thinking", id="thoughts as a field"),
        pytest.param("Think step by step. I think, therefore I am.", "completion", id="prose about thinking"),
        pytest.param("<|channel|>final<|message|>", "completion", id="channels without thoughts"),
        pytest.param(
            "{#- tools and <think> are not for this model -#}" + CHAT + "{# no enable_thinking {# #}",
            "completion",
            id="in comments",
        ),
        pytest.param("{# one #}{% if tools %}{# two #}<think>", "completion tools thinking", id="between comments"),
        pytest.param("{# never closed {% if tools %}", "completion tools", id="a comment that does not end"),
    ],
)
def test_capabilities_are_those_of_the_template(template: Any, capabilities: str) -> None:
    assert with_template(template).capabilities == tuple(capabilities.split())


@pytest.mark.parametrize(
    ("architecture", "told", "capabilities"),
    [
        pytest.param("llama", {"pooling_type": 1}, "embedding", id="pooled"),
        pytest.param(
            "qwen3", {"pooling_type": 3, "tokenizer__chat_template": QWEN}, "embedding", id="pooled with template"
        ),
        pytest.param("llama", {"pooling_type": 0}, "completion", id="pooled by nothing"),
        pytest.param("llama", {"pooling_type": "mean"}, "completion", id="pooled by a word"),
        pytest.param("llama", {"other__pooling_type": 1}, "completion", id="pooled elsewhere"),
        *[
            pytest.param(each, {}, "embedding", id=each)
            for each in ["bert", "nomic-bert-moe", "jina-bert-v2", "modern-bert", "eurobert", "gemma-embedding"]
        ],
        pytest.param("pangu-embedded", {}, "completion", id="pangu-embedded"),
        pytest.param("gpt-oss", {}, "completion thinking", id="gpt-oss without template"),
        pytest.param(
            "qwen2",
            {"tokenizer__ggml__fim_pre_token_id": 0, "tokenizer__ggml__fim_suf_token_id": 2},
            "completion insert",
            id="fills the middle",
        ),
        pytest.param(
            "llama",
            {"tokenizer__ggml__prefix_token_id": 5, "tokenizer__ggml__suffix_token_id": 6},
            "completion insert",
            id="fills the middle in an older file",
        ),
        pytest.param("qwen2", {"tokenizer__ggml__fim_pre_token_id": 1}, "completion", id="half a middle"),
        pytest.param(
            "llama", {"tokenizer__chat_template__tool_use": QWEN}, "completion tools", id="a template for tools"
        ),
        pytest.param(
            "qwen2",
            {
                "tokenizer__chat_template": QWEN + "<think>",
                "tokenizer__ggml__fim_pre_token_id": 1,
                "tokenizer__ggml__fim_suf_token_id": 2,
            },
            "completion tools insert thinking",
            id="everything",
        ),
    ],
)
def test_capabilities_are_those_of_the_metadata(architecture: str, told: dict[str, Any], capabilities: str) -> None:
    assert facts(0, architecture, **told).capabilities == tuple(capabilities.split())


@pytest.mark.parametrize(
    ("told", "size"),
    [
        pytest.param(
            {"block_count": 30, "embedding_length": 576, "attention__head_count": 9, "attention__head_count_kv": 3},
            30 * 3 * (64 + 64) * 2,
            id="SmolLM2",
        ),
        pytest.param(
            {"block_count": 2, "embedding_length": 64, "attention__head_count": 4}, 2 * 4 * 32 * 2, id="all heads"
        ),
        pytest.param(
            {
                "block_count": 2,
                "attention__head_count_kv": 8,
                "attention__key_length": 128,
                "attention__value_length": 64,
            },
            2 * 8 * (128 + 64) * 2,
            id="lengths of its own",
        ),
        pytest.param(
            {
                "block_count": 3,
                "attention__head_count_kv": (4, 0, 2),
                "attention__key_length": 8,
                "attention__value_length": 8,
            },
            6 * 16 * 2,
            id="other heads in each layer",
        ),
        pytest.param(
            {"block_count": 3, "embedding_length": 32, "attention__head_count": (0, 4, 2)},
            6 * 16 * 2,
            id="all heads, others in each layer",
        ),
        pytest.param(
            {"block_count": 1, "embedding_length": 32, "attention__head_count": 4, "attention__head_count_kv": (2, 2)},
            2 * 16 * 2,
            id="more layers told than there are",
        ),
        pytest.param(
            {"block_count": 2, "embedding_length": 32, "attention__head_count": 4, "attention__head_count_kv": None},
            2 * 4 * 16 * 2,
            id="a list that is too long to be kept",
        ),
        pytest.param({"block_count": 24, "embedding_length": 768, "attention__head_count": 0}, 0, id="Mamba"),
        pytest.param(
            {"block_count": 2, "embedding_length": 32, "attention__head_count": 4, "attention__head_count_kv": 0},
            0,
            id="no heads with keys",
        ),
        pytest.param({}, 0, id="nothing told"),
        pytest.param({"block_count": "2", "attention__head_count": [1]}, 0, id="nonsense told"),
        pytest.param(
            {
                "block_count": 2,
                "embedding_length": 32,
                "attention__head_count": 4,
                "attention__head_count_kv": ("a", 2.0),
            },
            0,
            id="a list of nonsense",
        ),
    ],
)
def test_a_token_takes_room_in_every_layer(told: dict[str, Any], size: int) -> None:
    assert facts(**{f"llama__{key}": value for key, value in told.items()}).kv_bytes_per_token == size


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, 7),
        (True, True),
        ("text", "text"),
        (None, None),
        ((1, 2), None),
        ((), None),
        (EXACTLY_A_SINGLE, 1e-5),
        (0.5, 0.5),
        (1_000_000.0, 1_000_000.0),
        (0.1, 0.1),
        (0.123456789012345, 0.123456789012345),
        (1e300, 1e300),
        (math.inf, None),
        (math.nan, None),
    ],
)
def test_model_info_is_what_json_can_hold(value: Any, shown: Any) -> None:
    assert facts(general__thing=value).model_info["general.thing"] == shown
    json.dumps(facts(general__thing=value).model_info, allow_nan=False)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_is_shown_as_one_that_is_the_same_in_the_file(value: float) -> None:
    shown = facts(general__thing=value).model_info["general.thing"]
    assert struct.pack("<f", shown) == struct.pack("<f", value)


def test_model_info_has_no_name_and_no_templates() -> None:
    told = facts(
        5,
        general__name="x",
        tokenizer__chat_template="a",
        tokenizer__chat_template__tool_use="b",
        tokenizer__chat_templates=("tool_use",),
    )
    assert told.model_info == {"general.architecture": "llama", "general.parameter_count": 5}
    assert told.template == "a"


@pytest.mark.parametrize(
    ("architecture", "told", "stands_alone"),
    [
        pytest.param("clip", {}, False, id="a projector by architecture"),
        pytest.param("llama", {"general__type": "mmproj"}, False, id="a projector by type"),
        pytest.param("llama", {"general__type": "adapter", "adapter__type": "lora"}, False, id="an adapter"),
        pytest.param("", {"general__type": "imatrix"}, False, id="an importance matrix"),
        pytest.param("llama", {"general__type": "model"}, True, id="a model"),
        pytest.param("llama", {"general__type": ("model",)}, True, id="nonsense"),
        pytest.param("llama", {}, True, id="a file of no type"),
    ],
)
def test_what_only_goes_with_a_model_is_known(architecture: str, told: dict[str, Any], stands_alone: bool) -> None:
    assert facts(0, architecture, **told).stands_alone is stands_alone


def test_a_license_may_be_missing() -> None:
    assert facts().license is None
    assert facts(general__license="apache-2.0").license == "apache-2.0"


@pytest.mark.parametrize("architecture", [None, 7, "", ("llama",)], ids=repr)
def test_a_file_without_an_architecture_is_of_unknown_family(architecture: Any) -> None:
    told = facts_of(GgufHeader({"general.architecture": architecture}, 0, 0))
    assert (told.architecture, told.family, told.families) == ("unknown", "unknown", ("unknown",))
    assert facts_of(GgufHeader({}, 0, 0)).architecture == "unknown"


@pytest.mark.parametrize("length", [0, -1, None, "many", (4096,), 4096.0, True], ids=repr)
def test_lengths_that_are_none_are_not_told(length: Any) -> None:
    told = facts(context_length=length, embedding_length=length)
    assert told.context_length is None
    assert told.embedding_length is None


KEYS = [
    "general.architecture", "general.type", "general.file_type", "general.license", "general.name",
    "llama.context_length", "llama.embedding_length", "llama.block_count", "llama.pooling_type",
    "llama.attention.head_count", "llama.attention.head_count_kv", "llama.attention.key_length",
    "tokenizer.chat_template", "tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.fim_suf_token_id",
]  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=9)


@given(
    told=st.dictionaries(st.sampled_from(KEYS), SCALARS | st.lists(SCALARS, max_size=3).map(tuple)),
    llama=st.booleans(),
    parameters=st.integers(0, 2**70),
)
def test_nothing_that_a_file_may_tell_raises(told: dict[str, Any], llama: bool, parameters: int) -> None:
    architecture = {"general.architecture": "llama"} if llama else {}
    told_of = facts_of(GgufHeader({**told, **architecture}, parameters, 0))
    assert told_of.kv_bytes_per_token >= 0
    assert told_of.capabilities
    json.dumps(told_of.model_info, allow_nan=False)
