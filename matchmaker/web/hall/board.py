"""The hall board: a page for screens on the wall, opened by a link that ends with the fair."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, make_response, render_template, request, url_for

from matchmaker import clock
from matchmaker.domain.fairs import StaffRole
from matchmaker.extensions import db
from matchmaker.services import fair_changes, fairs, hall_board
from matchmaker.signed_links import signed, subject_of
from matchmaker.web.access import anyone
from matchmaker.web.hall.board_page import page_of
from matchmaker.web.hall.routes import blueprint
from matchmaker.web.headers import may_be_kept
from matchmaker.web.language import language
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts

NOT_FOUND = 404
PURPOSE = "hall board"
KEYS_KEPT = 64
# A screen may be put up the day before, and taken down the day after.
AROUND = timedelta(days=1)
STAFF = frozenset({StaffRole.ORGANIZER, StaffRole.TABLE_HOST})


def board_url(fair: FairFacts, *, hall: str = "") -> str:
    """Return the address with which any screen shows a fair's board, or that of one hall."""
    key = _key_of(current_app.config["SECRET_KEY"], fair.id)
    named: dict[str, Any] = {"hall": hall} if hall else {}
    return url_for("hall.board", slug=fair.slug, key=key, lang=language(), **named)


@lru_cache(maxsize=KEYS_KEPT)
def _key_of(secret: str, fair_id: uuid.UUID) -> str:
    """The key of a fair's boards, which is the same as long as the site's secret is."""
    return signed(secret=secret, purpose=PURPOSE, subject=fair_id)


@blueprint.get("/fairs/<slug>/board")
@anyone
def board(fair: FairFacts) -> ResponseReturnValue:
    """Show who meets at which table now; a screen that has seen this state already gets no body."""
    roles = _roles(fair)
    now = clock.now()
    if not (roles & STAFF or _fits(fair, now=now)):
        abort(NOT_FOUND)
    at = _preview(fair) if StaffRole.ORGANIZER in roles else None
    marks, hall = fair_changes.marks_of(db.session, fair_id=fair.id), request.args.get("hall", "")
    shown = hall_board.board_of(db.session, fair=fair, marks=marks, now=at or now, hall=hall)
    halls = hall_board.halls(db.session, fair_id=fair.id, marks=marks)
    page = page_of(shown, fair=fair, halls=halls, number=request.args.get("page", 1, type=int), now=at or now)
    may_be_kept("private, no-cache")
    tag = hashlib.sha256(repr((page, language(), at is None)).encode()).hexdigest()[:32]
    if request.if_none_match.contains(tag):
        answer = make_response("", 304)
    else:
        answer = make_response(
            render_template("hall/board.html", page=page, is_preview=at is not None, **_theme(page.theme))
        )
    answer.set_etag(tag)
    return answer


def _roles(fair: FairFacts) -> frozenset[str]:
    person = signed_in_person()
    if person is None:
        return frozenset()
    return fairs.staff_roles(db.session, fair_id=fair.id, account_id=person.account_id)


def _fits(fair: FairFacts, *, now: datetime) -> bool:
    """Whether the address carries this fair's key, around the fair's days."""
    key = request.args.get("key", "")
    today = now.astimezone(fair.zone).date()
    if not fair.opens_on - AROUND <= today <= fair.closes_on + AROUND:
        return False
    return subject_of(key, secret=current_app.config["SECRET_KEY"], purpose=PURPOSE) == fair.id


def _preview(fair: FairFacts) -> datetime | None:
    """The moment an organizer wants to see the board at, in the fair's local time; None for now."""
    try:
        wanted = datetime.fromisoformat(request.args.get("at", ""))
    except ValueError:
        return None
    local = wanted if wanted.tzinfo else wanted.replace(tzinfo=fair.zone)
    return local.astimezone(UTC)


def _theme(chosen: str) -> dict[str, str]:
    return {"theme": chosen} if chosen else {}
