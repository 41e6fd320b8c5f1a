"""What a meeting concludes by itself, and whom a change concerns: papers on its agenda, tasks, the seal."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lifecycle.fristen import ended, find, running
from lifecycle.ruf import call, workflow_id
from lifecycle.sitzung.niederschrift import signed
from lifecycle.sitzung.tagesordnung import copy_of
from schemas.basis import Benannt
from schemas.beratung import TopStand, TopStatus
from schemas.frist import Fristausgang
from schemas.gremium import Termin
from schemas.sitzung import ENDEN, Absage, Sitzung, Stufe, Top, TopVorlage
from schemas.vorlage import ENDEN as VORLAGE_ENDEN
from schemas.wirkung import Ruf, Versiegelung

VOR_SITZUNG = frozenset({Stufe.GEPLANT, Stufe.EINGELADEN})


def settle(z: Sitzung, wann: dt.datetime | None) -> Sitzung:
    """A meeting is abgeschlossen once its minutes are signed. Once it is opened, deadlines before it are over; once it has ended,
    so are requests that nobody has decided."""
    if z.stufe not in VOR_SITZUNG and z.regelstand >= 2:
        for frist in tuple(running(z)):
            z = ended(z, frist.id, wann or z.zuletzt or frist.faellig, Fristausgang.ENTFALLEN)
    if z.stufe is Stufe.GESCHLOSSEN and signed(z) and not z.offen_gehalten:
        z = z.model_copy(update={"stufe": Stufe.ABGESCHLOSSEN})
    return _undecided_declined(z) if z.stufe in ENDEN else z


def _undecided_declined(z: Sitzung) -> Sitzung:
    if not z.anmeldungen and not z.ruecknahmebitten:
        return z
    grund = f"Die Sitzung ist {z.stufe.anzeige}. Bitte die Vorlage für eine andere anmelden."
    neu = (
        *(Absage(vorlage=v, grund=grund) for v in dict.fromkeys(a.vorlage for a in z.anmeldungen)),
        *(Absage(vorlage=b.vorlage, grund=f"Die Sitzung ist {z.stufe.anzeige}.", ruecknahme=True) for b in z.ruecknahmebitten),
    )
    return z.model_copy(update={"anmeldungen": (), "ruecknahmebitten": (), "abgelehnt": (*z.abgelehnt, *neu)})


def status_shown(z: Sitzung) -> str:
    """As pages show it: ``gemischt (Sitzung abgeschlossen)``."""
    return f"{z.oeffentlichkeit.value} (Sitzung {z.stufe.anzeige})"


@dataclass(frozen=True)
class _Platz:
    top: Top
    tv: TopVorlage


def _places(z: Sitzung) -> dict[tuple[str, int | None, int], _Platz]:
    return {(tv.vorlage, tv.beratung, top.id): _Platz(top, tv) for top in z.tops for tv in top.vorlagen}


def _committee(z: Sitzung, tv: TopVorlage) -> Benannt:
    """The committee that deals with the paper at this place."""
    assert z.gremium is not None  # every meeting has one from its first entry on
    return next((g for g in z.weitere_gremien if g.id == tv.gremium), z.gremium)


def as_copy(z: Sitzung, top: Top, tv: TopVorlage) -> TopStand:
    """What a paper is told of its place on this agenda, as of the last entry."""
    assert z.beginn is not None  # every meeting has one from its first entry on
    ende = z.stufe in ENDEN
    abgesetzt = tv.status is TopStatus.OFFEN and ende and not _result_unknown(z)
    return TopStand(
        sitzung=z.id,
        top=top.id,
        revision=z.seq,
        gremium=_committee(z, tv),
        weitere_gremien=tuple(g.id for g in z.weitere_gremien) if tv.gremium is None else (),
        beratung=tv.beratung,
        nummer=top.nummer,
        beginn=z.beginn,
        anlass=z.anlass,
        oeffentlich=top.oeffentlich,
        status=TopStatus.ABGESETZT if abgesetzt else tv.status,
        eingeladen=z.eingeladen_am is not None,
        beschluss=tv.beschluss,
        rolle_geaendert=tv.rolle_geaendert,
        sitzung_status=status_shown(z) if ende else None,
        sitzung_beendet=ende,
    )


def _result_unknown(z: Sitzung) -> bool:
    """Of a meeting held elsewhere, an item without result may have been dealt with: nobody handed down what became of it."""
    return z.herkunft is not None and z.stufe is Stufe.ABGESCHLOSSEN


def copies_for(z: Sitzung, vorlage: str) -> tuple[TopStand, ...]:
    """What a paper is told of all its places on this agenda."""
    return tuple(as_copy(z, top, tv) for top in z.tops for tv in top.vorlagen if tv.vorlage == vorlage)


def consequences(vorher: Sitzung, nachher: Sitzung, geschehen: dt.datetime | None) -> tuple[Ruf | Versiegelung, ...]:
    """Effects of a change, found by comparing before and after."""
    folgen: list[Ruf | Versiegelung] = [
        *_copies(vorher, nachher, geschehen),
        *_declined(vorher, nachher, geschehen),
        *_tasks(vorher, nachher, geschehen),
        *_tasks_hidden(vorher, nachher),
        *_calendar(vorher, nachher),
        *_moved_on(vorher, nachher),
    ]
    if nachher.stufe in ENDEN and vorher.stufe not in ENDEN:
        folgen.append(Versiegelung())
    return tuple(folgen)


def _copies(vorher: Sitzung, nachher: Sitzung, geschehen: dt.datetime | None) -> Iterator[Ruf]:
    if nachher.uebernahme_laeuft:
        return  # once, when all items have come over
    alt, neu = {} if vorher.uebernahme_laeuft else _places(vorher), _places(nachher)
    for schluessel, platz in (alt | neu).items():
        stand = _news(vorher, nachher, alt.get(schluessel), neu.get(schluessel))
        kopie = copy_of(nachher, platz.tv.vorlage)
        if stand is None or (kopie and kopie.stufe in VORLAGE_ENDEN):
            continue
        ziel = workflow_id("vorlage", nachher, platz.tv.vorlage)
        yield call(
            nachher, "sitzung", ziel, "top_stand", geschehen,
            top=platz.top.id, beratung=platz.tv.beratung, stand=stand,
        )  # fmt: skip


def _news(vorher: Sitzung, nachher: Sitzung, alt: _Platz | None, neu: _Platz | None) -> TopStand | None:
    """What the paper must learn; None if nothing changed for it. A place that is gone is reported as taken off."""
    if neu is None:
        assert alt is not None  # one of the two is there
        return as_copy(nachher, alt.top, alt.tv).model_copy(update={"status": TopStatus.ABGESETZT})
    jetzt = as_copy(nachher, neu.top, neu.tv)
    if alt is None:
        return jetzt
    return None if as_copy(vorher, alt.top, alt.tv).model_copy(update={"revision": jetzt.revision}) == jetzt else jetzt


def _declined(vorher: Sitzung, nachher: Sitzung, geschehen: dt.datetime | None) -> Iterator[Ruf]:
    for absage in nachher.abgelehnt[len(vorher.abgelehnt) :]:
        ziel = workflow_id("vorlage", nachher, absage.vorlage)
        yield call(
            nachher, "sitzung", ziel, "bitte_abgelehnt", geschehen,
            sitzung=nachher.id, ruecknahme=absage.ruecknahme, grund=absage.grund,
        )  # fmt: skip


def _tasks(vorher: Sitzung, nachher: Sitzung, geschehen: dt.datetime | None) -> Iterator[Ruf]:
    for vermerk in nachher.auftraege[len(vorher.auftraege) :]:
        ziel = workflow_id("auftrag", nachher, vermerk.id)
        nummer = next((t.nummer for t in nachher.tops if t.id == vermerk.top), None)
        assert nachher.gremium is not None  # every meeting has one from its first entry on
        yield call(
            nachher, "sitzung", ziel, "vormerken", geschehen,
            anlegen=True, angaben=vermerk.angaben, gremium=nachher.gremium,
            sitzung=nachher.id, top_nummer=nummer, vorlage=vermerk.vorlage,
        )  # fmt: skip


def _tasks_hidden(vorher: Sitzung, nachher: Sitzung) -> Iterator[Ruf]:
    """What was asked for at an item that is no longer public is not public either. The other way round somebody must decide it."""
    vorher_offen = {t.id for t in vorher.tops if t.oeffentlich}
    verborgen = {t.id: t for t in nachher.tops if not t.oeffentlich and t.id in vorher_offen}
    for vermerk in nachher.auftraege:
        if vermerk.top in verborgen and vermerk.angaben.oeffentlich:
            ziel = workflow_id("auftrag", nachher, vermerk.id)
            felder = {"oeffentlich": False, "bezeichnung": verborgen[vermerk.top].bezeichnung or "Nichtöffentliche Angelegenheit"}
            grund = "Der Tagesordnungspunkt ist nicht mehr öffentlich."
            yield call(
                nachher, "sitzung", ziel, "auftrag_oeffentlichkeit", None, zweck=None, anlegen=False, grund=grund, **felder
            )


def _as_date(z: Sitzung) -> Termin:
    """What the committee's calendar is told of this meeting."""
    assert z.beginn is not None  # every meeting has one from its first entry on
    schluss = find(z, "vorlagenschluss")
    bereinigt = schluss.model_copy(update={"erinnert": None, "ausgang": None, "ausgang_am": None}) if schluss else None
    return Termin(sitzung=z.id, revision=z.seq, beginn=z.beginn, stufe=z.stufe.value, schluss=bereinigt)


