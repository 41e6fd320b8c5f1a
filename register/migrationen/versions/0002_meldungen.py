"""What was given up is reported until its case knows; alarms are kept; tasks are found by the committee that they are due for."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the columns and the table, and fills in what follows from what is there."""
    op.add_column("ausgang", sa.Column("gemeldet", sa.String(27), nullable=True))
    # what was given up until now has been reported the way it was done until now
    op.execute("UPDATE ausgang SET gemeldet = erledigt_am WHERE status = 'aufgegeben'")
    op.add_column("auftrag", sa.Column("faellig_gremium", sa.Text(), nullable=True))
    op.create_index("auftrag_faellig", "auftrag", ["kommune", "faellig_gremium"], unique=False)
    _fill_committees()
    op.create_table(
        "alarm",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("satz", sa.Text(), nullable=False),
        sa.Column("belegt", sa.Boolean(), nullable=False),
        sa.Column("zeit", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "seq", "satz"),
    )


def _fill_committees() -> None:
    """From the states as they are stored, so that nobody need rebuild."""
    zustand = sa.table("zustand", sa.column("workflow"), sa.column("typ"), sa.column("zustand"))
    auftrag = sa.table("auftrag", sa.column("workflow"), sa.column("faellig_gremium"))
    verbindung = op.get_bind()
    for workflow, roh in verbindung.execute(sa.select(zustand.c.workflow, zustand.c.zustand).where(zustand.c.typ == "auftrag")):
        faellig = (json.loads(roh).get("angaben") or {}).get("faellig") or {}
        if gremium := (faellig.get("gremium") or {}).get("id"):
            verbindung.execute(sa.update(auftrag).where(auftrag.c.workflow == workflow).values(faellig_gremium=gremium))
