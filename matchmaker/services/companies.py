"""Read one company as its page shows it, to someone at the fair or to its organizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, and_, bindparam, case, cast, false, literal, null, select, union_all

from matchmaker.domain.consents import Purpose
from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.meetings import AGREED, MeetingState
from matchmaker.domain.uploads import FileKind
from matchmaker.models import (
    Certificate,
    Company,
    FairPerson,
    Meeting,
    Need,
    Offer,
    Participation,
    Representative,
    Slot,
    StoredFile,
    Suggestion,
)
from matchmaker.models.base import RowKey
from matchmaker.services import files
from matchmaker.services.verification import IS_VERIFIED
from matchmaker.services.visibility import is_shown, person_agrees

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.files import FileFacts


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """What a company's page says of the company itself."""

    participation_id: uuid.UUID
    fair_id: uuid.UUID
    company_id: uuid.UUID
    name: str
    country: str
    parent_country: str | None
    city: str
    about_vi: str
    about_en: str
    languages: tuple[str, ...]
    markets: tuple[str, ...]
    website: str
    sectors: tuple[str, ...]
    vsic_codes: tuple[str, ...]
    hs_codes: tuple[str, ...]
    role: str
    status: str
    booth: str
    verified_at: datetime | None = None
    verified_what: str = ""
    is_shown: bool = True
    has_files: bool = True


@dataclass(frozen=True, slots=True)
class ItemText:
    """An offer or a need in the languages it was written in."""

    text_vi: str | None
    text_en: str | None


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A certificate, its last day, and whether an organizer has seen it."""

    code: str
    name: str
    expires_on: date | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Comer:
    """Someone who comes; name and address are empty until both sides have accepted a meeting.

    ``id`` names nobody, so a meeting with them can be asked for before. ``signs_in_as`` is the same where they have an
    account.
    """

    id: uuid.UUID
    title_vi: str
    title_en: str
    languages: list[str]
    name: str = ""
    email: str = ""
    phone: str = ""
    signs_in_as: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class PairSuggestion:
    """What the matcher said of a pair; ``reasons`` and ``gaps`` are codes by side."""

    score: float
    reasons: Any
    gaps: Any


@dataclass(frozen=True, slots=True)
class PairMeeting:
    """The latest meeting of a pair, from the request on."""

    meeting_id: uuid.UUID
    state: str
    requested_by: str
    starts_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyView:
    """All that one company's page shows to one reader."""

    facts: CompanyFacts
    offers: tuple[ItemText, ...]
    needs: tuple[ItemText, ...]
    certificates: tuple[CertificateFacts, ...]
    people: tuple[Comer, ...]
    files: tuple[FileFacts, ...] = ()
    suggestion: PairSuggestion | None = None
    meeting: PairMeeting | None = None
    shows_names: bool = False


FACTS = (
    select(
        Participation.id,
        Participation.fair_id,
        Company.id,
        Company.name,
        Company.country,
        Company.parent_country,
        Company.city,
        Company.about_vi,
        Company.about_en,
        Company.languages,
        Company.markets,
        Company.facets,
        Company.vsic_codes,
        Company.hs_codes,
        Participation.role,
        Participation.status,
        Participation.booth,
        case((IS_VERIFIED, Company.verified_at)),
        case((IS_VERIFIED, Company.verified_what), else_=""),
        is_shown(),
        select(StoredFile.id).where(StoredFile.company_id == Company.id, StoredFile.removed_at.is_(None)).exists(),
    )
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.id == bindparam("participation_id"), Participation.fair_id == bindparam("fair_id"))
)


def _items(kind: str, item: type[Offer | Need]) -> Any:
    """What is offered or needed, in as many columns as a certificate has."""
    nothing = cast(null(), Date).label("expires_on"), false().label("is_verified")
    named = literal(kind).label("kind"), item.position.label("position"), item.text_vi, item.text_en.label("text_en")
    return select(*named, *nothing).where(item.participation_id == bindparam("participation_id"))


# Offers and needs in their order, and certificates by name.
IN_ORDER = "position", "text_en"
BROUGHT = (
    _items("offer", Offer),
    _items("need", Need),
    select(
        literal("certificate"),
        literal(0),
        Certificate.code,
        Certificate.name,
        Certificate.expires_on,
        Certificate.verified_at.is_not(None),
    ).where(Certificate.company_id == bindparam("company_id")),
)
PROFILE = union_all(*BROUGHT).order_by(*IN_ORDER)
# Who comes, in as many columns as an item has, and then the key, the languages and as much more as may be shown.
PERSON = (
    select(
        literal("person"),
        literal(0),
        Representative.title_vi,
        Representative.title_en,
        cast(null(), Date),
        false(),
        Representative.id,
        Representative.languages,
    )
    .join(FairPerson, FairPerson.representative_id == Representative.id)
    .where(FairPerson.participation_id == bindparam("participation_id"))
)
OF_PERSON = (Representative.id, Representative.title_vi, Representative.title_en, Representative.languages)
SIGNS_IN_AS = case((Representative.account_id.is_not(None), Representative.id))
NAMES = (Representative.name, Representative.email, Representative.phone, SIGNS_IN_AS)
AGREES = person_agrees(Purpose.CONTACT, fair_id=bindparam("fair_id"))
NOTHING = literal(""), literal(""), literal(""), cast(null(), RowKey())
KNOWN = len(FACTS.selected_columns)
# What stands as lists in a company's row.
LISTS = slice(9, 14)


