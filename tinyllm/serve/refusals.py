"""What the server refuses, with the status and, where clients know them, the words of Ollama."""

BUSY = "server busy, please try again.  maximum pending requests exceeded"
BROKE_OFF = "an error was encountered while running the model: unexpected EOF"


class RefusalError(Exception):
    """An answer that is an error; the text is what a client shows to people."""

    def __init__(self, status: int, text: str) -> None:
        """`status` is HTTP's; after the first line of a stream only the text can be told."""
        super().__init__(text)
        self.status = status


class EngineRefusalError(RefusalError):
    """What the engine itself refuses; the text is JSON, which Ollama hands on as it is."""


def not_found(name: str) -> RefusalError:
    return RefusalError(404, f"model '{name}' not found")


def lacks(name: str, ability: str) -> RefusalError:
    """The model cannot do what was asked for."""
    return RefusalError(400, f'"{name}" does not support {ability}')
