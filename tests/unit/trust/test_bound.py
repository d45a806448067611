from hub.model.agencies import CertificateBinding
from hub.model.ids import AgencyCode
from hub.model.knowledge import Binding, Knowledge, Needs, versioned
from hub.trust.bound import BoundTrust, bound

OURS = Binding(
    (AgencyCode("000.00.37.H40"),), (CertificateBinding(subject_organization="UBND"),)
)
THEIRS = Binding((AgencyCode("000.00.38.H40"),), (CertificateBinding(serial="1"),))


class Folder:
    """A port Trust that has one anchor, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[Needs] = []

    async def gather(self, needs: Needs) -> Knowledge:
        self.asked.append(needs)
        return versioned(Knowledge(anchors=(b"anchor",)))


async def test_the_registrys_bindings_are_part_of_the_knowledge_and_of_its_version():
    folder, needs = Folder(), Needs(issuers=("CN=x",))
    found = await BoundTrust(folder, (OURS,)).gather(needs)
    plain = await folder.gather(needs)

    assert folder.asked == [needs, needs]
    assert found.anchors == plain.anchors
    assert found.bindings == (OURS,)
    assert found.version != plain.version


def test_another_binding_is_another_version_and_the_order_is_none():
    plain = versioned(Knowledge(anchors=(b"anchor",)))
    both, back = bound(plain, (OURS, THEIRS)), bound(plain, (THEIRS, OURS))

    assert both.version == back.version
    assert len({plain.version, bound(plain, (OURS,)).version, both.version}) == 3
    assert bound(both, plain.bindings).version == plain.version


def test_a_registry_that_binds_nothing_leaves_the_knowledge_as_it_is():
    plain = versioned(Knowledge(anchors=(b"anchor",)))
    assert bound(plain, ()) is plain