def _between(table: type[Suggestion | Meeting], role: Role) -> Any:
    """Whether a row is about the reader's company, which has this role, and the one that is looked at."""
    sides = (table.exhibitor_id, table.buyer_id)
    own, other = sides if role is Role.EXHIBITOR else sides[::-1]
    return and_(table.fair_id == bindparam("fair_id"), own == bindparam("mine"), other == Participation.id)


def _to_reader(role: Role) -> Any:
    """The facts with what the matcher said of the pair and its meetings, the latest first: a row for each of these."""
    return (
        FACTS.outerjoin(Suggestion, _between(Suggestion, role))
        .outerjoin(Meeting, _between(Meeting, role))
        .outerjoin(Slot, Slot.id == Meeting.slot_id)
        .add_columns(Suggestion.score, Suggestion.reasons, Suggestion.gaps)
        .add_columns(Meeting.id, Meeting.state, Meeting.requested_by, Slot.starts_at)
        .order_by(Meeting.changed_at.desc(), Meeting.id)
    )


def _profile_with(*names: Any) -> Any:
    """The profile with who comes for the company, of whom ``names`` are read."""
    nobody = cast(null(), RowKey()), cast(null(), Representative.languages.type), *NOTHING
    return union_all(*(part.add_columns(*nobody) for part in BROUGHT), PERSON.add_columns(*names)).order_by(*IN_ORDER)


UNNAMED, ALL_NAMED = _profile_with(*NOTHING), _profile_with(*NAMES)
AGREEING_NAMED = _profile_with(*(case((AGREES, one), else_="") for one in NAMES[:-1]), SIGNS_IN_AS)
TO_READER = {role: _to_reader(role) for role in Role}


def for_participant(
    session: Session, *, fair_id: uuid.UUID, participation_id: uuid.UUID, mine: uuid.UUID, my_role: Role
) -> CompanyView:
    """Return a company as someone at the fair may see it.

    That is one's own, or an approved one of the other role that agrees to be shown or has a meeting with the reader's;
    anything else raises NotFound. The names and addresses of people are read only once both sides have accepted a
    meeting and where they agree to it, or when the company is one's own.
    """
    here = {"fair_id": fair_id, "participation_id": participation_id, "mine": mine}
    rows = session.execute(TO_READER[my_role], here).all()
    if not rows:
        raise NotFound("no_such_company")
    facts = facts_from(rows[0][:KNOWN])
    if participation_id == mine:
        return view_of(session, facts, profile=ALL_NAMED, shows_names=True)
    if facts.role != my_role.other or facts.status != ParticipationStatus.APPROVED:
        raise NotFound("no_such_company")
    suggestion = PairSuggestion(*rows[0][KNOWN : KNOWN + 3])
    meetings = [PairMeeting(*row[KNOWN + 3 :]) for row in rows if row[KNOWN + 3] is not None]
    if not facts.is_shown and not meetings:
        raise NotFound("no_such_company")
    both_accepted = any(MeetingState(meeting.state) in AGREED for meeting in meetings)
    return view_of(
        session,
        facts,
        profile=AGREEING_NAMED if both_accepted else UNNAMED,
        shows_names=both_accepted,
        suggestion=suggestion if suggestion.score is not None else None,
        meeting=meetings[0] if meetings else None,
    )


def facts_from(row: Sequence[Any]) -> CompanyFacts:
    """Return the facts of a row that begins with their columns."""
    languages, markets, facets, *codes = row[LISTS]
    lists: list[Any] = [tuple(languages), tuple(markets), facets.get("website", ""), tuple(facets.get("sectors", ()))]
    return CompanyFacts(*[*row[: LISTS.start], *lists, *map(tuple, codes), *row[LISTS.stop : KNOWN]])


def view_of(
    session: Session,
    facts: CompanyFacts,
    *,
    profile: Any,
    shows_names: bool,
    people: tuple[Comer, ...] = (),
    suggestion: PairSuggestion | None = None,
    meeting: PairMeeting | None = None,
) -> CompanyView:
    """Return a company with its profile, and its people as the statement of the profile or the caller knows them."""
    here = {"participation_id": facts.participation_id, "fair_id": facts.fair_id, "company_id": facts.company_id}
    kept: dict[str, list[tuple[Any, ...]]] = {"offer": [], "need": [], "certificate": [], "person": []}
    for kind, _, *said in session.execute(profile, here):
        kept[kind].append(tuple(said))
    of_company = files.of_company(session, company_id=facts.company_id) if facts.has_files else []
    return CompanyView(
        facts=facts,
        offers=tuple(ItemText(vi, en) for vi, en, *_ in kept["offer"]),
        needs=tuple(ItemText(vi, en) for vi, en, *_ in kept["need"]),
        certificates=tuple(CertificateFacts(*said[:4]) for said in kept["certificate"]),
        people=people or _comers(kept["person"]),
        files=tuple(one for one in of_company if FileKind(one.kind).is_public),
        suggestion=suggestion,
        meeting=meeting,
        shows_names=shows_names,
    )


def _comers(rows: Iterable[Sequence[Any]]) -> tuple[Comer, ...]:
    comers = (Comer(key, vi, en, *said) for vi, en, _, _, key, *said in rows)
    return tuple(sorted(comers, key=lambda one: one.id))
