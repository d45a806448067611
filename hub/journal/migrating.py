"""Brings a database to the newest migration, or says that it is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select

from hub.errors import SettingsError

_FOLDER = Path(__file__).with_name("migrations")
#: Any number all hubs share: only one of them migrates at a time.
_LOCK = 102_2016


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Run what is missing; raises SettingsError for a database of a newer hub."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    try:
        command.upgrade(_config(connection), "head")
    except CommandError as error:
        raise SettingsError(("journal: made by a newer version of the hub",)) from error


def require_migrated(connection: Connection) -> None:
    """Raise SettingsError unless every migration has run."""
    newest = ScriptDirectory.from_config(_config(connection)).get_current_head()
    if MigrationContext.configure(connection).get_current_revision() != newest:
        raise SettingsError(("journal: not migrated; run `hub migrate`",))
