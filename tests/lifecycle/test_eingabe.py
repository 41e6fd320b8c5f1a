"""Bad input: each gets one clear sentence of the right kind, and changes nothing."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from lifecycle.ablehnung import ARTEN, Ablehnung, ablehnung
from lifecycle.kern import check, complete
from lifecycle.kerne import kern_of
from rathaus import DIENST, LEITUNG, SB, SB2, Rathaus, S, V
from schemas.akteur import Akteur
from welt import OHNE, wer

Tat = Callable[[Rathaus], Any]


def entwurf(**felder: Any) -> Tat:
    return lambda haus: haus.entwurf("vorlage/muster/neu", **felder)


def tu(workflow: str, art: str, akteur: Akteur, **felder: Any) -> Tat:
    return lambda haus: haus.do(workflow, art, akteur, **felder)


def tief() -> dict[str, Any]:
    """JSON nested deeper than anybody means."""
    wert: dict[str, Any] = {}
    for _ in range(1000):
        wert = {"x": wert}
    return wert


FAELLE: dict[str, tuple[str, str, Tat]] = {
    "ohne Betreff": ("Unplausibel", "Betreff fehlt", entwurf(betreff="  ")),
    "Betreff fehlt ganz": (
        "Unplausibel", "„betreff“ fehlt",
        tu("vorlage/muster/neu", "entwerfen", SB, vorlageart="mitteilungsvorlage", federfuehrend="a-46"),
    ),
    "Betreff zu lang": ("Unplausibel", "höchstens 4000 Zeichen", entwurf(betreff="x" * 5000)),
    "unbekannte Stelle": ("Unbekannt", "Meinten Sie „a-46“", entwurf(federfuehrend="a-47", akteur=wer("p", "a-47", "sachbearbeitung"))),
    "fremdes Amt": ("NichtBefugt", "darf hier nicht", entwurf(federfuehrend="a-50")),
    "unbekanntes Gremium": ("Unbekannt", "steht nicht im Regelwerk", entwurf(gremien=("bauausschuss",))),
    "unbekannte Vorlageart": ("Unbekannt", "Es gibt: anfrage, antrag, beschlussvorlage", entwurf(vorlageart="zettel")),
    "unbekannter Abschnitt": ("Unplausibel", "Es gibt: Sachlage", entwurf(abschnitte=[{"name": "Witz", "digest": "a" * 64, "groesse": 1}])),
    "5 MB Text": ("Unplausibel", "5.0 MB; erlaubt ist 1 MB", entwurf(abschnitte=[{"name": "Sachlage", "digest": "a" * 64, "groesse": 5_000_000}])),
    "Prüfsumme, die keine ist": ("Unplausibel", "nicht die erwartete Form", entwurf(abschnitte=[{"name": "Sachlage", "digest": "x", "groesse": 1}])),
    "nichtöffentlich ohne Bezeichnung": ("Unplausibel", "neutrale Bezeichnung", entwurf(oeffentlich=False)),
    "Nummer ohne Nacherfassung": ("Unplausibel", "gehört in eine Nacherfassung", entwurf(nummer="2021/0001")),
    "Sitzung von gestern": ("Unplausibel", "gehört in eine Nacherfassung", lambda h: h.sitzung("sitzung/muster/neu", beginn=h.jetzt - dt.timedelta(days=1))),
    "Zeitpunkt ohne Zone": ("Unplausibel", "braucht eine Zeitzone", lambda h: h.sitzung("sitzung/muster/neu", beginn="2021-06-16T16:00:00")),
    "zweite Freigabe": ("Doppelt", "schon freigegeben", tu(V, "freigeben", LEITUNG)),
    "noch einmal anlegen": ("FalscheStufe", "gibt es schon", tu(V, "entwerfen", SB, vorlageart="mitteilungsvorlage", betreff="x", federfuehrend="a-46")),
    "gibt es nicht": ("FalscheStufe", "gibt es noch nicht", tu("vorlage/muster/fehlt", "freigeben", LEITUNG)),
    "unbekannter Befehl": ("Unplausibel", "gibt es bei vorlage nicht", tu(V, "zaubern", SB)),
    "zur falschen Zeit": ("FalscheStufe", "geht nur in", tu(V, "einreichen", SB)),
    "ohne Grund": ("Unplausibel", "bitte eine Begründung angeben", tu(V, "zurueckgeben", LEITUNG, grund="")),
    "Rolle, die es nicht gibt": ("Unbekannt", "Es gibt: Anhörung", tu(V, "beratung_ergaenzen", SB, gremium="rat", rolle="Zuruf")),
    "Kommune ohne Regelwerk": ("Unplausibel", "kein Regelwerk", lambda h: h.entwurf("vorlage/nirgendwo/v1")),
    "Zahl, die keine JSON hält": ("Unplausibel", "zu große Zahl", tu(V, "berichtigen", SB, zu_seq=2**60, richtig="x", grund="y")),
    "Steuerzeichen": ("Unplausibel", "unzulässige Zeichen", tu(V, "berichtigen", SB, zu_seq=1, richtig="a\x00b", grund="y")),
    "halbes Zeichen": ("Unplausibel", "unzulässige Zeichen", tu(V, "berichtigen", SB, zu_seq=1, richtig="\ud800", grund="y")),
    "Jahr 9999": ("Unplausibel", "nicht zwischen 1800 und 2199", lambda h: h.sitzung("sitzung/muster/neu", beginn="9999-12-31T10:00:00Z")),
    "Frist im Jahr 9999": ("Unplausibel", "nicht zwischen 1800 und 2199", tu(V, "frist_verlaengern", SB, frist="x", bis="9999-12-31", grund="y")),
    "zu tief": ("Unplausibel", "zu tief verschachtelt", tu(V, "nacherfassen", DIENST, schritte=[tief()])),
    "doppelter Anlagenname": ("Unplausibel", "zweimal", entwurf(anlagen=[{"name": "a", "digest": "a" * 64, "groesse": 1}] * 2)),
}  # fmt: skip


@pytest.mark.parametrize("fall", FAELLE)
def test_bad_input(haus: Rathaus, fall: str) -> None:
    art, teil, tat = FAELLE[fall]
    haus.freigegeben()
    vorher = dict(haus.staende)
    with pytest.raises(Ablehnung) as nein:
        tat(haus)
    assert (nein.value.typ, teil in nein.value.satz) == (art, True), nein.value.satz
    assert nein.value.satz[0].isupper() or nein.value.satz[0] in "„"
    assert nein.value.satz.endswith((".", "?"))
    assert haus.staende == vorher


def test_a_clock_set_back_is_told(haus: Rathaus) -> None:
    haus.laufweg()
    haus.jetzt -= dt.timedelta(hours=1)
    with pytest.raises(Ablehnung, match="Uhr des Servers stellen") as nein:
        haus.do(V, "mitzeichnen", SB2)
    assert nein.value.typ == "UhrGehtFalsch"


def test_a_clock_a_little_back_does_not_turn_the_record_around(haus: Rathaus) -> None:
    haus.laufweg()
    zuletzt = haus.vorlage().zuletzt
    haus.jetzt -= dt.timedelta(seconds=30)
    haus.do(V, "mitzeichnen", SB2)
    assert haus.vorlage().zuletzt == zuletzt


def test_a_command_worked_out_on_old_facts_is_stale(haus: Rathaus) -> None:
    haus.entwurf()
    kern = kern_of(V)
    roh = {"art": "einreichen", "schluessel": "k", "akteur": SB, "regelwerk": OHNE}
    befehl = complete(kern, haus.vorlage(), kern.parse(roh), haus.jetzt, haus.regelwerke)
    haus.do(V, "bearbeiten", SB, angaben=["finanzielle_auswirkungen"])
    with pytest.raises(Ablehnung) as nein:
        check(kern, haus.vorlage(), befehl, haus.jetzt, haus.regelwerke)
    assert nein.value.typ == "Veraltet"


def test_what_people_type_is_read_strictly() -> None:
    kern = kern_of(V)
    roh = {"art": "einreichen", "schluessel": "k", "akteur": SB, "regelwerk": OHNE, "betref": "x"}
    with pytest.raises(Ablehnung, match="„betref“ gibt es hier nicht"):
        kern.parse(roh, streng=True)
    assert kern.parse(roh).art == "einreichen"


def test_a_refusal_never_repeats_what_was_typed(haus: Rathaus) -> None:
    with pytest.raises(Ablehnung) as nein:
        haus.entwurf(betreff="Geheim" * 1000)
    assert "Geheim" not in nein.value.satz


def test_refusals_survive_the_wire() -> None:
    for name, art in ARTEN.items():
        assert type(ablehnung(name, "Satz.")) is art
        assert ablehnung(name, "Satz.").satz == "Satz."


def test_a_withdrawn_request_cannot_be_decided(haus: Rathaus) -> None:
    haus.eingeladen()
    with pytest.raises(Ablehnung, match="keine Rücknahme erbeten"):
        haus.do(S, "ruecknahme_entscheiden", DIENST, vorlage="v1", angenommen=True)
