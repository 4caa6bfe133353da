"""Meetings as calendar files (RFC 5545, 5546): what a phone's calendar takes in, changes and takes out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from icalendar import Calendar
    from icalendar import Event as CalendarEvent

PRODUCT = "-//Matchmaker//Meetings//EN"
# A sequence number counts the seconds since then: it rises with every change and fits 32 bits until 2088.
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Method(StrEnum):
    """What a calendar is to do with a file."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends an invitation, or who gets it."""

    address: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One meeting in a calendar, worded in its reader's language. ``changed_at`` is when it last changed."""

    meeting_id: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    summary: str
    location: str
    description: str
    url: str
    is_cancelled: bool = False


def calendar_file(
    events: Sequence[Event],
    *,
    method: Method,
    host: str,
    now: datetime,
    name: str = "",
    organizer: Party | None = None,
    attendee: Party | None = None,
) -> bytes:
    """Return events as one calendar file, times in UTC so that no calendar can read them in a wrong zone.

    A meeting keeps its UID for good and its SEQUENCE rises with each change, so calendars move what they hold
    instead of holding it twice. ``host`` makes the UID unique in the world.
    """
    # Mail and downloads need this library, pages do not.
    from icalendar import Calendar  # noqa: PLC0415

    calendar: Calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    if name:
        calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(_event(event, host=host, now=now, organizer=organizer, attendee=attendee))
    return bytes(calendar.to_ical())


def sequence_of(changed_at: datetime) -> int:
    """Return the sequence number of a meeting that last changed then."""
    return max(0, int((changed_at - EPOCH).total_seconds()))


def _event(event: Event, *, host: str, now: datetime, organizer: Party | None, attendee: Party | None) -> CalendarEvent:
    from icalendar import Event as CalendarEvent  # noqa: PLC0415 - loaded above already.

    entry: CalendarEvent = CalendarEvent()
    entry.add("uid", f"{event.meeting_id}@{host}")
    entry.add("sequence", sequence_of(event.changed_at))
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("last-modified", event.changed_at.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", event.ends_at.astimezone(UTC))
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    entry.add("summary", event.summary)
    entry.add("location", event.location)
    entry.add("description", event.description)
    entry.add("url", event.url)
    if organizer is not None:
        _add_party(entry, "organizer", organizer)
    if attendee is not None:
        _add_party(entry, "attendee", attendee, partstat="ACCEPTED", rsvp="FALSE")
    return entry


def _add_party(entry: CalendarEvent, name: str, party: Party, **parameters: str) -> None:
    from icalendar import vCalAddress  # noqa: PLC0415 - loaded above already.

    address = vCalAddress(f"mailto:{party.address}")
    # A parameter holds no quotes and no line ends; the library would refuse the whole file for one.
    address.params["cn"] = "".join(letter for letter in party.name if letter.isprintable() and letter != '"')
    for key, value in parameters.items():
        address.params[key] = value
    entry.add(name, address)
