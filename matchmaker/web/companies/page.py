"""Companies shaped for their pages: texts in the page's language, why a pair fits, and the next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for
from flask_babel import gettext as _

from matchmaker.domain.fairs import Act, allows
from matchmaker.domain.meetings import MeetingState
from matchmaker.domain.profiles import certificate_code
from matchmaker.domain.uploads import FileKind
from matchmaker.extensions import db
from matchmaker.services.fair_categories import names_of
from matchmaker.web import reasons
from matchmaker.web.companies.wording import ROLES, STATUSES
from matchmaker.web.filters import country, country_names, date, datetime, tongue_names, whereabouts
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.language import language
from matchmaker.web.passages import passage, passages

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import date as Date  # noqa: N812 - beside the filter of that name.

    from markupsafe import Markup

    from matchmaker.services.companies import Comer, CompanyFacts, CompanyView, PairMeeting
    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.files import FileFacts
    from matchmaker.web.passages import Passage

PARTS = "companies/company_parts.html"
COMPANIES_KEPT = 500
EXPIRES_SOON = timedelta(days=90)
AGAIN = frozenset({MeetingState.CANCELLED, MeetingState.EXPIRED, MeetingState.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A company as its page shows it."""

    id: str
    name: str
    country: str
    place: str
    role: str
    status: str
    status_tone: str
    booth: str
    about: Passage | None
    website: str
    sectors: Sequence[str]
    offers: list[Passage]
    needs: list[Passage]
    certificates: list[tuple[str, str, str, bool]]
    seen: list[tuple[str, str, bool]]
    verified: str
    vsic_codes: Sequence[str]
    hs_codes: Sequence[str]
    parent: str
    markets: list[str]
    languages: list[str]
    people: list[PersonLine]
    shows_names: bool
    logo: uuid.UUID | None
    photos: list[FileFacts]
    papers: list[tuple[str, FileFacts]]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Someone who comes: by name, or by position and languages until both sides have accepted."""

    id: uuid.UUID
    name: str
    role: str
    languages: list[str]
    contact: str
    signs_in_as: uuid.UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyView:
    """Why a pair fits: the step of the fit mark, and sentences for both sides."""

    level: int
    for_you: list[str]
    for_them: list[str]
    gaps: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What the reader can do about a company now: a sentence, a link, and addresses to post to."""

    text: str = ""
    url: str = ""
    label: str = ""
    is_main: bool = False
    ask_url: str = ""
    withdraw_url: str = ""


class Cards(NamedTuple):
    """What a company's page says of it to all of its readers: its head, what it shows, and what is good to know."""

    head: Markup
    shown: Markup
    known: Markup


def cards_of(view: CompanyView, *, level: int, today: Date, fair: FairFacts) -> Cards:
    """Return what of a page hangs on the company alone, and on how well it fits the reader's (0 where nobody knows)."""
    of_company = replace(view, people=(), suggestion=None, meeting=None, shows_names=False)
    return _cards(of_company, level, today, fair.time_zone)


def _draw_cards(view: CompanyView, level: int, today: Date, _time_zone: str) -> Cards:
    company = profile_of(view, today=today)
    return Cards(
        drawn_by(PARTS, "head_of", company, level),
        drawn_by(PARTS, "shown_of", company),
        drawn_by(PARTS, "known_of", company),
    )


_cards = same_for_all(_draw_cards, most=COMPANIES_KEPT)


class Team(NamedTuple):
    """Who comes, as far as a page may say, and whether it names them."""

    people: list[PersonLine]
    shows_names: bool


def team_of(view: CompanyView) -> Team:
    """Return who comes for a company. It is never kept, as it may name people."""
    return Team([_person(one) for one in view.people], view.shows_names)


def profile_of(view: CompanyView, *, today: Date) -> Profile:
    """Return a company in the page's language."""
    facts = view.facts
    words, tone = STATUSES[facts.status]
    place = whereabouts(facts.city, facts.country)
    return Profile(
        id=str(facts.participation_id),
        name=facts.name,
        country=facts.country,
        place=place,
        role=str(ROLES[facts.role]),
        status=str(words),
        status_tone=tone,
        booth=facts.booth,
        about=passage(facts.about_vi, facts.about_en),
        website=facts.website,
        sectors=facts.sectors,
        offers=passages((item.text_vi, item.text_en) for item in view.offers),
        needs=passages((item.text_vi, item.text_en) for item in view.needs),
        certificates=[
            (one.name, date(one.expires_on) if one.expires_on else "", _expiry(one.expires_on, today), one.is_verified)
            for one in view.certificates
        ],
        seen=[(one.code, one.name, one.is_verified) for one in view.certificates],
        verified=_verified(facts),
        vsic_codes=facts.vsic_codes,
        hs_codes=facts.hs_codes,
        parent=country(facts.parent_country) if facts.parent_country else "",
        markets=country_names(facts.markets),
        languages=tongue_names(facts.languages),
        people=[_person(one) for one in view.people],
        shows_names=view.shows_names,
        logo=next((one.id for one in view.files if one.kind == FileKind.LOGO), None),
        photos=[one for one in view.files if one.kind == FileKind.PHOTO],
        papers=_papers(view),
    )


