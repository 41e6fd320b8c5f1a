"""The meeting's workflow: the shared shell with the meeting's rules."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.sitzung import KERN
    from schemas.sitzung import Sitzung
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Sitzung")
class SitzungWorkflow(Schale[Sitzung]):
    """One meeting."""

    @workflow.init
    def __init__(self, lauf: Lauf[Sitzung]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Sitzung]) -> Abschluss:
        """Lives as long as the meeting."""
        return await self.drive()
