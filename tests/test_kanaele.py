"""The channels together: what they are called, how an id travels, and when the next attempt is due."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from activities.kanaele.mail import MailKanal
from activities.kanaele.verzeichnis import KANAELE
from activities.kanaele.webhook import WebhookKanal
from activities.kanaele.wiederholung import DELAYS, LONGEST_HINT, next_attempt
from schemas.benachrichtigung import Aufgegeben, Ergebnis, Nachricht, Spaeter, Zugestellt

JETZT = datetime(2021, 6, 16, 16, 0, tzinfo=UTC)


def test_every_channel_is_listed_once_under_its_name() -> None:
    assert dict(KANAELE) == {"mail": MailKanal, "webhook": WebhookKanal}


@pytest.mark.parametrize("ergebnis", [Zugestellt(), Spaeter(grund="Später.", nicht_vor=JETZT), Aufgegeben(grund="Aus.")])
def test_a_result_survives_json_with_its_kind(ergebnis: Ergebnis) -> None:
    adapter: TypeAdapter[Ergebnis] = TypeAdapter(Ergebnis)
    assert adapter.validate_json(adapter.dump_json(ergebnis)) == ergebnis


def _nachricht(kennung: str) -> Nachricht:
    return Nachricht(
        id=kennung,
        kanal="mail",
        empfaenger="a-46",
        adresse="a46@example.org",
        betreff="",
        text="",
        daten={},
        zeit=JETZT,
    )


@pytest.mark.parametrize("kennung", ["", "mit blank", "mit\numbruch", "Ä", "x" * 201])
def test_an_id_that_no_header_can_carry_is_refused(kennung: str) -> None:
    with pytest.raises(ValidationError):
        _nachricht(kennung)


_kennungen = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=200)


@given(_kennungen, _kennungen)
def test_the_key_on_the_wire_is_safe_and_never_shared_by_two_ids(eine: str, andere: str) -> None:
    schluessel = _nachricht(eine).schluessel
    # A full stop would let a signed webhook be cut anew; the rest would end a Message-ID.
    assert not set(schluessel) & set(".<>@: ")
    assert (schluessel == _nachricht(andere).schluessel) == (eine == andere)


@pytest.mark.parametrize(
    ("versuche", "wartezeit"),
    [
        (1, timedelta(seconds=10)),
        (2, timedelta(minutes=1)),
        (3, timedelta(minutes=5)),
        (4, timedelta(minutes=30)),
        (5, timedelta(hours=2)),
        (6, timedelta(hours=6)),
        (7, timedelta(hours=12)),
        (15, timedelta(hours=12)),
    ],
)
def test_the_table_of_delays(versuche: int, wartezeit: timedelta) -> None:
    assert next_attempt(versuche, JETZT, None) == JETZT + wartezeit


def test_after_five_days_it_is_given_up() -> None:
    *_, gesamt = accumulate(DELAYS)
    assert timedelta(days=4, hours=12) < gesamt <= timedelta(days=5)
    assert next_attempt(len(DELAYS), JETZT, None) is not None
    assert next_attempt(len(DELAYS) + 1, JETZT, JETZT + timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("hinweis", "erwartet"),
    [
        (timedelta(seconds=-5), timedelta(seconds=10)),
        (timedelta(seconds=5), timedelta(seconds=10)),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=3650), LONGEST_HINT),
    ],
)
def test_a_hint_only_ever_puts_off_and_not_for_ever(hinweis: timedelta, erwartet: timedelta) -> None:
    assert next_attempt(1, JETZT, JETZT + hinweis) == JETZT + erwartet


def test_no_repetition_without_a_first_attempt() -> None:
    with pytest.raises(ValueError, match="mindestens 1"):
        next_attempt(0, JETZT, None)
