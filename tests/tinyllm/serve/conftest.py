"""What the tests of the model server share."""

from pathlib import Path

import pytest

from tests.cast import CAST, write_cast


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all models that recite; nothing in it may be changed."""
    folder = tmp_path_factory.mktemp("cast")
    write_cast(folder, *CAST)
    return folder
