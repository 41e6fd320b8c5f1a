"""The number range's workflow: the shared shell with the number range's rules."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.nummernkreis import KERN
    from schemas.nummernkreis import Nummernkreis
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Nummernkreis")
class NummernkreisWorkflow(Schale[Nummernkreis]):
    """One number range."""

    @workflow.init
    def __init__(self, lauf: Lauf[Nummernkreis]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Nummernkreis]) -> Abschluss:
        """Lives as long as the number range."""
        return await self.drive()
