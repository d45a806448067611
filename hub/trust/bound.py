"""Knowledge with what the registry says of agencies' certificates in it."""

from dataclasses import replace

from hub.model.knowledge import Binding, Knowledge, Needs, versioned
from hub.ports import Trust


class BoundTrust:
    """Implements the port Trust over another: adds the registry's bindings.

    They are knowledge like certificates are: years later a verdict is made again by
    what was bound to the sender that day.
    """

    def __init__(self, trust: Trust, bindings: tuple[Binding, ...]) -> None:
        self._trust = trust
        self._bindings = bindings

    async def gather(self, needs: Needs) -> Knowledge:
        """See the port."""
        return bound(await self._trust.gather(needs), self._bindings)


def bound(knowledge: Knowledge, bindings: tuple[Binding, ...]) -> Knowledge:
    """The knowledge with these bindings, and a version that counts them."""
    if knowledge.bindings == bindings:
        return knowledge
    return versioned(replace(knowledge, bindings=bindings))
