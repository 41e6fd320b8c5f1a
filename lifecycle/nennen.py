"""Small phrases that several texts share."""

from schemas.beratung import Abstimmung, Beschluss


def plural(anzahl: int, einzahl: str, mehrzahl: str) -> str:
    """``1 Nummer``, ``3 Nummern``."""
    return f"{anzahl} {einzahl if anzahl == 1 else mehrzahl}"


def votes(a: Abstimmung) -> str:
    """A vote in words and numbers, as far as they were given."""
    zahlen = [f"{n} {w}" for n, w in ((a.ja, "Ja"), (a.nein, "Nein"), (a.enthaltung, "Enthaltung")) if n is not None]
    teile = [t for t in (a.wortlaut, ", ".join(zahlen)) if t]
    return f"{a.gegenstand}: {', '.join(teile)}" if a.gegenstand else ", ".join(teile)


def outcome(b: Beschluss) -> str:
    """The outcome's wording, to the letter, and the votes behind it."""
    stimmen = "; ".join(v for v in map(votes, b.abstimmungen) if v)
    return f"{b.wortlaut} ({stimmen})" if stimmen else b.wortlaut
