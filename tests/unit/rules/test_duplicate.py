from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.rules.decide import decide
from tests.unit.rules.cases import (
    FAILED,
    GIAO_AN,
    NOI_VU,
    STRANGER_SIGNED,
    UBND,
    case,
    earlier,
    envelope,
)


def test_a_twin_for_the_same_receivers_is_not_sent_again():
    decision = decide(case(earlier=earlier(UBND)))
    assert (decision.rule, decision.disposition) == ("twin", Disposition.DISCARD)
    assert (decision.routing.receivers, decision.reason) == ((), None)


def test_a_twin_goes_only_to_receivers_who_are_new():
    both = envelope(to=(UBND, GIAO_AN))
    decision = decide(case(envelope=both, earlier=earlier(UBND)))
    assert [r.code for r in decision.routing.receivers] == [GIAO_AN]


def test_a_twin_is_known_before_its_signatures_are_asked():
    assert decide(case(earlier=earlier(UBND), verdict=FAILED)).rule == "twin"


def test_other_content_under_a_known_identity_is_held():
    decision = decide(case(earlier=earlier(UBND, content="e" * 64)))
    assert (decision.rule, decision.disposition) == ("other-content", Disposition.HOLD)
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.OTHER_CONTENT


def test_a_broken_signature_is_refused_whatever_came_before():
    decision = decide(case(earlier=earlier(UBND, content="e" * 64), verdict=FAILED))
    assert (decision.rule, decision.disposition) == ("signatures", Disposition.REFUSE)


def test_who_holds_it_for_its_signature_sees_the_other_content_too():
    past = earlier(UBND, content="e" * 64)
    decision = decide(case(earlier=past, verdict=STRANGER_SIGNED))
    assert decision.rule == "signatures"
    assert "other-content" in decision.notes


def test_released_other_content_goes_to_all_receivers():
    past = earlier(UBND, content="e" * 64)
    decision = decide(
        case(envelope=envelope(to=(UBND, NOI_VU)), earlier=past, released=True)
    )
    assert decision.rule == "released"
    assert [r.code for r in decision.routing.receivers] == [UBND, NOI_VU]


def test_a_refused_attempt_does_not_block_the_real_one():
    """A stranger's refused spoof, or a document sent again with its error mended."""
    refused = earlier(content="e" * 64, disposition=Disposition.REFUSE)
    assert decide(case(earlier=refused)).rule == "deliver"


def test_what_was_delivered_counts_even_if_a_later_copy_was_refused():
    refused = earlier(UBND, disposition=Disposition.REFUSE)
    assert decide(case(earlier=refused)).rule == "twin"


def test_a_twin_of_what_is_held_is_judged_by_the_same_rules():
    held = earlier(disposition=Disposition.HOLD)
    assert decide(case(earlier=held, verdict=STRANGER_SIGNED)).rule == "signatures"


def test_a_release_delivers_what_was_held_once():
    held = earlier(disposition=Disposition.HOLD)
    first = case(earlier=held, released=True, verdict=STRANGER_SIGNED)
    assert decide(first).disposition is Disposition.DELIVER
    again = case(earlier=earlier(UBND), released=True, verdict=STRANGER_SIGNED)
    assert decide(again).rule == "twin"
