"""The evidence: documents by digest, and the packages that keep a case for ever."""

from archive._fehler import (
    AblageNichtErreichbar,
    ArchivFehler,
    DigestWiderspruch,
    DokumentBeschaedigt,
    DokumentFehlt,
    DokumentZuGross,
    PaketFehler,
    SchluesselFehler,
)

__all__ = [
    "AblageNichtErreichbar",
    "ArchivFehler",
    "DigestWiderspruch",
    "DokumentBeschaedigt",
    "DokumentFehlt",
    "DokumentZuGross",
    "PaketFehler",
    "SchluesselFehler",
]
