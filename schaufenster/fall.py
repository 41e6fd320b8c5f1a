"""What the public sees of a case, and what it has ever seen of it: objects by their path, as its entries yield them. Pure."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from lifecycle.kern import fold
from lifecycle.kerne import kern_of
from lifecycle.ruf import workflow_id
from lifecycle.vorlage.verknuepfung import stated
from oparl.kontext import Kontext, Zeiten
from oparl.objekt import QUELLE, Objekt
from oparl.vorgang import of_case, standing_alone, type_of
from register.oeffentlich import Objektzeile
from schaufenster.dokument import content_mark, is_set
from schemas.befehl import Eintrag
from schemas.sitzung import Sitzung
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand

VORGAENGE = ("vorlage/", "sitzung/")
"""How the ids of the cases begin that have OParl objects."""
OHNE_ZEIT = Zeiten(angelegt=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), geaendert=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
KEINE_VERWEISE = frozenset({"id", "type", "accessUrl", "downloadUrl", "web", QUELLE})
GELOESCHT = "loeschung_vollzogen"
"""The kind of entry after which content is other than it was, in every entry before it too."""
MARKE = "inhalt"
"""Field of a File that nobody is shown."""
Objekte = Mapping[str, Objekt]
"""Path: object, as it stands under a URL of its own, but for times, and with marks."""


def untimed(k: Kontext) -> Kontext:
    """For objects whose times are put on afterwards: so two of them are equal if the public sees the same.

    They refer to whatever they may; who gives them out takes out what is not to be had by then.
    """
    return replace(k, zeiten=lambda von: OHNE_ZEIT, kennt=lambda url: True)


def seen(z: Zustand, k: Kontext) -> Objekte:
    """Everything that the public sees of a case now."""
    objekt = of_case(z, k)
    if objekt is None or objekt.get("deleted"):
        return {}
    return by_path(standing_alone(_marked(objekt, z, k.adressen.wurzel)), k)


def _marked(wert: Any, z: Zustand, wurzel: str) -> Any:
    """With a mark of the content of every File that is set on demand: it changes though the File says nothing new."""
    if isinstance(wert, list):
        return [_marked(element, z, wurzel) for element in wert]
    if not isinstance(wert, dict):
        return wert
    neu = {feld: _marked(inhalt, z, wurzel) for feld, inhalt in wert.items()}
    pfad = str(wert.get("id", "")).removeprefix(wurzel)
    return neu | {MARKE: content_mark(pfad, z)} if is_set(pfad) else neu


def by_path(objekte: Iterable[Objekt], k: Kontext) -> Objekte:
    """The objects by their paths below the public address."""
    return {o["id"].removeprefix(k.adressen.wurzel): o for o in objekte}


def references(wert: Any, wurzel: str) -> Iterator[str]:
    """The paths of all objects that an object refers to."""
    if isinstance(wert, dict):
        for feld, inhalt in wert.items():
            yield from () if feld in KEINE_VERWEISE else references(inhalt, wurzel)
    elif isinstance(wert, list):
        for element in wert:
            yield from references(element, wurzel)
    elif isinstance(wert, str) and wert.startswith(wurzel):
        yield wert.removeprefix(wurzel)


def referred(objekte: Objekte, k: Kontext) -> frozenset[str]:
    """The paths of all that these objects refer to."""
    return frozenset(pfad for o in objekte.values() for pfad in references(o, k.adressen.wurzel))


def visible(z: Zustand, k: Kontext, fehlt: Collection[str]) -> Objekte:
    """The same where some of what they refer to is not to be had: what is not public is not named."""
    urls = {k.adressen.wurzel + pfad for pfad in fehlt}
    return {pfad: _dropped(o, urls) for pfad, o in seen(z, replace(k, kennt=lambda url: url not in urls)).items()}


def _dropped(wert: Any, urls: Collection[str]) -> Any:
    """Without references to these."""
    if isinstance(wert, list):
        return [_dropped(element, urls) for element in wert if not (isinstance(element, str) and element in urls)]
    if not isinstance(wert, dict):
        return wert
    neu = {feld: _dropped(inhalt, urls) for feld, inhalt in wert.items() if not (isinstance(inhalt, str) and inhalt in urls)}
    return {feld: inhalt for feld, inhalt in neu.items() if inhalt != [] or wert[feld] == []}


def neighbours(z: Zustand) -> frozenset[str]:
    """The cases whose objects may refer to this one's."""
    if isinstance(z, Sitzung):
        return frozenset(workflow_id("vorlage", z, tv.vorlage) for top in z.tops for tv in top.vorlagen)
    if isinstance(z, Vorlage):
        verknuepft = (*(v.vorlage for v in stated(z)), *(g.vorlage for g in z.gegenstuecke))
        sitzungen = (workflow_id("sitzung", z, t.sitzung) for b in z.beratungen for t in b.behandlungen)
        return frozenset((*sitzungen, *(workflow_id("vorlage", z, v) for v in verknuepft)))
    return frozenset()


