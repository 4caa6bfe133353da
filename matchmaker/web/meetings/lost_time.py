"""The page of who accepted a request at a time that somebody else got a moment before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template

from matchmaker import clock
from matchmaker.domain.third_company import THIRD
from matchmaker.extensions import db
from matchmaker.services import agenda as agendas
from matchmaker.services import places
from matchmaker.web.places import PlacesPage, places_page

if TYPE_CHECKING:
    import uuid

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.meeting_rows import MeetingRow


def lost_time_page(fair: FairFacts, me: Membership, meeting_id: uuid.UUID) -> str:
    """Return the free times of a request, the next ones first, after undoing what was half done."""
    db.session.rollback()
    row = agendas.row_of(db.session, fair_id=fair.id, me=me, meeting_id=meeting_id)
    page = places_of(fair, me, row, wants_all=True)
    return render_template("meetings/lost_time.html", meeting_id=meeting_id, name=row.name, page=page)


def places_of(fair: FairFacts, me: Membership, row: MeetingRow, *, wants_all: bool = False) -> PlacesPage:
    """Return where and when one of one's own meetings could take place."""
    board = places.board_of(db.session, fair_id=fair.id, meeting_id=row.id)
    names = {me.role: me.company_name, me.role.other: row.name, THIRD: row.third or ""}
    return places_page(board, names=names, wants_all=wants_all, now=clock.now())
