"""The operator's file: which groups give what, who a person is, and one sentence for each mistake in it."""

from pathlib import Path
from typing import Any

import pytest

from anmeldedienst import mapping
from einstellungen import EinstellungFehlt, from_environment
from haus import WURZEL
from schemas.akteur import Rolle
from schemas.regelwerk import Regelwerke
from tuer import Tuer
from web.anmeldung.session import Lebensdauer
from web.anmeldung.zuordnung import Zuordnung, load

ISSUER = "https://anmeldung.example/realms/rathaus"
GEHEIM = b"x" * 32


@pytest.fixture
def zuordnung(muster: Regelwerke, tmp_path: Path) -> Zuordnung:
    return load(mapping(tmp_path, ISSUER, '[personen]\n"ratsfrau@stadt.example" = "p-17"'), muster)


def test_groups_from_several_places(zuordnung: Zuordnung) -> None:
    claims: dict[str, Any] = {
        "groups": ["/rathaus/a46", "/rathaus", 7],
        "realm_access": {"roles": ["leitung-a46", "/rathaus/a46"]},
    }
    assert zuordnung.known_groups(claims) == ("/rathaus/a46", "leitung-a46")
    for nichts in (
        {},
        {"groups": None},
        {"groups": {"a": 1}},
        {"realm_access": "x"},
        {"realm_access": {"roles": 1}},
        {"groups": "unbekannt"},
    ):
        assert zuordnung.known_groups(nichts) == ()
    assert zuordnung.known_groups({"groups": "/rathaus/a46"}) == ("/rathaus/a46",)
    eigen = zuordnung.model_copy(update={"gruppen": ("https://stadt.example/rollen", "resource_access.laufmappe.roles")})
    assert eigen.known_groups({"https://stadt.example/rollen": ["leitung-a46"]}) == ("leitung-a46",)
    assert eigen.known_groups({"resource_access": {"laufmappe": {"roles": ["/kreis/dienst"]}}}) == ("/kreis/dienst",)


def test_a_group_counts_to_the_letter(zuordnung: Zuordnung) -> None:
    for fast in ("/rathaus/a46/", "/RATHAUS/A46", "rathaus/a46", "/rathaus/a46 ", "/rathaus/a4"):
        assert zuordnung.known_groups({"groups": [fast]}) == ()


def test_a_person_is_an_opaque_id(zuordnung: Zuordnung) -> None:
    def wer(sub: object, geheim: bytes = GEHEIM) -> str | None:
        return zuordnung.person_of({"sub": sub}, geheim)

    uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    assert wer(uuid) == uuid
    assert wer("ratsfrau@stadt.example") == "p-17"
    namen = [wer(sub) for sub in ("erika@stadt.example", "Erika", "erika muster", "laufmappe", "p-17", f"{uuid}\n", "x" * 81)]
    assert len(set(namen)) == 7 and all(name and name.startswith("p-") and len(name) == 34 for name in namen)
    assert wer("erika@stadt.example") == namen[0] != wer("erika@stadt.example", b"y" * 32)
    for niemand in (None, "", " ", 7, ["a"]):
        assert wer(niemand) is None


FEHLER = {
    "kein gültiges TOML": lambda t: t.replace("issuer =", "issuer"),
    "issuer fehlt": lambda t: t.replace(f'issuer = "{ISSUER}"', ""),
    "issuer muss mit https:// beginnen": lambda t: t.replace("https://anmeldung", "http://anmeldung"),
    "issuer muss mit https:// beginnen und einen Rechner": lambda t: t.replace(ISSUER, "https://"),
    "audience fehlt": lambda t: t.replace('audience = "laufmappe-api"', ""),
    "„audience“ und „client_id“ müssen sich unterscheiden": lambda t: t.replace("laufmappe-api", "laufmappe"),
    "isuer gibt es nicht; bitte die Schreibweise prüfen": lambda t: 'isuer = "x"\n' + t,
    r"rollen\[0\].rolle muss eines sein von .*'sachbearbeitung'": lambda t: t.replace('"sachbearbeitung"', '"chef"'),
    r"rollen\[0\].rolle „system“ ist die Laufmappe selbst": lambda t: t.replace('"sachbearbeitung"', '"system"'),
    r"rollen\[0\].stelle: „a-47“ steht nicht im Regelwerk": lambda t: t.replace('"a-46"', '"a-47"', 1),
    r"rollen\[0\].stelle darf nur aus Kleinbuchstaben": lambda t: t.replace('"a-46"', '"A 46"', 1),
    r"rollen\[2\].kommune: „kreis“ hat hier kein Regelwerk": lambda t: t.replace('"kreisstadt"', '"kreis"'),
    "rollen fehlt": lambda t: t.split("[[rollen]]")[0],
    "sitzung.untaetig_minuten muss mindestens 1 sein": lambda t: t + "[sitzung]\nuntaetig_minuten = 0\n",
    "personen.wer darf nur aus Kleinbuchstaben": lambda t: t + '[personen]\nwer = "Wer Da"\n',
}


