"""Settings and a policy for commands that also work where a hub has none."""

import os
from pathlib import Path

from hub.cli.say import terminal
from hub.errors import SettingsError
from hub.model.policy import Policy
from hub.rules.reading import read_policy
from hub.settings import CONFIG_VARIABLE, Settings, load, why_unread


def settings_at_hand() -> Settings | None:
    """The settings file that was named or lies here; secrets of sources unread.

    Raises SettingsError.
    """
    named = terminal.config or os.environ.get(CONFIG_VARIABLE)
    if not named and not Path("hub.yaml").exists():
        return None
    return load(terminal.config)


def policy_in(path: Path) -> Policy:
    """A policy file; raises SettingsError naming the file."""
    try:
        return read_policy(path.read_bytes())
    except OSError as error:
        raise SettingsError((f"{path}: {why_unread(error)}",)) from error
    except SettingsError as error:
        raise SettingsError(tuple(f"{path}: {p}" for p in error.problems)) from error
