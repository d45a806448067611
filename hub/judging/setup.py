"""What a judge is told first, from the policy in force; imports nothing that reads."""

from typing import Any

from hub.edxml.schemas import NAMES
from hub.judging.protocol import Setup
from hub.model.policy import Policy
from hub.resources import resource


def policy_setup(
    policy: Policy,
    translators: dict[str, str],
    hub_code: str = "",
    grounds: dict[str, dict[str, Any]] | None = None,
) -> Setup:
    """The policy's part, our schemas, and what doors and sources bring (see Setup)."""
    return Setup(
        translators=translators,
        limits=policy.limits,
        verification=policy.verification,
        secrecy=policy.secrecy,
        policy_version=policy.version,
        hub_code=hub_code,
        schemas={name: resource("schemas", name).read_bytes() for name in NAMES},
        grounds=grounds or {},
        policy_edition=policy.edition,
    )