@pytest.mark.parametrize("satz", FEHLER)
def test_each_mistake_is_one_sentence(muster: Regelwerke, tmp_path: Path, satz: str) -> None:
    datei = mapping(tmp_path, ISSUER)
    datei.write_text(FEHLER[satz](datei.read_text()))
    with pytest.raises(EinstellungFehlt, match=satz) as fehler:
        load(datei, muster)
    text = str(fehler.value)
    assert text.startswith(f"Die Anmeldedatei („{datei}“, LAUFMAPPE_ANMELDUNG) ist") and text.endswith(".") and "\n" not in text


def test_roles_whose_office_the_rules_need_not_know(muster: Regelwerke, tmp_path: Path) -> None:
    datei = mapping(tmp_path, ISSUER)
    datei.write_text(
        datei.read_text().replace('rolle = "sachbearbeitung"\nstelle = "a-46"', 'rolle = "rechnungspruefung"\nstelle = "a-14"')
    )
    assert load(datei, muster).rollen[0].stelle == "a-14"


def test_files_that_cannot_be_read(muster: Regelwerke, tmp_path: Path) -> None:
    with pytest.raises(EinstellungFehlt, match="nicht lesbar"):
        load(tmp_path / "fehlt.toml", muster)
    (tmp_path / "latin.toml").write_bytes("# für".encode("latin-1"))
    with pytest.raises(EinstellungFehlt, match="UTF-8"):
        load(tmp_path / "latin.toml", muster)
    datei = mapping(tmp_path, ISSUER, f'zertifikate = "{tmp_path / "fehlt"}"')
    with pytest.raises(EinstellungFehlt, match="PEM-Datei"):
        Tuer(muster, tmp_path, datei=datei)
    datei = mapping(tmp_path, ISSUER)
    for inhalt in ("", "geheim-ß"):
        (tmp_path / "client-secret").write_text(inhalt)
        with pytest.raises(EinstellungFehlt, match="client_secret_datei"):
            Tuer(muster, tmp_path, datei=datei)
    (tmp_path / "client-secret").unlink()
    with pytest.raises(EinstellungFehlt, match="client_secret_datei"):
        Tuer(muster, tmp_path, datei=datei)


def test_the_example_of_the_guide(muster: Regelwerke, tmp_path: Path) -> None:
    text = (WURZEL / "docs" / "anmeldung.md").read_text(encoding="utf-8")
    teil = text[text.index("## Die Datei") : text.index("- **Gruppen**")]
    beispiel = tmp_path / "beispiel.toml"
    beispiel.write_text("\n".join(zeile[4:] for zeile in teil.splitlines() if zeile.startswith("    ")), encoding="utf-8")
    zuordnung = load(beispiel, muster)
    assert zuordnung.granted("p", ("/rathaus/amt-46", "/rat/mitglieder")).kommunen == ("staedteregion-aachen",)
    assert zuordnung.dauer == Lebensdauer() and zuordnung.gruppen == Zuordnung.model_fields["gruppen"].default
    assert all(f"`{rolle}`" in text for rolle in Rolle if rolle is not Rolle.SYSTEM)


def test_settings_from_the_environment(tmp_path: Path) -> None:
    geheim = tmp_path / "geheim"
    geheim.write_text("ab" * 32)
    umgebung = {
        "LAUFMAPPE_ANMELDUNG": "anmeldung.toml",
        "LAUFMAPPE_SITZUNG_SCHLUESSEL_DATEI": str(geheim),
        "LAUFMAPPE_PROXYS": "10.0.0.5, 2001:db8::/32",
    }
    e = from_environment(tmp_path / "daten", umgebung)
    assert e.anmeldung == Path("anmeldung.toml").absolute() and e.proxys == ("10.0.0.5/32", "2001:db8::/32")
    assert e.sitzung_schluessel and "abab" not in repr(e)
    assert from_environment(tmp_path, {}).proxys == ()
    with pytest.raises(EinstellungFehlt, match="LAUFMAPPE_PROXYS passt nicht"):
        from_environment(tmp_path, {"LAUFMAPPE_PROXYS": "der-proxy"})
