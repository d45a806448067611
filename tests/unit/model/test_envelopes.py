"""What an envelope says of itself: its main file, and which document it is about."""

from dataclasses import replace

import pytest

from hub.model.envelopes import (
    Attachment,
    Business,
    Envelope,
    Family,
    FileState,
    Kind,
    Organization,
)
from hub.model.ids import AgencyCode, Digest


def attachment(position: int, media_type: str = "application/pdf", **changes):
    values = {
        "position": position,
        "content_id": f"file-{position}",
        "name": "Báo cáo.doc",
        "description": "",
        "claimed_type": "application/msword",
        "media_type": media_type,
        "size": 10,
        "digest": Digest("d" * 64),
        "sent_digest": Digest("d" * 64),
    }
    return Attachment(**{**values, **changes})


def envelope(**changes) -> Envelope:
    values = {
        "family": Family.LAYERED,
        "kind": Kind.REVOKE,
        "sender": Organization(AgencyCode("000.00.12.H40")),
        "receivers": (),
        "document_id": "its own",
        "subject": "",
    }
    return Envelope(**{**values, **changes})


def test_the_main_file_is_the_first_listed_whatever_the_sender_called_it():
    files = (attachment(1), attachment(2), attachment(3, "application/msword"))
    assert envelope(attachments=files).main_pdf == files[0]


def test_a_signed_annex_does_not_stand_in_for_a_document_that_is_no_pdf():
    files = (attachment(1, "application/msword"), attachment(2))
    assert envelope(attachments=files).main_pdf is None


@pytest.mark.parametrize("state", [s for s in FileState if s is not FileState.SOUND])
def test_a_file_that_cannot_be_used_is_no_pdf(state):
    broken = attachment(1, state=state)
    assert not broken.is_pdf
    assert envelope(attachments=(broken,)).main_pdf is None
    annex = attachment(2)
    assert envelope(attachments=(broken, annex)).main_pdf is None


def test_a_file_that_only_calls_itself_a_pdf_is_none():
    liar = attachment(1, "text/html", claimed_type="application/pdf", name="a.pdf")
    assert envelope(attachments=(liar,)).main_pdf is None


def test_without_files_there_is_no_main_file():
    assert envelope().main_pdf is None


@pytest.mark.parametrize(
    ("business", "target"),
    [
        (Business(document_id="the target"), "the target"),
        (Business(), "its own"),
        (None, "its own"),
    ],
)
def test_a_revoke_is_about_what_it_names_or_about_its_own_id(business, target):
    assert envelope(business=business).target_id == target


def test_values_do_not_change():
    with pytest.raises(AttributeError):
        envelope().document_id = "other"  # type: ignore[misc]
    assert replace(envelope(), document_id="other").target_id == "other"
