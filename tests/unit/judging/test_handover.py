"""Knowledge goes over whole, and each of its items only once."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.judging.handover import Parcel, Shelf, pack, unpack
from hub.model.agencies import CertificateBinding
from hub.model.ids import AgencyCode
from hub.model.knowledge import Binding, Knowledge, versioned

BINDING = Binding((AgencyCode("H40.21"),), (CertificateBinding(serial="0a"),))
SMALL = 300  # bytes of a shelf that holds a few of the items below

items = st.lists(st.binary(min_size=1, max_size=200), max_size=4).map(tuple)
known = st.builds(
    Knowledge,
    anchors=items,
    intermediates=items,
    crls=items,
    ocsps=items,
    dkim_keys=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
    bindings=st.sampled_from([(), (BINDING,)]),
    version=st.text(max_size=4),
)


class Sides:
    """A parent and a child with a wire between them."""

    def __init__(self, most: int = 10_000) -> None:
        self.parent, self.child = Shelf[None](most), Shelf[bytes](most)
        self.sent: list[int] = []

    def over(self, knowledge: Knowledge) -> Knowledge:
        body = msgspec.msgpack.encode(pack(knowledge, self.parent))
        self.sent.append(len(body))
        return unpack(msgspec.msgpack.decode(body, type=Parcel), self.child)


@given(st.lists(known, min_size=1, max_size=6), st.sampled_from([0, SMALL, 10_000]))
def test_whatever_was_sent_before_knowledge_arrives_whole(several, most):
    sides = Sides(most)
    for one in several:
        assert sides.over(one) == one


def test_two_kinds_of_knowledge_of_one_version_are_not_taken_for_one_another():
    sides = Sides()
    sides.over(Knowledge(crls=(b"one",)))
    assert sides.over(Knowledge(crls=(b"other",))).crls == (b"other",)


def test_a_long_list_costs_the_second_document_no_more_than_a_short_one():
    long, short = Sides(2_000_000), Sides(2_000_000)
    for _ in range(2):
        long.over(Knowledge(crls=(bytes(800_000),)))
        short.over(Knowledge(crls=(bytes(800),)))
    assert long.sent[0] > 800_000
    assert long.sent[1] == short.sent[1] < 1_000


def test_the_same_bytes_come_back_as_the_same_object():
    """What the verifier has read once it finds again without hashing it."""
    sides = Sides()
    first = sides.over(Knowledge(crls=(bytes(5_000),)))
    assert sides.over(Knowledge(crls=(bytes(5_000),))).crls[0] is first.crls[0]


def test_a_child_that_lacks_what_the_parent_names_says_so():
    parcel = pack(Knowledge(crls=(b"list",)), Shelf())
    with pytest.raises(KeyError):
        unpack(replace(parcel, items={}), Shelf())


@given(known)
def test_a_version_does_not_depend_on_the_order_of_items(one):
    other = replace(
        one,
        anchors=one.anchors[::-1],
        crls=one.crls[::-1],
        dkim_keys=dict(reversed(one.dkim_keys.items())),
    )
    assert versioned(one).version == versioned(other).version


def test_every_part_of_knowledge_changes_its_version():
    some = [
        Knowledge(),
        Knowledge(anchors=(b"x",)),
        Knowledge(intermediates=(b"x",)),
        Knowledge(crls=(b"x",)),
        Knowledge(ocsps=(b"x",)),
        Knowledge(crls=(b"x", b"x")),
        Knowledge(dkim_keys={"a": "b"}),
        Knowledge(bindings=(BINDING,)),
    ]
    assert len({versioned(one).version for one in some}) == len(some)
