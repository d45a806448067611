"""config/policy.yaml into a Policy, or every problem of it at once."""

from dataclasses import replace

from hub.errors import SettingsError
from hub.model.policy import Policy
from hub.rules.policy_problems import problems_of
from hub.typed_yaml import load, shape, version_of


def read_policy(data: bytes) -> Policy:
    """The policy a file holds; raises SettingsError with all its problems."""
    plain = load(data)
    if "version" in plain:
        raise SettingsError(("version: is the hash of the file, not a key of it",))
    policy = replace(shape(plain, Policy), version=version_of(data))
    if problems := tuple(problems_of(policy)):
        raise SettingsError(problems)
    return policy
