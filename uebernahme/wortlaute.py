"""What class an outcome has, by its wording: one table of phrases. What it does not know stays unknown; nobody guesses for a town."""

import re

from schemas.beratung import Klasse

PHRASEN: tuple[tuple[str, Klasse], ...] = (
    (r"zurückgezogen|zurückgenommen", Klasse.WITHDRAWN),
    (r"abgesetzt|von der tagesordnung (ab|genommen)", Klasse.REMOVED),
    (r"vertagt|zurückgestellt|verschoben", Klasse.DEFERRED),
    (r"verwiesen|überwiesen|verweisung", Klasse.REFERRED),
    (r"\bungeändert (beschlossen|empfohlen|angenommen)|\bunverändert (beschlossen|empfohlen|angenommen)", Klasse.ADOPTED),
    (r"\bgeändert (beschlossen|empfohlen|angenommen)|mit (den )?änderungen|in geänderter (form|fassung)|abweichend vom beschlussvorschlag", Klasse.ADOPTED_CHANGED),
    (r"abgelehnt|ablehnung|lehnt .{0,80}\bab\b|findet keine mehrheit", Klasse.REJECTED),
    (r"zur? kenntnis|kenntnisnahme|kenntnis genommen", Klasse.NOTED),
    (r"^(ohne|keine)( (beschluss|abstimmung|votum|beschlussfassung))?(, da mitteilungsvorlage)?\W*$", Klasse.NONE),
    (r"kein(e)? (beschluss|abstimmung) (gefasst|erfolgt)|^beraten\W*$|^erledigt\W*$", Klasse.NONE),
    (r"zugestimmt|angenommen|beschlossen|genehmigt|einvernehmen (wird )?erteilt|gewählt|empfohlen", Klasse.ADOPTED),
    (r"^(einstim+i?mig|mehrheitlich|ja)\b", Klasse.ADOPTED),
)  # fmt: skip
"""Phrase in small letters, and class; the first that is found holds."""
ZAHLEN = re.compile(r"(\d+)\s*x?\s*-?\s*ja\b.*?(\d+)\s*x?\s*-?\s*nein\b")
"""Votes counted, as "11 Ja-Stimmen, 1 Nein-Stimme". A tie rejects (GO NRW § 50 (1))."""
TEILE = re.compile(r"(?:^|(?<=[^0-9a-z]))(?:zu )?(?:[a-z]\)|\d{1,2}[.)](?!\d))|(?<=[a-zäöü.])(?:[b-z]\)|[2-9]\.(?= ))")
"""What a text begins each of its parts with: "a)", "2."."""


def classify(wortlaut: str) -> Klasse | None:
    """The class; None where the table does not know it, or where a wording has parts of different classes."""
    klein = " ".join(wortlaut.lower().split())
    teile = [t.strip() for t in TEILE.split(klein) if t.strip(" :,")] if len(TEILE.findall(klein)) > 1 else [klein]
    klassen = {_one(teil) for teil in teile}
    return klassen.pop() if len(klassen) == 1 else None


def _one(teil: str) -> Klasse | None:
    tabelle = "janeinenthaltung" in teil.replace(" ", "")
    teil = re.sub(r"^(einstim+i?mig)(?=\d)", r"\1 ", teil)
    zahlen = ZAHLEN.search(teil)
    for phrase, klasse in PHRASEN:
        if re.search(phrase, teil) and not (tabelle and klasse is Klasse.ADOPTED):
            return klasse
    if zahlen and not tabelle:
        return Klasse.ADOPTED if int(zahlen[1]) > int(zahlen[2]) else Klasse.REJECTED
    return None
