"""Runs the migrations, for the `alembic` command and for `amends db upgrade` alike."""

from alembic import context
from bot.settings import read
from bot.store.db import Database
from bot.store.migrations import migrating
from bot.store.tables import Utc, metadata


def as_plain(kind, thing, autogen_context):
    """Migrations name the database's own types, so that they outlive the code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Utc) else False


def run(connection):
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=as_plain,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with migrating(Database(read().database_url)) as own:
        run(own)
