"""From data to PDF: one template per kind of document, set by Typst, exported as PDF/A-2b with tags for screen readers.

The same data and time give the same bytes, so that a document can be made again and compared.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import typst

SATZ = Path(__file__).parent / "satz"


def set_pdf(vorlage: str, daten: dict[str, Any], zeit: dt.datetime) -> bytes:
    """``vorlage`` is the template's name; ``daten`` is JSON; ``zeit`` (aware) stands in the file as its date of creation.

    Raises typst.TypstError for a template that does not work: a mistake of ours, not of the data.
    """
    pdf: bytes = typst.compile(
        str(SATZ / f"{vorlage}.typ"),
        root=str(SATZ),
        sys_inputs={"daten": json.dumps(daten, ensure_ascii=False)},
        pdf_standards="a-2b",
        timestamp=zeit.astimezone(dt.UTC).replace(microsecond=0),
    )
    return pdf
