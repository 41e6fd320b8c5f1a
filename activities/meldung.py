"""``report``: tells a case that somebody could not be reached, and marks the message once the case knows."""

import datetime as dt

from temporalio import activity

from activities.treffen import Treffen
from register import Register
from schemas.benachrichtigung import Meldung


class Melder:
    """Holds the register, and what calls cases."""

    def __init__(self, register: Register, treffen: Treffen) -> None:
        self._register = register
        self._treffen = treffen

    @activity.defn(name="report")
    async def report(self, meldung: Meldung) -> None:
        """A case that refuses (it is closed, it knows) has been told as well.

        Raises what the call raises where the case does not answer: then the message stays unreported, for a later shift.
        """
        await self._treffen.meeting(activity.info().workflow_id or "", meldung.ruf)
        await self._register.reported(meldung.ausgang, dt.datetime.now(dt.UTC))
