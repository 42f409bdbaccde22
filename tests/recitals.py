"""GGUF files of a few MB that each recite one text: real inference, by the real engine, of words that a test knows.

A recital is a llama whose weights say "after token a comes token b": a token's embedding is one-hot, the layers add
nothing to it, and row b of the output matrix is large in the column of a. So at temperature 0 it gives the same words
to whatever it is asked. They begin after the last token of the prompt, which is the line break that ends a template.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import gguf
import numpy as np

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""The chat template of many models, and of a recital that is given no other."""
SPECIAL = ("<|im_start|>", "<|im_end|>", "<|endoftext|>")
START, SILENT, END, BEGIN = ord("\n"), 256, 257, 258
"""Ids of the token after which the words begin, of one that has no text, of what ends them, and of what could begin a
prompt."""


def _byte_alphabet() -> list[str]:
    """The printable stand-in of each byte in GPT-2's tokenizer, indexed by byte."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(others)) for byte in range(256)]


ALPHABET = _byte_alphabet()


def write(
    path: Path,
    pieces: Sequence[str],
    *,
    context: int = 4096,
    endless: bool = False,
    mute: bool = False,
    name: str = "recital",
    template: str | None = CHATML,
    pooling: bool = False,
    layers: int = 1,
    width: int | None = None,
    inner: int | None = None,
) -> None:
    """Write the model that answers anything with `pieces`, one token each, and if it is `endless` over and over.

    One that falls `mute` goes on for ever with tokens that have no text.
    No piece may come twice, or be a line break alone: there the words begin, so the Jinja `template` must end in one.
    With `pooling` it is a model that only embeds: the mean of its tokens' embeddings. Every layer takes time; it takes
    little space where `width`, the length of an embedding, and `inner`, what a layer works on, are small. A prompt that
    ends in another way is answered by nothing.
    """
    tokens, walk = _words(pieces)
    width = width or -(-len(tokens) // 256) * 256
    if width <= len(walk):
        raise ValueError(f"A width of {width} is too small for {len(pieces)} pieces.")

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_context_length(context)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    if pooling:
        writer.add_pooling_type(gguf.PoolingType.MEAN)
    _add_tokenizer(writer, tokens, template)
    _add_table(writer, [*walk, *((SILENT, SILENT) if mute else (walk[1] if endless else END,))], len(tokens), width)
    _add_layers(writer, layers, width, inner)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _words(pieces: Sequence[str]) -> tuple[list[str], list[int]]:
    """All tokens, and the ids of those that the model walks along."""
    tokens = [*ALPHABET, *SPECIAL, "zz"]
    walk = [START]
    for piece in pieces:
        token = "".join(ALPHABET[byte] for byte in piece.encode())
        if token not in tokens:
            tokens.append(token)
        if tokens.index(token) in walk:
            raise ValueError(f"The piece {piece!r} comes twice, and what follows it cannot differ.")
        walk.append(tokens.index(token))
    return tokens, walk


def _add_tokenizer(writer: gguf.GGUFWriter, tokens: Sequence[str], template: str | None) -> None:
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if each in SPECIAL else gguf.TokenType.NORMAL for each in tokens])
    writer.add_token_merges(["z z"])  # without one it does not load
    writer.add_bos_token_id(BEGIN)
    writer.add_eos_token_id(END)
    writer.add_add_bos_token(False)
    if template is not None:
        writer.add_chat_template(template)


def _add_table(writer: gguf.GGUFWriter, walk: Sequence[int], vocabulary: int, width: int) -> None:
    """What follows each token of the walk, and the end after any other; others than these may share a column."""
    columns = np.zeros(vocabulary, np.intp)
    for column, token in enumerate(dict.fromkeys([*walk, *range(vocabulary)])):
        columns[token] = min(column, width - 1)
    embeddings = np.eye(width, dtype=np.float32)[columns]
    after = np.zeros((vocabulary, width), np.float32)
    after[END] = 5
    after[END, columns[walk[:-1]]] = 0
    after[walk[1:], columns[walk[:-1]]] = 5
    writer.add_tensor("token_embd.weight", embeddings)
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    writer.add_tensor("output.weight", after)


def _add_layers(writer: gguf.GGUFWriter, layers: int, width: int, inner: int | None) -> None:
    """Layers that are computed like any others, and add nothing."""
    size, heads = (inner, 1) if inner else (width, 8)
    writer.add_block_count(layers)
    writer.add_embedding_length(width)
    writer.add_feed_forward_length(size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_rope_dimension_count(size // heads)
    if inner:
        writer.add_key_length(inner)
        writer.add_value_length(inner)
    writer.add_layer_norm_rms_eps(1e-5)
    shapes = {
        **dict.fromkeys(("attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up"), (size, width)),
        **dict.fromkeys(("attn_output", "ffn_down"), (width, size)),
    }
    for layer, part in product(range(layers), ("attn_norm", "ffn_norm")):
        writer.add_tensor(f"blk.{layer}.{part}.weight", np.ones(width, np.float32))
    for layer, (part, shape) in product(range(layers), shapes.items()):
        writer.add_tensor(f"blk.{layer}.{part}.weight", np.zeros(shape, np.float32))
