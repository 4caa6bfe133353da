"""Flask-Login over sessions kept on the server: the cookie carries a token, the database decides."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from flask import after_this_request, current_app, has_request_context, session
from flask_login import UserMixin, current_user, login_user, logout_user

from matchmaker import clock
from matchmaker.extensions import db, login_manager
from matchmaker.models.engine import UNAVAILABLE, begin_writing
from matchmaker.services import accounts
from matchmaker.web.at_hand import held, this_request
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    import uuid

    from flask import Flask, Response

    from matchmaker.services.accounts import SignedIn


WAITING = "waits-for-code"
LOADED = "_login_user"  # Where Flask-Login holds the visitor of a request once it has asked for one.


class Visitor(UserMixin):  # type: ignore[misc]
    """What Flask-Login holds for a signed-in person. Its id is the session token, not the account."""

    def __init__(self, token: str, person: SignedIn) -> None:
        self._token = token
        self.person = person

    def get_id(self) -> str:
        """Return the session token, which the signed cookie carries."""
        return self._token


def register(app: Flask) -> None:
    """Load visitors by session token. Flask-Login's own address check would sign out phones that roam."""
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    login_manager.init_app(app, add_context_processor=False)  # Templates know the person by the name of signed_in.


def signed_in_person() -> SignedIn | None:
    """Return the person of this request, or None for a visitor who is not signed in."""
    if not has_request_context():
        return None
    here = held()
    if "is_database_away" in here:
        return None
    # A page asks a dozen times; current_user finds out anew each time which page this is.
    visitor = here[LOADED] if LOADED in here else current_user._get_current_object()  # noqa: SLF001
    return getattr(visitor, "person", None)  # Flask-Login's nobody has none.


def start(token: str, person: SignedIn) -> None:
    """Make this browser the holder of a fresh session; the one it held before ends."""
    before = signed_in_person()
    if before is not None:
        accounts.sign_out(db.session, session_id=before.session_id, now=clock.now())
    session.clear()
    login_user(Visitor(token, person))


def wait_for_code(token: str) -> None:
    """Keep in this browser that someone passed the first step and owes the code of the second."""
    before = signed_in_person()
    if before is not None:
        accounts.sign_out(db.session, session_id=before.session_id, now=clock.now())
    session.clear()
    session[WAITING] = token


def waiting_token() -> str:
    """Return the token of the sign-in that waits for its code in this browser, or an empty text."""
    return str(session.get(WAITING, ""))


def owes_second_step(person: SignedIn) -> bool:
    """Whether this person must set a code app up before seeing what organizers see."""
    is_required = current_app.extensions["matchmaker"].organizers_take_two_steps
    return bool(is_required and person.is_organizer and not person.has_two_steps)


def stop(session_id: uuid.UUID) -> None:
    """End a session on the server and in the browser."""
    accounts.sign_out(db.session, session_id=session_id, now=clock.now())
    logout_user()
    session.clear()


def _load(token: str) -> Visitor | None:
    now = clock.now()
    person = accounts.by_session_token(db.session, token=token, now=now)
    if person is None:
        return None
    if now - person.last_used_at >= accounts.TOUCH_EVERY:
        if this_request().method in SAFE_METHODS:
            _touch_afterwards(person.session_id)
        else:
            accounts.touch(db.session, session_id=person.session_id, now=now)
    return Visitor(token, person)


def _touch_afterwards(session_id: uuid.UUID) -> None:
    """Note the use of a session after a read, in a short transaction of its own.

    It is the one thing a GET leaves behind: without it someone who only reads would be signed out as idle. While
    another writer holds the database it is left to the next request, because a page that only reads waits for nobody.
    """

    @after_this_request
    def touch(response: Response) -> Response:
        db.session.rollback()
        with contextlib.suppress(*UNAVAILABLE), db.sessionmaker() as own:
            begin_writing(own, waits=False)
            accounts.touch(own, session_id=session_id, now=clock.now())
            own.commit()
        return response
