"""The Merkle tree of RFC 9162, section 2.1: hashes, proofs, and how to verify them.

A tree is asked for by its complete subtrees: ``knoten(ebene, nr)`` is the hash over the leaves ``nr * 2**ebene`` up to
``(nr + 1) * 2**ebene``, without the last. Whoever stores these once can answer for every earlier size with few look-ups.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Knoten = Callable[[int, int], bytes]
LEER = hashlib.sha256().digest()
"""Root of the tree without leaves."""


class BeweisFalsch(Exception):
    """A proof that does not prove what it should."""


def leaf_hash(daten: bytes) -> bytes:
    """Hash of a leaf."""
    return hashlib.sha256(b"\0" + daten).digest()


def node_hash(links: bytes, rechts: bytes) -> bytes:
    """Hash of an inner node."""
    return hashlib.sha256(b"\1" + links + rechts).digest()


def _split(anzahl: int) -> int:
    """The largest power of two below ``anzahl`` (two or more)."""
    return 1 << ((anzahl - 1).bit_length() - 1)


def root(knoten: Knoten, groesse: int) -> bytes:
    """Root of the tree of that size."""
    return _range(knoten, 0, groesse) if groesse else LEER


def _range(knoten: Knoten, von: int, bis: int) -> bytes:
    anzahl = bis - von
    if anzahl & (anzahl - 1) == 0:
        return knoten(anzahl.bit_length() - 1, von // anzahl)
    mitte = von + _split(anzahl)
    return node_hash(_range(knoten, von, mitte), _range(knoten, mitte, bis))


def inclusion(knoten: Knoten, blatt: int, groesse: int) -> list[bytes]:
    """Proof that a leaf is in the tree, from its sibling up (2.1.3.1)."""
    von, bis, weg = 0, groesse, []
    while bis - von > 1:
        mitte = von + _split(bis - von)
        if blatt < mitte:
            weg.append(_range(knoten, mitte, bis))
            bis = mitte
        else:
            weg.append(_range(knoten, von, mitte))
            von = mitte
    return weg[::-1]


def consistency(knoten: Knoten, alt: int, neu: int) -> list[bytes]:
    """Proof that the tree of size ``neu`` begins with the one of size ``alt`` (2.1.4.1)."""
    if not 0 < alt < neu:
        return []
    von, bis, ganz, weg = 0, neu, True, []
    while alt != bis:
        mitte = von + _split(bis - von)
        if alt <= mitte:
            weg.append(_range(knoten, mitte, bis))
            bis = mitte
        else:
            weg.append(_range(knoten, von, mitte))
            von, ganz = mitte, False
    if not ganz:
        weg.append(_range(knoten, von, bis))
    return weg[::-1]


def verify_inclusion(blatt: bytes, nr: int, groesse: int, weg: Sequence[bytes], wurzel: bytes) -> None:
    """Raises BeweisFalsch unless ``blatt`` (its hash) is number ``nr`` of the tree with that root (2.1.3.2)."""
    if not 0 <= nr < groesse or len(blatt) != len(LEER):
        raise BeweisFalsch("Das Blatt liegt nicht im Baum.")
    fn, sn, r = nr, groesse - 1, blatt
    for p in weg:
        if sn == 0:
            raise BeweisFalsch("Der Nachweis ist zu lang.")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn or r != wurzel:
        raise BeweisFalsch("Der Nachweis führt nicht zur Wurzel.")


def verify_consistency(alt: int, neu: int, weg: Sequence[bytes], wurzel_alt: bytes, wurzel_neu: bytes) -> None:
    """Raises BeweisFalsch unless the newer tree begins with the older one (2.1.4.2). About an empty one nothing can be proven."""
    if not 0 < alt <= neu:
        raise BeweisFalsch("Der ältere Baum ist leer, oder der neuere ist kleiner als er.")
    if alt == neu:
        if weg or wurzel_alt != wurzel_neu:
            raise BeweisFalsch("Zwei Bäume gleicher Größe haben verschiedene Wurzeln.")
        return
    schritte = [wurzel_alt, *weg] if alt & (alt - 1) == 0 else list(weg)
    if not schritte:
        raise BeweisFalsch("Der Nachweis ist leer.")
    fn, sn = alt - 1, neu - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = schritte[0]
    for c in schritte[1:]:
        if sn == 0:
            raise BeweisFalsch("Der Nachweis ist zu lang.")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    if sn or fr != wurzel_alt or sr != wurzel_neu:
        raise BeweisFalsch("Der Nachweis führt nicht zu beiden Wurzeln.")


def completed(alt: int, neu: int) -> Iterator[tuple[int, int]]:
    """Places of the inner nodes that are complete at size ``neu`` and were not at ``alt``: lower levels first."""
    ebene = 1
    while neu >> ebene:
        yield from ((ebene, nr) for nr in range(alt >> ebene, neu >> ebene))
        ebene += 1


def from_leaves(blaetter: Sequence[bytes]) -> Knoten:
    """The nodes of a tree that is all in memory. ``blaetter`` are leaf hashes."""
    ebenen = [list(blaetter)]
    while len(ebenen[-1]) > 1:
        unten = ebenen[-1]
        ebenen.append([node_hash(a, b) for a, b in zip(unten[::2], unten[1::2], strict=False)])
    return lambda ebene, nr: ebenen[ebene][nr]
