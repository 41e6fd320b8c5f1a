"""The tables. ``eintrag`` and ``blatt`` are the record: append-only, never rebuilt, backed up. All others follow from them.

Two of those keep more than follows from it: ``ausgang`` how far delivery has come, ``alarm`` what was refused. ``fallschluessel`` follows from nothing: it is kept and backed up like the record.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

META = sa.MetaData()


class Zeit(sa.TypeDecorator[dt.datetime]):
    """An aware time, kept as UTC text that sorts."""

    impl = sa.String(27)
    cache_ok = True
    FORM = "%Y-%m-%dT%H:%M:%S.%fZ"

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> str | None:
        """To the database. A naive time is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Zeit ohne Zeitzone")
        return value.astimezone(dt.UTC).strftime(self.FORM)

    def process_result_value(self, value: str | None, dialect: Any) -> dt.datetime | None:
        """From the database."""
        return None if value is None else dt.datetime.strptime(value, self.FORM).replace(tzinfo=dt.UTC)


def _text(name: str, **mehr: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, **mehr)


EINTRAG = sa.Table(
    "eintrag",
    META,
    _text("workflow", primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    _text("kommune", nullable=False, index=True),
    sa.Column("zeit", Zeit, nullable=False),
    _text("art", nullable=False),
    _text("stelle", nullable=False),
    _text("rolle", nullable=False),
    _text("kopf", nullable=False),
    _text("kopf_hash", nullable=False),
    _text("inhalt", nullable=False),
)

BLATT = sa.Table(
    "blatt",
    META,
    _text("kommune", primary_key=True),
    sa.Column("nr", sa.Integer, primary_key=True),
    _text("workflow", nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    _text("kopf_hash", nullable=False),
    sa.UniqueConstraint("workflow", "seq"),
)

KNOTEN = sa.Table(
    "knoten",
    META,
    _text("kommune", primary_key=True),
    sa.Column("ebene", sa.Integer, primary_key=True),
    sa.Column("nr", sa.Integer, primary_key=True),
    _text("hash", nullable=False),
)
"""Inner nodes of the towns' trees, complete ones only; they follow from the leaves."""

PRUEFPUNKT = sa.Table(
    "pruefpunkt",
    META,
    _text("kommune", primary_key=True),
    _text("herkunft", primary_key=True),
    sa.Column("groesse", sa.Integer, primary_key=True),
    sa.Column("zeit", Zeit, nullable=False),
    _text("note", nullable=False),
)
"""Checkpoints that were signed. The copies outside the house are what proves something; these are for convenience."""

BAUM = sa.Table("baum", META, _text("kommune", primary_key=True), sa.Column("groesse", sa.Integer, nullable=False))

ZUSTAND = sa.Table(
    "zustand",
    META,
    _text("workflow", primary_key=True),
    _text("kommune", nullable=False, index=True),
    _text("typ", nullable=False),
    _text("kennung", nullable=False, index=True),
    _text("stufe", nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("zuletzt", Zeit, nullable=False),
    _text("kopf_hash", nullable=False),
    _text("zustand", nullable=False),
)

AUSGANG = sa.Table(
    "ausgang",
    META,
    _text("id", primary_key=True),
    _text("kommune", nullable=False),
    _text("workflow", nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    _text("art", nullable=False),
    _text("empfaenger", nullable=False),
    _text("kanal", nullable=False),
    _text("status", nullable=False),
    sa.Column("versuche", sa.Integer, nullable=False),
    sa.Column("naechster_versuch", Zeit, nullable=False),
    sa.Column("erstellt", Zeit, nullable=False),
    sa.Column("erledigt_am", Zeit),
    _text("grund"),
    sa.Column("gemeldet", Zeit),
    sa.Index("ausgang_faellig", "kommune", "status", "naechster_versuch"),
)

VORLAGE = sa.Table(
    "vorlage",
    META,
    _text("workflow", primary_key=True),
    _text("kommune", nullable=False),
    _text("nummer"),
    _text("betreff", nullable=False),
    _text("bezeichnung"),
    sa.Column("oeffentlich", sa.Boolean, nullable=False),
    _text("vorlageart", nullable=False),
    _text("federfuehrend", nullable=False),
    _text("stufe", nullable=False),
    sa.Column("zuletzt", Zeit, nullable=False),
    _text("gremium"),
    _text("sitzung"),
    sa.Column("beraten_am", Zeit),
    _text("top"),
    _text("beschluss"),
    _text("klasse"),
    sa.Index("vorlage_liste", "kommune", "stufe", "federfuehrend"),
)

NUMMER = sa.Table(
    "nummer",
    META,
    _text("kommune", primary_key=True),
    _text("nummer", primary_key=True),
    _text("workflow", nullable=False, unique=True),
)

VERKNUEPFUNG = sa.Table(
    "verknuepfung",
    META,
    _text("workflow", primary_key=True),
    _text("als", primary_key=True),
    _text("ziel", primary_key=True),
    _text("kommune", nullable=False),
    sa.Index("verknuepfung_ziel", "kommune", "ziel"),
)
"""What papers say of their relation to others: so that the other one is shown it too, also when it is closed."""

SITZUNG = sa.Table(
    "sitzung",
    META,
    _text("workflow", primary_key=True),
    _text("kommune", nullable=False),
    _text("gremium", nullable=False),
    _text("gremium_name", nullable=False),
    sa.Column("beginn", Zeit, nullable=False),
    _text("stufe", nullable=False),
    _text("oeffentlichkeit", nullable=False),
    sa.Column("tops", sa.Integer, nullable=False),
    sa.Column("zuletzt", Zeit, nullable=False),
    sa.Index("sitzung_liste", "kommune", "gremium", "beginn"),
)

AUFTRAG = sa.Table(
    "auftrag",
    META,
    _text("workflow", primary_key=True),
    _text("kommune", nullable=False),
    _text("gremium"),
    _text("stelle"),
    _text("grundlage", nullable=False),
    _text("verlangt", nullable=False),
    _text("von", nullable=False),
    _text("bezeichnung"),
    sa.Column("oeffentlich", sa.Boolean, nullable=False),
    _text("faellig_text", nullable=False),
    sa.Column("angenommen", sa.Boolean),
    _text("stufe", nullable=False),
    _text("vorlage", index=True),
    _text("sitzung", index=True),
    _text("top"),
    sa.Column("zuletzt", Zeit, nullable=False),
    _text("faellig_gremium"),
    sa.Index("auftrag_liste", "kommune", "gremium", "stufe"),
    sa.Index("auftrag_faellig", "kommune", "faellig_gremium"),
)

ALARM = sa.Table(
    "alarm",
    META,
    _text("workflow", primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    _text("satz", primary_key=True),
    sa.Column("belegt", sa.Boolean, nullable=False),
    sa.Column("zeit", Zeit, nullable=False),
)

FALLSCHLUESSEL = sa.Table(
    "fallschluessel",
    META,
    _text("kennung", primary_key=True),
    _text("workflow", nullable=False, index=True),
    _text("schluessel"),
    sa.Column("erstellt", Zeit, nullable=False),
    sa.Column("abgeloest", Zeit),
    sa.Column("zerstoert", Zeit),
    sa.Index(
        "fallschluessel_gilt",
        "workflow",
        unique=True,
        sqlite_where=sa.text("abgeloest IS NULL"),
        postgresql_where=sa.text("abgeloest IS NULL"),
    ),
)
"""The keys that close Temporal's histories, wrapped by the master key (hex): of each case one closes, those ``abgeloest`` open only.

``schluessel`` NULL: destroyed.
"""

OEFFENTLICH = sa.Table(
    "oeffentlich",
    META,
    _text("pfad", primary_key=True),
    _text("kommune", nullable=False),
    _text("typ", nullable=False),
    _text("workflow", nullable=False, index=True),
    _text("gremien", nullable=False),
    sa.Column("angelegt", Zeit, nullable=False),
    sa.Column("geaendert", Zeit, nullable=False),
    _text("abdruck"),
    _text("sha512"),
    sa.Index("oeffentlich_geaendert", "kommune", "typ", "geaendert", "pfad"),
    sa.Index("oeffentlich_angelegt", "kommune", "typ", "angelegt", "pfad"),
)
"""Everything that the public sees or has seen, by its path below the public address. ``abdruck`` NULL: it is shown no longer.

``workflow`` is empty for what the rules say. Filled when somebody looks, from the entries; so a rebuild only empties it.
"""

SCHAUSTAND = sa.Table(
    "schaustand",
    META,
    _text("kommune", primary_key=True),
    sa.Column("blaetter", sa.Integer, nullable=False),
    sa.Column("gesehen", Zeit, nullable=False),
    _text("regeln", nullable=False),
)
"""Up to how many leaves of a town's log ``oeffentlich`` reaches, when that was, and with which rules."""

ABGELEITET = (ZUSTAND, VORLAGE, SITZUNG, AUFTRAG, NUMMER, VERKNUEPFUNG)
"""What a rebuild makes anew for each case. (``ausgang`` keeps its marks of delivery, ``baum`` is counted, ``alarm`` stays.)"""
