"""Which documents a case has ever had: those of its state, with their names, and those that any of its entries brought in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Field

from beweis.kopf import Inhalt, Kopf
from lifecycle.kerne import kern_of
from schemas.basis import Digest, Modell
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

KEINE_DOKUMENTE = frozenset({"siegel", "pruefsumme"})
"""Fields of commands that are digests of something else: of a state, of a version of the Regelwerk."""
Verlauf = Sequence[tuple[Kopf, Inhalt]]


class Dokumentverweis(Modell):
    """One document of a case: what it is, and its digest.

    ``darf_fehlen`` says why the store need not have it; ``fehlt`` says the same, once it has been looked for and is not there.
    """

    was: str
    digest: str
    darf_fehlen: str | None = Field(default=None, exclude=True)
    fehlt: str | None = None


def documents(workflow: str, z: Zustand, verlauf: Verlauf) -> tuple[Dokumentverweis, ...]:
    """Every document, each digest once: of the state first, for there it has a name.

    What only the state names may be missing if content of an entry was deleted that can have named it.
    """
    befehle = kern_of(workflow).befehle
    genannt = {v.digest: v for v in _of_entries(befehle, verlauf)}
    vergessen = [str(kopf.seq) for kopf, inhalt in verlauf if _forgot_documents(befehle.get(kopf.art), kopf, inhalt)]
    grund = f"gelöscht mit dem Inhalt von Eintrag {', '.join(vergessen)}" if vergessen else None
    alle = {v.digest: v if v.digest in genannt else v.model_copy(update={"darf_fehlen": grund}) for v in _of_state(z)}
    return tuple((genannt | alle).values())


def _of_entries(befehle: Mapping[str, type[BaseModel]], verlauf: Verlauf) -> Iterator[Dokumentverweis]:
    for kopf, inhalt in verlauf:
        werte = {name: feld.wert for name, feld in inhalt.felder.items()}
        for weg, digest in _digests(befehle.get(kopf.art), werte, ()):
            was = " ".join(weg).removesuffix(" digest")
            yield Dokumentverweis(was=f"Eintrag {kopf.seq} ({kopf.art}): {was}", digest=digest)


def _forgot_documents(befehl: type[BaseModel] | None, kopf: Kopf, inhalt: Inhalt) -> bool:
    felder = _fields(befehl)
    return any(_holds(felder[name]) for name in kopf.felder.keys() - inhalt.felder.keys() if name in felder)


def _fields(typ: Any) -> dict[str, Any]:
    """The fields of a model that can hold documents, and their types; of anything else none."""
    if not (isinstance(typ, type) and issubclass(typ, BaseModel)):
        return {}
    return {name: feld.rebuild_annotation() for name, feld in typ.model_fields.items() if name not in KEINE_DOKUMENTE}


def _holds(typ: Any) -> bool:
    """Whether a value of that type can name documents."""
    return typ == Digest or any(map(_holds, (*_fields(typ).values(), *get_args(typ))))


def _digests(typ: Any, wert: Any, weg: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """All digests of documents in a value of that type, and how one comes to each. Only the type tells a digest from a text.

    The value need not be complete: fields may have been forgotten.
    """
    if typ == Digest and isinstance(wert, str):
        yield weg, wert
    elif isinstance(wert, dict):
        name = (str(wert["name"]),) if weg and wert.get("name") else ()
        for feld, art in _fields(typ).items():
            yield from _digests(art, wert.get(feld), (*weg, *name, feld))
    if get_origin(typ) is tuple:
        for element in wert or ():
            yield from _digests(get_args(typ)[0], element, weg)
    elif typ != Digest:
        for zweig in get_args(typ):
            yield from _digests(zweig, wert, weg)


def _of_state(z: Zustand) -> Iterator[Dokumentverweis]:
    if isinstance(z, Vorlage):
        yield from _of_paper(z)
    if isinstance(z, Sitzung):
        yield from _of_meeting(z)


def _of_paper(z: Vorlage) -> Iterator[Dokumentverweis]:
    for fassung in z.fassungen:
        for aenderung in fassung.aenderungen:
            if aenderung.vorher:
                yield Dokumentverweis(was=f"Fassung {fassung.nr}, früher: {aenderung.teil}", digest=aenderung.vorher)
        for abschnitt in fassung.abschnitte:
            yield Dokumentverweis(was=f"Fassung {fassung.nr}, Abschnitt {abschnitt.name}", digest=abschnitt.digest)
            if abschnitt.original:
                was = f"Fassung {fassung.nr}, Abschnitt {abschnitt.name}, Original {abschnitt.original_name}"
                yield Dokumentverweis(was=was, digest=abschnitt.original)
        for anlage in fassung.anlagen:
            yield Dokumentverweis(was=f"Fassung {fassung.nr}, Anlage {anlage.name}", digest=anlage.digest)


def _of_meeting(z: Sitzung) -> Iterator[Dokumentverweis]:
    for teil in z.niederschrift:
        top = next((t.nummer for t in z.tops if t.id == teil.top), "allgemein")
        zusatz = ", Internetfassung" if teil.internet else ""
        yield Dokumentverweis(was=f"Niederschrift {top}{zusatz}", digest=teil.digest)
    for u in z.unterschriften:
        if u.signatur:
            yield Dokumentverweis(was=f"Signatur {u.rolle.anzeige}", digest=u.signatur)
    for vermerk in z.vermerke:
        if vermerk.berichtigung:
            yield Dokumentverweis(was=f"Berichtigung der Niederschrift von {vermerk.sitzung}", digest=vermerk.berichtigung)
    for a in z.ausfertigungen:
        welcher = "öffentlicher" if a.oeffentlich else "nichtöffentlicher"
        yield Dokumentverweis(was=f"Niederschrift, {welcher} Teil, wie unterzeichnet", digest=a.digest)
    for liste in z.aufgabenlisten:
        yield Dokumentverweis(was="Liste der offenen Aufträge", digest=liste.digest)
