"""Rows of paper tasks: what a step's entry changes in them."""

from datetime import datetime

from sqlalchemy import Connection, update

from hub.journal.tables import paper_tasks
from hub.model.paper import PaperState
from hub.model.records import Facts, Tag

#: What an entry of that tag leaves a task in.
PAPER_STATES: dict[Tag, PaperState] = {
    Tag.PAPER_REOPENED: PaperState.OPEN,
    Tag.PAPER_PRINTED: PaperState.PRINTED,
    Tag.PAPER_SENT: PaperState.SENT,
    Tag.PAPER_RECEIVED: PaperState.RECEIVED,
    Tag.PAPER_DIFFERS: PaperState.DIFFERS,
    Tag.PAPER_NOT_NEEDED: PaperState.NOT_NEEDED,
    Tag.PAPER_RECALLED: PaperState.RECALLED,
}
PAPER_TAGS = {state: tag for tag, state in PAPER_STATES.items()}


def paper_told(connection: Connection, tag: Tag, at: datetime, facts: Facts) -> None:
    """Put a step into its task's row."""
    state = PAPER_STATES[tag]
    values: dict[str, object] = {"state": state, "moved_at": at}
    if state is PaperState.SENT:
        values |= {"sent_at": at, "post_number": facts["post_number"]}
    if state is PaperState.OPEN:
        values |= {"sent_at": None, "post_number": ""}
    here = paper_tasks.c.id == facts["task"]
    connection.execute(update(paper_tasks).where(here).values(values))
