"""What a case did when it was played back, against what its entries say: the same commands, and after each the same state."""

from collections.abc import Iterable, Mapping, Sequence
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
    """What the entries say: each entry with whether it is whole, and the digest of the state after it, as far as it can be known."""

    workflow: str
    eintraege: dict[int, tuple[Eintrag, bool]] = field(default_factory=dict)
    staende: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, workflow: str, eintraege: Iterable[tuple[Eintrag, bool]]) -> "Soll":
        """Folds them. After one that lost content the state is that of another past: from there on there is none to compare."""
        soll, kern = cls(workflow), kern_of(workflow)
        z: Zustand | None = kern.empty(workflow)
        for eintrag, ganz in eintraege:
            soll.eintraege[eintrag.seq] = (eintrag, ganz)
            try:
                z = fold(kern, z, eintrag) if z is not None and ganz else None
            except Ablehnung:  # a command that this release does not know
                z = None
            if z is not None:
                soll.staende[eintrag.seq] = fingerprint(z)
        return soll

    @classmethod
    def of_heads(cls, workflow: str, koepfe: Sequence[tuple[Kopf, Inhalt]]) -> "Soll":
        """From the register."""
        return cls.of(workflow, ((restore(k, i), k.felder.keys() == i.felder.keys()) for k, i in koepfe))

    @property
    def vergessen(self) -> int:
        """Entries that lost content."""
        return sum(not ganz for _, ganz in self.eintraege.values())


def fingerprint(z: Zustand) -> str:
    """Of the whole state: what it is compared by."""
    return digest(z.model_dump(mode="json"))


def compare(soll: Soll, laeufe: Sequence[Mitschrift]) -> Befund:
    """The runs of a case, oldest first, against its entries."""
    schritte = [schritt for lauf in laeufe for schritt in lauf.schritte]
    ohne_stand = sum(schritt.z.seq not in soll.staende for schritt in schritte)
    abweichung = _first_difference(soll, laeufe)
    return Befund(
        workflow=soll.workflow,
        urteil=Urteil.ABWEICHEND if abweichung else Urteil.GLEICH,
        schritte=len(schritte),
        seq=abweichung[0] if abweichung else None,
        grund=abweichung[1] if abweichung else "",
        vergessen=soll.vergessen,
        ohne_stand=ohne_stand,
    )


def _first_difference(soll: Soll, laeufe: Sequence[Mitschrift]) -> tuple[int, str] | None:
    letzter = 0
    for lauf in laeufe:
        if lauf.anfang is not None and _other_state(soll, lauf.anfang.zustand):
            return lauf.anfang.zustand.seq, "Ein Lauf beginnt mit einem anderen Stand, als die Einträge ergeben."
        for schritt in lauf.schritte:
            for eintrag in schritt.eintraege:
                if grund := _difference(soll, eintrag):
                    return eintrag.seq, grund
            if _other_state(soll, schritt.z):
                return schritt.z.seq, "Der Stand danach ist ein anderer, als die Einträge ergeben."
            letzter = schritt.z.seq
        letzter = max(letzter, lauf.anfang.zustand.seq if lauf.anfang else 0)
    ueberzaehlig = [seq for seq in soll.eintraege if seq > letzter]
    return (min(ueberzaehlig), "Der Eintrag steht im Register, Temporal kennt ihn nicht.") if ueberzaehlig and laeufe else None


def _difference(soll: Soll, eintrag: Eintrag) -> str | None:
    if eintrag.seq not in soll.eintraege:
        return "Der Eintrag steht in Temporal, im Register fehlt er („laufmappe doctor“)."
    steht, ganz = soll.eintraege[eintrag.seq]
    gleich = steht == eintrag if ganz else steht.zeit == eintrag.zeit and _part_of(steht.befehl, eintrag.befehl)
    return None if gleich else "Im Register steht ein anderer Befehl."


def _part_of(rest: Mapping[str, JsonValue], ganz: Mapping[str, JsonValue]) -> bool:
    """Whether what is left of a command is as it was given."""
    for name, wert in rest.items():
        da = ganz.get(name)
        if not (_part_of(wert, da) if isinstance(wert, dict) and isinstance(da, dict) else wert == da):
            return False
    return True


def _other_state(soll: Soll, z: Zustand) -> bool:
    return soll.staende.get(z.seq, fingerprint(z)) != fingerprint(z)
