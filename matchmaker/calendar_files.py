"""Calendar files of meetings, worded in the language in force: for mails, for downloads, for the feed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import get_locale

from matchmaker.domain.calendars import Event, Method, Party, calendar_file
from matchmaker.domain.meetings import MeetingState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config import Config
    from matchmaker.services.meeting_places import MeetingPlace


def invitation(meeting: MeetingPlace, *, to: Party, now: datetime) -> tuple[Method, bytes]:
    """Return what puts a meeting into its receiver's calendar, moves it, or takes it out when it is called off."""
    config: Config = current_app.extensions["matchmaker"]
    method = Method.CANCEL if meeting.state is MeetingState.CANCELLED else Method.REQUEST
    sender = Party(config.mail_address, config.brand)
    return method, _file([meeting], method=method, now=now, organizer=sender, attendee=to)


def published(meetings: Sequence[MeetingPlace], *, now: datetime, name: str = "") -> bytes:
    """Return meetings as a file that is opened or subscribed to."""
    return _file(meetings, method=Method.PUBLISH, now=now, name=name)


def _file(
    meetings: Sequence[MeetingPlace],
    *,
    method: Method,
    now: datetime,
    name: str = "",
    organizer: Party | None = None,
    attendee: Party | None = None,
) -> bytes:
    config: Config = current_app.extensions["matchmaker"]
    return calendar_file(
        [event for meeting in meetings for event in _events(meeting, public_url=config.public_url)],
        method=method,
        host=urlsplit(config.public_url).hostname or "localhost",
        now=now,
        name=name,
        organizer=organizer,
        attendee=attendee,
    )


def _events(meeting: MeetingPlace, *, public_url: str) -> list[Event]:
    """The event of a meeting, or none while it has no time."""
    if meeting.starts_at is None or meeting.ends_at is None:
        return []
    url = f"{public_url}{meeting.path}"
    return [
        Event(
            meeting_id=meeting.id,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            changed_at=meeting.changed_at,
            summary=_words("summary", meeting),
            location=_words("location", meeting),
            description=f"{_words('description', meeting)}\n{url}",
            url=url,
            is_cancelled=meeting.state is MeetingState.CANCELLED,
        )
    ]


def _words(name: str, meeting: MeetingPlace) -> str:
    # The template alone is rendered: a page's frame would ask the database for much that no calendar shows.
    template = current_app.jinja_env.get_template(f"calendar/{name}.txt")
    locale = get_locale()
    return " ".join(template.render(meeting=meeting, lang=locale.language if locale else "vi").split())
