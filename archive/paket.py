"""What lies in an Aufbewahrungspaket: the sealed state, the entries, the documents, and a letter to whoever opens it.

Everything is plain UTF-8 text or the documents as they came, so that it can be read without this program.
"""

import json
import re
from typing import Any

from archive.ablage import Ablage
from archive.dateien import Lesbar
from archive.verweise import Dokumentverweis, Verlauf, documents
from beweis.kopf import Inhalt, Kopf
from lifecycle import grunddaten
from oparl.kontext import Kontext
from oparl.vorgang import of_case
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

VERLAUF = "verlauf.jsonl"
OHNE_ADRESSE = "https://laufmappe.invalid"
"""Stands in OParl URLs where the installation has no public address: nobody can take it for one."""
NACHWEIS = "nachweis.tlog-proof"
SCHLUESSEL = "schluessel.txt"

FORM = 1
"""Version of how a package is written. State, Verlauf and documents follow from the entries for ever; a change to anything else here
(a text, a label in the Grunddaten or the list of documents, OParl) is a new form, for the verifier can write only today's again."""
ABGELEITET = frozenset({"LIESMICH.txt", "grunddaten.json", "oparl.json"})
"""Files that are only a view of what the others say, and may change with the form."""

LIESMICH = """\
Aufbewahrungspaket der Laufmappe
================================

Dieser Ordner enthält einen abgeschlossenen Vorgang einer Verwaltung: {was}
Kommune: {kommune}
Kennung: {kennung}
Form des Pakets: {form}

Sie brauchen kein besonderes Programm, um ihn zu lesen. Alle Texte sind UTF-8.

  grunddaten.json   das Wichtigste auf einen Blick
  zustand.json      der vollständige Stand am Ende, so wie er versiegelt wurde
  verlauf.jsonl     jeder Schritt, eine Zeile je Eintrag, in seiner Reihenfolge
  dokumente/        die Schriftstücke; der Dateiname ist ihre SHA-256-Prüfsumme
  dokumente.json    welche Prüfsumme zu welchem Schriftstück gehört, auch zu jedem, das im
                    Verlauf später ersetzt wurde; "fehlt" nennt, was gelöscht wurde
  oparl.json        was davon öffentlich ist, nach dem Standard OParl 1.1 (wenn es etwas ist)
  nachweis.tlog-proof   dass der letzte Eintrag im Verzeichnis der Kommune steht, mit dem
                    unterschriebenen Prüfpunkt darüber (c2sp.org/tlog-proof)
  schluessel.txt    die öffentlichen Schlüssel des Verzeichnisses; wer sicher gehen will, nimmt
                    die Schlüssel, die die Rechnungsprüfung bekommen hat

Jeder Eintrag im Verlauf hat einen Kopf und einen Inhalt. Der Kopf enthält für jedes Feld des
Inhalts eine Prüfsumme: SHA-256 über das Salz (32 Byte, hier hexadezimal) und den Wert als
JSON nach RFC 8785. "vorher" im Kopf ist die Prüfsumme des vorigen Kopfes: SHA-256 über ein
Null-Byte und den Kopf als JSON nach RFC 8785. So lässt sich nachrechnen, dass nichts geändert, entfernt oder
eingefügt wurde. Zeiten stehen in UTC.

Das Siegel ({siegel})
steht im letzten Eintrag und in zustand.json unter "siegel". Es lässt sich nachrechnen: in zustand.json auf der
obersten Ebene {ohne} weglassen, den Rest als JSON nach RFC 8785 schreiben und
davon die SHA-256-Prüfsumme bilden. Felder, die ihren Anfangswert haben, stehen nicht in zustand.json.

Der Ordner darüber folgt der Norm OCFL 1.1 (Oxford Common File Layout): inventory.json nennt
alle Dateien aller Fassungen mit ihrer SHA-512-Prüfsumme.
"""

NAMEN = {"vorlage": "eine Vorlage", "sitzung": "eine Sitzung", "auftrag": "ein Auftrag", "aussonderung": "eine Aussonderung"}


NICHT_IM_SIEGEL = ("siegel", "seq", "zuletzt", "regelwerk")
"""Fields of the state that the seal leaves out, as ``lifecycle.gemeinsam.seal_digest`` does."""


def contents(
    workflow: str, z: Zustand, verlauf: Verlauf, ablage: Ablage, adresse: str | None = None
) -> dict[str, bytes | Lesbar]:
    """Logical path to content. Raises DokumentFehlt: a package is sealed whole or not at all.

    ``adresse`` is the public address of the installation, which OParl's URLs begin with.
    """
    typ = workflow.split("/", 1)[0]
    verweise = [_looked_up(verweis, ablage) for verweis in documents(workflow, z, verlauf)]
    liesmich = LIESMICH.format(
        was=NAMEN.get(typ, typ),
        kommune=z.kommune,
        kennung=z.id,
        form=FORM,
        siegel=z.siegel or "noch keines",
        ohne=", ".join(f'"{name}"' for name in NICHT_IM_SIEGEL),
    )
    dateien: dict[str, bytes | Lesbar] = {
        "LIESMICH.txt": liesmich.encode(),
        "grunddaten.json": _json(_grunddaten(z)),
        # without defaults, as it is sealed: so the seal can be worked out from what lies here
        "zustand.json": _json(z.model_dump(mode="json", exclude_defaults=True)),
        VERLAUF: b"".join(_line(kopf, inhalt) for kopf, inhalt in verlauf),
        "dokumente.json": _json([v.model_dump(exclude_defaults=True) for v in verweise]),
    }
    if objekt := of_case(z, Kontext(adresse or OHNE_ADRESSE)):
        dateien["oparl.json"] = _json(objekt)
    return dateien | {f"dokumente/{v.digest}": ablage.source(v.digest) for v in verweise if not v.fehlt}


def form_of(liesmich: bytes) -> int | None:
    """The form that a package says it is written in."""
    treffer = re.search(rb"^Form des Pakets: ([1-9][0-9]{0,5})$", liesmich, re.MULTILINE)
    return int(treffer[1]) if treffer else None


def _looked_up(verweis: Dokumentverweis, ablage: Ablage) -> Dokumentverweis:
    """The reference, if its document is there and undamaged. One that may be missing is listed as such, if it is."""
    if verweis.darf_fehlen and not ablage.exists(verweis.digest):
        return verweis.model_copy(update={"fehlt": verweis.darf_fehlen})
    ablage.get(verweis.digest)
    return verweis


def _grunddaten(z: Zustand) -> dict[str, Any]:
    if isinstance(z, Vorlage):
        return {"vorlage": {"Nummer": z.nummer, **grunddaten.of_paper(z)}, "top": grunddaten.of_item(z)}
    return {"kennung": z.id, "stufe": str(getattr(z, "stufe", ""))}


def _json(wert: Any) -> bytes:
    return (json.dumps(wert, ensure_ascii=False, indent=2, sort_keys=False) + "\n").encode()


def _line(kopf: Kopf, inhalt: Inhalt) -> bytes:
    wert = {"kopf": kopf.as_json(), "inhalt": inhalt.as_json()}
    return (json.dumps(wert, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
