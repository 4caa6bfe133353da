"""One day of an agenda: meetings in order of time, with the gaps and breaks between them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial, reduce
from operator import or_
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.meetings import MeetingState
from matchmaker.extensions import db
from matchmaker.services.agenda import Beside, beside, free_partners, interpreter_of
from matchmaker.services.own_agenda import reminder_of
from matchmaker.web.filters import MONTHS, clock_in, until
from matchmaker.web.filters import day as day_text
from matchmaker.web.fragments import same_for_all
from matchmaker.web.language import language
from matchmaker.web.links import links_to
from matchmaker.web.meetings.pair import quote_of

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from matchmaker.services.agenda import Agenda
    from matchmaker.services.fairs import FairFacts, Membership, SlotFacts
    from matchmaker.services.meeting_rows import MeetingRow
    from matchmaker.services.own_agenda import AgendaRow, Placed

# What seg() draws: words, address, whether it is shown, a count.
Tab = tuple[str, str, bool, str]
# The pauses between two slots of a session are shorter than this; what is longer is a break of the fair.
SHORTEST_BREAK = timedelta(minutes=30)
# From this long before it starts, the next meeting is shown as the one to go to now.
SOON = timedelta(minutes=15)
NOTHING_BESIDE = Beside({}, {})
NO_CARD: Mapping[str, str] = MappingProxyType({})


class Line(NamedTuple):
    """One line of the day: a meeting, the next one as a large card, free time, or a break."""

    kind: str
    time: str
    text: str = ""
    where: str = ""
    url: str = ""
    link: str = ""
    is_past: bool = False
    result: str = ""
    changed: str = ""
    is_missed: bool = False
    is_live: bool = False
    card: Mapping[str, str] = NO_CARD


class Question(NamedTuple):
    """The outcome question of the last meeting that has none yet."""

    name: str
    where: str
    url: str


class Addresses(NamedTuple):
    """Where every agenda of a fair leads, whatever it holds."""

    worker: str
    suggestions: str
    calendar: str
    cap: str


class Day(NamedTuple):
    """The agenda page of one day."""

    title: str
    tabs: tuple[Tab, ...]
    lines: Sequence[Line]
    question: Question | None
    unplaced: list[AgendaRow]
    outside: list[AgendaRow]
    is_planned: bool
    is_empty: bool


def day_of(agenda: Agenda, *, fair: FairFacts, me: Membership, wanted: str, now: datetime) -> Day:
    """Return one day of an agenda: the wanted one, else today, else the first with a meeting."""
    today = now.astimezone(fair.zone).date()
    days = _days(agenda, fair)
    placed = agenda.own.placed
    shown = _shown(placed, days, wanted=wanted, today=today)
    without_slot = [row for row in agenda.own.meetings if row.slot is None]
    page = _DayLines(agenda, fair=fair, me=me, now=now)
    return Day(
        title=_title(shown, today),
        tabs=_tabs(fair.slug, shown, *days),
        lines=_within_breaks(page.lines(shown)) if placed else [],
        question=_question(placed, fair=fair, now=now),
        unplaced=[row for row in without_slot if row.state is MeetingState.ACCEPTED],
        outside=[row for row in without_slot if row.state is not MeetingState.ACCEPTED],
        is_planned=bool(placed),
        is_empty=not agenda.own.meetings,
    )


def is_coming(row: AgendaRow, ends_at: datetime, *, now: datetime) -> bool:
    """Whether a meeting is the one to go to, or to stay at: on the plan or under way, and not over yet."""
    return row.state in {MeetingState.SCHEDULED, MeetingState.HELD} and ends_at > now


def next_of(agenda: Agenda, *, now: datetime) -> Placed | None:
    """Return the meeting to go to, or to stay at."""
    return next((each for each in agenda.own.placed if is_coming(each.row, each.slot.ends_at, now=now)), None)


def where_of(row: MeetingRow | AgendaRow) -> str:
    """Where a meeting takes place, in as few words as will lead there; nothing before it has a time."""
    if row.is_online:
        return _("Online")
    if row.table_code is not None:
        return _("Table %(table)s", table=row.table_code)
    return _("Booth %(booth)s", booth=row.booth) if row.booth and row.slot_id is not None else ""


def hall_of(row: MeetingRow) -> str:
    """The hall of a meeting in the page's language."""
    return (row.hall_vi if language() == "vi" else row.hall_en) or ""


