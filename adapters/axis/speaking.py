"""Whom an axis may speak for, as its settings say it."""


def at_odds(name: str, *, carrier: bool, codes: tuple[str, ...]) -> list[str]:
    """What `hub check` says where the two do not fit together."""
    if carrier and codes:
        return [f"{name}: a carrier's `codes` are not looked at"]
    if not carrier and not codes:
        return [f"{name}: may speak for nobody (no codes, no carrier)"]
    return []
