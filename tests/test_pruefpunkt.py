"""Checkpoints and proofs in the formats of C2SP, against the specification's own example and against forgers."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from beweis import merkle, pruefpunkt
from beweis.merkle import BeweisFalsch
from beweis.pruefpunkt import Nachweis, Pruefschluessel

HERKUNFT = "laufmappe/muster"
GEHEIM = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
ANDERER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
SCHLUESSEL = pruefpunkt.public_key(HERKUNFT, GEHEIM)
BLAETTER = [merkle.leaf_hash(str(n).encode()) for n in range(11)]
KNOTEN = merkle.from_leaves(BLAETTER)
PUNKT = pruefpunkt.sign(HERKUNFT, 11, merkle.root(KNOTEN, 11), [GEHEIM])
NACHWEIS = Nachweis(4, tuple(merkle.inclusion(KNOTEN, 4, 11)), PUNKT.note)


def test_the_example_key_and_note_of_the_specification() -> None:
    """https://c2sp.org/signed-note, section Example. It is a note, no checkpoint: the signature holds, the body does not."""
    schluessel = Pruefschluessel.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    unterschrift = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    with pytest.raises(BeweisFalsch, match="unvollständig"):
        pruefpunkt.verify(f"This is an example message.\n\n— example.com/foo {unterschrift}\n", [schluessel])
    with pytest.raises(BeweisFalsch, match="Unterschrift"):
        pruefpunkt.verify(f"This is another message.\n\n— example.com/foo {unterschrift}\n", [schluessel])


def test_a_checkpoint_is_what_its_key_signed() -> None:
    gelesen = pruefpunkt.verify(PUNKT.note, [SCHLUESSEL])
    assert gelesen == PUNKT
    assert Pruefschluessel.parse(str(SCHLUESSEL)) == SCHLUESSEL


def test_two_keys_while_one_takes_over() -> None:
    beide = pruefpunkt.sign(HERKUNFT, 3, merkle.root(KNOTEN, 3), [GEHEIM, ANDERER])
    for schluessel in (SCHLUESSEL, pruefpunkt.public_key(HERKUNFT, ANDERER)):
        assert pruefpunkt.verify(beide.note, [schluessel]).groesse == 3


def test_another_key_or_another_log_is_not_believed() -> None:
    with pytest.raises(BeweisFalsch, match="keinem"):
        pruefpunkt.verify(PUNKT.note, [pruefpunkt.public_key(HERKUNFT, ANDERER)])
    fremd = pruefpunkt.sign("laufmappe/anderswo", 11, PUNKT.wurzel, [GEHEIM])
    with pytest.raises(BeweisFalsch):
        pruefpunkt.verify(fremd.note, [SCHLUESSEL])


def test_a_proof_is_verified_offline_with_one_key() -> None:
    gelesen = Nachweis.parse(str(NACHWEIS))
    assert gelesen == NACHWEIS
    assert gelesen.verify(BLAETTER[4], [SCHLUESSEL]).groesse == 11
    with pytest.raises(BeweisFalsch):
        gelesen.verify(BLAETTER[5], [SCHLUESSEL])


def test_a_proof_may_carry_extra_data_which_nobody_trusts() -> None:
    mit = str(NACHWEIS).replace("\nindex", "\nextra aGFsbG8=\nindex", 1)
    assert Nachweis.parse(mit) == NACHWEIS


@given(st.data())
def test_no_byte_of_a_proof_can_be_changed(data: st.DataObject) -> None:
    roh = bytearray(str(NACHWEIS).encode())
    stelle = data.draw(st.integers(0, len(roh) - 1))
    roh[stelle] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BeweisFalsch):
        Nachweis.parse(roh.decode("utf-8", "replace")).verify(BLAETTER[4], [SCHLUESSEL])


@given(st.text(max_size=300))
def test_nonsense_is_refused_with_a_sentence(text: str) -> None:
    for lesen in (Nachweis.parse, Pruefschluessel.parse, lambda t: pruefpunkt.verify(t, [SCHLUESSEL])):
        with pytest.raises(BeweisFalsch):
            lesen(text)
