"""The content type an arrival of this adapter has: what is done with the dossier."""

from hub.model.dossiers import DossierAct

MEDIA_TYPE = "application/vnd.lienthong.dossier+json"


def content_type(act: DossierAct) -> str:
    """What stands in the journal; lot and number stand beside it, see `Offer.lot`."""
    return f"{MEDIA_TYPE}; act={act}"


def act_of(content_type: str) -> DossierAct | None:
    """The act; None where it is not one of this adapter's types."""
    media, _, parameters = content_type.partition(";")
    name, _, value = parameters.strip().partition("=")
    known = media.strip().lower() == MEDIA_TYPE and name.strip().lower() == "act"
    said = value.strip().lower()
    return DossierAct(said) if known and said in set(DossierAct) else None
