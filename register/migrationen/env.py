"""Alembic's entry: runs the migrations on the connection that the register hands over."""

from alembic import context

from register.tabellen import META

context.configure(connection=context.config.attributes["connection"], target_metadata=META)
context.run_migrations()
