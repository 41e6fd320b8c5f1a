"""The few pages that signing in needs, plain and without scripts; and where they may lead: to paths of ours only."""

import html

from fastapi.responses import HTMLResponse

LAENGE = 1000
"""Longer targets would not fit into a cookie."""


def local_target(weiter: str | None) -> str:
    """The path, if it is one of ours, otherwise the front page: nobody is led elsewhere by a link that begins with us."""
    if not weiter or len(weiter) > LAENGE or not weiter.startswith("/") or weiter.startswith("//"):
        return "/"
    if "\\" in weiter or any(ord(zeichen) <= 0x20 or ord(zeichen) == 0x7F for zeichen in weiter):
        return "/"  # browsers take a backslash for a slash, and leave line breaks out
    return weiter


def text(wort: str) -> str:
    """As it may stand in a page."""
    return html.escape(wort, quote=True)


def page(titel: str, *inhalt: str, status: int = 200) -> HTMLResponse:
    """A page. ``inhalt`` is markup, of which every word that is not ours went through ``text``."""
    kopf = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{text(titel)} – Laufmappe</title>'
    rumpf = f"<main><h1>{text(titel)}</h1>{''.join(inhalt)}</main>"
    return HTMLResponse(f'<!doctype html><html lang="de"><head>{kopf}</head><body>{rumpf}</body></html>', status)


def failed(satz: str, status: int) -> HTMLResponse:
    """That signing in did not work, and the way to try again."""
    return page(
        "Anmeldung", f'<p role="alert">{text(satz)}</p><p><a href="/anmeldung">Noch einmal anmelden</a></p>', status=status
    )
