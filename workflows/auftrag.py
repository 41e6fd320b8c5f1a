"""The task's workflow: the shared shell with the task's rules."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.auftrag import KERN
    from schemas.auftrag import Auftrag
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Auftrag")
class AuftragWorkflow(Schale[Auftrag]):
    """One task."""

    @workflow.init
    def __init__(self, lauf: Lauf[Auftrag]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Auftrag]) -> Abschluss:
        """Lives as long as the task."""
        return await self.drive()
