"""The Sitzung as an OParl Meeting, with its AgendaItems, Files and Location: what anybody may read of it."""

from collections.abc import Iterable, Iterator
from typing import Any

from dokumente import sicht
from dokumente.blatt import committees, place
from dokumente.sicht import Teil
from dokumente.tagesordnung import STATUS, is_invited, ordered
from lifecycle.sitzung.folgen import as_copy, status_shown
from lifecycle.sitzung.niederschrift import signed
from lifecycle.sitzung.tagesordnung import copy_of
from oparl.datei import kept_elsewhere, set_on_demand
from oparl.kontext import Kontext
from oparl.objekt import QUELLE, Objekt, made, moment
from oparl.vorlage import was_announced
from schemas.herkunft import Fremddatei, Ortsangabe
from schemas.regelwerk import Niederschriftart
from schemas.sitzung import GEHALTEN, Sitzung, Stufe, Top

FUER = Teil.INTERNET


def meeting(z: Sitzung, k: Kontext) -> Objekt | None:
    """The meeting; its agenda from the invitation on. None before its first entry."""
    if z.gremium is None:
        return None
    offen = has_agenda(z)
    return made(
        "Meeting", k.adressen.meeting(z.id), k.zeiten(z),
        name=z.benannt or f"{', '.join(g.name for g in committees(z))} ({z.anlass})",
        meetingState=status_shown(z) if offen else f"Sitzung {z.stufe.anzeige}",
        cancelled=z.stufe is Stufe.ABGESAGT or None,
        start=moment(z.beginn),
        end=moment(z.geschlossen_am or z.ende_angegeben),
        location=_location(z, k),
        organization=[k.adressen.organization(z.kommune, g.id) for g in committees(z)],
        **_documents(z, k),
        agendaItem=[_item(z, top, platz, k) for platz, top in enumerate(_in_order(z))] if offen else None,
        web=k.web(z),
        **({QUELLE: z.herkunft.url} if z.herkunft else {}),
    )  # fmt: skip


def _in_order(z: Sitzung) -> Iterable[Top]:
    """By part and number; as the former system has them, where the meeting was taken over."""
    return z.tops if z.herkunft else ordered(z.tops)


def has_agenda(z: Sitzung) -> bool:
    """Whether the agenda is public: it has gone out, or the meeting was held all the same. A draft is for the house."""
    return z.eingeladen_am is not None or z.stufe in GEHALTEN


def _location(z: Sitzung, k: Kontext) -> Objekt | None:
    if z.ortsangabe:
        return _stated_location(z, z.ortsangabe, k)
    if not (z.raum or z.ort):
        return None
    return made("Location", k.adressen.location(z.id), k.zeiten(z), description=place(z), room=z.raum)


def _stated_location(z: Sitzung, o: Ortsangabe, k: Kontext) -> Objekt:
    return made(
        "Location", k.adressen.location(z.id), k.zeiten(z),
        description=o.beschreibung, room=o.raum, streetAddress=o.strasse, postalCode=o.plz, locality=o.ort, subLocality=o.teilort,
        **({QUELLE: o.url} if o.url else {}),
    )  # fmt: skip


def _elsewhere(z: Sitzung, dateien: Iterable[Fremddatei], k: Kontext, top: int | None = None) -> dict[str, Any]:
    """Files in the system that the meeting was taken over from, by the part that they play."""
    felder: dict[str, Any] = {}
    for nr, datei in enumerate(dateien, 1):
        objekt = kept_elsewhere(datei, k.adressen.foreign_file("meeting", z.id, nr, top), k.zeiten(z))
        if datei.art == "auxiliaryFile":
            felder.setdefault(datei.art, []).append(objekt)
        else:
            felder.setdefault(datei.art, objekt)
    return felder


def _documents(z: Sitzung, k: Kontext) -> dict[str, Any]:
    """The invitation that went out, and the minutes once they are signed: both in the version for the internet. Those of the system
    that the meeting was taken over from stay what they are."""
    dateien: dict[str, Any] = {}
    if is_invited(z) and z.herkunft is None:
        dateien["invitation"] = set_on_demand(
            "Einladung", k.adressen.meeting_file(z.id, "invitation"), k, k.zeiten(z), z.eingeladen_am
        )
    if signed(z):
        art = "verbatimProtocol" if z.niederschriftart == Niederschriftart.WORT else "resultsProtocol"
        name = (z.niederschriftart or "niederschrift").capitalize()
        am = max(u.am for u in z.unterschriften)
        dateien[art] = set_on_demand(name, k.adressen.meeting_file(z.id, "minutes"), k, k.zeiten(z), am)
    return _elsewhere(z, z.dateien, k) | dateien


def _item(z: Sitzung, top: Top, platz: int, k: Kontext) -> Objekt:
    """An item; one that is not public under its neutral designation, with no more than an outcome that was released."""
    sichtbar = tuple(sicht.outcomes(z, top, FUER))
    return made(
        "AgendaItem", k.adressen.item(z.id, top.id), k.zeiten(z),
        number=top.nummer,
        order=platz,
        name=sicht.title(z, top, FUER),
        public=top.oeffentlich,
        consultation=next(_consultations(z, top, k), None),
        result=_joined("; ", (s.beschluss.wortlaut for s in sichtbar)) or STATUS.get(top.status),
        resolutionText=_joined("\n\n", (sicht.resolution(s, FUER) for s in sichtbar)),
        **(_elsewhere(z, top.dateien, k, top.id) if top.oeffentlich or sichtbar else {}),
        **({QUELLE: top.quelle} if top.quelle else {}),
    )  # fmt: skip


def _consultations(z: Sitzung, top: Top, k: Kontext) -> Iterator[str]:
    """Of the papers at the item that have theirs by the same rules. OParl knows one an item; the others refer to it."""
    for tv in sicht.papers(z, top, FUER):
        kopie, stand = copy_of(z, tv.vorlage), as_copy(z, top, tv)
        if kopie and sicht.was_released(kopie) and was_announced(stand):
            url = k.link(k.adressen.treatment(tv.vorlage, stand))
            yield from [url] if url else []


def _joined(dazwischen: str, texte: Iterable[str]) -> str:
    """Several texts in one field, each once."""
    return dazwischen.join(dict.fromkeys(t for t in texte if t))
