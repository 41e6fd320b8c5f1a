"""What a paper concludes by itself (status of stations, stage), and whom a change concerns (calls to meetings, number, seal)."""

import datetime as dt
from collections.abc import Iterator

from lifecycle.ruf import call, workflow_id
from lifecycle.vorlage.fassung import subject_of
from lifecycle.vorlage.laufweg import path_deadlines
from lifecycle.vorlage.verknuepfung import links
from schemas.auftrag import Antwortstation, Folgevorlage
from schemas.beratung import Klasse, TopStand, TopStatus, Verweisart, Vollzug, VorlageStand
from schemas.vorlage import ENDEN, Beratung, BeratungStatus, Stufe, Vorlage
from schemas.wirkung import Ruf, Versiegelung

BLEIBT_OFFEN = frozenset({Klasse.DEFERRED, Klasse.REMOVED})


def _ends(t: TopStand) -> bool:
    """Whether this treatment ends its station."""
    if t.status is not TopStatus.BEHANDELT or t.beschluss is None or t.beschluss.einordnung_offen:
        return False
    if t.beschluss.klasse is Klasse.REFERRED:
        return t.beschluss.verweis is not None and t.beschluss.verweis.art is Verweisart.ZUSTAENDIGKEIT
    return t.beschluss.klasse not in BLEIBT_OFFEN


def _status(b: Beratung) -> BeratungStatus:
    if b.status is BeratungStatus.ENTFALLEN:
        return b.status
    if any(_ends(t) for t in b.behandlungen):
        return BeratungStatus.ERLEDIGT
    if any(t.status is TopStatus.OFFEN and not t.sitzung_beendet for t in b.behandlungen):
        return BeratungStatus.GEPLANT
    return BeratungStatus.OFFEN


def withdrawn(t: TopStand) -> bool:
    """Whether the paper was withdrawn at this place, and the meeting is over."""
    klasse = t.beschluss.klasse if t.beschluss else None
    return t.sitzung_beendet and (t.status is TopStatus.ZURUECKGEZOGEN or klasse is Klasse.WITHDRAWN)


def _on_hold(t: TopStand) -> bool:
    """A paper whose resolution is on hold stays open until that is decided."""
    return t.beschluss is not None and t.beschluss.vollzug is Vollzug.AUSGESETZT


def _ready(z: Vorlage) -> bool:
    """Whether an invitation takes it into consultation."""
    angenommen = z.stufe is Stufe.EINGEGANGEN and z.fassung.formal_angenommen is not None
    return z.stufe is Stufe.FREIGEGEBEN or angenommen


def _stage(z: Vorlage) -> Stufe:
    behandlungen = [t for b in z.beratungen for t in b.behandlungen]
    stufe = z.stufe
    if _ready(z) and any(t.eingeladen for t in behandlungen):
        stufe = Stufe.IN_BERATUNG
    if stufe not in ENDEN and any(t.status is TopStatus.BEHANDELT for t in behandlungen):
        stufe = Stufe.IN_BERATUNG
    if stufe is not Stufe.IN_BERATUNG or z.offen_gehalten:
        return stufe
    if any(withdrawn(t) and f"{t.sitzung}/{t.top}" not in z.ueberholt for t in behandlungen):
        return Stufe.ZURUECKGEZOGEN
    erledigt = all(b.status in {BeratungStatus.ERLEDIGT, BeratungStatus.ENTFALLEN} for b in z.beratungen)
    beendet = all(t.sitzung_beendet and not _on_hold(t) for t in behandlungen)
    return Stufe.ABGESCHLOSSEN if z.beratungen and erledigt and beendet else stufe


