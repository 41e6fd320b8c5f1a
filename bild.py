"""The picture of the lifecycle, drawn from the rules themselves: ``von``, ``nach`` and ``legt_an`` of every command.

``python bild.py`` (``make bild``) writes it into the README (the paper) and into ``docs/lebenslauf.md`` (all cases). A test holds both
against the rules.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from lifecycle import auftrag, aussonderung, sitzung, vorlage
from lifecycle.kern import Kern, Kommando
from lifecycle.rechte import for_people
from schemas.auftrag import Stufe as Auftragsstufe
from schemas.aussonderung import Stufe as Aussonderungsstufe
from schemas.sitzung import Stufe as Sitzungsstufe
from schemas.vorlage import Stufe as Vorlagestufe

VON, BIS = "<!-- Bild: Anfang -->", "<!-- Bild: Ende -->"
WURZEL = Path(__file__).parent
FAELLE: dict[str, tuple[Kern, type[StrEnum]]] = {  # type: ignore[type-arg]  # four kinds of state in one table
    "Vorlage": (vorlage.KERN, Vorlagestufe),
    "Sitzung": (sitzung.KERN, Sitzungsstufe),
    "Auftrag": (auftrag.KERN, Auftragsstufe),
    "Aussonderung": (aussonderung.KERN, Aussonderungsstufe),
}


OFFEN = "offen"
"""Name of the box around all stages that are not an end."""


def _open(kern: Kern, stufen: type[StrEnum]) -> tuple[str, ...]:  # type: ignore[type-arg]
    return tuple(s.value for s in stufen if s.value not in kern.enden)


def _from(klasse: type[Kommando], offen: tuple[str, ...]) -> tuple[str, ...]:  # type: ignore[type-arg]
    return tuple(s.value if isinstance(s, StrEnum) else s for s in sorted(klasse.von)) if klasse.von is not None else offen


def _arrows(kern: Kern, stufen: type[StrEnum]) -> Iterator[tuple[str, str, str]]:  # type: ignore[type-arg]
    """(from, to, command), as the rules' tables say.

    What is possible from every open stage starts at the box around them. What is recorded at any stage because it is so
    elsewhere is drawn where it is expected: from the stage before. Reopening is said in words, not drawn.
    """
    offen = _open(kern, stufen)
    reihe = [s.value for s in stufen]
    for art, klasse in kern.befehle.items():
        if klasse.legt_an:
            yield from (("[*]", str(nach), art) for nach in sorted(klasse.targets(OFFEN)))
        if klasse.legt_an or klasse.oeffnet:
            continue
        ziele = {(von, str(nach)) for von in _from(klasse, offen) for nach in klasse.targets(von) if von != nach}
        for nach in sorted({nach for _, nach in ziele}, key=reihe.index):
            von = [v for v in reihe if (v, nach) in ziele]
            if set(von) == set(offen):
                yield OFFEN, nach, art
            elif klasse.tatsache and nach in offen:
                yield reihe[reihe.index(nach) - 1], nach, art
            else:
                yield from ((v, nach, art) for v in von)


def picture(name: str) -> str:
    """One state machine as a mermaid diagram."""
    kern, stufen = FAELLE[name]
    befehle: dict[tuple[str, str], list[str]] = defaultdict(list)
    for von, nach, art in _arrows(kern, stufen):
        wort = art.replace("_", " ")
        befehle[von, nach].append(wort if for_people(art) else f"({wort})")
    pfeile = [f"{von} --> {nach}: {', '.join(sorted(arten))}" for (von, nach), arten in befehle.items()]
    offen = _open(kern, stufen)
    innen = [p for p in pfeile if p.split(" ")[0] in (*offen, "[*]") and p.split(" ")[2].rstrip(":") in offen]
    namen = {s.value: f"{s.value}: {s.anzeige}" for s in stufen}  # type: ignore[attr-defined]  # every Stufe has it
    zeilen = [
        "stateDiagram-v2",
        f"    state {OFFEN} {{",
        *(f"        {namen[s]}" for s in offen),
        *(f"        {p}" for p in innen),
        "    }",
        *(f"    {namen[s.value]}" for s in stufen if s.value not in offen),
        *(f"    {p}" for p in pfeile if p not in innen),
    ]
    return "```mermaid\n" + "\n".join(zeilen) + "\n```"


def readme(alt: str) -> str:
    """The README with today's picture between its two marks."""
    davor, _, rest = alt.partition(VON)
    _, _, danach = rest.partition(BIS)
    return f"{davor}{VON}\n{picture('Vorlage')}\n{BIS}{danach}"


def page() -> str:
    """``docs/lebenslauf.md``: all four machines, and what each command is for."""
    teile = [
        "# Lebensläufe",
        "Gezeichnet aus den Regeln (`make bild`); bitte nicht von Hand ändern.",
        "In Klammern steht, was die Laufmappe sich selbst meldet. Aus jedem Ende führt nur `wiederaufnehmen` zurück.",
    ]
    for name, (kern, _) in FAELLE.items():
        befehle = "\n".join(
            f"| `{art.replace('_', '-')}` | {(klasse.__doc__ or '').strip().splitlines()[0]} |"
            for art, klasse in sorted(kern.befehle.items())
            if for_people(art)
        )
        teile.append(f"## {name}\n\n{picture(name)}\n\n| Befehl | wozu |\n|---|---|\n{befehle}")
    return "\n\n".join(teile) + "\n"


def targets() -> dict[Path, str]:
    """Every file with a picture, and what it should hold."""
    liesmich = WURZEL / "README.md"
    return {liesmich: readme(liesmich.read_text(encoding="utf-8")), WURZEL / "docs" / "lebenslauf.md": page()}


def main() -> None:
    """Writes the pictures; says which files changed."""
    for pfad, soll in targets().items():
        if not pfad.exists() or pfad.read_text(encoding="utf-8") != soll:
            pfad.parent.mkdir(exist_ok=True)
            pfad.write_text(soll, encoding="utf-8")
            sys.stdout.write(f"{pfad.name} neu gezeichnet\n")


if __name__ == "__main__":
    main()
