"""Calendar files, read by a library that did not write them."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.domain.calendars import Event, Method, Party, calendar_file, sequence_of

NOW = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
KEY = uuid.UUID("11111111-2222-4333-8444-555555555555")
HOSTILE = 'Kaze; Foods, \\ "Osaka"\r\nBEGIN:VEVENT\r\nSUMMARY:forged\nX:\u202e 🙂 ' + "gốm sứ " * 30


def event(**values):
    usual = {
        "meeting_id": KEY,
        "starts_at": NOW,
        "ends_at": NOW + timedelta(minutes=25),
        "changed_at": NOW,
        "summary": "Meeting with Kaze Foods",
        "location": "Table A01, Hall A",
        "description": "Spring fair",
        "url": "https://fair.example/m/1",
    }
    return Event(**{**usual, **values})


def read(file):
    return vobject.readOne(file.decode())


def test_an_invitation_says_all_a_calendar_needs():
    file = calendar_file(
        [event()],
        method=Method.REQUEST,
        host="fair.example",
        now=NOW,
        organizer=Party("no-reply@fair.example", "Giao Thương"),
        attendee=Party("lan@example.test", 'Lan "the buyer"\r\nX:1'),
    )
    calendar = read(file)
    entry = calendar.vevent
    assert (calendar.method.value, calendar.version.value) == ("REQUEST", "2.0")
    assert entry.uid.value == f"{KEY}@fair.example"
    assert (entry.dtstart.value, entry.dtend.value) == (NOW, NOW + timedelta(minutes=25))
    assert (entry.status.value, entry.summary.value) == ("CONFIRMED", "Meeting with Kaze Foods")
    assert entry.organizer.value == "mailto:no-reply@fair.example"
    assert (entry.attendee.value, entry.attendee.params["RSVP"]) == ("mailto:lan@example.test", ["FALSE"])


def test_a_meeting_keeps_its_uid_and_its_sequence_rises():
    files = [
        calendar_file([event(changed_at=NOW + timedelta(seconds=n))], method=Method.REQUEST, host="h.example", now=NOW)
        for n in (0, 1, 60)
    ]
    entries = [read(file).vevent for file in files]
    assert len({entry.uid.value for entry in entries}) == 1
    sequences = [int(entry.sequence.value) for entry in entries]
    assert sequences == sorted(set(sequences))
    assert sequence_of(datetime(2087, 1, 1, tzinfo=UTC)) < 2**31


def test_a_called_off_meeting_is_cancelled_under_the_same_uid():
    file = calendar_file([event(is_cancelled=True)], method=Method.CANCEL, host="fair.example", now=NOW)
    calendar = read(file)
    assert (calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert calendar.vevent.uid.value == f"{KEY}@fair.example"


@pytest.mark.parametrize("part", ["summary", "location", "description"])
def test_hostile_text_stays_text_and_adds_no_event(part):
    file = calendar_file([event(**{part: HOSTILE}), event()], method=Method.PUBLISH, host="fair.example", now=NOW)
    calendar = read(file)
    assert len(calendar.vevent_list) == 2
    assert getattr(calendar.vevent_list[0], part).value.replace("\r\n", "\n") == HOSTILE.replace("\r\n", "\n")
    assert [line for line in file.split(b"\r\n") if line == b"BEGIN:VEVENT"] == [b"BEGIN:VEVENT"] * 2


def test_lines_are_folded_as_the_format_asks():
    file = calendar_file([event(summary=HOSTILE)], method=Method.PUBLISH, host="fair.example", now=NOW)
    assert max(len(line) for line in file.split(b"\r\n")) <= 75


@given(
    st.datetimes(min_value=datetime(2020, 1, 2), max_value=datetime(2060, 1, 1)),  # noqa: DTZ001
    st.sampled_from(sorted(available_timezones())),
    st.sampled_from([0, 1]),
)
def test_no_meeting_moves_whatever_the_zone_and_its_changes(local, name, fold):
    """Also in hours that a change of clocks skips or doubles."""
    starts_at = local.replace(microsecond=0, fold=fold, tzinfo=ZoneInfo(name))
    ends_at = starts_at.astimezone(UTC) + timedelta(minutes=25)
    file = calendar_file(
        [event(starts_at=starts_at, ends_at=ends_at)], method=Method.PUBLISH, host="fair.example", now=NOW
    )
    entry = read(file).vevent
    assert entry.dtstart.value == starts_at.astimezone(UTC)
    assert entry.dtend.value - entry.dtstart.value == timedelta(minutes=25)
