"""The pictures in README and docs are those of today's rules."""

from pathlib import Path

import pytest

import bild


@pytest.mark.parametrize("pfad", bild.targets(), ids=lambda p: p.name)
def test_the_committed_picture_is_current(pfad: Path) -> None:
    assert pfad.read_text(encoding="utf-8") == bild.targets()[pfad], "Bitte „make bild“ ausführen."


def test_the_way_of_a_paper_is_in_it() -> None:
    gezeichnet = bild.picture("Vorlage")
    for pfeil in ("[*] --> entwurf: entwerfen", "entwurf --> im_laufweg: einreichen", "offen --> zurueckgezogen: "):
        assert pfeil in gezeichnet


def test_what_the_engine_tells_itself_is_marked() -> None:
    assert "(top stand)" in bild.picture("Vorlage")


def test_everything_around_the_marks_stays() -> None:
    alt = f"davor\n{bild.VON}\nalt\n{bild.BIS}\ndanach\n"
    neu = bild.readme(alt)
    assert neu.startswith("davor\n") and neu.endswith("\ndanach\n") and "\nalt\n" not in neu
