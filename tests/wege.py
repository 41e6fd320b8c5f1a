"""Ways of a paper through the running town hall, as tests walk them."""

from typing import Any

from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ
from temporal import Amt, spaeter

SACHLAGE = "Die Lage ist ernst, aber nicht hoffnungslos.\n"


async def entwurf(amt: Amt, **felder: Any) -> str:
    """A draft of A 46."""
    abschnitt = amt.lm.store_section("Sachlage", SACHLAGE)
    voll = {
        "vorlageart": "mitteilungsvorlage",
        "betreff": "Geheimwort-Betreff",
        "federfuehrend": "a-46",
        "abschnitte": (abschnitt,),
        "beratungsfolge": ({"gremium": "sozialausschuss", "rolle": "Kenntnisnahme"},),
    }
    return await amt.create("vorlage", "entwerfen", SB, **{**voll, **felder})


async def freigegeben(amt: Amt, **felder: Any) -> str:
    """A paper that has gone its signing path and is released."""
    v = await entwurf(amt, **felder)
    await amt.act(v, "einreichen", SB)
    for akteur in (SB2, AL, DEZERNAT):
        await amt.act(v, "mitzeichnen", akteur)
    await amt.act(v, "freigeben", LEITUNG)
    return v


async def eingeladen(amt: Amt, v: str, gremium: str = "sozialausschuss") -> str:
    """A meeting with the paper on its agenda, invited."""
    s = await amt.create("sitzung", "planen", DIENST, gremium=gremium, beginn=spaeter(14))
    await amt.act(v, "anmelden", SB, sitzung=kennung(s), beratung=1)
    await amt.until(s, lambda z: bool(z.anmeldungen))
    await amt.act(s, "aufnehmen", DIENST, vorlage=kennung(v), nummer="Ö 12")
    await amt.act(s, "einladen", DIENST)
    return s


async def getagt(amt: Amt, s: str, wortlaut: str = "zur Kenntnis genommen") -> None:
    """The meeting held, its minutes signed."""
    await amt.act(s, "eroeffnen", VORSITZ)
    await amt.act(s, "ergebnis", SCHRIFT, top=1, wortlaut=wortlaut)
    await amt.act(s, "schliessen", VORSITZ)
    text = amt.lm.store_section("Niederschrift", "Zur Kenntnis genommen.\n")
    await amt.act(s, "niederschrift_erfassen", SCHRIFT, text={"digest": text.digest, "groesse": text.groesse})
    for akteur in (SCHRIFT, VORSITZ):
        await amt.act(s, "niederschrift_unterzeichnen", akteur, original="Sitzungsakte")


async def ganzer_weg(amt: Amt, **felder: Any) -> tuple[str, str]:
    """From draft to package; returns paper and meeting."""
    v = await freigegeben(amt, **felder)
    s = await eingeladen(amt, v)
    await getagt(amt, s)
    await amt.lm.ended(v, 30)
    await amt.lm.ended(s, 30)
    return v, s


def past_step(art: str, tag: str, wer: tuple[str, str, str], **felder: Any) -> dict[str, Any]:
    """One step of a past, for ``nacherfassen``."""
    akteur = dict(zip(("person", "stelle", "rolle"), wer, strict=True))
    return {"art": art, "geschehen": f"{tag}T09:00:00+00:00", "akteur": akteur, **felder}


def closed_past(abschnitte: list[dict[str, Any]], betreff: str = "Sachstand von 2009", **felder: Any) -> list[dict[str, Any]]:
    """A paper of 2009 from its draft to its end."""
    stand = {
        "sitzung": "alt-1", "top": 1, "revision": 1, "nummer": "Ö 3", "beginn": "2009-04-02T16:00:00+00:00", "anlass": "Sitzung",
        "gremium": {"id": "sozialausschuss", "name": "Sozialausschuss"}, "oeffentlich": felder.get("oeffentlich", True),
        "status": "behandelt", "beschluss": {"wortlaut": "zur Kenntnis genommen", "klasse": "noted"},
        "sitzung_beendet": True, "sitzung_status": "öffentlich (Sitzung abgeschlossen)",
    }  # fmt: skip
    sb, leitung = ("p-1", "a-46", "sachbearbeitung"), ("p-3", "verwaltungsleitung", "verwaltungsleitung")
    return [
        past_step("entwerfen", "2009-03-02", sb, vorlageart="mitteilungsvorlage", betreff=betreff, federfuehrend="a-46",
                  abschnitte=abschnitte, beratungsfolge=[{"gremium": "sozialausschuss"}], **felder),
        past_step("einreichen", "2009-03-03", sb),
        past_step("freigeben", "2009-03-05", leitung, abweichung="vor der Laufmappe"),
        past_step("behandlung_nacherfassen", "2009-04-02", ("p-5", "a-10", "sitzungsdienst"), stand=stand),
    ]  # fmt: skip


def kennung(workflow: str) -> str:
    return workflow.rsplit("/", 1)[-1]
