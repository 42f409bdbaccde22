"""Fixtures of the tests of models."""

import pytest

from tests.tinyllm.tongues import EVERY, Tongue


@pytest.fixture(params=EVERY)
def tongue(request: pytest.FixtureRequest) -> Tongue:
    """Each dialect in turn."""
    assert isinstance(request.param, Tongue)
    return request.param
