"""The first tables, and the guards that keep entries and leaves append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

FEST = ("workflow", "seq", "kommune", "zeit", "art", "stelle", "rolle", "kopf", "kopf_hash")
"""Columns of an entry that never change. Its content may: destroying it is how the law wants things forgotten."""


def upgrade() -> None:
    """Creates everything."""
    _tables()
    if op.get_bind().dialect.name == "sqlite":
        _guards_sqlite()
    else:
        _guards_postgresql()


def _tables() -> None:
    op.create_table(
        "auftrag",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("gremium", sa.Text(), nullable=True),
        sa.Column("stelle", sa.Text(), nullable=True),
        sa.Column("grundlage", sa.Text(), nullable=False),
        sa.Column("verlangt", sa.Text(), nullable=False),
        sa.Column("von", sa.Text(), nullable=False),
        sa.Column("bezeichnung", sa.Text(), nullable=True),
        sa.Column("oeffentlich", sa.Boolean(), nullable=False),
        sa.Column("faellig_text", sa.Text(), nullable=False),
        sa.Column("angenommen", sa.Boolean(), nullable=True),
        sa.Column("stufe", sa.Text(), nullable=False),
        sa.Column("vorlage", sa.Text(), nullable=True),
        sa.Column("sitzung", sa.Text(), nullable=True),
        sa.Column("top", sa.Text(), nullable=True),
        sa.Column("zuletzt", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("workflow"),
    )
    op.create_index("auftrag_liste", "auftrag", ["kommune", "gremium", "stufe"], unique=False)
    op.create_index("ix_auftrag_sitzung", "auftrag", ["sitzung"], unique=False)
    op.create_index("ix_auftrag_vorlage", "auftrag", ["vorlage"], unique=False)
    op.create_table(
        "ausgang",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("empfaenger", sa.Text(), nullable=False),
        sa.Column("kanal", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("versuche", sa.Integer(), nullable=False),
        sa.Column("naechster_versuch", sa.String(27), nullable=False),
        sa.Column("erstellt", sa.String(27), nullable=False),
        sa.Column("erledigt_am", sa.String(27), nullable=True),
        sa.Column("grund", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ausgang_faellig", "ausgang", ["kommune", "status", "naechster_versuch"], unique=False)
    op.create_table(
        "baum",
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("groesse", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kommune"),
    )
    op.create_table(
        "blatt",
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("nr", sa.Integer(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kopf_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kommune", "nr"),
        sa.UniqueConstraint("workflow", "seq"),
    )
    op.create_table(
        "eintrag",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("zeit", sa.String(27), nullable=False),
        sa.Column("art", sa.Text(), nullable=False),
        sa.Column("stelle", sa.Text(), nullable=False),
        sa.Column("rolle", sa.Text(), nullable=False),
        sa.Column("kopf", sa.Text(), nullable=False),
        sa.Column("kopf_hash", sa.Text(), nullable=False),
        sa.Column("inhalt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "seq"),
    )
    op.create_index("ix_eintrag_kommune", "eintrag", ["kommune"], unique=False)
    op.create_table(
        "nummer",
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("nummer", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kommune", "nummer"),
        sa.UniqueConstraint("workflow"),
    )
    op.create_table(
        "sitzung",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("gremium", sa.Text(), nullable=False),
        sa.Column("gremium_name", sa.Text(), nullable=False),
        sa.Column("beginn", sa.String(27), nullable=False),
        sa.Column("stufe", sa.Text(), nullable=False),
        sa.Column("oeffentlichkeit", sa.Text(), nullable=False),
        sa.Column("tops", sa.Integer(), nullable=False),
        sa.Column("zuletzt", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("workflow"),
    )
    op.create_index("sitzung_liste", "sitzung", ["kommune", "gremium", "beginn"], unique=False)
    op.create_table(
        "vorlage",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("nummer", sa.Text(), nullable=True),
        sa.Column("betreff", sa.Text(), nullable=False),
        sa.Column("bezeichnung", sa.Text(), nullable=True),
        sa.Column("oeffentlich", sa.Boolean(), nullable=False),
        sa.Column("vorlageart", sa.Text(), nullable=False),
        sa.Column("federfuehrend", sa.Text(), nullable=False),
        sa.Column("stufe", sa.Text(), nullable=False),
        sa.Column("zuletzt", sa.String(27), nullable=False),
        sa.Column("gremium", sa.Text(), nullable=True),
        sa.Column("sitzung", sa.Text(), nullable=True),
        sa.Column("beraten_am", sa.String(27), nullable=True),
        sa.Column("top", sa.Text(), nullable=True),
        sa.Column("beschluss", sa.Text(), nullable=True),
        sa.Column("klasse", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workflow"),
    )
    op.create_index("vorlage_liste", "vorlage", ["kommune", "stufe", "federfuehrend"], unique=False)
    op.create_table(
        "zustand",
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("kommune", sa.Text(), nullable=False),
        sa.Column("typ", sa.Text(), nullable=False),
        sa.Column("kennung", sa.Text(), nullable=False),
        sa.Column("stufe", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("zuletzt", sa.String(27), nullable=False),
        sa.Column("kopf_hash", sa.Text(), nullable=False),
        sa.Column("zustand", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow"),
    )
    op.create_index("ix_zustand_kennung", "zustand", ["kennung"], unique=False)
    op.create_index("ix_zustand_kommune", "zustand", ["kommune"], unique=False)


def _guards_sqlite() -> None:
    for tabelle, spalten in (("eintrag", FEST), ("blatt", ("kommune", "nr", "workflow", "seq", "kopf_hash"))):
        for anlass, name in ((f"UPDATE OF {', '.join(spalten)}", "aendern"), ("DELETE", "loeschen")):
            op.execute(
                f"CREATE TRIGGER {tabelle}_nicht_{name} BEFORE {anlass} ON {tabelle} "
                f"BEGIN SELECT RAISE(ABORT, '{tabelle} ist unveraenderlich'); END"
            )


def _guards_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION laufmappe_unveraenderlich() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% ist unveraenderlich', TG_TABLE_NAME; END $$"
    )
    for tabelle, spalten in (("eintrag", FEST), ("blatt", ("kommune", "nr", "workflow", "seq", "kopf_hash"))):
        for anlass, name, je in (
            (f"UPDATE OF {', '.join(spalten)}", "aendern", "ROW"),
            ("DELETE", "loeschen", "ROW"),
            ("TRUNCATE", "leeren", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {tabelle}_nicht_{name} BEFORE {anlass} ON {tabelle} "
                f"FOR EACH {je} EXECUTE FUNCTION laufmappe_unveraenderlich()"
            )
