"""Where every OParl object lies: the one place that makes their URLs. They are made of ids only, which never change."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import quote

from schemas.beratung import TopStand
from schemas.vorlage import Beratung

TYP = "https://schema.oparl.org/1.1/"
"""With a type's name it is that type's URL; by itself, the version of the specification."""
PFAD = "/oparl/v1.1"
"""Where all this lies below the public address."""
UMLAUTE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def group_id(name: str) -> str:
    """A Fraktion's part of the path. The ids of offices and committees have no tilde, so none is the same."""
    return "fraktion~" + re.sub(r"[^a-z0-9]+", "-", name.lower().translate(UMLAUTE)).strip("-")


@dataclass(frozen=True)
class Adressen:
    """URLs below ``basis``, the public address of the installation (``https://ris.example.org``)."""

    basis: str

    @property
    def wurzel(self) -> str:
        """What every URL begins with; the rest is its path."""
        return f"{self.basis.rstrip('/')}{PFAD}/"

    def _url(self, *teile: str | int | dt.date) -> str:
        return self.wurzel + "/".join(quote(str(teil), safe="") for teil in teile)

    @property
    def system(self) -> str:
        """The entrance."""
        return self._url("system")

    @property
    def bodies(self) -> str:
        """List of all towns."""
        return self._url("body")

    def body(self, kommune: str) -> str:
        """A town."""
        return self._url("body", kommune)

    def body_list(self, kommune: str, was: str) -> str:
        """List of everything of a type in a town; ``was`` is the type's part of the path."""
        return self._url("body", kommune, was)

    def term(self, kommune: str, nr: int) -> str:
        """A Wahlperiode."""
        return self._url("legislativeterm", kommune, nr)

    def organization(self, kommune: str, kennung: str) -> str:
        """An office or committee."""
        return self._url("organization", kommune, kennung)

    def organization_list(self, kommune: str, kennung: str, was: str) -> str:
        """List of a committee's meetings or consultations."""
        return self._url("organization", kommune, kennung, was)

    def person(self, kommune: str, kennung: str) -> str:
        """Somebody who holds or held an elected office."""
        return self._url("person", kommune, kennung)

    def membership(self, kommune: str, *sitz: str | dt.date) -> str:
        """A seat: the person, the committee, as what, since when; or the person and the group."""
        return self._url("membership", kommune, *sitz)

    def group(self, kommune: str, name: str) -> str:
        """A Fraktion, which the rules know by its name alone."""
        return self.organization(kommune, group_id(name))

    def paper(self, vorlage: str) -> str:
        """A paper."""
        return self._url("paper", vorlage)

    def station(self, vorlage: str, b: Beratung) -> str:
        """A station that no meeting has taken up in public."""
        return self._url("consultation", vorlage, b.nr)

    def hidden_treatment(self, vorlage: str, b: Beratung, sitzung: str) -> str:
        """A station in the non-public part of a meeting: which item that was is told to nobody."""
        return self._url("consultation", vorlage, b.nr, sitzung)

    def treatment(self, vorlage: str, t: TopStand) -> str:
        """A station at an item: made of what paper and meeting both know, so that each can name it."""
        return self._url("consultation", vorlage, t.sitzung, t.top, t.beratung or 0)

    def meeting(self, sitzung: str) -> str:
        """A meeting."""
        return self._url("meeting", sitzung)

    def item(self, sitzung: str, top: int) -> str:
        """An agenda item, by its id: numbers change."""
        return self._url("agendaitem", sitzung, top)

    def location(self, sitzung: str) -> str:
        """Where a meeting takes place."""
        return self._url("location", sitzung)

    def version_file(self, vorlage: str, nr: int) -> str:
        """The text of one version of a paper."""
        return self._url("file", "paper", vorlage, "version", nr)

    def attachment_file(self, vorlage: str, digest: str) -> str:
        """An attachment: other content is another file."""
        return self._url("file", "paper", vorlage, "attachment", digest)

    def foreign_file(self, typ: str, kennung: str, nr: int, top: int | None = None) -> str:
        """A file that the system keeps from which a paper or a meeting (or its item) was taken over, by its place there."""
        return self._url("file", typ, kennung, *(("item", top) if top else ()), "source", nr)

    def meeting_file(self, sitzung: str, was: str) -> str:
        """A document of a meeting: ``invitation``, ``minutes``."""
        return self._url("file", "meeting", sitzung, was)
