"""Ways of a paper through the running town hall, as tests walk them."""

from typing import Any

from rathaus import AL, DEZERNAT, DIENST, LEITUNG, SB, SB2, SCHRIFT, VORSITZ
from temporal import Amt, spaeter
from welt import wer

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
    await minuted(amt, s)


async def minuted(amt: Amt, s: str) -> None:
    """The meeting closed, its minutes signed."""
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


async def eingegangen(amt: Amt, **felder: Any) -> str:
    """A motion or question of a Fraktion, taken in."""
    text = amt.lm.store_section("Antragstext", "Wie viele Bäume hat die Stadt?\n")
    voll = {
        "vorlageart": "anfrage",
        "betreff": "Bäume",
        "absender": ({"art": "fraktion", "kennung": "fraktion-a", "name": "Fraktion A"},),
        "eingangsweg": "e_mail",
        "abschnitte": (text,),
        "beratungsfolge": ({"gremium": "rat", "rolle": "Kenntnisnahme"},),
    }
    return await amt.create("vorlage", "entgegennehmen", DIENST, **{**voll, **felder})


async def beantwortete_anfrage(ort: Amt) -> tuple[str, str, str]:
    """A question that came late, its answer, and the meeting that took note of both, all closed: in a town with deadlines."""
    s = await ort.create("sitzung", "planen", DIENST, gremium="rat", beginn=spaeter(5))
    a = await eingegangen(ort, sitzung=kennung(s))
    v = await freigegeben(ort, beratungsfolge=({"gremium": "rat", "rolle": "Kenntnisnahme"},))
    await ort.act(v, "verknuepfen", SB, als="beantwortet", mit=kennung(a))
    for vorgang in (a, v):
        await ort.act(vorgang, "formal_annehmen", DIENST)
        await ort.act(vorgang, "anmelden", DIENST, sitzung=kennung(s), beratung=1)
        await ort.until(s, lambda z: bool(z.anmeldungen))
        await ort.act(s, "aufnehmen", DIENST, vorlage=kennung(vorgang), abweichung="der Rat wartet darauf")
    await ort.act(s, "tagesordnung_festsetzen", VORSITZ)
    await ort.act(s, "tagesordnung_zustimmen", LEITUNG)
    await ort.act(s, "einladen", DIENST, abweichung="eilt")
    await ort.act(s, "eroeffnen", VORSITZ)
    for vorgang in (a, v):
        await ort.act(s, "ergebnis", SCHRIFT, vorlage=kennung(vorgang), wortlaut="zur Kenntnis genommen")
    await minuted(ort, s)
    for vorgang in (a, v, s):
        await ort.lm.ended(vorgang, 30)
    return a, v, s


async def zurueckgezogener_antrag(ort: Amt) -> str:
    """A motion that is given back, changed before and after it was accepted, and withdrawn, all by who sent it."""
    fraktion = wer("p-f", "fraktion-a", "fraktion")
    a = await eingegangen(ort, vorlageart="antrag")
    await ort.act(a, "zurueckgeben", DIENST, grund="Unterschrift fehlt")
    await ort.act(a, "antrag_aendern", DIENST, betreff="Mehr Bäume", grund="nachgereicht von der Fraktion")
    await ort.act(a, "formal_annehmen", DIENST)
    text = ort.lm.store_section("Antragstext", "Hundert Bäume, bitte.\n")
    await ort.act(a, "antrag_aendern", fraktion, abschnitte=(text,), grund="genauer")
    await ort.act(a, "zurueckziehen", fraktion, grund="erledigt")
    await ort.lm.ended(a, 30)
    return a


def past_step(art: str, tag: str, von: tuple[str, str, str], **felder: Any) -> dict[str, Any]:
    """One step of a past, for ``nacherfassen``."""
    akteur = dict(zip(("person", "stelle", "rolle"), von, strict=True))
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
