"""What judges of a test are set up with, where the values do not matter."""

from hub.model.limits import Limits
from hub.model.manifests import Means
from hub.model.policy import SecrecyPolicy, VerificationPolicy


def means(policy_file: bytes = b"paper: {}\n") -> Means:
    return Means(
        policy_version="policy-1",
        policy_file=policy_file,
        limits=Limits(),
        verification=VerificationPolicy(),
        secrecy=SecrecyPolicy(),
        software={"lienthong": "0.1.0"},
        grounds=b'{"thu-dien-tu":{"senders":{"a@b.vn":"H40.01"}}}',
    )
