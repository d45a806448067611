"""What the commands' tests share."""

import pytest

from hub.cli.say import terminal
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Scene


@pytest.fixture(autouse=True)
def quiet_terminal():
    """What a command was called with lives in one place: put it back."""
    yield
    terminal.config, terminal.language = None, "vi"


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(Pki.make(DEFAULT_AT))
