"""What the reference fair tells of a company: its profile, its people, its offers and needs."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LegalForm(StrEnum):
    """Legal forms that take part; a household business may have no tax code."""

    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    HOUSEHOLD_BUSINESS = "household_business"


class Side(StrEnum):
    """The two sides of every meeting; a company that sells and buys takes part once on each."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A declared certificate; ``is_verified`` once the organizer has seen the paper."""

    code: str
    name: str
    expires_on: date
    is_verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent of one person for one purpose: text version, channel, given and perhaps withdrawn (UTC).

    Purposes: ``matching``, ``profile``, ``contact``, ``statistics``, ``marketing``.
    """

    purpose: str
    text_version: str
    channel: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """A person who comes for a company. ``languages`` are ISO 639-1 codes, the first one is the mother tongue.

    ``absent_slots`` are the numbers of the slots in which this person cannot meet; ``absence_reason`` is a code.
    """

    code: str
    company_code: str
    name: str
    email: str
    title_vi: str | None
    title_en: str | None
    languages: tuple[str, ...]
    is_admin: bool
    absent_slots: tuple[int, ...]
    absence_reason: str | None
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing a company sells. ``quantity`` is the capacity a month in ``unit``; ``moq`` is in the same unit.

    ``product`` names the catalogue entry it was written from; equal products are what need and offer share.
    """

    code: str
    company_code: str
    product: str
    text_vi: str | None
    text_en: str | None
    category_code: str
    quantity: int | None
    unit_vi: str
    unit_en: str
    moq: int | None
    lead_time_days: int | None
    incoterm: str | None
    certificates: tuple[str, ...]
    markets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing a company looks for. ``quantity`` is a month's demand in ``unit``."""

    code: str
    company_code: str
    product: str
    text_vi: str | None
    text_en: str | None
    category_code: str
    quantity: int | None
    unit_vi: str
    unit_en: str
    certificates: tuple[str, ...]
    markets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """A company at the fair on one side. ``is_main`` marks the side by which the 114 and 50 are counted."""

    code: str
    company_code: str
    side: Side
    is_main: bool
    badge_code: str
    booth: str
    is_hosted: bool
    is_supported: bool
    is_online: bool
    meetings_cap: int
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A fictional company. ``country`` is that of registration; ``parent_country`` differs for a foreign-owned firm.

    ``name`` is the name as registered, ``name_en`` is absent when the profile is in Vietnamese only.
    ``sector`` is a code of the fair's sectors, for a buyer the first of its interests.
    """

    code: str
    name: str
    name_en: str | None
    short_name: str
    slug: str
    legal_form: LegalForm
    country: str
    parent_country: str | None
    tax_code: str | None
    city_vi: str
    city_en: str
    time_zone: str
    sector: str
    interests: tuple[str, ...]
    stage: str
    size_class: str
    founded_year: int
    about_vi: str
    about_en: str | None
    website: None
    languages: tuple[str, ...]
    markets: tuple[str, ...]
    ocop_stars: int | None
    craft_village: str | None
    certificates: tuple[Certificate, ...]
    representatives: tuple[Representative, ...]
    offers: tuple[Offer, ...]
    needs: tuple[Need, ...]
    participations: tuple[Participation, ...]

    @property
    def main_side(self) -> Side:
        """The side by which the company is counted."""
        return next(one.side for one in self.participations if one.is_main)

    @property
    def is_foreign(self) -> bool:
        """Whether the company is registered outside Vietnam."""
        return self.country != "VN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """A company that another does not want to meet, with a reason code."""

    company_code: str
    other_company_code: str
    reason: str
    at: datetime
