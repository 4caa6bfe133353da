"""The flat rows a fair report is built from, as a service reads them from the tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from matchmaker.domain.deals.deal import Deal


class MeetingFate(StrEnum):
    """What became of a meeting; ``held`` means that both sides were there."""

    PENDING = "pending"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW_SELLER = "no_show_seller"
    NO_SHOW_BUYER = "no_show_buyer"
    NO_SHOW_BOTH = "no_show_both"


NO_SHOWS = frozenset({MeetingFate.NO_SHOW_SELLER, MeetingFate.NO_SHOW_BUYER, MeetingFate.NO_SHOW_BOTH})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRow:
    """A company taking part; ``country`` is where it is registered (ISO 3166), ``parent_country`` its owner's.

    ``is_hosted`` says that the fair paid for its journey, ``is_supported`` that a programme helped it to take part.
    """

    company_id: str
    country: str
    is_seller: bool
    is_buyer: bool
    parent_country: str | None = None
    is_hosted: bool = False
    is_supported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow:
    """A pair the matcher put before at least one of the two."""

    suggestion_id: str
    seller_id: str
    buyer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """A meeting request; ``is_accepted`` stays true when the meeting is cancelled later."""

    request_id: str
    seller_id: str
    buyer_id: str
    is_accepted: bool
    is_from_suggestion: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting that was given a slot, or took place without one (``is_walk_in``).

    ``happens_on`` is the day in the fair's time zone; ``has_outcome`` says that at least one side reported;
    ``request_id`` is None for a meeting the organizer set up.
    """

    meeting_id: str
    seller_id: str
    buyer_id: str
    seller_country: str
    buyer_country: str
    happens_on: date
    fate: MeetingFate
    has_outcome: bool
    request_id: str | None = None
    is_walk_in: bool = False
    is_online: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FairRows:
    """Everything a report is made of, in any order; ids are unique within each list.

    ``staff`` are the keys of the people who work for the fair, as far as they are authors of reports.
    """

    companies: tuple[CompanyRow, ...] = ()
    suggestions: tuple[SuggestionRow, ...] = ()
    requests: tuple[RequestRow, ...] = ()
    meetings: tuple[MeetingRow, ...] = ()
    deals: tuple[Deal, ...] = ()
    staff: frozenset[str] = frozenset()
