"""The server that the contract is checked on."""

import pytest

from tests.emulator.emulated import Api, emulate


@pytest.fixture
def api() -> Api:
    """A client of a server with an empty account; change this to point the contract suite at another server."""
    return emulate()
