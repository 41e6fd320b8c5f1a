"""The workflow of the file on a town's rules: the shared shell with its own."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.regelwerksakte import KERN
    from schemas.regelwerksakte import Regelwerksakte
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Regelwerksakte")
class RegelwerksakteWorkflow(Schale[Regelwerksakte]):
    """The file on one town's rules."""

    @workflow.init
    def __init__(self, lauf: Lauf[Regelwerksakte]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Regelwerksakte]) -> Abschluss:
        """Lives as long as the town."""
        return await self.drive()
