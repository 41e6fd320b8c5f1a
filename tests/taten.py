"""What a forger may do to a store: each kind of change with the place at which the verifier must tell it."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from archive.aufbau import BELEG, INVENTAR
from archive.ocfl import _sidecar
from archive.paket import _line
from beweis.kopf import Inhalt
from beweis.vergessen import replaced
from faelscher import (
    Faelscher,
    Tat,
    backdated,
    change_inventories,
    forge,
    mend,
    rechained,
    rewrite,
    with_content,
    write_inventory,
)
from lifecycle.kerne import kern_of
from pruefer.bericht import Art, Befund
from verwahrung import Verlauf, Verwahrung


class Unmoeglich(Exception):
    """This would change nothing, or nothing that a forger could build on."""


def _at_file(objekt: Path, datei: Path) -> Callable[[Befund], bool]:
    """A finding that names this file of a package: by its content path, or by version and logical name."""
    ort = datei.relative_to(objekt).as_posix()
    _, _, rest = ort.partition("/")
    name = rest.removeprefix("content/") if rest else ort

    if name == BELEG:  # of the two that do not fit together nobody can say which was changed
        return lambda b: b.datei in (BELEG, INVENTAR)

    def trifft(b: Befund) -> bool:
        # content that several versions share lies with the first; whichever names it is right
        return b.datei in (ort, name, rest) or (name == "verlauf.jsonl" and b.eintrag is not None)

    return trifft


def _near(eintrag: int) -> Callable[[Befund], bool]:
    return lambda b: b.eintrag is not None and eintrag <= b.eintrag <= eintrag + 1


def _files(f: Faelscher, objekt: Path) -> list[Path]:
    return sorted(p for p in objekt.rglob("*") if p.is_file())


def _any_package(f: Faelscher) -> tuple[str, Path]:
    workflow = f.wuerfel.choice(sorted(f.ordner))
    return workflow, f.ordner[workflow]


# --- bytes ----------------------------------------------------------------------------------------------------------------


def flip_any(f: Faelscher, vw: Verwahrung) -> Tat:
    """Any byte of any file of a package, nothing mended."""
    _, objekt = _any_package(f)
    datei = f.wuerfel.choice(_files(f, objekt))
    stelle = f.flip(datei)
    return Tat(f"Byte {stelle} von {datei.relative_to(objekt)}", objekt, _at_file(objekt, datei))


def flip_mended(f: Faelscher, vw: Verwahrung) -> Tat:
    """The same, and inventories mended."""
    _, objekt = _any_package(f)
    datei = f.wuerfel.choice([d for d in _files(f, objekt) if "content" in d.relative_to(objekt).parts])
    stelle = f.flip(datei)
    mend(objekt)
    return Tat(f"Byte {stelle} von {datei.relative_to(objekt)}, Inventar geflickt", objekt, _at_file(objekt, datei))


def flip_inventory(f: Faelscher, vw: Verwahrung) -> Tat:
    """A byte of an inventory, its sidecar mended, the copy in the newest version too."""
    _, objekt = _any_package(f)
    inventare = sorted(objekt.rglob(INVENTAR))
    datei = f.wuerfel.choice(inventare)
    stelle = f.flip(datei)
    daten = datei.read_bytes()
    kopf = json.loads((f.echt / objekt.relative_to(f.vw.ordner) / INVENTAR).read_bytes())["head"]
    zugleich = [objekt, objekt / kopf] if datei.parent in (objekt, objekt / kopf) else [datei.parent]
    for ordner in zugleich:
        rewrite(ordner / INVENTAR, daten)
        rewrite(ordner / f"{INVENTAR}.sha512", _sidecar(daten))
    return Tat(f"Byte {stelle} von {datei.relative_to(objekt)}, Beleg geflickt", objekt, lambda b: b.datei is not None)


def flip_store(f: Faelscher, vw: Verwahrung) -> Tat:
    """A byte of the store's own files."""
    wurzel = f.vw.pakete
    datei = f.wuerfel.choice([*wurzel.glob("0=*"), wurzel / "ocfl_layout.json", *wurzel.glob("extensions/*/*")])
    f.flip(datei)
    name = datei.relative_to(wurzel).as_posix()
    return Tat(f"Byte von {name}", wurzel, lambda b: b.datei == name)


def flip_checkpoint(f: Faelscher, vw: Verwahrung) -> Tat:
    """A byte of a checkpoint that the auditor keeps: then it is none."""
    datei = f.wuerfel.choice(f.vw.eigene)
    f.flip(datei)
    return Tat(f"Byte von {datei.name}", f.vw.pakete, lambda b: b.datei == datei.name)


