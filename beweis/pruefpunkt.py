"""Checkpoints of a town's log and proofs over them, in the formats of C2SP: signed-note, tlog-checkpoint, tlog-proof.

A checkpoint says how large the log is and what its root is, signed with Ed25519. Who keeps one knows later whether anything before
it was changed. https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint, https://c2sp.org/tlog-proof
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beweis.merkle import BeweisFalsch, verify_inclusion

ED25519 = b"\x01"
"""Type of signature, as signed-note numbers them."""
KOPFZEILE = "c2sp.org/tlog-proof@v1"
HOECHSTENS = 100_000
"""Bytes of a checkpoint or proof; more is nonsense."""
NAME = re.compile(r"^[^\s+]+$")
ZAHL = re.compile(r"^(0|[1-9][0-9]{0,18})$")


@dataclass(frozen=True)
class Pruefschluessel:
    """A public key by the name of the log that it signs for."""

    name: str
    oeffentlich: bytes
    """32 bytes."""

    @property
    def kennung(self) -> bytes:
        """Four bytes that lead to the key, no more."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.oeffentlich).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.kennung.hex()}+{_b64(ED25519 + self.oeffentlich)}"

    @classmethod
    def parse(cls, text: str) -> "Pruefschluessel":
        """From its line in a key file. Raises BeweisFalsch."""
        name, _, rest = text.strip().partition("+")
        kennung, _, daten = rest.partition("+")
        roh = _bytes(daten, 33)
        schluessel = cls(name, roh[1:])
        if not NAME.match(name) or roh[:1] != ED25519 or schluessel.kennung.hex() != kennung:
            raise BeweisFalsch("Das ist kein öffentlicher Schlüssel der Laufmappe (Name+Kennung+Schlüssel).")
        return schluessel


@dataclass(frozen=True)
class Pruefpunkt:
    """The log at one moment. ``note`` is the signed text, from which the rest was read."""

    herkunft: str
    groesse: int
    wurzel: bytes
    note: str


def public_key(name: str, geheim: Ed25519PrivateKey) -> Pruefschluessel:
    """What verifiers need of a signing key."""
    return Pruefschluessel(name, geheim.public_key().public_bytes_raw())


def sign(herkunft: str, groesse: int, wurzel: bytes, schluessel: Sequence[Ed25519PrivateKey]) -> Pruefpunkt:
    """A checkpoint, signed with each of the keys (more than one while a new key takes over)."""
    text = f"{herkunft}\n{groesse}\n{_b64(wurzel)}\n"
    zeilen = "".join(
        f"— {herkunft} {_b64(public_key(herkunft, geheim).kennung + geheim.sign(text.encode()))}\n" for geheim in schluessel
    )
    return Pruefpunkt(herkunft, groesse, wurzel, f"{text}\n{zeilen}")


def verify(note: str, schluessel: Iterable[Pruefschluessel]) -> Pruefpunkt:
    """The checkpoint, if one of these keys signed it and none of them wrongly. Raises BeweisFalsch."""
    text, unterschriften = _parts(note)
    bekannt = {(s.name, s.kennung): s for s in schluessel}
    gut = set()
    for name, daten in unterschriften:
        wer = bekannt.get((name, daten[:4]))
        if wer is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(wer.oeffentlich).verify(daten[4:], text.encode())
        except InvalidSignature:
            raise BeweisFalsch("Die Unterschrift unter dem Prüfpunkt stimmt nicht.") from None
        gut.add(name)
    if not gut:
        raise BeweisFalsch("Der Prüfpunkt ist mit keinem der bekannten Schlüssel unterschrieben.")
    punkt = _body(text, note)
    if punkt.herkunft not in gut:
        raise BeweisFalsch("Der Prüfpunkt gehört zu einem anderen Verzeichnis als der Schlüssel.")
    return punkt


def body_of(note: str) -> Pruefpunkt:
    """What a checkpoint says, whoever signed it. Raises BeweisFalsch."""
    return _body(_parts(note)[0], note)


def signers(note: str) -> list[tuple[str, bytes]]:
    """Names and key ids of the signatures under a checkpoint, unverified. Raises BeweisFalsch."""
    return [(name, daten[:4]) for name, daten in _parts(note)[1]]


def _parts(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > HOECHSTENS or any(ord(z) < 32 and z != "\n" for z in note):
        raise BeweisFalsch("Das ist kein Prüfpunkt: unzulässige Zeichen oder zu lang.")
    stelle = note.rfind("\n\n")
    if stelle < 0 or not note.endswith("\n"):
        raise BeweisFalsch("Das ist kein unterschriebener Prüfpunkt.")
    unterschriften = []
    for zeile in note[stelle + 2 : -1].split("\n"):
        teile = zeile.split(" ")
        if len(teile) != 3 or teile[0] != "—" or not NAME.match(teile[1]):
            raise BeweisFalsch("Eine Unterschriftszeile des Prüfpunkts ist beschädigt.")
        unterschriften.append((teile[1], _bytes(teile[2])))
    return note[: stelle + 1], unterschriften


def _body(text: str, note: str) -> Pruefpunkt:
    zeilen = text[:-1].split("\n")
    if len(zeilen) < 3 or not all(zeilen) or not ZAHL.match(zeilen[1]):
        raise BeweisFalsch("Der Prüfpunkt ist unvollständig.")
    return Pruefpunkt(zeilen[0], int(zeilen[1]), _bytes(zeilen[2], 32), note)


# --- proofs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Nachweis:
    """That a leaf is in the log that a checkpoint describes: everything needed to verify it offline, with one key."""

    nr: int
    weg: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        weg = "".join(f"{_b64(p)}\n" for p in self.weg)
        return f"{KOPFZEILE}\nindex {self.nr}\n{weg}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> "Nachweis":
        """From a ``.tlog-proof`` file. Raises BeweisFalsch."""
        kopf, getrennt, note = text.partition("\n\n")
        zeilen = [z for z in kopf.split("\n") if not z.startswith("extra ")]
        art, _, nr = zeilen[1].partition(" ") if len(zeilen) > 1 else ("", "", "")
        if len(text) > HOECHSTENS or not getrennt or zeilen[0] != KOPFZEILE or art != "index" or not ZAHL.match(nr):
            raise BeweisFalsch("Das ist kein Nachweis (c2sp.org/tlog-proof).")
        return cls(int(nr), tuple(_bytes(z, 32) for z in zeilen[2:]), note)

    def verify(self, blatt: bytes, schluessel: Iterable[Pruefschluessel]) -> Pruefpunkt:
        """The checkpoint over which ``blatt`` (its hash) is proven. Raises BeweisFalsch."""
        punkt = verify(self.note, schluessel)
        verify_inclusion(blatt, self.nr, punkt.groesse, self.weg, punkt.wurzel)
        return punkt


def _b64(daten: bytes) -> str:
    return base64.b64encode(daten).decode()


def _bytes(text: str, laenge: int | None = None) -> bytes:
    try:
        daten = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BeweisFalsch("Eine Zeile ist kein Base64.") from None
    if (laenge is not None and len(daten) != laenge) or _b64(daten) != text:
        raise BeweisFalsch("Eine Zeile hat nicht die richtige Länge oder Form.")
    return daten
