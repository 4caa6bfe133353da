"""What the asking company offers or needs, for the mail that says it would like to meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from matchmaker.domain.fairs import Role
from matchmaker.models import Meeting, Suggestion

if TYPE_CHECKING:
    import uuid
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class AskersItem:
    """The asker's side of the pair's best need and offer; ``versions`` holds it by language where it has two."""

    text: str
    versions: Mapping[str, str]
    is_need: bool

    def said_in(self, lang: str) -> str:
        """The text in a language, or as it was written."""
        return self.versions.get(lang) or self.text


QUOTED = (
    select(Meeting.id, Meeting.requested_by, Suggestion.best_pair)
    .join(
        Suggestion,
        and_(
            Suggestion.fair_id == Meeting.fair_id,
            Suggestion.exhibitor_id == Meeting.exhibitor_id,
            Suggestion.buyer_id == Meeting.buyer_id,
        ),
    )
    .where(Meeting.id.in_(bindparam("meeting_ids", expanding=True)))
)


def askers_items(session: Session, *, meeting_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, AskersItem]:
    """Return what brings the asker to each meeting, where the matcher has compared the two companies."""
    if not meeting_ids:
        return {}
    found = {}
    for meeting_id, asker, best in session.execute(QUOTED, {"meeting_ids": list(meeting_ids)}):
        is_need = best.get("buyer", Role.BUYER) == asker
        name = "need" if is_need else "offer"
        if best.get(name):
            found[meeting_id] = AskersItem(best[name], best.get(f"{name}_versions") or {}, is_need)
    return found
