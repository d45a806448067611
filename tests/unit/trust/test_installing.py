"""A certificate comes into the folder by a person who compared its fingerprint."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from hub.errors import SettingsError
from hub.model.ids import digest_of
from hub.rehearsal.pki import Pki
from hub.trust.confirmations import read_confirmations
from hub.trust.entries import Entry, Role, read_entries
from hub.trust.folder import load
from hub.trust.installing import Refused, Witness, candidate, install, remove
from hub.trust.inventory import Validity, inventory, problems

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
WITNESS = Witness("vanthu", AT, "Ban Cơ yếu, công văn 12/BCY")


@pytest.fixture(scope="module")
def pki():
    return Pki.make(AT)


def install_in(folder, identity, fingerprint="", **entries):
    wanted = candidate(identity.certificate, entries)
    print_ = fingerprint or digest_of(identity.certificate)
    return install(folder, wanted, print_, WITNESS)


def test_a_root_becomes_an_anchor_and_an_issuing_ca_an_intermediate(tmp_path, pki):
    install_in(tmp_path, pki.root)
    install_in(tmp_path, pki.issuing)
    known = load(tmp_path)
    assert known.anchors == (pki.root.certificate,)
    assert known.intermediates == (pki.issuing.certificate,)


def test_who_installed_it_when_and_with_whom_it_was_confirmed_is_on_record(
    tmp_path, pki
):
    path = install_in(tmp_path, pki.root)
    (item,) = inventory(tmp_path)
    assert item.path == path
    assert item.confirmation
    assert item.confirmation.by == "vanthu"
    assert item.confirmation.at == AT
    assert item.confirmation.confirmed_with == WITNESS.confirmed_with
    assert problems(tmp_path, AT) == []


@pytest.mark.parametrize("wrong", ["", "00" * 32, "no fingerprint"])
def test_another_fingerprint_installs_nothing(tmp_path, pki, wrong):
    wanted = candidate(pki.root.certificate, {})
    with pytest.raises(Refused):
        install(tmp_path, wanted, wrong, WITNESS)
    assert list(tmp_path.iterdir()) == []


def test_a_fingerprint_is_read_as_people_write_it(tmp_path, pki):
    digits = digest_of(pki.root.certificate).upper()
    pairs = ":".join(digits[n : n + 2] for n in range(0, 64, 2))
    assert install_in(tmp_path, pki.root, f" {pairs} ").exists()


def test_what_is_no_authoritys_certificate_is_not_taken(pki):
    leaf = pki.leaf("UBND huyện Giao Thủy")
    for data in (leaf.certificate, b"no certificate", b"-----BEGIN nothing"):
        with pytest.raises(Refused):
            candidate(data, {})


def test_two_certificates_in_one_file_are_not_taken(pki):
    pem = pki.root.parsed.public_bytes(Encoding.PEM)
    with pytest.raises(Refused):
        candidate(pem + pki.issuing.parsed.public_bytes(Encoding.PEM), {})


def test_installed_twice_it_lies_there_once(tmp_path, pki):
    assert install_in(tmp_path, pki.root) == install_in(tmp_path, pki.root)
    assert len(inventory(tmp_path)) == 1


def test_laid_there_by_hand_it_counts_and_installing_puts_it_on_record(tmp_path, pki):
    pki.write_trust(tmp_path, at=AT)
    assert load(tmp_path).anchors
    assert len(problems(tmp_path, AT)) == 2
    assert problems(tmp_path, AT, confirmed=False) == []
    path = install_in(tmp_path, pki.root)
    assert path.name == "rehearsal-root.crt"
    assert len(problems(tmp_path, AT)) == 1


def test_removed_it_is_gone_and_its_record_is_kept(tmp_path, pki):
    path = install_in(tmp_path, pki.root)
    gone = remove(tmp_path, digest_of(pki.root.certificate)[:12], "vanthu", AT)
    assert gone == (path,)
    assert load(tmp_path).anchors == ()
    assert read_confirmations(tmp_path) == {}
    assert "removed_by: vanthu" in (tmp_path / "confirmed.yaml").read_text()


@pytest.mark.parametrize("digits", ["", "ab", "0" * 20])
def test_what_names_no_single_certificate_removes_nothing(tmp_path, pki, digits):
    install_in(tmp_path, pki.root)
    with pytest.raises(Refused):
        remove(tmp_path, digits, "vanthu", AT)
    assert len(inventory(tmp_path)) == 1


def test_a_look_alike_of_a_documented_certificate_is_told(pki):
    subject = pki.root.parsed.subject.rfc4514_string()
    documented = Entry(subject, Role.ANCHOR, "ab" * 32)
    wanted = candidate(pki.root.certificate, {documented.fingerprint: documented})
    assert wanted.resembles == documented
    by_serial = Entry("G2", Role.ANCHOR, "cd" * 32, serial=f"{pki.root.serial:x}")
    wanted = candidate(pki.root.certificate, {by_serial.fingerprint: by_serial})
    assert wanted.resembles == by_serial


def test_what_is_documented_says_where_it_belongs(pki):
    print_ = digest_of(pki.root.certificate)
    entry = Entry("cross", Role.INTERMEDIATE, print_)
    wanted = candidate(pki.root.certificate, {print_: entry})
    assert wanted.item.role is Role.INTERMEDIATE
    assert wanted.resembles is None


@pytest.mark.parametrize(
    ("years", "state", "told"),
    [
        (0, Validity.VALID, 0),
        (19.9, Validity.EXPIRING, 1),
        (21, Validity.EXPIRED, 1),
        (-11, Validity.NOT_YET, 1),
    ],
)
def test_certificates_near_or_past_their_end_are_told(
    tmp_path, pki, years, state, told
):
    install_in(tmp_path, pki.root)
    then = AT + years * YEAR
    assert inventory(tmp_path)[0].validity(then) is state
    assert len(problems(tmp_path, then)) == told


def test_nothing_installed_is_a_problem_of_its_own(tmp_path):
    (told,) = problems(tmp_path, AT)
    assert "no anchor installed" in told


def test_a_file_that_nothing_reads_is_a_problem(tmp_path, pki):
    install_in(tmp_path, pki.root)
    (tmp_path / "anchors" / "ca.zip").write_bytes(b"")
    (told,) = problems(tmp_path, AT)
    assert "ca.zip: đuôi tệp lạ" in told


def test_a_record_that_cannot_be_read_is_a_problem_and_is_not_written_over(
    tmp_path, pki
):
    (tmp_path / "confirmed.yaml").write_text("confirmations: [{who: me}]")
    with pytest.raises(SettingsError):
        install_in(tmp_path, pki.root)
    assert (tmp_path / "confirmed.yaml").read_text() == "confirmations: [{who: me}]"
    assert problems(tmp_path, AT)


def test_the_shipped_entries_name_the_government_and_the_national_roots(tmp_path):
    entries = read_entries(tmp_path).values()
    anchors = {e.name for e in entries if e.role is Role.ANCHOR}
    assert {"RootCA chuyên dùng Chính phủ G2", "Vietnam National Root CA"} <= anchors
    assert all(e.confirm_with and e.source for e in entries)


def test_entries_of_the_folder_take_the_place_of_the_shipped(tmp_path):
    (tmp_path / "entries.yaml").write_text(
        f"entries: [{{name: A, role: anchor, sha256: '{'AB:' * 31}AB'}}]"
    )
    assert list(read_entries(tmp_path)) == ["ab" * 32]


@pytest.mark.parametrize(
    "text", ["entries: [{name: A, role: anchor, sha256: abc}]", "entries: 5", ":"]
)
def test_entries_that_cannot_be_read_are_named(tmp_path, text):
    (tmp_path / "entries.yaml").write_text(text)
    with pytest.raises(SettingsError, match=r"entries\.yaml"):
        read_entries(tmp_path)
