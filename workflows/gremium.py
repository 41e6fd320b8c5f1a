"""The committee calendar's workflow: the shared shell with the calendar's rules."""

from temporalio import workflow

from workflows.schale import Schale

with workflow.unsafe.imports_passed_through():
    from lifecycle.gremium import KERN
    from schemas.gremium import Gremium
    from schemas.zustand import Abschluss, Lauf


@workflow.defn(name="Gremium")
class GremiumWorkflow(Schale[Gremium]):
    """One committee's calendar."""

    @workflow.init
    def __init__(self, lauf: Lauf[Gremium]) -> None:
        super().__init__(KERN, lauf)

    @workflow.run
    async def run(self, lauf: Lauf[Gremium]) -> Abschluss:
        """Lives as long as the committee."""
        return await self.drive()
