"""The errors of TinyLLM: one tree, and str() of each is the sentence that a person reads."""

from collections.abc import Iterable, Sequence

from tinyllm.models.names import closest


class TinyLLMError(Exception):
    """Root of everything that goes wrong in a way that we can explain."""


class SettingsError(TinyLLMError):
    """A setting is missing or malformed; names it, what is wrong, and an example."""


class StorageError(TinyLLMError):
    """The database could not be read or written."""


class ModelError(TinyLLMError):
    """A model that was asked for cannot be used."""


class UnknownModelError(ModelError):
    """No installed model and no usable alias has this name."""

    def __init__(self, name: str, suggestions: Sequence[str] = (), *, target: str | None = None) -> None:
        """`target` is what an alias stands for, where `name` is an alias of a model that is not installed."""
        self.name = name
        self.suggestions = tuple(suggestions)
        self.target = target
        shown = shortened(name)
        what = (
            f"“{shown}” is not an installed model."
            if target is None
            else f"“{shown}” stands for {target}, which is not installed."
        )
        hint = f" Closest: {', '.join(suggestions)}." if suggestions else ""
        super().__init__(what + hint)


class CannotChatError(ModelError):
    """The model exists but only embeds."""

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        self.name = name
        hint = f" Models that can: {', '.join(suggestions)}." if suggestions else ""
        super().__init__(f"{name} makes embeddings and cannot chat.{hint}")


class BrokenModelError(ModelError):
    """The model is listed, and its server says that it cannot be used."""

    def __init__(self, name: str, problem: str, suggestions: Sequence[str] = ()) -> None:
        """`problem` is the reason in the server's words."""
        self.name = name
        hint = f" Models that can: {', '.join(suggestions)}." if suggestions else ""
        super().__init__(f"{shortened(name)} cannot be used: {_ended(problem)}{hint}")


class NoModelError(ModelError, ValueError):
    """Nothing says which model to use; a ValueError too, as the guide's `generate` promises."""


class AliasError(ModelError):
    """An alias is malformed, taken, or part of a loop."""


class UnknownAliasError(AliasError):
    """There is no alias of this name."""

    def __init__(self, alias: str, aliases: Iterable[str]) -> None:
        super().__init__(f"There is no alias “{shortened(alias)}”.{_closest(alias, aliases)}")


class UnknownConversationError(TinyLLMError):
    """No conversation of this name is kept."""

    def __init__(self, name: str, kept: Iterable[str]) -> None:
        super().__init__(f"There is no conversation “{shortened(name)}”.{_closest(name, kept)}")


class BackendError(TinyLLMError):
    """The server that runs the models failed before an answer began."""


class UnreachableError(BackendError):
    """Nothing answers at the backend's address."""

    def __init__(self, address: str, why: str, *, is_ollama: bool = True) -> None:
        """`is_ollama`: what should be there speaks Ollama's dialect."""
        self.address = address
        self.is_ollama = is_ollama
        super().__init__(
            f"The model server at {address} cannot be reached ({why}). "
            "Is it running? Ollama starts with `ollama serve`. The address is that of OLLAMA_HOST or TINYLLM_BACKENDS."
        )


class BusyError(BackendError):
    """The backend's own queue is full, or we have asked too often (HTTP 503, 429)."""

    def __init__(self, address: str) -> None:
        super().__init__(f"The model server at {address} is too busy right now. Try again in a minute.")


class KeyRefusedError(BackendError):
    """The backend wants an API key that it did not get (HTTP 401, 403)."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__(
            f"The model server at {address} wants an API key, or refuses the one that it got ({status}). "
            "The key is set in TINYLLM_BACKENDS, before the server's name: openai+https://:KEY@api.example.com/v1"
        )


class ModelMissingError(BackendError):
    """The backend does not have the model that it was asked to run (HTTP 404)."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is not installed on the model server any more.")


class ContextOverflowError(BackendError):
    """The prompt is longer than the context it was given; nothing was cut in silence."""

    def __init__(self, prompt_tokens: int | None = None) -> None:
        """`prompt_tokens` is the prompt's real length, where the server tells."""
        self.prompt_tokens = prompt_tokens
        super().__init__(
            "This does not fit into the model's context, even without what was said before. "
            "Say it in fewer words, forget the conversation with /clear, or choose a model with a larger context."
        )


class RefusedError(BackendError):
    """The backend answered with any other error status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(f"The model server refused ({status}): {shortened(message, 300)}")


class UnsupportedError(BackendError):
    """The backend has no such ability."""

    def __init__(self, address: str, what: str) -> None:
        """`what` completes "it cannot …"."""
        super().__init__(f"The model server at {address} cannot {what} over its API. Do it on the server itself.")


class DownloadError(BackendError):
    """A model could not be downloaded."""

    def __init__(self, name: str, why: str) -> None:
        unknown = "file does not exist" in why  # what Ollama's library says of a name that it does not have
        hint = "Is the name right?" if unknown else "Pull it again: the download goes on where it stopped."
        super().__init__(f"“{shortened(name)}” could not be downloaded. {_ended(why)} {hint}")


class BrokenAnswerError(BackendError):
    """An answer began, or was about to, and did not end as it should; what came before it stands."""


class AnswerCutError(BrokenAnswerError):
    """The connection ended before the answer's last line."""

    def __init__(self) -> None:
        super().__init__("The connection to the model server broke before the answer was finished.")


class AnswerIdleError(BrokenAnswerError):
    """Nothing arrived for too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The model server was silent for {seconds:g} s, so the answer was given up.")


class AnswerFailedError(BrokenAnswerError):
    """The server reported an error in the middle of its answer."""

    def __init__(self, message: str) -> None:
        super().__init__(f"The model server reported an error: {shortened(message, 300)}")


class AnswerGarbledError(BrokenAnswerError):
    """What arrived is not the protocol that we speak."""

    def __init__(self) -> None:
        super().__init__(
            "The model server sent something that is no answer. "
            "Do OLLAMA_HOST and TINYLLM_BACKENDS name a model server, and of the right kind?"
        )


LONGEST_QUOTATION = 300
"""Characters that are shown of what a server says."""
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], "\N{REPLACEMENT CHARACTER}")


def _closest(name: str, known: Iterable[str]) -> str:
    near = closest(name, known)
    return f" Closest: {', '.join(map(shortened, near))}." if near else ""


def _ended(text: str) -> str:
    """What a server said, as a sentence among ours."""
    said = shortened(text, LONGEST_QUOTATION)
    return said if said.endswith((".", "?", "…")) else f"{said}."


def shortened(text: str, limit: int = 80) -> str:
    """`text` on one line of at most `limit` characters without controls, so that no name can flood a sentence."""
    line = " ".join(text.split()).translate(_CONTROLS)
    return line if len(line) <= limit else line[: limit - 1] + "…"
