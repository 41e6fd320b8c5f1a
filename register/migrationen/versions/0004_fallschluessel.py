"""The keys that close Temporal's histories."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
GILT = sa.text("abgeloest IS NULL")


def upgrade() -> None:
    """Creates the table. Of one case at most one key closes."""
    op.create_table(
        "fallschluessel",
        sa.Column("kennung", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("schluessel", sa.Text(), nullable=True),
        sa.Column("erstellt", sa.String(27), nullable=False),
        sa.Column("abgeloest", sa.String(27), nullable=True),
        sa.Column("zerstoert", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("kennung"),
    )
    op.create_index("ix_fallschluessel_workflow", "fallschluessel", ["workflow"], unique=False)
    op.create_index("fallschluessel_gilt", "fallschluessel", ["workflow"], unique=True, sqlite_where=GILT, postgresql_where=GILT)
