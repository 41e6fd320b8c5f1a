"""The Merkle tree against outside vectors, and against its own definition."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beweis import merkle
from conftest import SHARED

VEKTOREN = SHARED / "data" / "merkle-rfc6962"


def vectors(art: str) -> list[dict[str, Any]]:
    ordner = VEKTOREN / art
    if not ordner.is_dir():
        pytest.skip("Die Vektoren (../shared/data/merkle-rfc6962) liegen hier nicht.")
    return [json.loads(datei.read_text()) for datei in sorted(ordner.rglob("*.json"))]


def _b(wert: str | None) -> bytes:
    return base64.b64decode(wert or "")


def _proof(fall: dict[str, Any]) -> list[bytes]:
    return [_b(p) for p in fall["proof"] or []]


def _proves(tat: Any) -> bool:
    try:
        tat()
    except merkle.BeweisFalsch:
        return False
    return True


def test_inclusion_vectors() -> None:
    faelle = vectors("inclusion")
    assert len(faelle) == 98
    for f in faelle:
        gut = _proves(
            lambda f=f: merkle.verify_inclusion(_b(f["leafHash"]), f["leafIdx"], f["treeSize"], _proof(f), _b(f["root"]))
        )
        assert gut is not f["wantErr"], f["desc"]


def test_consistency_vectors() -> None:
    faelle = vectors("consistency")
    assert len(faelle) == 98
    for f in faelle:
        gut = _proves(lambda f=f: merkle.verify_consistency(f["size1"], f["size2"], _proof(f), _b(f["root1"]), _b(f["root2"])))
        assert gut is not f["wantErr"], f["desc"]


def tree(groesse: int) -> tuple[list[bytes], merkle.Knoten]:
    blaetter = [merkle.leaf_hash(str(n).encode()) for n in range(groesse)]
    return blaetter, merkle.from_leaves(blaetter)


@given(st.integers(1, 70), st.data())
def test_what_is_in_the_tree_can_be_proven_and_nothing_else(groesse: int, data: st.DataObject) -> None:
    nr = data.draw(st.integers(0, groesse - 1))
    blaetter, knoten = tree(groesse)
    wurzel, weg = merkle.root(knoten, groesse), merkle.inclusion(knoten, nr, groesse)
    merkle.verify_inclusion(blaetter[nr], nr, groesse, weg, wurzel)
    for falsch in (merkle.leaf_hash(b"x"), blaetter[(nr + 1) % groesse] if groesse > 1 else b""):
        with pytest.raises(merkle.BeweisFalsch):
            merkle.verify_inclusion(falsch, nr, groesse, weg, wurzel)


@given(st.integers(1, 60), st.integers(0, 60))
def test_a_tree_that_grew_can_be_proven(alt: int, mehr: int) -> None:
    blaetter, knoten = tree(alt + mehr)
    vorher, nachher = merkle.root(knoten, alt), merkle.root(knoten, alt + mehr)
    merkle.verify_consistency(alt, alt + mehr, merkle.consistency(knoten, alt, alt + mehr), vorher, nachher)
    if mehr:
        anders = merkle.root(merkle.from_leaves([merkle.leaf_hash(b"x"), *blaetter[1:]]), alt + mehr)
        with pytest.raises(merkle.BeweisFalsch):
            merkle.verify_consistency(alt, alt + mehr, merkle.consistency(knoten, alt, alt + mehr), vorher, anders)


@given(st.integers(0, 80), st.integers(0, 80))
def test_inner_nodes_are_made_once_as_the_tree_grows(alt: int, mehr: int) -> None:
    orte = [*merkle.completed(0, alt), *merkle.completed(alt, alt + mehr)]
    assert len(orte) == len(set(orte))
    assert set(orte) == set(merkle.completed(0, alt + mehr))


def test_the_empty_tree(tmp_path: Path) -> None:
    assert merkle.root(tree(0)[1], 0).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