def imprint(objekt: Objekt, wurzel: str) -> str:
    """SHA-256 of what the public sees of an object, wherever it is served from."""
    text = json.dumps(_without_times(objekt), ensure_ascii=False, sort_keys=True).replace(wurzel, "")
    return hashlib.sha256(text.encode()).hexdigest()


def _without_times(wert: Any) -> Any:
    if isinstance(wert, dict):
        return {feld: _without_times(inhalt) for feld, inhalt in wert.items() if feld not in ("created", "modified")}
    return [_without_times(element) for element in wert] if isinstance(wert, list) else wert


def committees(objekt: Objekt) -> str:
    """The committees of a meeting or consultation, as they are looked for."""
    wer = objekt.get("organization", [])
    return "".join(f"|{unquote(url.rsplit('/', 1)[-1])}" for url in wer) + "|" if isinstance(wer, list) and wer else ""


def seconds(zeit: dt.datetime) -> dt.datetime:
    """As OParl writes times: no more precise than a second."""
    return zeit.astimezone(dt.UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Schauplatz:
    """Whose objects: of a case of a town, or of the town's rules (``workflow`` empty)."""

    kommune: str
    workflow: str
    wurzel: str

    def changed(self, alte: Mapping[str, Objektzeile], neue: Objekte, am: dt.datetime) -> dict[str, Objektzeile]:
        """The rows of what has come, changed or gone at that time. What comes again is what it was: it keeps its beginning."""
        zeilen = {}
        for pfad, objekt in neue.items():
            alt, abdruck = alte.get(pfad), imprint(objekt, self.wurzel)
            if alt is None or alt.abdruck != abdruck:
                zeilen[pfad] = self.row(pfad, objekt, abdruck, alt.angelegt if alt else am, am, alt.sha512 if alt else None)
        weg = (alt for pfad, alt in alte.items() if alt.da and pfad not in neue)
        return zeilen | {alt.pfad: alt.model_copy(update={"abdruck": None, "sha512": None, "geaendert": am}) for alt in weg}

    def row(
        self, pfad: str, o: Objekt, abdruck: str, angelegt: dt.datetime, geaendert: dt.datetime, sha512: str | None = None
    ) -> Objektzeile:
        """An object's row."""
        return Objektzeile(
            pfad=pfad,
            kommune=self.kommune,
            typ=type_of(o),
            workflow=self.workflow,
            gremien=committees(o),
            angelegt=angelegt,
            geaendert=geaendert,
            abdruck=abdruck,
            sha512=sha512,
        )


def history(workflow: str, verlauf: Iterable[Eintrag], k: Kontext, da: Collection[str]) -> dict[str, Objektzeile]:
    """What a case has ever shown, from its entries: rows with their times, also of what is shown no longer. ``da``: what is to be
    had now, of this case or another; what never became public is no change either.
    """
    kern, zeilen, vorher = kern_of(workflow), dict[str, Objektzeile](), dict[str, Objekt]()
    platz = Schauplatz(workflow.split("/")[1], workflow, k.adressen.wurzel)
    z = kern.empty(workflow)
    for eintrag in verlauf:
        z = fold(kern, z, eintrag)
        roh, am = seen(z, k), seconds(eintrag.zeit)
        fehlt = referred(roh, k).difference(roh, da)
        jetzt = dict(visible(z, k, fehlt) if fehlt else roh)
        anders = {p: o for p, o in jetzt.items() if vorher.get(p) != o or eintrag.befehl.get("art") == GELOESCHT}
        for pfad, o in anders.items():
            alt = zeilen.get(pfad)
            zeilen[pfad] = platz.row(pfad, o, "", alt.angelegt if alt else am, am)
        for pfad in vorher.keys() - jetzt.keys():
            zeilen[pfad] = zeilen[pfad].model_copy(update={"abdruck": None, "geaendert": am})
        vorher = jetzt
    return zeilen | {p: zeilen[p].model_copy(update={"abdruck": imprint(o, platz.wurzel)}) for p, o in vorher.items()}
