"""What lies in an Aufbewahrungspaket: the sealed state, the entries, the documents, and a letter to whoever opens it.

Everything is plain UTF-8 text or the documents as they came, so that it can be read without this program.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.ablage import Ablage
from lifecycle import grunddaten
from schemas.basis import Modell
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

LIESMICH = """\
Aufbewahrungspaket der Laufmappe
================================

Dieser Ordner enthält einen abgeschlossenen Vorgang einer Verwaltung: {was}
Kommune: {kommune}
Kennung: {kennung}

Sie brauchen kein besonderes Programm, um ihn zu lesen. Alle Texte sind UTF-8.

  grunddaten.json   das Wichtigste auf einen Blick
  zustand.json      der vollständige Stand am Ende, so wie er versiegelt wurde
  verlauf.jsonl     jeder Schritt, eine Zeile je Eintrag, in seiner Reihenfolge
  dokumente/        die Schriftstücke; der Dateiname ist ihre SHA-256-Prüfsumme
  dokumente.json    welche Prüfsumme zu welchem Schriftstück gehört

Jeder Eintrag im Verlauf hat einen Kopf und einen Inhalt. Der Kopf enthält für jedes Feld des
Inhalts eine Prüfsumme: SHA-256 über das Salz (32 Byte, hier hexadezimal) und den Wert als
JSON nach RFC 8785. "vorher" im Kopf ist die Prüfsumme des vorigen Kopfes: SHA-256 über ein
Null-Byte und den Kopf als JSON nach RFC 8785. So lässt sich nachrechnen, dass nichts geändert, entfernt oder
eingefügt wurde. Zeiten stehen in UTC.

Der Ordner darüber folgt der Norm OCFL 1.1 (Oxford Common File Layout): inventory.json nennt
alle Dateien aller Fassungen mit ihrer SHA-512-Prüfsumme.
"""

NAMEN = {"vorlage": "eine Vorlage", "sitzung": "eine Sitzung", "auftrag": "ein Auftrag"}


class Dokumentverweis(Modell):
    """One document of a case: what it is, and its digest."""

    was: str
    digest: str


def documents(z: Zustand) -> tuple[Dokumentverweis, ...]:
    """Every document that a case refers to, earlier texts included, each digest once."""
    alle = {v.digest: v for v in _documents(z)}
    return tuple(alle.values())


def _documents(z: Zustand) -> Iterator[Dokumentverweis]:
    if isinstance(z, Vorlage):
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
    if isinstance(z, Sitzung):
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


def contents(workflow: str, z: Zustand, verlauf: Iterable[Mapping[str, Any]], ablage: Ablage) -> dict[str, bytes | Path]:
    """Logical path to content. ``verlauf``: one mapping with head and content per entry. Raises DokumentFehlt."""
    typ = workflow.split("/", 1)[0]
    verweise = documents(z)
    dateien: dict[str, bytes | Path] = {
        "LIESMICH.txt": LIESMICH.format(was=NAMEN.get(typ, typ), kommune=z.kommune, kennung=z.id).encode(),
        "grunddaten.json": _json(_grunddaten(z)),
        "zustand.json": _json(z.model_dump(mode="json")),
        "verlauf.jsonl": b"".join(_line(eintrag) for eintrag in verlauf),
        "dokumente.json": _json([v.model_dump() for v in verweise]),
    }
    for verweis in verweise:
        ablage.get(verweis.digest)  # raises if it is missing or damaged: a package is sealed whole or not at all
        dateien[f"dokumente/{verweis.digest}"] = ablage.path(verweis.digest)
    return dateien


def _grunddaten(z: Zustand) -> dict[str, Any]:
    if isinstance(z, Vorlage):
        return {"vorlage": {"Nummer": z.nummer, **grunddaten.of_paper(z)}, "top": grunddaten.of_item(z)}
    return {"kennung": z.id, "stufe": str(getattr(z, "stufe", ""))}


def _json(wert: Any) -> bytes:
    return (json.dumps(wert, ensure_ascii=False, indent=2, sort_keys=False) + "\n").encode()


def _line(wert: Mapping[str, Any]) -> bytes:
    return (json.dumps(wert, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
