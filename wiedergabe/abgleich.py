"""What a case did when it was played back, against what its entries say: the same commands, and after each the same state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import JsonValue

from beweis.kopf import Inhalt, Kopf, restore
from lifecycle.ablehnung import Ablehnung
from lifecycle.kern import fold
from lifecycle.kerne import kern_of
from schemas.basis import digest
from schemas.befehl import Eintrag
from schemas.zustand import Zustand
from wiedergabe.mitschrift import Mitschrift


class Urteil(StrEnum):
    """What came of a case."""

    GLEICH = "gleich"
    ABWEICHEND = "abweichend"
    NICHT_NACHSPIELBAR = "nicht_nachspielbar"
    OHNE_GESCHICHTE = "ohne_geschichte"
    """Retention has deleted it, or it was forgotten: nothing that the record needs."""
    UNLESBAR = "unlesbar"
    """The key was destroyed or is missing."""


@dataclass(frozen=True)
class Befund:
    """One case. ``seq`` is the first entry that differs; ``vergessen`` how many entries have lost content.

    ``ohne_stand`` is how many steps could be compared by their commands only. ``grund`` is a German sentence without content.
    """

    workflow: str
    urteil: Urteil
    schritte: int = 0
    seq: int | None = None
    grund: str = ""
    vergessen: int = 0
    ohne_stand: int = 0


@dataclass
class Soll:
    """What the entries say: each with the names of the fields that it has lost, and the digest of the state after it."""

    workflow: str
    eintraege: dict[int, tuple[Eintrag, frozenset[str]]] = field(default_factory=dict)
    staende: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, workflow: str, eintraege: Iterable[tuple[Eintrag, frozenset[str]]]) -> "Soll":
        """Folds them, as far as this release can read them."""
        soll, kern = cls(workflow), kern_of(workflow)
        z: Zustand | None = kern.empty(workflow)
        for eintrag, fehlt in eintraege:
            soll.eintraege[eintrag.seq] = (eintrag, fehlt)
            try:
                z = fold(kern, z, eintrag) if z is not None else None
            except Ablehnung:  # a command that this release does not know
                z = None
            if z is not None:
                soll.staende[eintrag.seq] = fingerprint(z)
        return soll

    @classmethod
    def of_heads(cls, workflow: str, koepfe: Sequence[tuple[Kopf, Inhalt]]) -> "Soll":
        """From the register."""
        return cls.of(workflow, ((restore(k, i), frozenset(k.felder.keys() - i.felder.keys())) for k, i in koepfe))

    @property
    def vergessen(self) -> frozenset[int]:
        """Entries that lost content."""
        return frozenset(seq for seq, (_, fehlt) in self.eintraege.items() if fehlt)

    def fits(self, z: Zustand) -> bool:
        """Whether a state is what the entries yield. True where they yield none."""
        return z.seq not in self.staende or self.staende[z.seq] == fingerprint(z)


def fingerprint(z: Zustand) -> str:
    """Of the whole state: what it is compared by."""
    return digest(z.model_dump(mode="json"))


def compare(soll: Soll, laeufe: Sequence[Mitschrift]) -> Befund:
    """The runs of a case, oldest first, against its entries."""
    gang = _Gang(soll)
    abweichung = next((fund for fund in map(gang.differs, laeufe) if fund), None) or (gang.surplus() if laeufe else None)
    return Befund(
        workflow=soll.workflow,
        urteil=Urteil.ABWEICHEND if abweichung else Urteil.GLEICH,
        schritte=sum(len(lauf.schritte) for lauf in laeufe),
        seq=abweichung[0] if abweichung else None,
        grund=abweichung[1] if abweichung else "",
        vergessen=len(soll.vergessen),
        ohne_stand=gang.ohne_stand,
    )


class _Gang:
    """Goes through the runs, and notes how far it came. A difference is a number and a sentence."""

    def __init__(self, soll: Soll) -> None:
        self._soll = soll
        self._letzter = 0
        self.ohne_stand = 0

    def differs(self, lauf: Mitschrift) -> tuple[int, str] | None:
        """A run that went on before a deletion holds what the entries do not say any more: from there on only commands compare."""
        vergleichbar, vergessen = True, self._soll.vergessen
        if lauf.anfang is not None and lauf.anfang.zustand.seq:
            self._letzter = max(self._letzter, lauf.anfang.zustand.seq)
            vergleichbar = self._soll.fits(lauf.anfang.zustand)
            if not vergleichbar and not any(seq <= self._letzter for seq in vergessen):
                return lauf.anfang.zustand.seq, "Ein Lauf beginnt mit einem anderen Stand, als die Einträge ergeben."
        for schritt in lauf.schritte:
            for eintrag in schritt.eintraege:
                if grund := _difference(self._soll, eintrag):
                    return eintrag.seq, grund
            vergleichbar = vergleichbar and not any(eintrag.seq in vergessen for eintrag in schritt.eintraege)
            if vergleichbar and not self._soll.fits(schritt.z):
                return schritt.z.seq, "Der Stand danach ist ein anderer, als die Einträge ergeben."
            self.ohne_stand += not vergleichbar or schritt.z.seq not in self._soll.staende
            self._letzter = schritt.z.seq
        return None

    def surplus(self) -> tuple[int, str] | None:
        """An entry after the last one that Temporal knows."""
        mehr = [seq for seq in self._soll.eintraege if seq > self._letzter]
        return (min(mehr), "Der Eintrag steht im Register, Temporal kennt ihn nicht.") if mehr else None


def _difference(soll: Soll, eintrag: Eintrag) -> str | None:
    if eintrag.seq not in soll.eintraege:
        return "Der Eintrag steht in Temporal, im Register fehlt er („laufmappe doctor“)."
    steht, fehlt = soll.eintraege[eintrag.seq]
    gleich = steht.zeit == eintrag.zeit and _without(steht, fehlt) == _without(eintrag, fehlt)
    return None if gleich else "Im Register steht ein anderer Befehl."


def _without(eintrag: Eintrag, fehlt: frozenset[str]) -> dict[str, JsonValue]:
    """The command without those fields; one of the actor is called ``akteur.<name>``."""
    akteur = eintrag.befehl["akteur"]
    assert isinstance(akteur, dict)  # every command has one
    rest = {name: wert for name, wert in eintrag.befehl.items() if name not in fehlt}
    return rest | {"akteur": {name: wert for name, wert in akteur.items() if f"akteur.{name}" not in fehlt}}