def _within_breaks(lines: Iterable[Line]) -> list[Line]:
    """Leave out the breaks with nothing before or nothing after them: they part nothing."""
    found = list(lines)
    busy = [place for place, line in enumerate(found) if line.kind != "break"]
    return found[busy[0] : busy[-1] + 1] if busy else []


def _with(row: AgendaRow) -> str:
    """The third company of a meeting, or that one's own company is that."""
    if row.third_state:
        return _("as third company")
    return _("with %(company)s", company=row.third) if row.third else ""


def _days(agenda: Agenda, fair: FairFacts) -> list[date]:
    """The days with slots, else the days the fair is open."""
    length = (fair.closes_on - fair.opens_on).days
    return list(agenda.grid.days) or [fair.opens_on + timedelta(days=n) for n in range(length + 1)]


def _shown(placed: Sequence[Placed], days: Sequence[date], *, wanted: str, today: date) -> date:
    named = next((each for each in days if each.isoformat() == wanted), None) if wanted else None
    if named is not None:
        return named
    if today in days:
        return today
    busy = [each.slot.day for each in placed if each.slot.day in days]
    return min(busy, default=days[0])


@same_for_all
def _tabs(slug: str, shown: date, *days: date) -> tuple[Tab, ...]:
    address = partial(url_for, "meetings.agenda", slug=slug)
    return tuple((_short(each), address(day=each.isoformat()), each == shown, "") for each in days)


def _short(each: date) -> str:
    """18/11 in Vietnamese, 18 Nov in English: a tab has no room for the weekday."""
    return f"{each.day}/{each.month}" if language() == "vi" else f"{each.day} {MONTHS[each.month - 1]}"


def _question(placed: Sequence[Placed], *, fair: FairFacts, now: datetime) -> Question | None:
    """Ask for the outcome of the meeting that ended last and has none from this side."""
    open_states = {MeetingState.SCHEDULED, MeetingState.HELD}
    over = [
        each
        for each in placed
        if each.slot.ends_at <= now and each.row.state in open_states and not each.row.is_reported
    ]
    if not over:
        return None
    last = max(over, key=lambda each: (each.slot.ends_at, each.row.id))
    when = clock_in(fair.zone, last.slot.starts_at)
    where = ", ".join(part for part in (day_text(last.slot.day), when, where_of(last.row)) if part)
    return Question(last.row.name, where, _link_to("deals.outcome", fair.slug)(last.row.id))


@same_for_all
def _link_to(endpoint: str, slug: str) -> Callable[[uuid.UUID], str]:
    return links_to(endpoint, "meeting_id", slug=slug)


@same_for_all
def _title(shown: date, today: date) -> str:
    return _("Today, %(day)s", day=day_text(shown)) if shown == today else day_text(shown)


@same_for_all
def addresses_of(slug: str) -> Addresses:
    """Return where the agenda of a fair leads."""
    return Addresses(
        worker=url_for("meetings.agenda_worker", slug=slug),
        suggestions=url_for("matching.suggestions", slug=slug),
        calendar=url_for("calendars.address"),
        cap=url_for("meetings.daily_cap", slug=slug),
    )


# Free time and breaks are the same for all who have them at the same time.
@same_for_all
def _hole(slug: str, zone: ZoneInfo, start: datetime, end: datetime, count: int) -> Line:
    """Free time, with a way to fill it: how many of one's suggestions could come in this stretch."""
    link = _("See who you could meet")
    if count:
        link = ngettext("%(num)s suggested company is free too", "%(num)s suggested companies are free too", count)
    text = _("Free until %(time)s.", time=clock_in(zone, end))
    return Line("hole", clock_in(zone, start), text, link=str(link), url=url_for("matching.suggestions", slug=slug))


@same_for_all
def _break(zone: ZoneInfo, start: datetime, end: datetime) -> Line:
    return Line("break", clock_in(zone, start), _("Break until %(time)s", time=clock_in(zone, end)))


