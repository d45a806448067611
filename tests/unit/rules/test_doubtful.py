from hub.model.decisions import Disposition
from hub.model.dossiers import Dossier, DossierAct
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Guess
from hub.rules.decide import decide
from tests.unit.rules.cases import case

SURE = Guess("number", "218", 70, ("file-name", "subject"))
DOUBT = Guess("promulgated", "2019/11/18", 69, ("text",))


def test_what_was_read_with_certainty_passes():
    assert decide(case(guesses=(SURE,))).disposition is Disposition.DELIVER


def test_one_doubtful_field_waits_for_a_clerk_and_is_named():
    decision = decide(case(guesses=(SURE, DOUBT)))
    assert (decision.rule, decision.disposition) == ("doubtful", Disposition.HOLD)
    assert decision.reason == Fault(FaultCode.DOUBTFUL, "promulgated", "promulgated 69")


def test_of_a_dossier_it_is_told_why():
    told = Dossier(DossierAct.ADD, "H40.37-191115-00001")
    odd = Guess("TaiLieuNop[0].DuongDanTaiTepTin", "don.pdf", 0, ("html-page",))
    decision = decide(case(guesses=(odd,), dossier=told))
    assert decision.rule == "doubtful"
    assert decision.reason == Fault(
        FaultCode.DOUBTFUL, odd.name, f"{odd.name} html-page"
    )


def test_a_clerk_who_looked_lets_it_pass():
    assert decide(case(guesses=(DOUBT,), released=True)).rule == "released"
