"""Looking things up: in the Regelwerk (raises Unbekannt with what there is instead) and in a case."""

import datetime as dt
import difflib
from collections.abc import Iterable

from lifecycle.ablehnung import Unbekannt, Unplausibel
from lifecycle.kern import BERLIN
from schemas.basis import Benannt
from schemas.regel import Traeger
from schemas.regelwerk import Regelwerk, Vorlageart
from schemas.vorlage import Abschnitt, Anlage

HOECHSTGROESSE_ABSCHNITT = 1_000_000
"""Bytes. A longer text is a document of its own."""
HOECHSTGROESSE_ANLAGE = 200_000_000


def _unknown(was: str, kennung: str, bekannt: Iterable[str]) -> Unbekannt:
    bekannt = sorted(bekannt)
    nah = difflib.get_close_matches(kennung, bekannt, n=1)
    hilfe = f"Meinten Sie „{nah[0]}“?" if nah else f"Es gibt: {', '.join(bekannt) or 'nichts (nicht hinterlegt)'}."
    return Unbekannt(f"{was} „{kennung}“ steht nicht im Regelwerk. {hilfe}")


def _named(was: str, alle: Iterable[Traeger], kennung: str, wann: dt.datetime) -> Benannt:
    alle = tuple(alle)
    for traeger in alle:
        if traeger.id == kennung:
            return _alive(was, traeger, wann.astimezone(BERLIN).date())
    raise _unknown(was, kennung, (t.id for t in alle))


def _alive(was: str, traeger: Traeger, tag: dt.date) -> Benannt:
    if traeger.bis and tag > traeger.bis:
        statt = f" An ihrer Stelle steht jetzt „{traeger.nachfolge}“." if traeger.nachfolge else ""
        raise Unbekannt(f"{was} „{traeger.id}“ gibt es seit dem {traeger.bis:%d.%m.%Y} nicht mehr.{statt}")
    return traeger.am(tag)


def office(rw: Regelwerk, kennung: str, wann: dt.datetime) -> Benannt:
    """The office as it was called then."""
    return _named("Die Stelle", rw.stellen, kennung, wann)


def committee(rw: Regelwerk, kennung: str, wann: dt.datetime) -> Benannt:
    """The committee as it was called then."""
    return _named("Das Gremium", rw.gremien, kennung, wann)


def receiver(rw: Regelwerk, kennung: str) -> None:
    """Raises Unbekannt unless it is an office or a committee."""
    alle = [t.id for t in (*rw.stellen, *rw.gremien)]
    if kennung not in alle:
        raise _unknown("Der Empfänger", kennung, alle)


def kind(rw: Regelwerk, kennung: str) -> Vorlageart:
    """The kind of paper."""
    for art in rw.vorlagearten:
        if art.id == kennung:
            return art
    raise _unknown("Die Vorlageart", kennung, (a.id for a in rw.vorlagearten))


def decides(rw: Regelwerk, rolle: str | None) -> bool:
    """Whether a committee in that role decides. No role ("nicht hinterlegt") does not. Raises Unbekannt for an unknown one."""
    if rolle is None:
        return False
    for bekannt in rw.rollen:
        if bekannt.name == rolle:
            return bekannt.entscheidet
    raise _unknown("Die Rolle", rolle, (r.name for r in rw.rollen))


def verify_documents(abschnitte: Iterable[Abschnitt], anlagen: Iterable[Anlage]) -> None:
    """Sizes and unique names. Raises Unplausibel."""
    for abschnitt in abschnitte:
        if abschnitt.groesse > HOECHSTGROESSE_ABSCHNITT:
            raise Unplausibel(
                f"Der Abschnitt „{abschnitt.name}“ hat {abschnitt.groesse / 1e6:.1f} MB; erlaubt ist 1 MB. "
                "Bitte kürzen oder als Anlage beifügen."
            )
    for anlage in anlagen:
        if anlage.groesse > HOECHSTGROESSE_ANLAGE:
            raise Unplausibel(f"Eine Anlage hat {anlage.groesse / 1e6:.0f} MB; erlaubt sind 200 MB. Bitte verkleinern.")
    for was, namen in (("Abschnitt", [a.name for a in abschnitte]), ("Anlage", [a.name for a in anlagen])):
        if doppelt := next((n for n in namen if namen.count(n) > 1), None):
            raise Unplausibel(f"{was} „{doppelt}“ kommt zweimal vor. Bitte einen Namen ändern.")
