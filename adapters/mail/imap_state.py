"""What must be remembered of one folder beyond a process (a mark of the journal).

A mail is noted here before it is journaled and forgotten after it was moved. So the one
that was under way in a crash is known by its bytes, though the folder numbers anew.
"""

from dataclasses import dataclass, field, replace

from hub.model.ids import Digest
from hub.polling import Marked

#: Mails under way or in trouble at once; past this the mailbox is ill, not the mails.
MOST = 200


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A mail that is being taken: its bytes, and the identity it was given."""

    digest: Digest
    door_id: str


@dataclass(frozen=True, slots=True)
class FolderState(Marked):
    """How one folder stands."""

    #: UIDVALIDITY; 0: never seen.
    validity: int = 0
    #: UID -> what was under way when last written.
    under_way: dict[str, UnderWay] = field(default_factory=dict, hash=False)
    #: The same from before the folder numbered anew.
    earlier: tuple[UnderWay, ...] = ()
    #: UID -> why it stays where it is, for people.
    stuck: dict[str, str] = field(default_factory=dict, hash=False)

    def under(self, validity: int) -> "FolderState":
        """As this UIDVALIDITY has it: with another one, UIDs mean nothing any more."""
        if validity == self.validity:
            return self
        earlier = (*self.earlier, *self.under_way.values())[-MOST:]
        return FolderState(validity, earlier=earlier)

    def identity(self, uid: int, digest: Digest, folder: str) -> str:
        """The door's id of a mail: folder, UIDVALIDITY and UID, or the one it had."""
        for one in self.earlier:
            if one.digest == digest:
                return one.door_id
        return f"{folder}/{self.validity}/{uid}"

    def taking(self, uid: int, digest: Digest, door_id: str) -> "FolderState":
        """With one more mail under way."""
        listed = {**self.under_way, str(uid): UnderWay(digest, door_id)}
        return replace(self, under_way=dict(list(listed.items())[-MOST:]))

    def troubled(self, uid: int, why: str) -> "FolderState":
        """With a mail that stays where it is."""
        listed = {**self.stuck, str(uid): why[:200]}
        return replace(self, stuck=dict(list(listed.items())[-MOST:]))

    def without(self, uid: int) -> "FolderState":
        """With nothing known of a mail: it was moved."""
        key = str(uid)
        return replace(
            self,
            under_way={k: v for k, v in self.under_way.items() if k != key},
            stuck={k: v for k, v in self.stuck.items() if k != key},
        )

    def cleared(self, uids: set[int]) -> "FolderState":
        """After a whole round: only what is still there is known."""
        kept = {str(uid) for uid in uids}
        return replace(
            self,
            earlier=(),
            under_way={k: v for k, v in self.under_way.items() if k in kept},
            stuck={k: v for k, v in self.stuck.items() if k in kept},
        )
