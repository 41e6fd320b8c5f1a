"""What the public sees and has seen: filled from the entries when somebody looks."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Creates both tables, empty."""
    op.create_table(
        "oeffentlich",
        sa.Column("pfad", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("typ", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("gremien", sa.Text(), nullable=False),
        sa.Column("angelegt", sa.String(27), nullable=False),
        sa.Column("geaendert", sa.String(27), nullable=False),
        sa.Column("abdruck", sa.Text(), nullable=True),
        sa.Column("sha512", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("pfad"),
    )
    op.create_index("ix_oeffentlich_workflow", "oeffentlich", ["workflow"], unique=False)
    op.create_index("oeffentlich_geaendert", "oeffentlich", ["kommune", "typ", "geaendert", "pfad"], unique=False)
    op.create_index("oeffentlich_angelegt", "oeffentlich", ["kommune", "typ", "angelegt", "pfad"], unique=False)
    op.create_table(
        "schaustand",
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("blaetter", sa.Integer(), nullable=False),
        sa.Column("gesehen", sa.String(27), nullable=False),
        sa.Column("regeln", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kommune"),
    )
