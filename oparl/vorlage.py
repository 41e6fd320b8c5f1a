"""The Vorlage as an OParl Paper, with its Consultations and Files: what was released, and of that what is public."""

import datetime as dt
from collections.abc import Iterator

from dokumente import sicht
from dokumente.sicht import Teil
from lifecycle.mitteilung import public_subject
from lifecycle.vorlage.verknuepfung import stated
from oparl.datei import kept_elsewhere, set_on_demand, stored
from oparl.kontext import Kontext, Zeiten
from oparl.objekt import QUELLE, Objekt, date, made, stated_date
from schemas.basis import Benannt
from schemas.beratung import TopStand, TopStatus
from schemas.eingang import Absender, Absenderart
from schemas.verknuepfung import Gegenstueck, Verknuepfungsart
from schemas.vorlage import Beratung, BeratungStatus, Fassung, Fassungsart, Vorlage

FUER = Teil.INTERNET


def paper(z: Vorlage, k: Kontext) -> Objekt | None:
    """The paper with the day of its newest released version; None while the public may not read it."""
    f = sicht.version(z, FUER)
    if f is None or not sicht.has_text(z, FUER):
        return None
    haupt, andere = _texts(z)
    return made(
        "Paper", k.adressen.paper(z.id), k.zeiten(z),
        body=k.adressen.body(z.kommune),
        name=public_subject(z),
        reference=sicht.paper_number(z, FUER) or (z.herkunft.referenz if z.herkunft else None),
        date=_day(z, f),
        paperType=z.vorlageart_name,
        mainFile=_text(z, haupt, k) if haupt else next(_elsewhere(z, k, haupt=True), None),
        auxiliaryFile=[*(_text(z, f, k) for f in andere), *_attachments(z, k), *_elsewhere(z, k, haupt=False)],
        **_links(z, k),
        **_senders(z, k),
        underDirectionOf=[k.adressen.organization(z.kommune, s.id) for s in (z.federfuehrend, *z.mitfederfuehrend) if s],
        consultation=_consultations(z, k),
        web=k.web(z),
        **({QUELLE: z.herkunft.url} if z.herkunft else {}),
    )  # fmt: skip


# --- other papers, and who asked -------------------------------------------------------------------------------------------

SAGT = {Verknuepfungsart.ERGAENZT: "superordinatedPaper"}
HOERT = {Verknuepfungsart.ERGAENZT: "subordinatedPaper"}
"""Where a relation stands at the paper that states it, and at the other one; all others are just related."""


def _links(z: Vorlage, k: Kontext) -> dict[str, list[str]]:
    """The papers that it hangs together with, as far as the public may read them: others are not named."""
    alle = [(SAGT.get(v.als, "relatedPaper"), v.vorlage) for v in stated(z)]
    alle += [(HOERT.get(als, "relatedPaper"), g.vorlage) for g in z.gegenstuecke if _is_shown(g) for als in g.als]
    felder: dict[str, list[str]] = {}
    for feld, vorlage in dict.fromkeys(alle):
        if url := k.surely(k.adressen.paper(vorlage)):
            felder.setdefault(feld, []).append(url)
    return felder


def _is_shown(g: Gegenstueck) -> bool:
    """As far as it was told: what a draft says must not even change the time of the object that it speaks of."""
    return g.oeffentlich and g.herausgegeben_am is not None


def _senders(z: Vorlage, k: Kontext) -> dict[str, list[str]]:
    """Who put a motion or question, where the rules know them: members and Fraktionen. Private persons never."""
    felder: dict[str, list[str]] = {}
    for a in z.eingang.absender if z.eingang else ():
        feld, url = _sender(z, a, k)
        if a.bekannt and url and (da := k.surely(url)):
            felder.setdefault(feld, []).append(da)
    return felder


def _sender(z: Vorlage, a: Absender, k: Kontext) -> tuple[str, str | None]:
    if a.art is Absenderart.MITGLIED:
        return "originatorPerson", k.adressen.person(z.kommune, a.kennung) if a.kennung else None
    return "originatorOrganization", k.adressen.group(z.kommune, a.name) if a.name else None


def _day(z: Vorlage, f: Fassung) -> str | None:
    """The day of its release; of what was taken over as it stood, the day that was stated."""
    if z.herkunft and f.nr == 1:
        return stated_date(z.herkunft.datum)
    return date(f.herausgabe.am) if f.herausgabe else None


# --- files -----------------------------------------------------------------------------------------------------------------


def _released(z: Vorlage) -> Iterator[Fassung]:
    """Every version that the public may read, the newest first."""
    return (f for f in reversed(z.fassungen) if sicht.version(z, FUER, f.nr))


def _texts(z: Vorlage) -> tuple[Fassung | None, tuple[Fassung, ...]]:
    """The version that the paper is, and the others: what a supplement supplements is the main file still."""
    alle = tuple(f for f in _released(z) if f.abschnitte)
    haupt = next((f for f in alle if f.art is not Fassungsart.ERGAENZUNG), None)
    return haupt, tuple(f for f in alle if f is not haupt)


