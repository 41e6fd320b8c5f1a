"""The Sitzung as an OParl Meeting, with its AgendaItems, Files and Location: what anybody may read of it."""

from collections.abc import Iterable, Iterator

from dokumente import sicht
from dokumente.blatt import committees, place
from dokumente.sicht import Teil
from dokumente.tagesordnung import STATUS, is_invited, ordered
from lifecycle.sitzung.folgen import as_copy, status_shown
from lifecycle.sitzung.niederschrift import signed
from lifecycle.sitzung.tagesordnung import copy_of
from oparl.datei import set_on_demand
from oparl.kontext import Kontext
from oparl.objekt import Objekt, made, moment
from oparl.vorlage import was_announced
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
        name=f"{', '.join(g.name for g in committees(z))} ({z.anlass})",
        meetingState=status_shown(z) if offen else f"Sitzung {z.stufe.anzeige}",
        cancelled=z.stufe is Stufe.ABGESAGT or None,
        start=moment(z.beginn),
        end=moment(z.geschlossen_am),
        location=_location(z, k),
        organization=[k.adressen.organization(z.kommune, g.id) for g in committees(z)],
        **_documents(z, k),
        agendaItem=[_item(z, top, platz, k) for platz, top in enumerate(ordered(z.tops))] if offen else None,
        web=k.web(z),
    )  # fmt: skip


def has_agenda(z: Sitzung) -> bool:
    """Whether the agenda is public: it has gone out, or the meeting was held all the same. A draft is for the house."""
    return z.eingeladen_am is not None or z.stufe in GEHALTEN


def _location(z: Sitzung, k: Kontext) -> Objekt | None:
    if not (z.raum or z.ort):
        return None
    return made("Location", k.adressen.location(z.id), k.zeiten(z), description=place(z), room=z.raum)


def _documents(z: Sitzung, k: Kontext) -> dict[str, Objekt]:
    """The invitation that went out, and the minutes once they are signed: both in the version for the internet."""
    dateien = {}
    if is_invited(z):
        dateien["invitation"] = set_on_demand(
            "Einladung", k.adressen.meeting_file(z.id, "invitation"), k, k.zeiten(z), z.eingeladen_am
        )
    if signed(z):
        art = "verbatimProtocol" if z.niederschriftart == Niederschriftart.WORT else "resultsProtocol"
        name = (z.niederschriftart or "niederschrift").capitalize()
        am = max(u.am for u in z.unterschriften)
        dateien[art] = set_on_demand(name, k.adressen.meeting_file(z.id, "minutes"), k, k.zeiten(z), am)
    return dateien


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