def settle(z: Vorlage, wann: dt.datetime | None) -> Vorlage:
    """Status of every station, then the stage of the paper."""
    stationen = tuple(b if (status := _status(b)) is b.status else b.model_copy(update={"status": status}) for b in z.beratungen)
    z = z.model_copy(update={"beratungen": stationen})
    neu = _stage(z)
    z = path_deadlines(z.model_copy(update={"stufe": neu}) if z.regelstand >= 3 else z, wann)
    erledigt = neu in ENDEN or not any(b.status is BeratungStatus.GEPLANT for b in stationen)
    if neu in ENDEN:
        z = z.model_copy(update={"beratungen": tuple(b.model_copy(update={"angemeldet": None}) for b in stationen)})
    return z.model_copy(update={"stufe": neu, "ruecknahme_erbeten": None if erledigt else z.ruecknahme_erbeten})


def as_copy(z: Vorlage) -> VorlageStand:
    """What meetings are told of this paper, as of its last entry."""
    herausgabe = z.fassung.herausgabe
    return VorlageStand(
        vorlage=z.id,
        revision=z.seq,
        betreff=_subject(z),
        bezeichnung=z.bezeichnung,
        oeffentlich=z.oeffentlich,
        vorlageart=z.vorlageart_name,
        federfuehrend=z.federfuehrend,
        nummer=z.nummer,
        fassung=z.fassung.zusatz,
        freigegeben=herausgabe is not None,
        freigegeben_am=herausgabe.am if herausgabe else None,
        formal_angenommen=z.fassung.formal_angenommen is not None,
        eingegangen_am=z.eingang.am if z.eingang else None,
        stufe=z.stufe.value,
    )


def _subject(z: Vorlage) -> str:
    """Of what came from outside the one that was accepted last: a changed one may not be shown before it is accepted too."""
    gezeigt = next((f for f in reversed(z.fassungen) if f.herausgabe), None) if z.eingang else None
    return subject_of(z, gezeigt) if gezeigt else z.betreff


def _meetings(z: Vorlage) -> dict[str, None]:
    """Meetings that have this paper on their agenda and are not over, in order."""
    return dict.fromkeys(t.sitzung for b in z.beratungen for t in b.behandlungen if not t.sitzung_beendet)


def consequences(vorher: Vorlage, nachher: Vorlage, geschehen: dt.datetime | None) -> tuple[Ruf | Versiegelung, ...]:
    """Effects of a change, found by comparing before and after."""
    folgen: list[Ruf | Versiegelung] = [
        *_number(vorher, nachher),
        *_requests(vorher, nachher, geschehen),
        *_copies(vorher, nachher, geschehen),
        *_answer(vorher, nachher),
        *links(vorher, nachher),
    ]
    if nachher.stufe in ENDEN and vorher.stufe not in ENDEN:
        folgen.append(Versiegelung())
    return tuple(folgen)


def _number(vorher: Vorlage, nachher: Vorlage) -> Iterator[Ruf]:
    wunsch = nachher.nummernwunsch
    if wunsch is None or vorher.nummernwunsch is not None:
        return
    ziel = workflow_id("nummern", nachher, wunsch.kreis)
    if wunsch.nummer:
        yield call(
            nachher, "vorlage", ziel, "nummer_uebernehmen", None,
            zweck="nummer", anlegen=True, vorlage=nachher.id, nummer=wunsch.nummer,
        )  # fmt: skip
    else:
        yield call(
            nachher, "vorlage", ziel, "nummer_vergeben", None,
            zweck="nummer", anlegen=True, vorlagen=[nachher.id], muster=wunsch.muster, werte=wunsch.werte,
        )  # fmt: skip


