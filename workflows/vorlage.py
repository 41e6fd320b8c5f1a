"""The paper's workflow: the shared shell with the paper's rules."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.vorlage import KERN
    from schemas.vorlage import Vorlage
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Vorlage")
class VorlageWorkflow(Schale[Vorlage]):
    """One paper."""

    @workflow.init
    def __init__(self, lauf: Lauf[Vorlage]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Vorlage]) -> Abschluss:
        """Lives as long as the paper."""
        return await self.drive()
