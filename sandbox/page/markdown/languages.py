"""The languages that are highlighted, by the names that people write behind three backticks."""

import re

_SAME = (
    "apache apacheconf arduino awk bash c c# c++ clj clojure cmake coffee coffeescript console cpp crystal csharp css "
    "dart diff dockerfile elixir elm erlang ex f# fsharp gdscript glsl go graphql groovy haskell hs html http ini java "
    "javascript jl js json julia kotlin latex less lua make makefile markdown matlab md nasm nginx nix objective-c "
    "objectivec ocaml pascal php powershell prolog properties proto protobuf ps1 py pycon python python3 r rb rs ruby "
    "rust sass scheme scss solidity sql swift tcl tex toml ts typescript vbnet verilog vhdl xml yaml zig"
)
"""Names that Pygments knows too."""
_OTHER = {
    "asm": "nasm",
    "cc": "cpp",
    "cs": "csharp",
    "docker": "dockerfile",
    "erl": "erlang",
    "fs": "fsharp",
    "gd": "gdscript",
    "golang": "go",
    "h": "c",
    "hpp": "cpp",
    "jsonc": "json",
    "jsx": "javascript",
    "kt": "kotlin",
    "kts": "kotlin",
    "mjs": "javascript",
    "mk": "makefile",
    "ml": "ocaml",
    "objc": "objective-c",
    "patch": "diff",
    "ps": "powershell",
    "sh": "bash",
    "shell": "bash",
    "svg": "xml",
    "tsx": "typescript",
    "vb": "vbnet",
    "x86asm": "nasm",
    "yml": "yaml",
    "zsh": "bash",
}
"""Names of highlight.js, which Discord uses, by which Pygments knows something else or nothing."""
LANGUAGES = {**{name: name for name in _SAME.split()}, **_OTHER}
"""To Pygments' names. Batch, Fortran, Lisp, Perl, reStructuredText, Scala and Vim are left out, for hostile text makes
the patterns of their lexers take time without end."""

LONGEST = 2_000
"""How many characters are highlighted at most; the lexers take up to the square of their number."""
_STRETCH = re.compile(r"\s{100}")
_QUOTED = re.compile(r"\$'(?:[^\\]*\\){12}")
_NAMED = re.compile(r"<<<(?:[^\n\x80-\U0010ffff]*[^\x00-\x7f]){12}")
_HOSTILE = {"bash": _QUOTED, "console": _QUOTED, "php": _NAMED}
"""What takes the lexer of a language a time that doubles with each character, and nobody needs."""


def is_quick(code: str, name: str) -> bool:
    """Whether the lexer that Pygments knows by `name` is done with this code at once."""
    if len(code) > LONGEST or _STRETCH.search(code):
        return False
    return name not in _HOSTILE or not _HOSTILE[name].search(code)
