"""What papers say of their relation to others: the replaced ones say so already."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Creates the table, and fills in what follows from the states as they are stored, so that nobody need rebuild."""
    op.create_table(
        "verknuepfung",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("als", sa.Text(), nullable=False),
        sa.Column("ziel", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "als", "ziel"),
    )
    op.create_index("verknuepfung_ziel", "verknuepfung", ["kommune", "ziel"], unique=False)
    zustand = sa.table("zustand", *(sa.column(name) for name in ("workflow", "kommune", "typ", "stufe", "zustand")))
    neu = sa.table("verknuepfung", *(sa.column(name) for name in ("workflow", "als", "ziel", "kommune")))
    ersetzt = sa.select(zustand.c.workflow, zustand.c.kommune, zustand.c.zustand).where(zustand.c.stufe == "ersetzt")
    verbindung = op.get_bind()
    for workflow, kommune, roh in verbindung.execute(ersetzt).all():
        if durch := json.loads(roh).get("ersetzt_durch"):
            werte = {"workflow": workflow, "als": "ersetzt_durch", "ziel": durch, "kommune": kommune}
            verbindung.execute(sa.insert(neu).values(**werte))
