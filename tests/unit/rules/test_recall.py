"""Recalls, updates and replacements: what they do, and to whom."""

from dataclasses import replace

from hub.model.decisions import Disposition, Lane
from hub.model.documents import Identity
from hub.model.envelopes import (
    Business,
    Kind,
    Organization,
    ReceiverChange,
    Replacement,
)
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.recalls import Copy, Original, Relation
from hub.rules.decide import decide
from tests.unit.rules.cases import (
    CONTENT,
    FAILED,
    GIAO_AN,
    GIAO_HA,
    KEY,
    NOI_VU,
    OUTSIDE,
    UBND,
    case,
    earlier,
    envelope,
)

TARGET = envelope().document_id
FIRST = DocumentKey("1" * 64)
ABOUT = Identity(KEY, CONTENT, targets=(TARGET,))


def copy(agency, name="m-1", *, waits=False, tried=False) -> Copy:
    return Copy(name, agency, waits=waits, tried=tried)


def original(*copies: Copy, **changes) -> Original:
    fields = {
        "key": FIRST,
        "version": 3,
        "sender": OUTSIDE,
        "document_id": TARGET,
        "kind": Kind.NEW,
        "disposition": Disposition.DELIVER,
        "lane": Lane.ORDINARY,
        "content": CONTENT,
        "arrival": ArrivalId("a" * 32),
        "copies": copies,
    }
    return Original(**{**fields, **changes})


def revoke(*to, known=(), **changes):
    told = envelope(kind=Kind.REVOKE, to=to or (UBND,))
    fields = {"envelope": told, "identity": ABOUT, "originals": known}
    return case(**{**fields, **changes})


def update(*to, add=(), cut=(), known=(), info=False, **changes):
    lines = [ReceiverChange(c, added=True) for c in add]
    lines += [ReceiverChange(c, added=False) for c in cut]
    business = Business(changes=tuple(lines), info_changed=info)
    told = envelope(kind=Kind.UPDATE, to=to or (UBND,), business=business)
    return case(envelope=told, identity=ABOUT, originals=known, **changes)


def receivers(decision) -> list[AgencyCode]:
    return [one.code for one in decision.routing.receivers]


def test_only_who_has_it_is_asked():
    known = original(copy(UBND), copy(NOI_VU, "m-2", waits=True))
    decision = decide(revoke(UBND, NOI_VU, GIAO_AN, known=(known,)))
    assert receivers(decision) == [UBND]
    found = {one.agency: (one.cancel, one.about) for one in decision.about.withdrawals}
    assert found == {UBND: ((), "m-1"), NOI_VU: (("m-2",), ""), GIAO_AN: ((), "")}


def test_what_was_tried_is_cancelled_and_asked_for():
    known = original(copy(UBND, waits=True, tried=True))
    decision = decide(revoke(known=(known,)))
    [one] = decision.about.withdrawals
    assert (one.cancel, one.about) == (("m-1",), "m-1")
    assert receivers(decision) == [UBND]


def test_who_is_not_named_keeps_it():
    known = original(copy(UBND), copy(NOI_VU, "m-2"))
    decision = decide(revoke(NOI_VU, known=(known,)))
    assert [one.agency for one in decision.about.withdrawals] == [NOI_VU]


def test_a_recall_reaches_who_came_after_the_receiver():
    known = original(copy(AgencyCode("000.50.37.H40")))
    decision = decide(revoke(GIAO_AN, known=(known,)))
    assert receivers(decision) == [GIAO_AN]


def test_a_forward_that_others_are_to_get_too_is_not_cancelled():
    both = (copy(UBND, "m", waits=True), copy(GIAO_AN, "m", waits=True))
    decision = decide(revoke(UBND, known=(original(*both),)))
    [one] = decision.about.withdrawals
    assert (one.cancel, one.about) == ((), "m")


def test_a_recall_reaches_an_update_that_was_sent_as_a_document():
    known = original(copy(UBND), kind=Kind.UPDATE)
    assert receivers(decide(revoke(known=(known,)))) == [UBND]


def test_a_recall_takes_its_documents_lane():
    known = original(copy(UBND), lane=Lane.URGENT)
    assert decide(revoke(known=(known,))).lane is Lane.URGENT


def test_a_broken_recall_is_refused_and_takes_nothing_back():
    known = original(copy(UBND))
    decision = decide(revoke(known=(known,), verdict=FAILED))
    assert (decision.rule, decision.about) == ("signatures", None)


def test_a_recall_that_waits_says_for_what():
    decision = decide(revoke())
    assert (decision.rule, decision.disposition) == ("waits", Disposition.HOLD)
    assert decision.reason.code is FaultCode.NOT_COME_YET
    assert decision.about.waits
    assert receivers(decision) == []