def _calendar(vorher: Sitzung, nachher: Sitzung) -> Iterator[Ruf]:
    """The calendars of the committees learn of a new meeting, another day, another stage."""
    if not nachher.meldet or nachher.gremium is None or nachher.uebernahme_laeuft:
        return
    neu = _as_date(nachher)
    if vorher.meldet and not vorher.uebernahme_laeuft and _as_date(vorher).model_copy(update={"revision": neu.revision}) == neu:
        return
    for gremium in (nachher.gremium, *nachher.weitere_gremien):
        ziel = workflow_id("gremium", nachher, gremium.id)
        yield call(nachher, "sitzung", ziel, "termin_gemeldet", None, anlegen=True, termin=neu)


def _moved_on(vorher: Sitzung, nachher: Sitzung) -> Iterator[Ruf]:
    """What was still open on the agenda of a cancelled meeting goes to the one that takes over."""
    if nachher.verlegt_auf is None or vorher.verlegt_auf is not None:
        return
    offen = [t for t in nachher.tops if t.status is TopStatus.OFFEN and not t.standard]
    vorlagen = {tv.vorlage for t in offen for tv in t.vorlagen}
    staende = [v.model_dump(mode="json") for v in nachher.vorlagen if v.vorlage in vorlagen]
    punkte = [t.model_dump(mode="json") for t in offen]
    ziel = workflow_id("sitzung", nachher, nachher.verlegt_auf)
    yield call(nachher, "sitzung", ziel, "tops_uebernehmen", None, sitzung=nachher.id, punkte=punkte, staende=staende)