class _DayLines:
    """Walks through the slots of a day and says what each stretch of it holds."""

    def __init__(self, agenda: Agenda, *, fair: FairFacts, me: Membership, now: datetime) -> None:
        self._agenda, self._fair, self._me, self._now = agenda, fair, me, now
        self._time = partial(clock_in, fair.zone)
        self._link = _link_to("meetings.meeting", fair.slug)
        self._beside = NOTHING_BESIDE
        self._partners: Mapping[datetime, int] = {}
        self._next = next_of(agenda, now=now)

    def lines(self, shown: date) -> Iterator[Line]:
        """Give the lines of a day in order of time."""
        in_slot = self._agenda.own.in_slot
        slots = self._agenda.grid.days.get(shown, ())
        if any(slot.id not in in_slot and slot.starts_at > self._now for slot in slots):
            self._partners = free_partners(db.session, self._agenda, fair_id=self._fair.id, me=self._me)
        rows = [each.row for slot in slots for each in in_slot.get(slot.id, ())]
        self._beside = beside(db.session, rows, me=self._me, now=self._now)
        free: list[SlotFacts] = []
        for slot, later in zip(slots, [*slots[1:], None], strict=True):
            meetings = in_slot.get(slot.id)
            if meetings:
                yield from self._hole(free)
                free = []
                yield from (self._meeting(each) for each in meetings)
            else:
                free.append(slot)
            if later is not None and later.starts_at - slot.ends_at >= SHORTEST_BREAK:
                yield from self._hole(free)
                free = []
                yield _break(self._fair.zone, slot.ends_at, later.starts_at)
        yield from self._hole(free)

    def _hole(self, free: Sequence[SlotFacts]) -> Iterator[Line]:
        """Free time that is still to come, with a way to fill it."""
        if not free or free[-1].ends_at <= self._now:
            return
        coming = [self._partners.get(slot.starts_at, 0) for slot in free if slot.starts_at > self._now]
        count = reduce(or_, coming, 0).bit_count()
        yield _hole(self._fair.slug, self._fair.zone, free[0].starts_at, free[-1].ends_at, count)

    def _changed(self, each: Placed) -> str:
        """Where a meeting was before it moved; that it moved, where only that is known."""
        moved = self._beside.moved.get(each.row.id)
        if moved is None or each.slot.starts_at <= self._now:
            return ""
        parts = []
        if moved.starts_at is not None and moved.starts_at != each.slot.starts_at:
            parts.append(self._time(moved.starts_at))
        if moved.table and moved.table != each.row.table_code:
            parts.append(_("Table %(table)s", table=moved.table))
        if moved.starts_at is None and not moved.table:
            return _("moved")
        return _("moved from %(place)s", place=", ".join(parts)) if parts else ""

    def _meeting(self, each: Placed) -> Line:
        row, slot = each.row, each.slot
        url = self._link(row.id)
        if each is self._next:
            is_live = slot.starts_at - self._now <= SOON
            return Line("next", self._time(slot.starts_at), is_live=is_live, card=self._card(each, url))
        return Line(
            "meeting",
            self._time(slot.starts_at),
            row.name,
            where=" · ".join(part for part in (where_of(row), _with(row), *self._people(row)) if part),
            url=url,
            is_past=slot.ends_at <= self._now,
            result=self._result(row),
            is_missed=row.state is MeetingState.NO_SHOW,
            changed=self._changed(each),
        )

    def _people(self, row: AgendaRow) -> list[str]:
        """Who of one's own company goes there, told apart from the people of the other side."""
        names = self._beside.colleagues.get(row.id)
        return [_("your side: %(names)s", names=", ".join(names))] if names else []

    def _card(self, each: Placed, url: str) -> dict[str, str]:
        """What next_meeting is filled in with, in its order: large enough to read while walking."""
        row, slot = each.row, each.slot
        people = [part for part in (_with(row), *self._people(row)) if part]
        interpreter = interpreter_of(db.session, row)
        if interpreter:
            people.append(_("interpreter: %(name)s", name=interpreter))
        is_now = slot.starts_at <= self._now
        return {
            "lead": _("Now") if is_now else _("In %(time)s", time=until(slot.starts_at, self._now)),
            "slot": f"{self._time(slot.starts_at)}–{self._time(slot.ends_at)}",
            "name": row.name,
            "url": url,
            "country": row.country,
            "people": ", ".join(people),
            "table": row.table_code or "",
            "changed": self._changed(each),
            "reminder": self._reminder(row),
        }

    def _reminder(self, row: AgendaRow) -> str:
        """What the other side needs or offers, to have in mind on the way to the table."""
        reminder = reminder_of(db.session, row, fair_id=self._fair.id, me=self._me, marks=self._agenda.marks)
        quote = quote_of(reminder, self._me) if reminder else None
        if quote is None:
            return ""
        if quote.is_need:
            return _("They look for: “%(text)s”", text=quote.text)
        return _("They offer: “%(text)s”", text=quote.text)

    @staticmethod
    def _result(row: AgendaRow) -> str:
        if row.state is MeetingState.NO_SHOW:
            return _("Not held")
        return _("Outcome recorded") if row.is_reported and not row.third_state else ""