def test_a_person_may_let_a_recall_go_that_waits():
    decision = decide(revoke(UBND, NOI_VU, released=True, waited=True))
    assert (decision.rule, receivers(decision)) == ("released", [UBND, NOI_VU])


def test_a_yes_to_its_signature_does_not_let_a_recall_overtake_its_document():
    assert decide(revoke(released=True)).rule == "waits"


def test_somebody_elses_document_is_not_recalled_whatever_its_signature():
    known = original(copy(UBND), sender=AgencyCode("000.00.00.G15"))
    decision = decide(revoke(known=(known,), released=True))
    assert (decision.rule, decision.disposition) == ("not-its-own", Disposition.REFUSE)
    assert decision.reason.detail == TARGET


def test_its_own_document_under_the_same_id_as_anothers_is_recalled():
    other = original(copy(NOI_VU), sender=AgencyCode("000.00.00.G15"))
    mine = replace(original(copy(UBND, "m-2")), key=DocumentKey("2" * 64))
    decision = decide(revoke(UBND, NOI_VU, known=(other, mine)))
    assert receivers(decision) == [UBND]


def test_a_recalled_document_stops_above_an_operators_yes():
    asked = case(withdrawn=(UBND,), earlier=earlier(UBND), released=True)
    decision = decide(asked)
    assert (decision.rule, decision.disposition) == ("recalled", Disposition.REFUSE)


def test_other_content_of_a_recalled_document_waits_for_a_person_and_may_pass():
    past = earlier(content="e" * 64)
    asked = {"withdrawn": (UBND,), "earlier": past}
    assert decide(case(**asked)).disposition is Disposition.HOLD
    assert receivers(decide(case(**asked, released=True))) == [UBND]


def test_who_is_added_gets_no_update_where_only_receivers_change():
    known = original(copy(UBND))
    decision = decide(update(UBND, NOI_VU, add=(NOI_VU,), known=(known,)))
    assert [one.agency for one in decision.about.added] == [NOI_VU]
    assert receivers(decision) == [UBND]


def test_who_is_added_gets_the_update_too_where_it_changes_the_document():
    known = original(copy(UBND))
    decision = decide(update(UBND, NOI_VU, add=(NOI_VU,), known=(known,), info=True))
    assert receivers(decision) == [UBND, NOI_VU]


def test_who_has_it_is_not_added_again():
    known = original(copy(UBND))
    assert decide(update(add=(UBND,), known=(known,))).about.added == ()


def test_who_is_cut_is_asked_though_the_update_does_not_name_it():
    known = original(copy(UBND), copy(NOI_VU, "m-2"))
    decision = decide(update(UBND, cut=(NOI_VU,), known=(known,)))
    assert receivers(decision) == [UBND, NOI_VU]
    assert decision.about.relation is Relation.UPDATES


def test_a_recall_is_not_undone_by_an_update():
    known = original(copy(UBND), recalled=(GIAO_HA,))
    assert decide(update(add=(GIAO_HA,), known=(known,))).about.added == ()


def test_an_update_of_receivers_waits_while_its_document_is_held():
    known = original(disposition=Disposition.HOLD)
    assert decide(update(add=(NOI_VU,), known=(known,))).rule == "waits"


def test_an_update_without_changes_is_a_document_as_before():
    decision = decide(update())
    assert (decision.rule, receivers(decision)) == ("deliver", [UBND])
    assert decision.about.withdrawals == ()


def test_a_replacement_is_delivered_like_any_document():
    told = envelope(
        kind=Kind.REPLACE, business=Business(replacements=(Replacement(TARGET),))
    )
    known = (original(copy(UBND)),)
    decision = decide(case(envelope=told, identity=ABOUT, originals=known))
    assert receivers(decision) == [UBND]
    assert decision.about.originals == (FIRST,)
    assert decision.notes == ()
    lonely = decide(case(envelope=told, identity=ABOUT))
    assert "replaces-unknown" in lonely.notes


def test_a_document_that_was_replaced_already_says_so_to_the_clerk():
    assert "superseded" in decide(case(superseded_by=("x",))).notes


def test_a_stranger_may_not_recall_by_an_alias_of_nobody():
    known = original(copy(UBND))
    stranger = Organization(AgencyCode("000.00.00.G23"))
    told = envelope(kind=Kind.REVOKE, sender=stranger)
    decision = decide(case(envelope=told, identity=ABOUT, originals=(known,)))
    assert decision.rule == "not-its-own"
