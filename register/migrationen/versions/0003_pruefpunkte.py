"""Inner nodes of the towns' Merkle trees, and the checkpoints that were signed over them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Creates both tables."""
    op.create_table(
        "knoten",
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("ebene", sa.Integer(), nullable=False),
        sa.Column("nr", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kommune", "ebene", "nr"),
    )
    op.create_table(
        "pruefpunkt",
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("herkunft", sa.Text(), nullable=False),
        sa.Column("groesse", sa.Integer(), nullable=False),
        sa.Column("zeit", sa.String(27), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kommune", "herkunft", "groesse"),
    )
