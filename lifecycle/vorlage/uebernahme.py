"""A paper that another system kept: as it stands there, in one step, already published."""

import datetime as dt
from typing import ClassVar, Self

from lifecycle.ablehnung import Unplausibel
from lifecycle.kern import Kommando
from lifecycle.nachschlagen import kind
from lifecycle.uebernahme import as_called, verify_past
from schemas.basis import Benannt, Kennung, Modell
from schemas.befehl import abgeleitet
from schemas.herkunft import Fremddatei, Herkunft, Unveraendert
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Beratung, Fassung, Freigabe, Stufe, Ursprung, Vorlage


class UebernommeneStation(Modell):
    """A station as the former system has it. ``sitzung`` is the meeting that it names for it without an item."""

    gremien: tuple[Kennung, ...]
    rolle: Unveraendert | None = None
    entscheidet: bool | None = None
    """As stated; None: what the Regelwerk says of the role."""
    quelle: Unveraendert
    sitzung: str | None = None


class VorlageUebernehmen(Kommando[Vorlage]):
    """Eine Vorlage aus einem früheren Ratsinformationssystem übernehmen, wie sie dort steht. Sie gilt als freigegeben."""

    art: ClassVar[str] = "vorlage_uebernehmen"
    legt_an: ClassVar[bool] = True
    nach: ClassVar[frozenset[str]] = frozenset({Stufe.FREIGEGEBEN})

    herkunft: Herkunft
    betreff: Unveraendert
    vorlageart: Kennung | None = None
    vorlageart_wortlaut: Unveraendert = ""
    federfuehrend: tuple[Kennung, ...] = ()
    """The first one leads; none, where the former system names none."""
    nummer: Unveraendert | None = None
    ursprung: Ursprung = Ursprung()
    stationen: tuple[UebernommeneStation, ...] = ()
    dateien: tuple[Fremddatei, ...] = ()

    federfuehrung: tuple[Benannt, ...] = abgeleitet(())
    gremien: tuple[tuple[Benannt, ...], ...] = abgeleitet(())
    entscheidend: tuple[bool, ...] = abgeleitet(())

    def complete(self, z: Vorlage, rw: Regelwerk, wann: dt.datetime) -> Self:
        if self.vorlageart:
            kind(rw, self.vorlageart)
        entscheiden = {r.name for r in rw.rollen if r.entscheidet}
        return self.model_copy(
            update={
                "federfuehrung": tuple(as_called("Die Stelle", rw.stellen, s, wann) for s in self.federfuehrend),
                "gremien": tuple(
                    tuple(as_called("Das Gremium", rw.gremien, g, wann) for g in station.gremien) for station in self.stationen
                ),
                "entscheidend": tuple(s.rolle in entscheiden if s.entscheidet is None else s.entscheidet for s in self.stationen),
            }
        )

    def verify(self, z: Vorlage) -> None:
        verify_past(self)
        if any(not station.gremien for station in self.stationen):
            raise Unplausibel("Eine Station hat kein Gremium. Bitte angeben, wer beraten hat.")

    def perform(self, z: Vorlage, wann: dt.datetime) -> Vorlage:
        erste = Fassung(nr=1, freigabe=Freigabe(akteur=self.akteur, am=wann))
        gleich = ("herkunft", "betreff", "nummer", "ursprung", "dateien")
        return z.model_copy(
            update={name: getattr(self, name) for name in gleich}
            | {
                "stufe": Stufe.FREIGEGEBEN,
                "vorlageart": self.vorlageart or z.vorlageart,
                "vorlageart_name": self.vorlageart_wortlaut,
                "federfuehrend": self.federfuehrung[0] if self.federfuehrung else None,
                "mitfederfuehrend": self.federfuehrung[1:],
                "fassungen": (erste,),
                "beratungen": self._stations(),
            }
        )

    def _stations(self) -> tuple[Beratung, ...]:
        alle = zip(self.stationen, self.gremien, self.entscheidend, strict=False)
        return tuple(
            Beratung(
                nr=nr,
                gremium=gremien[0],
                weitere_gremien=gremien[1:],
                rolle=station.rolle,
                entscheidet=entscheidet,
                quelle=station.quelle,
                sitzung_genannt=station.sitzung,
            )
            for nr, (station, gremien, entscheidet) in enumerate(alle, 1)
        )