def _since(z: Vorlage, f: Fassung, k: Kontext) -> tuple[Zeiten, dt.datetime]:
    """A version's files come to be with its release; and when that was."""
    assert f.herausgabe is not None  # only released versions come here
    zeiten = k.zeiten(z)
    return zeiten.model_copy(update={"angelegt": max(zeiten.angelegt, f.herausgabe.am)}), f.herausgabe.am


def _text(z: Vorlage, f: Fassung, k: Kontext) -> Objekt:
    zeiten, am = _since(z, f, k)
    name = f"{z.vorlageart_name} {sicht.paper_number(z, FUER) or ''}{f.zusatz or ''}".strip()
    return set_on_demand(name, k.adressen.version_file(z.id, f.nr), k, zeiten, am)


def _attachments(z: Vorlage, k: Kontext) -> list[Objekt]:
    """The public attachments of all released versions, each content once, as of the version that brought it."""
    dateien: dict[str, Objekt] = {}
    for f in reversed(tuple(_released(z))):
        zeiten, am = _since(z, f, k)
        for anlage in f.anlagen:
            url = k.adressen.attachment_file(z.id, anlage.digest)
            if sicht.has_attachment(z, anlage, FUER):
                dateien.setdefault(url, stored(anlage, url, k, zeiten, am))
    return list(dateien.values())


def _elsewhere(z: Vorlage, k: Kontext, *, haupt: bool) -> Iterator[Objekt]:
    """Its files in the system that it was taken over from: its main file, or all others. A text of ours is the main file before them."""
    eigener = _texts(z)[0] is not None
    for nr, datei in enumerate(z.dateien, 1):
        if (datei.art == "mainFile" and not eigener) == haupt:
            yield kept_elsewhere(datei, k.adressen.foreign_file("paper", z.id, nr), k.zeiten(z))


# --- consultations ---------------------------------------------------------------------------------------------------------


def was_announced(t: TopStand) -> bool:
    """Whether the agenda with this place on it has gone out, or the meeting dealt with it all the same."""
    return t.eingeladen or t.status is TopStatus.BEHANDELT


def _consultations(z: Vorlage, k: Kontext) -> list[Objekt]:
    """One for every time that a station was taken up, in that order; one for a station that no agenda has had yet."""
    alle = (c for b in sicht.stations(z, FUER) for c in _of_station(z, b, k))
    return list({c["id"]: c for c in alle}.values())


def _of_station(z: Vorlage, b: Beratung, k: Kontext) -> Iterator[Objekt]:
    behandlungen = sorted((t for t in b.behandlungen if was_announced(t)), key=lambda t: t.beginn)
    for t in behandlungen:
        yield _treatment(z, b, t, k) if t.oeffentlich else _hidden_treatment(z, b, t, k)
    if not behandlungen and b.status is not BeratungStatus.ENTFALLEN:
        sitzung = k.link(k.adressen.meeting(b.sitzung_genannt)) if b.sitzung_genannt else None
        yield _consultation(
            z, k.adressen.station(z.id, b), k, b.gremium, b, authoritative=b.entscheidet, role=b.rolle, meeting=sitzung
        )


def _treatment(z: Vorlage, b: Beratung, t: TopStand, k: Kontext) -> Objekt:
    """A station at an item. Whether the committee decides in a role that it took in the meeting is not in the record."""
    return _consultation(
        z, k.adressen.treatment(z.id, t), k, t.gremium, b,
        agendaItem=k.link(k.adressen.item(t.sitzung, t.top)),
        meeting=k.link(k.adressen.meeting(t.sitzung)),
        authoritative=None if t.rolle_geaendert else b.entscheidet,
        role=t.rolle_geaendert or b.rolle,
    )  # fmt: skip


def _hidden_treatment(z: Vorlage, b: Beratung, t: TopStand, k: Kontext) -> Objekt:
    """A station in the non-public part of a meeting: it is told which meeting that was, and no more."""
    return _consultation(
        z, k.adressen.hidden_treatment(z.id, b, t.sitzung), k, t.gremium, b,
        meeting=k.link(k.adressen.meeting(t.sitzung)), authoritative=b.entscheidet, role=b.rolle,
    )  # fmt: skip


def _consultation(z: Vorlage, url: str, k: Kontext, gremium: Benannt, b: Beratung, **felder: str | bool | None) -> Objekt:
    """Who advises is the committee that met; of what was taken over, those that the former system names."""
    wer = (b.gremium, *b.weitere_gremien) if b.quelle else (gremium,)
    quelle = {QUELLE: b.quelle} if b.quelle else {}
    return made(
        "Consultation", url, k.zeiten(z),
        organization=[k.adressen.organization(z.kommune, g.id) for g in wer], **felder, **quelle,
    )  # fmt: skip