def _papers(view: CompanyView) -> list[tuple[str, FileFacts]]:
    """The papers of the certificates that the company lists, each with the certificate's name."""
    papers = {one.subject: one for one in view.files if one.kind == FileKind.CERTIFICATE}
    return [(one.name, papers[code]) for one in view.certificates if (code := certificate_code(one.name)) in papers]


def why_of(view: CompanyView, fair: FairFacts, me: Membership) -> WhyView | None:
    """Return why a pair fits, in words; None where the matcher has not proposed it. The one place that words it."""
    if view.suggestion is None:
        return None
    named = reasons.has_category(view.suggestion.reasons)
    names = names_of(db.session, fair_id=fair.id, lang=language()) if named else {}
    told = reasons.why(view.suggestion.reasons, role=me.role, categories=names)
    missing = reasons.gap(view.suggestion.gaps, role=me.role)
    return WhyView(
        level=reasons.fit_level(view.suggestion.score),
        for_you=told.for_you,
        for_them=told.for_them,
        gaps=[*told.against, *([missing] if missing else [])],
    )


def step_of(view: CompanyView, fair: FairFacts, me: Membership) -> Step:
    """Return what can be done about a company: ask for a meeting, or see to the one there is."""
    if view.facts.participation_id == me.participation_id:
        return Step(
            text=_("This is your own company, as the other side sees it."),
            url=url_for("profile.items", slug=fair.slug),
            label=_("Change your profile"),
        )
    ask_url = url_for("meetings.ask", slug=fair.slug, other_id=view.facts.participation_id)
    if not allows(fair.phase, Act.REQUEST):
        ask_url = ""
    if view.meeting is None:
        closed = _("Meetings can't be asked for in this phase of the fair.")
        return Step(ask_url=ask_url) if ask_url else Step(text=closed)
    return _meeting_step(view.meeting, fair, ask_url, is_mine=view.meeting.requested_by == me.role)


def _meeting_step(meeting: PairMeeting, fair: FairFacts, ask_url: str, *, is_mine: bool) -> Step:
    state = MeetingState(meeting.state)
    meeting_url = url_for("meetings.meeting", slug=fair.slug, meeting_id=meeting.meeting_id)
    if state is MeetingState.REQUESTED and is_mine:
        withdraw_url = url_for("meetings.withdraw", slug=fair.slug, meeting_id=meeting.meeting_id)
        return Step(text=_("You have asked for a meeting. They have not answered yet."), withdraw_url=withdraw_url)
    if state is MeetingState.REQUESTED:
        requests_url = url_for("meetings.requests", slug=fair.slug)
        return Step(
            text=_("They have asked you for a meeting."), url=requests_url, label=_("Answer the request"), is_main=True
        )
    if state is MeetingState.DECLINED:
        words = _("They have declined your request.") if is_mine else _("You have declined their request.")
        return Step(text=words, ask_url="" if is_mine else ask_url)
    if state in AGAIN:
        return Step(text=_past(state), ask_url=ask_url)
    words = _("You have met.")
    if state is MeetingState.ACCEPTED:
        words = _("You have agreed to meet. Time and table follow.")
    elif state is MeetingState.SCHEDULED and meeting.starts_at is not None:
        words = _("You meet on %(when)s.", when=datetime(meeting.starts_at))
    elif state is MeetingState.NO_SHOW:
        words = _("A meeting was arranged and did not take place.")
    return Step(text=words, url=meeting_url, label=_("See the meeting"), is_main=True)


def _past(state: MeetingState) -> str:
    return {
        MeetingState.CANCELLED: _("Your meeting was cancelled. You can ask again."),
        MeetingState.EXPIRED: _("The last request was not answered in time. You can ask again."),
        MeetingState.WITHDRAWN: _("The last request was withdrawn. You can ask again."),
    }[state]


def _person(person: Comer) -> PersonLine:
    title = _title(person)
    name = person.name or title or _("A representative")
    contact = " · ".join(filter(None, (person.email, person.phone)))
    tongues = tongue_names(person.languages)
    return PersonLine(person.id, name, title if person.name else "", tongues, contact, person.signs_in_as)


def _title(person: Comer) -> str:
    own, other = person.title_vi, person.title_en
    if language() == "en":
        own, other = other, own
    return own or other


def _verified(facts: CompanyFacts) -> str:
    """What was verified and when, in words; empty without the mark."""
    if facts.verified_at is None:
        return ""
    return _("The organizer has seen: %(what)s (%(day)s)", what=facts.verified_what, day=date(facts.verified_at))


def _expiry(expires_on: Date | None, today: Date) -> str:
    if expires_on is None or expires_on > today + EXPIRES_SOON:
        return ""
    return "expired" if expires_on < today else "soon"
