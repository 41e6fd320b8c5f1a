"""What can go wrong with documents and packages, each with one German sentence.

ArchivFehler
├── DigestWiderspruch      a file is not the one that was announced
├── DokumentZuGross        a document is larger than whoever takes it in allows
├── AblageNichtErreichbar  the document store does not answer: repeat
├── DokumentFehlt          nothing is stored under that digest
├── DokumentBeschaedigt    what is stored under that digest is something else
├── PaketFehler            a package cannot be written or read
└── SchluesselFehler       a signing key cannot be read, or must not sign now
"""


class ArchivFehler(Exception):
    """Root of the tree."""


class DigestWiderspruch(ArchivFehler):
    """A file is not the one that was announced; nothing was stored."""


class DokumentZuGross(ArchivFehler):
    """A document is too large; nothing was stored."""


class AblageNichtErreichbar(ArchivFehler):
    """The document store does not answer, or refuses us. Repeating is right."""


class DokumentFehlt(ArchivFehler):
    """Nothing is stored under that digest."""


class DokumentBeschaedigt(ArchivFehler):
    """What is stored under that digest is something else."""


class PaketFehler(ArchivFehler):
    """A package cannot be written or read."""


class SchluesselFehler(ArchivFehler):
    """A signing key cannot be read, or must not sign now."""