# --- the list of leaves -----------------------------------------------------------------------------------------------------


def _at_leaf(f: Faelscher, nr: int) -> Callable[[Befund], bool]:
    """The entry whose leaf it is, or the range of leaves that holds it, or the line."""
    seq = next((seq for (w, seq), platz in f.vw.nummern.items() if platz == nr and w in f.vw.fassungen), None)

    def trifft(b: Befund) -> bool:
        zahlen = [int(wort) for wort in b.satz.replace(";", " ").split() if wort.isdecimal()]
        bereich = "der Blätter" in b.satz and zahlen[-2] <= nr + 1 <= zahlen[-1]
        return b.eintrag == seq if seq and b.eintrag else bereich or f"Zeile {nr + 1} " in b.satz

    return trifft


def flip_leaf(f: Faelscher, vw: Verwahrung) -> Tat:
    stelle = f.flip(f.vw.liste)
    return Tat(f"Blattliste, Byte {stelle}", f.vw.pakete, _at_leaf(f, stelle // 65))


def cut_list(f: Faelscher, vw: Verwahrung) -> Tat:
    """Some bytes, or whole lines, from its end."""
    daten = f.vw.liste.read_bytes()
    weg = f.wuerfel.choice([f.wuerfel.randrange(1, 65), 65 * f.wuerfel.randrange(1, len(daten) // 65)])
    rewrite(f.vw.liste, daten[:-weg])
    return Tat(f"Blattliste um {weg} Byte gekürzt", f.vw.pakete, lambda b: "Blattliste" in b.satz)


def reorder_list(f: Faelscher, vw: Verwahrung) -> Tat:
    """Two lines swapped, one left out, or one twice."""
    zeilen = f.vw.liste.read_bytes().splitlines(keepends=True)
    i, j = sorted(f.wuerfel.sample(range(len(zeilen)), 2))
    art = f.wuerfel.choice(["tauschen", "weglassen", "verdoppeln"])
    if art == "tauschen":
        zeilen[i], zeilen[j] = zeilen[j], zeilen[i]
    elif art == "weglassen":
        del zeilen[i]
    else:
        zeilen.insert(i, zeilen[i])
    rewrite(f.vw.liste, b"".join(zeilen))
    return Tat(f"Blattliste, Zeile {i + 1}: {art}", f.vw.pakete, lambda b: b.art in (Art.VERZEICHNIS, Art.UNBEWIESEN))


# --- entries --------------------------------------------------------------------------------------------------------------


def _changed(f: Faelscher, verlauf: Verlauf) -> tuple[str, int, Verlauf]:
    """What, at which entry first, and the entries then: dropped, doubled, swapped, other content, other salt, another time."""
    neu, i = list(verlauf), f.wuerfel.randrange(len(verlauf))
    kopf, inhalt = neu[i]
    art = f.wuerfel.choice(["weglassen", "verdoppeln", "tauschen", "Inhalt", "Salz", "rückdatieren"])
    if art == "weglassen":
        del neu[i]
    elif art == "verdoppeln":
        neu.insert(i, neu[i])
        i += 1
    elif art == "tauschen":
        if i + 1 == len(neu):
            raise Unmoeglich
        neu[i], neu[i + 1] = neu[i + 1], neu[i]
    elif art == "rückdatieren":
        neu[i] = backdated(kopf, f.wuerfel.randrange(1, 400)), inhalt
    else:
        neu[i] = kopf, _other_content(f, inhalt, nur_salz=art == "Salz")
    return f"{art} bei Eintrag {i + 1}", i + 1, neu


def _other_content(f: Faelscher, inhalt: Inhalt, *, nur_salz: bool) -> Inhalt:
    texte = [name for name, feld in inhalt.felder.items() if isinstance(feld.wert, str) and name in ("betreff", "grund")]
    felder = sorted(inhalt.felder) if nur_salz else texte
    if not felder:
        raise Unmoeglich
    name = f.wuerfel.choice(felder)
    feld = inhalt.felder[name]
    neu = {"salz": f.wuerfel.randbytes(32).hex()} if nur_salz else {"wert": "Etwas anderes"}
    return Inhalt(felder=inhalt.felder | {name: feld.model_copy(update=neu)})


def _lines(verlauf: Verlauf) -> bytes:
    return b"".join(_line(*e) for e in verlauf)


def entries(f: Faelscher, vw: Verwahrung) -> Tat:
    """Lines of a Verlauf changed; inventories mended or not."""
    workflow, objekt = _any_package(f)
    datei = max(objekt.rglob("verlauf.jsonl"))
    was, eintrag, neu = _changed(f, f.vw.verlauf[workflow])
    rewrite(datei, _lines(neu))
    if f.wuerfel.random() < 0.2:
        return Tat(f"{was}, nichts geflickt", objekt, _at_file(objekt, datei))
    mend(objekt)
    # a missing last line is seen at the proof, whose leaf it was
    trifft = (lambda b: b.art is Art.NACHWEIS) if eintrag > len(neu) else _near(eintrag)
    return Tat(f"{was}, Inventar geflickt", objekt, trifft)


def rehashed(koennen: str) -> Callable[[Faelscher, Verwahrung], Tat]:
    """The same with everything worked out anew that he can work out."""

    def tat(f: Faelscher, vw: Verwahrung) -> Tat:
        workflow, objekt = _any_package(f)
        was, eintrag, neu = _changed(f, f.vw.verlauf[workflow])
        i = eintrag - 1
        if "Inhalt" in was or "Salz" in was:
            kopf, inhalt = neu[i]
            name = next(n for n, feld in inhalt.felder.items() if feld != f.vw.verlauf[workflow][i][1].felder[n])
            neu[i] = with_content(kopf, inhalt, name, inhalt.felder[name].wert)
        if eintrag > len(neu):  # without its seal it is no package, or an earlier version: see what cannot be found
            raise Unmoeglich
        if koennen == "alles" and f.vw.nummern.get((workflow, eintrag), len(f.vw.blaetter)) >= f.vw.punkte[-1].groesse:
            raise Unmoeglich  # what is younger than the auditor's newest checkpoint can be what it likes
        try:
            forge(f, vw, workflow, rechained(workflow, neu), koennen)
        except Exception:  # noqa: BLE001 - nobody can build on entries from which no state follows
            raise Unmoeglich from None
        pfad = f.vw.pakete if koennen == "alles" else objekt
        return Tat(f"{workflow}: {was}, mit „{koennen}“", pfad, _near(eintrag))

    return tat


def undeclared(f: Faelscher, vw: Verwahrung) -> Tat:
    """Content left out as if it had been deleted by order, and everything shown worked out without it."""
    workflow, _ = _any_package(f)
    verlauf = list(f.vw.verlauf[workflow])
    i = f.wuerfel.randrange(len(verlauf))
    kopf, inhalt = verlauf[i]
    felder = [n for n, feld in inhalt.felder.items() if n in ("betreff", "grund", "siegel", "akteur.person", "verlangt")]
    if not felder:
        raise Unmoeglich
    weg = f.wuerfel.choice(felder)
    ersatz = replaced(kern_of(workflow).befehle[kopf.art], weg, inhalt.felder[weg].wert, [""])
    verlauf[i] = kopf, Inhalt(felder={k: v for k, v in inhalt.felder.items() if k != weg}, ersatz=inhalt.ersatz | {weg: ersatz})
    vw.verlauf = vw.verlauf | {workflow: verlauf}
    shutil.rmtree(f.ordner[workflow])
    vw.write_package(workflow)
    return Tat(f"{workflow}: „{weg}“ von Eintrag {i + 1} fehlt", f.ordner[workflow], lambda b: b.eintrag == i + 1)


def smuggled(f: Faelscher, vw: Verwahrung) -> Tat:
    """Something put in the place of content that is there, or that the entry never had, as if it stood for what was deleted."""
    workflow, _ = _any_package(f)
    verlauf = list(f.vw.verlauf[workflow])
    i = f.wuerfel.randrange(len(verlauf))
    kopf, inhalt = verlauf[i]
    name = f.wuerfel.choice(["betreff", "grund", "abweichung", "akteur.person"])
    verlauf[i] = kopf, inhalt.model_copy(update={"ersatz": inhalt.ersatz | {name: "untergeschoben"}})
    vw.verlauf = vw.verlauf | {workflow: verlauf}
    shutil.rmtree(f.ordner[workflow])
    try:
        vw.write_package(workflow)
    except Exception:  # noqa: BLE001 - from this no state follows
        raise Unmoeglich from None
    return Tat(f"{workflow}: „{name}“ bei Eintrag {i + 1} untergeschoben", f.ordner[workflow], lambda b: b.eintrag == i + 1)


# --- documents and packages -------------------------------------------------------------------------------------------------


def documents(f: Faelscher, vw: Verwahrung) -> Tat:
    """A document exchanged under its name, given its own name, taken out, or one put in; inventories mended."""
    objekt = f.wuerfel.choice([o for o in f.ordner.values() if any(o.rglob("dokumente/*"))])
    datei = f.wuerfel.choice(sorted(objekt.rglob("dokumente/*")))
    art = f.wuerfel.choice(["austauschen", "umbenennen", "entfernen", "dazulegen"])
    name = f"dokumente/{datei.name}"
    if art == "austauschen":
        rewrite(datei, datei.read_bytes() + b"!")
        mend(objekt)
    elif art == "entfernen":
        datei.unlink()
        mend(objekt)
    else:
        anderer = f"{f.wuerfel.randrange(16**64):064x}"
        _add_name(objekt, name, f"dokumente/{anderer}", ersetzen=art == "umbenennen")
        name = name if art == "umbenennen" else f"dokumente/{anderer}"
    trifft = _at_file(objekt, datei) if art == "austauschen" else lambda b: b.datei is not None and b.datei.endswith(name)
    return Tat(f"Dokument {art}: {datei.relative_to(objekt)}", objekt, lambda b: b.art is not Art.FORM and trifft(b))


def _add_name(objekt: Path, alt: str, neu: str, *, ersetzen: bool) -> None:
    inventar = json.loads((objekt / INVENTAR).read_bytes())
    kopf = inventar["versions"][inventar["head"]]["state"]
    if not any(alt in namen for namen in kopf.values()):
        raise Unmoeglich

    def aendern(i: dict[str, object]) -> None:
        for namen in i["versions"][i["head"]]["state"].values():  # type: ignore[index]
            if alt in namen:
                namen.append(neu)
                if ersetzen:
                    namen.remove(alt)

    change_inventories(objekt, aendern)


def swap_packages(f: Faelscher, vw: Verwahrung) -> Tat:
    """Two packages in each other's place; their ids mended or not."""
    (_, links), (_, rechts) = f.wuerfel.sample(sorted(f.ordner.items()), 2)
    zwischen = f.vw.ordner / "zwischen"
    links.rename(zwischen)
    rechts.rename(links)
    zwischen.rename(rechts)
    if f.wuerfel.random() < 0.5:
        return Tat("Pakete vertauscht", f.vw.pakete, lambda b: b.datei in (links.name, rechts.name))
    kennungen = {ort: json.loads((ort / INVENTAR).read_bytes())["id"] for ort in (links, rechts)}
    for ort, anderer in ((links, rechts), (rechts, links)):
        for datei in sorted(ort.rglob(INVENTAR)):
            inventar = json.loads(datei.read_bytes()) | {"id": kennungen[anderer]}
            write_inventory(datei.parent, inventar)
    return Tat(
        "Pakete vertauscht, Kennungen geflickt", f.vw.pakete, lambda b: b.datei == "verlauf.jsonl" and "anderen Vorgang" in b.satz
    )


def stray_file(f: Faelscher, vw: Verwahrung) -> Tat:
    """A file where none belongs, in a package or beside."""
    ordner = f.wuerfel.choice([p for p in (f.vw.pakete, *f.vw.pakete.rglob("*")) if p.is_dir()])
    rewrite(ordner / "notiz.txt", b"x")
    return Tat(f"Datei in {ordner.name}", f.vw.pakete, lambda b: b.datei is not None and b.datei.endswith("notiz.txt"))


TATEN: Mapping[str, tuple[int, Callable[[Faelscher, Verwahrung], Tat]]] = {
    "ein Byte": (6, flip_any),
    "ein Byte, Inventar geflickt": (6, flip_mended),
    "ein Byte im Inventar": (3, flip_inventory),
    "ein Byte des Lagers": (1, flip_store),
    "ein Byte eines eigenen Prüfpunkts": (1, flip_checkpoint),
    "ein Byte der Blattliste": (2, flip_leaf),
    "Blattliste gekürzt": (1, cut_list),
    "Blattliste umgestellt": (1, reorder_list),
    "Einträge": (5, entries),
    "Einträge, alles nachgerechnet": (3, rehashed("kette")),
    "Einträge, fremder Schlüssel": (3, rehashed("fremd")),
    "Einträge, echter Schlüssel": (3, rehashed("schluessel")),
    "Einträge, echter Schlüssel, alles umgeschrieben": (3, rehashed("alles")),
    "Inhalt unbefugt gelöscht": (2, undeclared),
    "Ersatz untergeschoben": (2, smuggled),
    "Dokumente": (3, documents),
    "Pakete vertauscht": (1, swap_packages),
    "fremde Datei": (1, stray_file),
}
"""Kind of change, how often it comes, and how it is done."""
