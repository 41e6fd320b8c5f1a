"""The evidence: documents by digest, and the packages that keep a case for ever."""

from archive._fehler import ArchivFehler, DigestWiderspruch, DokumentBeschaedigt, DokumentFehlt, PaketFehler, SchluesselFehler

__all__ = ["ArchivFehler", "DigestWiderspruch", "DokumentBeschaedigt", "DokumentFehlt", "PaketFehler", "SchluesselFehler"]
