"""Runs migrations on the connection it is handed; there is no other way in."""

from alembic import context

from hub.journal.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
context.run_migrations()
