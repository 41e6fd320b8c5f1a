"""The messages 0501 (offer) and 0503 (handing over), built from the handing over's state and the packages of its cases.

Nothing comes from a clock or from chance: times are those of the entries, UUIDs derive from ids. So the same message is the same bytes.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from aussonderung import codes
from aussonderung.begriffe import Akte, Datei, Hinweis, Schritt, Unterlage, Vorgang
from aussonderung.historie import GELOESCHT, Benennung, steps
from aussonderung.quelle import Quelle
from aussonderung.unterlagen import NICHTOEFFENTLICH, Sammlung
from aussonderung.xml import Element, add, add_code, add_if, message, to_bytes
from lifecycle.ablehnung import FalscheStufe
from lifecycle.aktenzeichen import reference_of
from lifecycle.aussonderung import object_uuid
from lifecycle.fristen import day
from schemas.auftrag import Auftrag
from schemas.aussonderung import Angebot, Aussonderung, Bewertungsart
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

PRUEFSUMMEN = "urn:laufmappe:pruefsummen:sha-256"
"""xdomea 3.0.0 has no place for a digest of a file, so it stands in an AnwendungsspezifischeErweiterung of this name."""


@dataclass(frozen=True)
class Briefkopf:
    """Who sends, from which office, and to whom."""

    kommune: str
    stelle: str
    archiv: str


Lesen = Callable[[Angebot], Quelle]


def offer(z: Aussonderung, kopf: Briefkopf, lies: Lesen, nenne: Benennung) -> bytes:
    """The 0501: every offered case, its documents by name."""
    assert z.angeboten_am is not None  # set with the first entry
    wurzel = message("0501")
    _head(wurzel, "0501", z.id, z.angeboten_am, kopf, ("Empfangsbestaetigung",))
    for akte in _files(z.angebote, lies, nenne, mit_dateien=False):
        _write_file(wurzel, akte)
    return to_bytes(wurzel)


def transfer(z: Aussonderung, kopf: Briefkopf, lies: Lesen, nenne: Benennung) -> tuple[bytes, tuple[Datei, ...]]:
    """The 0503 and its primary files: every case that the archive takes. Raises FalscheStufe where there is none."""
    if z.bewertet_am is None:
        raise FalscheStufe("Das Angebot ist noch nicht bewertet. Bitte zuerst die Bewertung des Archivs übernehmen (0502).")
    if not z.archivwuerdig():
        raise FalscheStufe("Das Archiv übernimmt nichts aus diesem Angebot; es gibt nichts abzugeben.")
    wurzel = message("0503")
    _head(wurzel, "0503", z.id, z.bewertet_am, kopf, ("Importbestaetigung", "RueckmeldungArchivkennung", "Empfangsbestaetigung"))
    akten = _files(z.archivwuerdig(), lies, nenne, mit_dateien=True)
    for akte in akten:
        _write_file(wurzel, akte)
    return to_bytes(wurzel), tuple(d for akte in akten for v in akte.vorgaenge for d in v.files())


# --- from the record ----------------------------------------------------------------------------------------------------


def _files(angebote: Sequence[Angebot], lies: Lesen, nenne: Benennung, *, mit_dateien: bool) -> list[Akte]:
    """The offered cases by their Aktenzeichen, in its order."""
    akten: dict[str, Akte] = {}
    for angebot in angebote:
        quelle = lies(angebot)
        if not quelle.stands_since(angebot.seq):
            raise FalscheStufe(
                f"Der Vorgang {angebot.vorgang} hat sich geändert, seit er angeboten wurde. "
                "Bitte das Angebot zurückziehen und neu anbieten."
            )
        akte = akten.setdefault(angebot.akte, Akte(angebot.akte, reference_of(quelle.z)))
        akte.vorgaenge.append(_case(angebot, quelle, nenne, mit_dateien=mit_dateien))
    return sorted(akten.values(), key=lambda a: (a.kennzeichen, a.id))


def _case(a: Angebot, quelle: Quelle, nenne: Benennung, *, mit_dateien: bool) -> Vorgang:
    z = quelle.z
    oeffentlich = _is_public(z)
    bezeichnung = getattr(z, "bezeichnung", None)
    bemerkung = f"{NICHTOEFFENTLICH}; öffentliche Bezeichnung: {bezeichnung}" if bezeichnung else NICHTOEFFENTLICH
    return Vorgang(
        id=a.objekt,
        betreff=_subject(z) or GELOESCHT,
        kennzeichen=_sign(z),
        federfuehrung=_lead(z),
        oeffentlich=oeffentlich,
        bemerkung=None if oeffentlich else bemerkung,
        typ=_kind(z),
        beginn=min(day(z.begonnen), a.geschlossen_am) if z.begonnen else a.geschlossen_am,
        ende=a.geschlossen_am,
        jahre=a.jahre,
        aufbewahrt_bis=a.aufbewahrt_bis,
        bewertung=(a.bewertung if mit_dateien and a.bewertung else Bewertungsart.BEWERTEN).value,
        unterlagen=Sammlung(quelle, mit_dateien=mit_dateien).all(),
        historie=steps(quelle.verlauf, nenne) if mit_dateien else (),
        hinweise=tuple(_references(z)),
    )


def _is_public(z: Zustand) -> bool:
    if isinstance(z, Sitzung):
        return all(t.oeffentlich for t in z.tops)
    if isinstance(z, Auftrag):
        return z.angaben is None or z.angaben.oeffentlich
    return bool(getattr(z, "oeffentlich", True))


def _subject(z: Zustand) -> str | None:
    if isinstance(z, Vorlage):
        return z.betreff
    if isinstance(z, Sitzung):
        return f"{z.anlass} {z.gremium.anzeige if z.gremium else ''}{f' am {day(z.beginn):%d.%m.%Y}' if z.beginn else ''}"
    return z.angaben.verlangt if isinstance(z, Auftrag) and z.angaben else None


def _sign(z: Zustand) -> str:
    """The case's own sign: a paper's number; else its id."""
    return (z.nummer if isinstance(z, Vorlage) else None) or z.id


def _lead(z: Zustand) -> str | None:
    stelle = {
        Vorlage: lambda: z.federfuehrend,  # type: ignore[attr-defined]  # the key says which state it is
        Auftrag: lambda: z.angaben and z.angaben.stelle,  # type: ignore[attr-defined]
        Sitzung: lambda: z.gremium,  # type: ignore[attr-defined]
    }[type(z)]()
    return stelle.anzeige if stelle else None


def _kind(z: Zustand) -> str:
    return (z.vorlageart_name or "Vorlage") if isinstance(z, Vorlage) else type(z).__name__


def _references(z: Zustand) -> Iterable[Hinweis]:
    """Other cases that it belongs to, as Vorgänge of their own, offered or not."""
    andere: dict[str, str] = {}
    if isinstance(z, Vorlage):
        andere = {f"sitzung/{z.kommune}/{t.sitzung}": "beraten in dieser Sitzung" for b in z.beratungen for t in b.behandlungen}
    if isinstance(z, Sitzung):
        andere = {f"vorlage/{z.kommune}/{tv.vorlage}": f"TOP {t.nummer}" for t in z.tops for tv in t.vorlagen}
        andere |= {f"auftrag/{z.kommune}/{a.id}": "in dieser Sitzung entstanden" for a in z.auftraege}
    if isinstance(z, Auftrag):
        andere = {f"sitzung/{z.kommune}/{z.sitzung}": "dort entstanden"} if z.sitzung else {}
    return (Hinweis(object_uuid(w), w.rsplit("/", 1)[-1], was) for w, was in andere.items())


# --- to XML -------------------------------------------------------------------------------------------------------------


def _head(wurzel: Element, code: str, prozess: str, zeit: dt.datetime, kopf: Briefkopf, schalter: Sequence[str]) -> None:
    k = add(wurzel, "Kopf")
    add(k, "ProzessID", prozess)
    add_code(k, "Nachrichtentyp", codes.NACHRICHTENTYP, code)
    add(k, "Erstellungszeitpunkt", _moment(zeit))
    absender = add(k, "Absender")
    add(add(absender, "Institution"), "Name", kopf.kommune)
    add(add(absender, "Organisationseinheit"), "Name", kopf.stelle)
    add(add(add(k, "Empfaenger"), "Institution"), "Name", kopf.archiv)
    add(add(k, "SendendesSystem"), "Produktname", "Laufmappe")
    for name in schalter:  # the receipts that we can take in: the import's
        add(k, name, 1 if name == "Importbestaetigung" else 0)


def _write_file(wurzel: Element, akte: Akte) -> None:
    a = add(add(wurzel, "Schriftgutobjekt"), "Akte")
    erster = akte.vorgaenge[0]
    _identification(a, akte.id)
    _metadata(a, f"Akte {akte.kennzeichen}", akte.kennzeichen, erster.federfuehrung, None, offen=False)
    inhalt_von = min(v.beginn for v in akte.vorgaenge), max(v.ende for v in akte.vorgaenge)
    _span(a, *inhalt_von)
    inhalt = add(a, "Akteninhalt")
    for vorgang in akte.vorgaenge:
        _write_case(inhalt, vorgang)


def _write_case(oben: Element, v: Vorgang) -> None:
    e = add(oben, "Vorgang")
    _identification(e, v.id)
    _metadata(e, v.betreff, v.kennzeichen, v.federfuehrung, v.bemerkung, offen=v.oeffentlich)
    archiv = add(e, "ArchivspezifischeMetadaten")
    add(add(archiv, "Aufbewahrungsdauer"), "AnzahlJahre", v.jahre)
    add_code(add(archiv, "Aussonderungsart"), "Aussonderungsart", codes.AUSSONDERUNGSART, v.bewertung)
    add(archiv, "Aufbewahrungsende", v.aufbewahrt_bis.isoformat())
    add(e, "Typ", v.typ)
    add(e, "ZdA", 1)
    add(e, "ZdADatum", v.ende.isoformat())
    _span(e, v.beginn, v.ende)
    for schritt in v.historie:
        _write_step(e, schritt)
    for nr, unterlage in enumerate(v.unterlagen, 1):
        _write_document(e, "Dokument", unterlage, nr)
    for hinweis in v.hinweise:
        verweis = add(e, "Verweis")
        add(verweis, "ID", hinweis.id)
        add_code(verweis, "SGOTyp", codes.OBJEKTTYP, "003")
        add(verweis, "SGOKennzeichen", hinweis.kennzeichen)
        add(verweis, "Bemerkung", hinweis.bemerkung)


def _write_document(oben: Element, name: str, u: Unterlage, nr: int) -> None:
    e = add(oben, name)
    _identification(e, u.id, nr)
    _metadata(e, u.betreff, None, None, u.bemerkung, offen=False)
    add_if(e, "DatumDesSchreibens", u.vom.isoformat() if u.vom else None)
    add_if(e, "Bearbeiter", u.bearbeiter)
    add_if(e, "Typ", u.typ)
    if u.dateien:
        fassung = add(e, "Version")
        add(fassung, "Nummer", "1")
        for datei in u.dateien:
            _write_format(fassung, datei)
    for n, anlage in enumerate(u.anlagen, 1):
        _write_document(e, "Anlage", anlage, n)
    if u.dateien:
        _write_digests(e, u.dateien)
    if name == "Anlage":
        add(e, "Nummer", nr)


def _write_format(fassung: Element, datei: Datei) -> None:
    f = add(fassung, "Format")
    add_code(f, "Name", codes.DATEIFORMAT, datei.code)
    add_if(f, "SonstigerName", datei.sonstiger_name)
    add(f, "Version", datei.fassung)
    primaer = add(f, "Primaerdokument")
    add(primaer, "Dateiname", datei.name)
    add_if(primaer, "DateinameOriginal", datei.original)


def _write_digests(e: Element, dateien: Sequence[Datei]) -> None:
    erweiterung = add(e, "AnwendungsspezifischeErweiterung")
    add(erweiterung, "Kennung", PRUEFSUMMEN)
    add(erweiterung, "Name", "SHA-256-Prüfsummen der Primärdateien")
    for datei in dateien:
        feld = add(erweiterung, "Feld")
        add(feld, "Name", datei.name)
        add(feld, "Wert", datei.sha256)


def _write_step(e: Element, s: Schritt) -> None:
    h = add(e, "HistorienProtokollInformation")
    add(h, "Akteur", s.akteur)
    add(h, "DatumUhrzeit", _moment(s.zeit))
    add_if(h, "Bemerkung", s.bemerkung)
    add(h, "Aktion", s.aktion)


def _identification(e: Element, kennung: str, nr: int | None = None) -> None:
    i = add(e, "Identifikation")
    add(i, "ID", kennung)
    add_if(i, "NummerImUebergeordnetenContainer", nr)


def _metadata(
    e: Element, betreff: str, kennzeichen: str | None, federfuehrung: str | None, bemerkung: str | None, *, offen: bool
) -> None:
    """``offen``: it is not classified. What is only not public has no level in xdomea; that it is, the remark says."""
    m = add(e, "AllgemeineMetadaten")
    add(m, "Betreff", betreff)
    add_if(m, "Kennzeichen", kennzeichen)
    add_if(m, "Federfuehrung", federfuehrung)
    if offen:
        add_code(m, "Vertraulichkeitsstufe", codes.VERTRAULICHKEIT, "003")
    add_if(m, "Bemerkung", bemerkung)
    add_code(m, "Medium", codes.MEDIUM, "001")


def _span(e: Element, beginn: dt.date, ende: dt.date) -> None:
    laufzeit = add(e, "Laufzeit")
    add(laufzeit, "Beginn", beginn.isoformat())
    add(laufzeit, "Ende", ende.isoformat())


def _moment(zeit: dt.datetime) -> str:
    """UTC, to the second."""
    return zeit.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
