"""Documents as OParl Files: attachments as they are stored, and those that are set on demand, as PDF."""

import datetime as dt
from pathlib import PurePath

from oparl.kontext import Datei, Kontext, Zeiten
from oparl.objekt import QUELLE, Objekt, date, made, stated_date
from schemas.herkunft import Fremddatei
from schemas.vorlage import Anlage

PDF = Datei(medientyp="application/pdf")


def stored(anlage: Anlage, url: str, k: Kontext, zeiten: Zeiten, am: dt.datetime | None) -> Objekt:
    """An attachment. ``am`` is the day that it was released."""
    name = PurePath(anlage.name)
    aus_zustand = Datei(groesse=anlage.groesse, medientyp=anlage.medientyp)
    return _file(name.stem, url, k, zeiten, am, _known(k, anlage.digest, aus_zustand), anlage.name if name.suffix else None)


def set_on_demand(name: str, url: str, k: Kontext, zeiten: Zeiten, am: dt.datetime | None) -> Objekt:
    """A document that is made of the state, in its version for the internet. Its size is known only if somebody has set it."""
    return _file(name, url, k, zeiten, am, _known(k, url, PDF))


def kept_elsewhere(f: Fremddatei, url: str, zeiten: Zeiten) -> Objekt:
    """A file that the former system keeps, as it describes it; it is to be had there."""
    zugriff = f.zugriff or f.download or f.url
    return made(
        "File", url, zeiten,
        name=f.name, fileName=f.dateiname, mimeType=f.medientyp, date=stated_date(f.datum), size=f.groesse,
        sha1Checksum=f.sha1, sha512Checksum=f.sha512,
        accessUrl=zugriff, downloadUrl=f.download, fileLicense=f.lizenz, **{QUELLE: f.url},
    )  # fmt: skip


def _known(k: Kontext, schluessel: str, sonst: Datei) -> Datei:
    """What the caller knows of it, and for the rest what the state says."""
    bekannt = k.dateien.get(schluessel)
    return sonst.model_copy(update=bekannt.model_dump(exclude_none=True)) if bekannt else sonst


def _file(
    name: str, url: str, k: Kontext, zeiten: Zeiten, am: dt.datetime | None, d: Datei, dateiname: str | None = None
) -> Objekt:
    return made(
        "File", url, zeiten,
        name=name, fileName=dateiname, mimeType=d.medientyp, date=date(am), size=d.groesse, sha512Checksum=d.sha512,
        accessUrl=f"{url}/access", downloadUrl=f"{url}/download", fileLicense=k.lizenz,
    )  # fmt: skip
