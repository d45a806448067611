"""How several places are weighed: agreement raises a confidence, conflict lowers it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from hub.model.frames import Guess

#: What one voice against the winner takes away: enough to bring any guess to a clerk.
CONFLICT = 45
_MOST = 99


@dataclass(frozen=True, slots=True)
class Vote:
    """One place's word for a value."""

    value: str = field(repr=False)
    #: How often such a word is right, 0-100.
    weight: int
    place: str


def weigh(
    name: str,
    votes: Iterable[Vote],
    same: Callable[[str, str], bool] = str.__eq__,
    prefer: Callable[[str], int] = len,
) -> Guess:
    """The value most is said for; `same` values support each other.

    Of values that are the same the one that `prefer` puts highest is kept.
    """
    heard = [vote for vote in votes if vote.value]
    groups = _groups(heard, same)
    if not groups:
        return Guess(name, "", 0, ("nothing",))
    groups.sort(key=_confidence, reverse=True)
    best = groups[0]
    confidence = _confidence(best) - (CONFLICT if len(groups) > 1 else 0)
    return Guess(
        name,
        max((vote.value for vote in best), key=prefer),
        max(confidence, 0),
        tuple(dict.fromkeys(vote.place for vote in best))
        + tuple(f"against:{vote.place}" for group in groups[1:] for vote in group),
    )


def _groups(
    votes: Sequence[Vote], same: Callable[[str, str], bool]
) -> list[list[Vote]]:
    groups: list[list[Vote]] = []
    for vote in votes:
        fitting = (g for g in groups if same(g[0].value, vote.value))
        if (group := next(fitting, None)) is not None:
            group.append(vote)
        else:
            groups.append([vote])
    return groups


def _confidence(votes: Sequence[Vote]) -> int:
    """1 - product of (1 - weight): places err independently of each other."""
    doubt = 1.0
    for weight in _best_of_each_place(votes):
        doubt *= 1 - weight / 100
    return min(round(100 * (1 - doubt)), _MOST)


def _best_of_each_place(votes: Sequence[Vote]) -> Iterable[int]:
    best: dict[str, int] = {}
    for vote in votes:
        best[vote.place] = max(vote.weight, best.get(vote.place, 0))
    return best.values()
