"""Meetings counted by what became of them, company pairs counted apart, and companies left without any."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from matchmaker.domain.reporting.figures import Count, Share, count_of
from matchmaker.domain.reporting.rows import NO_SHOWS, CompanyRow, MeetingFate, MeetingRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


PAIR_MARK = "|"


class Mix(StrEnum):
    """Who met whom, by country of registration seen from the fair's country."""

    DOMESTIC = "domestic"
    CROSS_BORDER = "cross_border"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingCounts:
    """Meetings of a fair.

    ``scheduled`` had a slot beforehand and is ``held_as_scheduled`` + ``cancelled`` + ``no_show`` + ``pending``;
    ``held`` is ``held_as_scheduled`` + ``walk_in``. A no-show of both sides counts under each side, and once in
    ``no_show``. ``online`` are the held ones that were not face to face. ``by_mix`` and ``by_day`` split ``held``.
    """

    scheduled: Count
    held: Count
    held_as_scheduled: Count
    walk_in: Count
    cancelled: Count
    no_show: Count
    no_show_seller: Count
    no_show_buyer: Count
    pending: Count
    online: Count
    pairs: Count
    by_mix: dict[Mix, Count]
    by_day: dict[str, Count]
    reporting_rate: Share
    attendance_rate: Share

    @property
    def with_outcome(self) -> Count:
        """The held meetings of which at least one side said what came of them."""
        return self.reporting_rate.part


def count_meetings(meetings: Iterable[MeetingRow], *, home_country: str) -> MeetingCounts:
    """Sort every meeting into its counts, once each; ``pairs`` are the distinct company pairs that met."""
    ids: dict[str, list[str]] = defaultdict(list)
    mixes: dict[Mix, list[str]] = {mix: [] for mix in Mix}
    days: dict[str, list[str]] = defaultdict(list)
    for meeting in meetings:
        for name in _places_of(meeting.fate, meeting.is_walk_in, meeting.is_online, meeting.has_outcome):
            ids[name].append(meeting.meeting_id)
        if meeting.fate is MeetingFate.HELD:
            ids["pairs"].append(pair_key(meeting.seller_id, meeting.buyer_id))
            mixes[_mix_of(meeting, home_country=home_country)].append(meeting.meeting_id)
            days[meeting.happens_on.isoformat()].append(meeting.meeting_id)

    def count(name: str) -> Count:
        return count_of("pairs.held" if name == "pairs" else f"meetings.{name}", ids[name])

    held, scheduled = count("held"), count("scheduled")
    return MeetingCounts(
        scheduled=scheduled,
        held=held,
        held_as_scheduled=count("held_as_scheduled"),
        walk_in=count("walk_in"),
        cancelled=count("cancelled"),
        no_show=count("no_show"),
        no_show_seller=count("no_show_seller"),
        no_show_buyer=count("no_show_buyer"),
        pending=count("pending"),
        online=count("online"),
        pairs=count("pairs"),
        by_mix={mix: count_of(f"meetings.mix.{mix}", mixes[mix]) for mix in Mix},
        by_day={day: count_of(f"meetings.day.{day}", days[day]) for day in sorted(days)},
        reporting_rate=Share(part=count("with_outcome"), whole=held),
        attendance_rate=Share(part=count("held_as_scheduled"), whole=scheduled),
    )


def pair_key(one: str, other: str) -> str:
    """One key for a pair of companies, whichever of them sells this time."""
    return PAIR_MARK.join(sorted((one, other)))


def companies_without_meeting(companies: Iterable[CompanyRow], meetings: Iterable[MeetingRow]) -> Count:
    """Companies that took part and have neither a scheduled meeting nor a walk-in."""
    met = {company_id for meeting in meetings for company_id in (meeting.seller_id, meeting.buyer_id)}
    return count_of("companies.without_meeting", (row.company_id for row in companies if row.company_id not in met))


@lru_cache
def _places_of(fate: MeetingFate, is_walk_in: bool, is_online: bool, has_outcome: bool) -> Sequence[str]:
    """The names of the counts a meeting belongs to, besides pairs, mix and day."""
    is_held = fate is MeetingFate.HELD
    belongs = {
        "scheduled": not is_walk_in,
        "held": is_held,
        "held_as_scheduled": is_held and not is_walk_in,
        "walk_in": is_held and is_walk_in,
        "cancelled": fate is MeetingFate.CANCELLED,
        "no_show": fate in NO_SHOWS,
        "no_show_seller": fate in NO_SHOWS - {MeetingFate.NO_SHOW_BUYER},
        "no_show_buyer": fate in NO_SHOWS - {MeetingFate.NO_SHOW_SELLER},
        "pending": fate is MeetingFate.PENDING,
        "online": is_held and is_online,
        "with_outcome": is_held and has_outcome,
    }
    return [name for name, is_member in belongs.items() if is_member]


def _mix_of(meeting: MeetingRow, *, home_country: str) -> Mix:
    at_home = (meeting.seller_country == home_country) + (meeting.buyer_country == home_country)
    return (Mix.FOREIGN, Mix.CROSS_BORDER, Mix.DOMESTIC)[at_home]
