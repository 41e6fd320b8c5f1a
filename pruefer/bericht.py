"""What the verifier reports: findings with their place, a verdict per package, and a summary. Sentences are German."""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import Field, computed_field

from schemas.basis import Modell


class Art(StrEnum):
    """Kind of finding. All but ``HINWEIS`` speak against the record, ``UNBEWIESEN`` only says that something could not be checked."""

    BESTAND = "bestand"
    """A file is damaged, missing or does not belong here; an inventory is wrong."""
    FORM = "form"
    """Something is written otherwise than the Laufmappe writes it, in a place that no proof covers."""
    VERLAUF = "verlauf"
    """Heads, chain, order, times, commitments, seals."""
    STAND = "stand"
    """What is shown is not what the entries yield."""
    DOKUMENT = "dokument"
    NACHWEIS = "nachweis"
    """Proof, checkpoint, signature, keys."""
    VERZEICHNIS = "verzeichnis"
    """It contradicts the town's list of leaves, or the auditor's own checkpoint."""
    UNBEWIESEN = "unbewiesen"
    HINWEIS = "hinweis"
    """Worth knowing; nothing is wrong. Such as what was deleted by order."""


class Urteil(StrEnum):
    """What the findings come to."""

    IN_ORDNUNG = "in Ordnung"
    UNBEWIESEN = "nicht beweisbar"
    WIDERSPRUCH = "Widerspruch"


class Befund(Modell):
    """One finding: of which kind, where (version of the package, file in it, number of the entry), and a sentence."""

    art: Art
    satz: str
    version: str | None = None
    datei: str | None = None
    eintrag: int | None = None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way to write it
    @property
    def wo(self) -> str:
        """The place for people; empty: the package as a whole."""
        eintrag = f"Eintrag {self.eintrag}" if self.eintrag is not None else None
        return ", ".join(teil for teil in (self.version, self.datei, eintrag) if teil)

    def __str__(self) -> str:
        return f"{self.wo}: {self.satz}" if self.wo else self.satz


def verdict(befunde: Iterable[Befund]) -> Urteil:
    """The worst of them counts."""
    arten = {b.art for b in befunde} - {Art.HINWEIS}
    if arten - {Art.UNBEWIESEN}:
        return Urteil.WIDERSPRUCH
    return Urteil.UNBEWIESEN if arten else Urteil.IN_ORDNUNG


class Paketbericht(Modell):
    """What was found in one package. ``workflow`` is None where not even that can be read."""

    pfad: str
    workflow: str | None = None
    versionen: int = 0
    eintraege: int = 0
    befunde: tuple[Befund, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def urteil(self) -> Urteil:
        """What the findings come to."""
        return verdict(self.befunde)


class Zusammenfassung(Modell):
    """All packages together, and what was found beside them: at the store, at the list of leaves, at the auditor's checkpoints."""

    pakete: int
    urteile: dict[Urteil, int] = Field(default_factory=dict)
    befunde: tuple[Befund, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def urteil(self) -> Urteil:
        """The worst of all."""
        eigenes = verdict(self.befunde)
        alle = {eigenes, *(u for u, anzahl in self.urteile.items() if anzahl)}
        return next(u for u in (Urteil.WIDERSPRUCH, Urteil.UNBEWIESEN, Urteil.IN_ORDNUNG) if u in alle)