def _requests(vorher: Vorlage, nachher: Vorlage, geschehen: dt.datetime | None) -> Iterator[Ruf]:
    frueher = {b.nr: b.angemeldet for b in vorher.beratungen}
    for b in nachher.beratungen:
        if b.angemeldet and b.angemeldet != frueher.get(b.nr):
            ziel = workflow_id("sitzung", nachher, b.angemeldet)
            yield call(
                nachher, "vorlage", ziel, "anmeldung", geschehen,
                stand=as_copy(nachher), beratung=b.nr, oeffentlich=b.oeffentlich, gremien=[b.gremium.id],
            )  # fmt: skip
    yield from _requests_dropped(vorher, nachher, geschehen)
    if nachher.ruecknahme_erbeten and not vorher.ruecknahme_erbeten:
        for sitzung in _meetings(nachher):
            ziel = workflow_id("sitzung", nachher, sitzung)
            yield call(
                nachher, "vorlage", ziel, "ruecknahmebitte", geschehen,
                vorlage=nachher.id, grund=nachher.ruecknahme_erbeten,
            )  # fmt: skip


def _requests_dropped(vorher: Vorlage, nachher: Vorlage, geschehen: dt.datetime | None) -> Iterator[Ruf]:
    """Meetings that were asked learn that nothing is asked any more: the paper has ended, or the station has gone elsewhere."""
    jetzt = {b.nr: b for b in nachher.beratungen}
    for b in vorher.beratungen:
        neu = jetzt.get(b.nr, b)
        woanders = neu.status is BeratungStatus.ENTFALLEN or neu.gremium.id != b.gremium.id
        if b.angemeldet and neu.angemeldet is None and (nachher.stufe in ENDEN or woanders):
            ziel = workflow_id("sitzung", nachher, b.angemeldet)
            felder = {"vorlage": nachher.id, "beratung": b.nr}
            yield call(nachher, "vorlage", ziel, "anmeldung_zurueckgezogen", geschehen, zweck=None, anlegen=False, **felder)


def _copies(vorher: Vorlage, nachher: Vorlage, geschehen: dt.datetime | None) -> Iterator[Ruf]:
    if vorher.seq == 0 or not nachher.fassungen:
        return
    gleich = as_copy(vorher).model_copy(update={"revision": 0}) == as_copy(nachher).model_copy(update={"revision": 0})
    bekannt = _meetings(vorher)
    for sitzung in _meetings(nachher):
        if not gleich or sitzung not in bekannt:
            ziel = workflow_id("sitzung", nachher, sitzung)
            yield call(nachher, "vorlage", ziel, "vorlage_stand", geschehen, stand=as_copy(nachher))


def _answers(z: Vorlage) -> Folgevorlage | None:
    """What the task learns of the paper that answers it."""
    if z.ursprung.auftrag is None or z.seq == 0:
        return None
    weg = z.stufe in ENDEN and z.stufe is not Stufe.ABGESCHLOSSEN
    return Folgevorlage(
        vorlage=z.id,
        nummer=z.nummer,
        freigegeben=z.fassung.herausgabe is not None,
        stationen=() if weg else tuple(s for b in z.beratungen for s in _places(b)),
        offen=()
        if weg
        else tuple(b.gremium.id for b in z.beratungen if b.status in (BeratungStatus.OFFEN, BeratungStatus.GEPLANT)),
    )


def _places(b: Beratung) -> Iterator[Antwortstation]:
    """Meetings that this station was put to, or asks for."""
    for t in b.behandlungen:
        if t.status in (TopStatus.OFFEN, TopStatus.BEHANDELT):
            wortlaut = t.beschluss.wortlaut if t.beschluss and _ends(t) else None
            yield Antwortstation(gremium=b.gremium.id, sitzung=t.sitzung, wortlaut=wortlaut)
    if b.angemeldet:
        yield Antwortstation(gremium=b.gremium.id, sitzung=b.angemeldet)


def _answer(vorher: Vorlage, nachher: Vorlage) -> Iterator[Ruf]:
    folge = _answers(nachher)
    if folge is None or folge == _answers(vorher) or nachher.ursprung.auftrag is None:
        return
    ziel = workflow_id("auftrag", nachher, nachher.ursprung.auftrag)
    yield call(nachher, "vorlage", ziel, "folgevorlage_gemeldet", None, folge=folge)
