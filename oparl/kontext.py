"""What the OParl objects need besides a case's state, supplied by whoever asks for them."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lifecycle.kern import BERLIN
from oparl.adresse import Adressen
from schemas.basis import Modell
from schemas.regelwerk import Regelwerk
from schemas.vorlage import Vorlage
from schemas.zustand import Zustand


class Zeiten(Modell):
    """When an object came to be and when it last changed (aware)."""

    angelegt: dt.datetime
    geaendert: dt.datetime


class Datei(Modell):
    """What is known of a document's content: size in bytes, media type, SHA-512 in hex."""

    groesse: int | None = None
    medientyp: str | None = None
    sha512: str | None = None


def times_of(von: Zustand | Regelwerk) -> Zeiten:
    """As the record has them: a paper comes to be for the public with its first release; rules on the day that they begin."""
    if isinstance(von, Regelwerk):
        tag = dt.datetime.combine(von.gueltig_ab, dt.time(), BERLIN)
        return Zeiten(angelegt=tag, geaendert=tag)
    assert von.begonnen is not None and von.zuletzt is not None  # every case has them from its first entry on
    frei = (f.herausgabe.am for f in von.fassungen if f.herausgabe) if isinstance(von, Vorlage) else iter(())
    return Zeiten(angelegt=next(frei, von.begonnen), geaendert=von.zuletzt)


@dataclass(frozen=True)
class Kontext:
    """``basis`` is the public address of the installation, ``lizenz`` the URL of the data's licence.

    ``dateien`` knows documents by digest, or, where they are set on demand, by their File's URL. ``kennt`` says whether an object
    of another case, by its URL, is to be had: what is not is not referred to. ``frueher_oeffentlich`` has the ids of cases that the
    public has seen: one that is public no longer is deleted for it, all others never were. ``web`` gives the page of a case.
    """

    basis: str
    lizenz: str | None = None
    dateien: Mapping[str, Datei] = field(default_factory=dict)
    zeiten: Callable[[Zustand | Regelwerk], Zeiten] = times_of
    kennt: Callable[[str], bool] | None = None
    frueher_oeffentlich: frozenset[str] = frozenset()
    web: Callable[[Zustand], str | None] = lambda z: None

    @property
    def adressen(self) -> Adressen:
        """Where everything lies."""
        return Adressen(self.basis)

    def link(self, url: str) -> str | None:
        """The URL of another case's object, if it is to be had as far as anybody can tell."""
        return url if self.kennt is None or self.kennt(url) else None

    def surely(self, url: str) -> str | None:
        """The same of what may not be public: only if somebody vouches for it."""
        return url if self.kennt is not None and self.kennt(url) else None
