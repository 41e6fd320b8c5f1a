"""An OCFL inventory as the specification wants it (https://ocfl.io/1.1/spec/#inventory), and what must agree inside it."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

Pfad = Annotated[str, StringConstraints(pattern=r"^(?!/)(?!.*/$)(?!.*//)(?!(.*/)?\.{1,2}(/|$))[^\0]+$")]
"""Relative, without empty parts and without parts that lead upwards."""
Zeit = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
Nummer = Annotated[str, StringConstraints(pattern=r"^v[1-9][0-9]*$")]
Sha512 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{128}$")]
Typ = Literal["https://ocfl.io/1.0/spec/#inventory", "https://ocfl.io/1.1/spec/#inventory"]


class _Streng(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, regex_engine="python-re")


class Wer(_Streng):
    """Who made a version."""

    name: Annotated[str, StringConstraints(min_length=1)]
    address: str | None = None


class Fassung(_Streng):
    """One version: digest to logical paths, and who made it when."""

    created: Zeit
    state: dict[Sha512, list[Pfad]]
    message: str | None = None
    user: Wer | None = None


class Inventar(_Streng):
    """The whole. SHA-512 only, and numbers without leading zeros: a Laufmappe writes nothing else."""

    id: Annotated[str, StringConstraints(min_length=1)]
    type: Typ
    digestAlgorithm: Literal["sha512"]  # noqa: N815 - the specification's name
    head: Nummer
    contentDirectory: Annotated[str, StringConstraints(pattern=r"^(?!\.{1,2}$)[^/]+$")] = "content"  # noqa: N815
    manifest: dict[Sha512, list[Pfad]]
    versions: Annotated[dict[Nummer, Fassung], Field(min_length=1)]
    fixity: dict[str, dict[str, list[Pfad]]] = Field(default_factory=dict)

    @property
    def nummern(self) -> list[str]:
        """Names of the versions, in order."""
        return sorted(self.versions, key=_number)

    def content(self) -> dict[str, str]:
        """Content path to digest (lower case)."""
        return {pfad: digest.lower() for digest, pfade in self.manifest.items() for pfad in pfade}

    def files(self, nummer: str) -> dict[str, str]:
        """Logical path to content path, of one version."""
        orte = {digest: pfade[0] for digest, pfade in self.manifest.items() if pfade}
        return {name: orte[d] for d, namen in self.versions[nummer].state.items() for name in namen if d in orte}

    def until(self, nummer: str) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """Manifest and versions as they were when that version was the newest."""
        bis = _number(nummer)
        da = {
            digest.lower(): sorted(pfad for pfad in pfade if _number(pfad.split("/", 1)[0]) <= bis)
            for digest, pfade in self.manifest.items()
        }
        versionen = {
            n: (f.created, f.message, f.user, {digest.lower(): sorted(namen) for digest, namen in f.state.items()})
            for n, f in self.versions.items()
            if _number(n) <= bis
        }
        return {digest: pfade for digest, pfade in da.items() if pfade}, versionen


def _number(nummer: str) -> int:
    ziffern = nummer[1:]
    return int(ziffern) if ziffern.isdecimal() else 0


_FORM: TypeAdapter[Inventar] = TypeAdapter(Inventar)


def parse(roh: Any) -> tuple[Inventar | None, list[str]]:
    """The inventory, if it has the prescribed form, and a sentence on everything that is wrong with it."""
    try:
        inventar = _FORM.validate_python(roh)
    except ValidationError as fehler:
        wo = {".".join(_short(str(teil)) for teil in fund["loc"]) or "das Ganze" for fund in fehler.errors(include_input=False)}
        return None, [f"„{feld}“ fehlt oder hat nicht die vorgeschriebene Form." for feld in sorted(wo)]
    return inventar, list(_contradictions(inventar))


def _short(teil: str) -> str:
    return f"{teil[:12]}…" if len(teil) > 40 else teil


def _contradictions(i: Inventar) -> Iterator[str]:
    if i.nummern != [f"v{nr}" for nr in range(1, len(i.versions) + 1)]:
        yield "Die Fassungen sind nicht fortlaufend nummeriert."
    if i.head != i.nummern[-1]:
        yield f"„head“ ist {i.head}, die neueste Fassung aber {i.nummern[-1]}."
    yield from _content_contradictions(i)
    digests = set(i.manifest)  # inside one inventory they are written alike
    genannt: set[str] = set()
    for nummer, fassung in i.versions.items():
        stand = set(fassung.state)
        genannt |= stand
        if len({digest.lower() for digest in stand}) != len(stand):
            yield f"{nummer}: eine Prüfsumme steht zweimal da."
        if fehlt := stand - digests:
            yield f"{nummer}: die Prüfsumme {min(fehlt)[:12]}… steht nicht im „manifest“."
        yield from (f"{nummer}: {satz}" for satz in _path_contradictions([n for namen in fassung.state.values() for n in namen]))
    if unbenutzt := digests - genannt:
        yield f"Die Datei mit der Prüfsumme {min(unbenutzt)[:12]}… gehört zu keiner Fassung."


def _content_contradictions(i: Inventar) -> Iterator[str]:
    if len({digest.lower() for digest in i.manifest}) != len(i.manifest):
        yield "Im „manifest“ steht eine Prüfsumme zweimal."
    if not all(i.manifest.values()):
        yield "Im „manifest“ steht eine Prüfsumme ohne Datei."
    pfade = [pfad for alle in i.manifest.values() for pfad in alle]
    yield from _path_contradictions(pfade)
    ort = re.compile(rf"^(v[1-9][0-9]*)/{re.escape(i.contentDirectory)}/.")
    for pfad in pfade:
        treffer = ort.match(pfad)
        if treffer is None or treffer[1] not in i.versions:
            yield f"„{pfad}“ liegt außerhalb der Inhalte einer Fassung."
    for art, block in i.fixity.items():
        if len({digest.lower() for digest in block}) != len(block):
            yield f"Unter „fixity“ ({art}) steht eine Prüfsumme zweimal."
        for pfad in sorted({p for alle in block.values() for p in alle} - set(pfade)):
            yield f"Unter „fixity“ ({art}) steht „{pfad}“, das es nicht gibt."


def _path_contradictions(pfade: Iterable[str]) -> Iterator[str]:
    alle = list(pfade)
    einmal = set(alle)
    if len(einmal) != len(alle):
        yield "Ein Dateiname steht zweimal da."
    ordner = {pfad[:stelle] for pfad in einmal for stelle, zeichen in enumerate(pfad) if zeichen == "/"}
    for pfad in sorted(einmal & ordner):
        yield f"„{pfad}“ ist zugleich Datei und Ordner."
