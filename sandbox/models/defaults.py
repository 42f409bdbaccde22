"""The models that the double offers unless told otherwise; facts as their pages in Ollama's library state them."""

from sandbox.models.scripted import ScriptedModel

_TALKS = ("completion", "tools")
_THINKS = ("completion", "tools", "thinking")

DEFAULT_MODELS = (
    ScriptedModel("qwen2.5:0.5b", "494.03M", 494_032_768, "Q4_K_M", "qwen2", 397_821_319, 32_768, 896, _TALKS),
    ScriptedModel("qwen2.5:1.5b", "1.5B", 1_543_714_304, "Q4_K_M", "qwen2", 986_061_892, 32_768, 1536, _TALKS),
    ScriptedModel("qwen2.5:3b", "3.1B", 3_085_938_688, "Q4_K_M", "qwen2", 1_929_912_432, 32_768, 2048, _TALKS),
    ScriptedModel("qwen3:8b", "8.2B", 8_190_735_360, "Q4_K_M", "qwen3", 5_225_388_164, 40_960, 4096, _THINKS),
    ScriptedModel("tinyllama:latest", "1B", 1_100_048_384, "Q4_0", "llama", 637_700_138, 2048, 2048),
    ScriptedModel("granite-code:3b", "3.5B", 3_482_780_160, "Q4_0", "llama", 2_003_003_000, 128_000, 2560),
    ScriptedModel(
        "nomic-embed-text:latest",
        parameter_size="137M",
        parameter_count=136_727_040,
        quantization="F16",
        family="nomic-bert",
        size=274_302_450,
        context_length=2048,
        embedding_length=768,
        capabilities=("embedding",),
    ),
)

DEFAULT_CATALOGUE = (
    ScriptedModel("qwen3:14b", "14.8B", 14_768_307_200, "Q4_K_M", "qwen3", 9_276_198_565, 40_960, 5120, _THINKS),
)
