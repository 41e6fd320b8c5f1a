"""The workflow of a handing over to the archive: the shared shell with its rules."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.aussonderung import KERN
    from schemas.aussonderung import Aussonderung
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Aussonderung")
class AussonderungWorkflow(Schale[Aussonderung]):
    """One handing over."""

    @workflow.init
    def __init__(self, lauf: Lauf[Aussonderung]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Aussonderung]) -> Abschluss:
        """Lives from the offer to its end."""
        return await self.drive()
