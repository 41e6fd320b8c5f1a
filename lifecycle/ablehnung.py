"""Refusals: the tree of everything that a rule can say no with, each with one sentence that says what to do.

Ablehnung
├── Unplausibel      input that makes no sense (a draft without subject, a text that is too long)
├── Unbekannt        an office, committee, kind of paper ... that the Regelwerk does not have
├── NichtBefugt      this person, office or role may not do this
├── FalscheStufe     not at this stage
├── Geschlossen      the case is closed; only ``wiederaufnehmen`` changes it
├── Doppelt          it has been done or given already (a number, a release)
├── SchluesselVergeben  the idempotency key was used for something else
├── Regelbruch       a rule is broken; possible with a reason, which makes it an Abweichung on record
├── Veraltet         worked out on a state or Regelwerk that has changed meanwhile: look again and repeat
└── UhrGehtFalsch    the machine's clock contradicts the record
"""


class Ablehnung(Exception):
    """A refusal. ``satz`` is one German sentence for people; ``typ`` names the kind for machines."""

    def __init__(self, satz: str) -> None:
        super().__init__(satz)
        self.satz = satz

    @property
    def typ(self) -> str:
        """Name of the kind."""
        return type(self).__name__


class Unplausibel(Ablehnung):
    """Input that makes no sense."""


class Unbekannt(Ablehnung):
    """Not in the Regelwerk, or not in this case."""


class NichtBefugt(Ablehnung):
    """No right to do this."""


class FalscheStufe(Ablehnung):
    """Not at this stage."""


class Geschlossen(Ablehnung):
    """The case is closed."""


class Doppelt(Ablehnung):
    """Done or given already."""


class SchluesselVergeben(Ablehnung):
    """The key of the request was used for another one."""


class Regelbruch(Ablehnung):
    """A rule is broken and no reason was given."""


class Veraltet(Ablehnung):
    """Worked out on something that has changed meanwhile."""


class UhrGehtFalsch(Ablehnung):
    """The clock contradicts the record."""


ARTEN: dict[str, type[Ablehnung]] = {art.__name__: art for art in Ablehnung.__subclasses__()}


def ablehnung(typ: str, satz: str) -> Ablehnung:
    """The refusal of that name, as it came over the wire."""
    return ARTEN.get(typ, Ablehnung)(satz)
