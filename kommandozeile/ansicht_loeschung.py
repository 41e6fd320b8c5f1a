"""How places that hold a text, and orders to delete, look at the command line."""

from collections.abc import Sequence

from datenschutz import Fundstelle
from kommandozeile import ausgabe
from schemas.loeschung import Loeschung


def places(funde: Sequence[Fundstelle], json_: bool) -> None:
    """Entries that hold what was looked for."""
    if json_:
        ausgabe.as_json([f.model_dump(mode="json") for f in funde])
        return
    for f in funde:
        dokumente = f"; in {len(f.dokumente)} Dokument(en)" if f.dokumente else ""
        ausgabe.say(f"{f.vorgang}, Eintrag {f.seq} vom {ausgabe.moment(f.zeit)} ({f.art}): {', '.join(f.felder)}{dokumente}")
    if not funde:
        ausgabe.say("Nichts gefunden.")
    ausgabe.say("Nicht durchsucht: PDF und Bürodateien, versandte Mails, das Temporal-Archiv (verschlüsselt).")


def state_of(o: Loeschung) -> str:
    """How far an order is, in words."""
    if o.vollzogen_am:
        return f"vollzogen am {ausgabe.moment(o.vollzogen_am)}"
    if o.abgelehnt_am:
        return f"abgelehnt am {ausgabe.moment(o.abgelehnt_am)}"
    return "bestätigt, wird vollzogen" if o.bestaetigt_am else "beantragt, wartet auf eine zweite Person"


def orders(alle: Sequence[tuple[str, Loeschung]], json_: bool) -> None:
    """Orders to delete, by case."""
    if json_:
        ausgabe.as_json(
            [{"vorgang": w, **o.model_dump(mode="json", exclude={"stellen": {"__all__": {"ersatz"}}})} for w, o in alle]
        )
        return
    for vorgang, o in alle:
        felder = sum(len(s.felder) for s in o.stellen)
        ausgabe.say(
            f"{o.kennung}  {vorgang}: {felder} Felder, {state_of(o)} ({o.rechtsgrund}; angeordnet von {o.angeordnet_von})"
        )
    if not alle:
        ausgabe.say("Es gibt keine Löschungen.")
