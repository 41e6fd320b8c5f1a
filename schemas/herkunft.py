"""Where something came from that another system kept before: what that one said of it to the letter, and what still lies there."""

from typing import Annotated

from pydantic import NonNegativeInt, StringConstraints

from schemas.basis import Digest, Dokument, Modell

Unveraendert = Annotated[str, StringConstraints(max_length=20_000)]
"""A text as the former system has it: with its blanks and line breaks."""


class Herkunft(Modell):
    """An object of the former system. ``url`` is its id there.

    ``referenz`` and ``datum`` are its reference and its day as stated, whatever their form. ``quelltext`` is the whole object as
    JSON in the document store: what has no place here is in it.
    """

    url: Unveraendert
    referenz: Unveraendert | None = None
    datum: Unveraendert | None = None
    quelltext: Dokument | None = None


class Fremddatei(Modell):
    """A file that the former system keeps: what it says of it. ``digest`` once its content lies in the document store.

    ``art`` is the part that it plays there, by OParl's name of the field (``mainFile``, ``invitation`` ...).
    """

    url: Unveraendert
    art: str
    name: Unveraendert | None = None
    dateiname: Unveraendert | None = None
    medientyp: Unveraendert | None = None
    groesse: NonNegativeInt | None = None
    datum: Unveraendert | None = None
    sha1: Unveraendert | None = None
    sha512: Unveraendert | None = None
    zugriff: Unveraendert | None = None
    download: Unveraendert | None = None
    lizenz: Unveraendert | None = None
    digest: Digest | None = None


class Ortsangabe(Modell):
    """A place as the former system describes it."""

    url: Unveraendert | None = None
    beschreibung: Unveraendert | None = None
    raum: Unveraendert | None = None
    strasse: Unveraendert | None = None
    plz: Unveraendert | None = None
    ort: Unveraendert | None = None
    teilort: Unveraendert | None = None
