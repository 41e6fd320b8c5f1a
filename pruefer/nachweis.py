"""The proof in a version: that its last entry is in the town's log, by a checkpoint that a key of the auditor's key file has signed."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.paket import NACHWEIS, SCHLUESSEL
from beweis import pruefpunkt
from beweis.herkunft import section
from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Nachweis, Pruefpunkt, Pruefschluessel
from pruefer.bericht import Art, Befund


@dataclass(frozen=True)
class Zeugnis:
    """What a proof that holds says of the log: the leaf of that number, and the root of that size in that section."""

    version: str
    punkt: Pruefpunkt
    nr: int
    blatt: bytes


def check_proof(
    version: str, nachweis: bytes, blatt: bytes, kommune: str, schluessel: Sequence[Pruefschluessel]
) -> tuple[list[Befund], Zeugnis | None]:
    """``blatt`` is the leaf hash of the version's last head. No Zeugnis comes of a proof that does not hold."""
    try:
        text = nachweis.decode()
        gelesen = Nachweis.parse(text)
        punkt = gelesen.verify(blatt, schluessel)
    except UnicodeDecodeError:
        return [_finding(version, "Der Nachweis ist kein Text.")], None
    except BeweisFalsch as fehler:
        return [_finding(version, str(fehler))], None
    befunde = [_finding(version, "Der Nachweis ist anders geschrieben, als die Laufmappe schreibt.", Art.FORM)]
    befunde = befunde if str(gelesen) != text else []
    wo = section(punkt.herkunft)
    if wo is None or wo[0] != kommune:
        befunde.append(_finding(version, f"Der Prüfpunkt ist aus dem Verzeichnis „{punkt.herkunft}“, nicht aus dem der Kommune."))
        return befunde, None
    if satz := unknown_signature(punkt, schluessel):
        befunde.append(_finding(version, satz, Art.UNBEWIESEN))
    return befunde, Zeugnis(version, punkt, gelesen.nr, blatt)


def unknown_signature(punkt: Pruefpunkt, schluessel: Sequence[Pruefschluessel]) -> str | None:
    """A sentence, if somebody else signed in the log's name: the key that took over, or nobody."""
    bekannt = {(s.name, s.kennung) for s in schluessel}
    if all(name != punkt.herkunft or (name, kennung) in bekannt for name, kennung in pruefpunkt.signers(punkt.note)):
        return None
    return (
        "Unter dem Prüfpunkt steht eine weitere Unterschrift im Namen des Verzeichnisses, zu der die Schlüsseldatei keinen "
        "Schlüssel enthält."
    )


def check_keys(version: str, daten: bytes, punkt: Pruefpunkt | None, schluessel: Sequence[Pruefschluessel]) -> list[Befund]:
    """The keys that lie in the package are not trusted; they must be among the auditor's, and the one that signed among them."""
    try:
        eigene = [Pruefschluessel.parse(zeile) for zeile in daten.decode().splitlines()]
    except (UnicodeDecodeError, BeweisFalsch):
        return [_finding(version, "Eine Zeile ist kein öffentlicher Schlüssel.", datei=SCHLUESSEL)]
    befunde = []
    if "".join(f"{s}\n" for s in eigene).encode() != daten:
        befunde.append(_finding(version, "Anders geschrieben, als die Laufmappe schreibt.", Art.FORM, SCHLUESSEL))
    if set(eigene) - set(schluessel):
        satz = (
            "Hier steht ein Schlüssel, der nicht in der Schlüsseldatei ist. Wurde der Schlüssel gewechselt, bekommt die "
            "Rechnungsprüfung den neuen mit dem nächsten Prüfpunkt; sonst ist er untergeschoben."
        )
        befunde.append(_finding(version, satz, Art.UNBEWIESEN, SCHLUESSEL))
    if punkt and not _signed_by(punkt, [s for s in eigene if s in schluessel]):
        befunde.append(_finding(version, "Der Schlüssel, der unterschrieben hat, steht hier nicht.", datei=SCHLUESSEL))
    return befunde


def _signed_by(punkt: Pruefpunkt, schluessel: Sequence[Pruefschluessel]) -> bool:
    try:
        pruefpunkt.verify(punkt.note, schluessel)
    except BeweisFalsch:
        return False
    return True


def _finding(version: str, satz: str, art: Art = Art.NACHWEIS, datei: str = NACHWEIS) -> Befund:
    return Befund(art=art, satz=satz, version=version, datei=datei)
