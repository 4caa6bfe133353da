"""Bring the rows of a spreadsheet of companies into a fair."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from matchmaker.domain.company_codes import form_said_by
from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.domain.names import company_key, fold
from matchmaker.domain.spreadsheets.companies import Side
from matchmaker.domain.spreadsheets.errors import ImportCode, RowError
from matchmaker.domain.spreadsheets.listing import one_line
from matchmaker.models import Account, Company, Fair, FairPerson, Need, Offer, Participation, Representative
from matchmaker.services import complaints, consents, history
from matchmaker.services.accounts import normal_email
from matchmaker.services.known_companies import known_companies
from matchmaker.services.text_language import in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.spreadsheets.companies import CompanyRow, ReadCompanies

BATCH: Final = 500
LONGEST_KEY = 250
# How much of a field its column holds, where that is less than the reader lets through.
LONGEST = {"tax_code": 20, "province": 80, "booth": 80}
ROLES = {
    Side.EXHIBITOR: (Role.EXHIBITOR,),
    Side.BUYER: (Role.BUYER,),
    Side.BOTH: (Role.EXHIBITOR, Role.BUYER),
}
BADGE_LETTERS = {Role.EXHIBITOR: "E", Role.BUYER: "B"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    """What an import did, as numbers of companies: new at the fair, changed, and as they were."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """How many companies the import was about."""
        return self.created + self.updated + self.unchanged


def rows_that_fit(read: ReadCompanies) -> tuple[tuple[CompanyRow, ...], tuple[RowError, ...]]:
    """Return the rows that can be stored, and the file's errors with those of rows whose fields are too long."""
    errors = [
        RowError(row.row, read.mapping[field], ImportCode.TEXT_TOO_LONG, {"limit": limit, "length": length})
        for row in read.rows
        for field, limit in LONGEST.items()
        if (length := len(getattr(row, field) or "")) > limit
    ]
    refused = {error.row for error in errors}
    rows = tuple(row for row in read.rows if row.row not in refused)
    return rows, tuple(sorted((*read.errors, *errors), key=lambda error: error.row or 0))


def import_rows(
    session: Session,
    *,
    fair_id: uuid.UUID,
    rows: Sequence[CompanyRow],
    by: uuid.UUID | None,
    now: datetime,
    step: Callable[[], object] = lambda: None,
) -> ImportCounts:
    """Bring rows into a fair and return what that did. The same rows a second time change nothing.

    What a row says replaces what is stored; what it leaves out stays. Offers and needs are only ever added, so that
    nothing a company wrote itself is lost, and they get no category, because nobody has chosen one. Whoever has an
    e-mail address can from then on ask for a sign-in link; nobody is written to. Handing in a list states that its
    people were asked for the consents of domain.consents.STATED_BY_IMPORT: that is recorded for each who has not
    answered for themselves. ``step`` is called once a row.
    """
    # Two imports of one fair at a time would both create the same company.
    country = session.scalars(select(Fair.country).where(Fair.id == fair_id).with_for_update()).one()
    known = known_companies(session, fair_id=fair_id, rows=rows, by=by)
    writer = _Writer(session, fair_id=fair_id, country=country, now=now)
    outcomes = {"created": 0, "updated": 0, "unchanged": 0}
    for batch in _batches(rows):
        taken = [(row, known.take(row)) for row in batch]
        writer.load(batch, company_ids=[key for _, key in taken if key])
        for row, company_id in taken:
            outcomes[writer.write(row, company_id)] += 1
            step()
        writer.finish()
    counts = ImportCounts(**outcomes)
    if counts.created or counts.updated:
        _record(session, fair_id=fair_id, by=by, now=now, counts=counts)
    return counts


def _record(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime, counts: ImportCounts) -> None:
    history.record(
        session,
        action="companies_imported",
        subject_kind="fair",
        subject_id=fair_id,
        by=by,
        now=now,
        fair_id=fair_id,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
    )
    session.flush()


class _Writer:
    """Writes rows into one fair, from what it loaded for their batch, and notes whether anything changed."""

    def __init__(self, session: Session, *, fair_id: uuid.UUID, country: str, now: datetime) -> None:
        self._session = session
        self._fair_id = fair_id
        self._country = country
        self._now = now
        self._badges = set(session.scalars(select(Participation.badge_code).where(Participation.fair_id == fair_id)))
        self._badge_number = len(self._badges)
        self._companies: dict[uuid.UUID, Company] = {}
        self._participations: dict[tuple[uuid.UUID, str], Participation] = {}
        self._comers: set[tuple[uuid.UUID, uuid.UUID]] = set()
        self._new_comers: list[FairPerson] = []
        self._accounts: dict[str, uuid.UUID] = {}
        self._stated: set[uuid.UUID] = set()
        self._in_both_roles: set[uuid.UUID] = set()

    def load(self, rows: Sequence[CompanyRow], *, company_ids: Sequence[uuid.UUID]) -> None:
        """Read what is stored of a batch's companies, in a fixed number of statements, and make its accounts."""
        companies = select(Company).where(Company.id.in_(company_ids)).options(selectinload(Company.representatives))
        self._companies = {company.id: company for company in self._session.scalars(companies)}
        here = (Participation.fair_id == self._fair_id, Participation.company_id.in_(company_ids))
        with_items = (selectinload(Participation.offers), selectinload(Participation.needs))
        stored = self._session.scalars(select(Participation).where(*here).options(*with_items))
        self._participations = {(one.company_id, one.role): one for one in stored}
        comers = select(FairPerson.participation_id, FairPerson.representative_id)
        comers = comers.join(Participation, Participation.id == FairPerson.participation_id).where(*here)
        self._comers = {(participation_id, person_id) for participation_id, person_id in self._session.execute(comers)}
        self._load_accounts(rows)

    def _load_accounts(self, rows: Sequence[CompanyRow]) -> None:
        """Find or make the account each person signs in with by a link; a new one has no password and no rights."""
        people = [person for company in self._companies.values() for person in company.representatives]
        linked = {person.email for person in people if person.account_id}
        wanted = {normal_email(row.email): row for row in rows if row.email}
        stored = select(Account.email, Account.id).where(Account.email.in_(wanted))
        self._accounts = {email: account_id for email, account_id in self._session.execute(stored) if email}
        for email, row in wanted.items():
            if email not in linked and email not in self._accounts:
                account = Account(
                    id=uuid.uuid4(),
                    email=email,
                    name=_contact_name(row),
                    locale="vi" if (row.country or self._country) == "VN" else "en",
                    created_at=self._now,
                )
                self._session.add(account)
                self._accounts[email] = account.id
        self._session.flush()

    def finish(self) -> None:
        """Send a batch to the database: the companies and people first, then who comes, which refers to both."""
        self._session.flush()
        self._session.add_all(self._new_comers)
        self._session.flush()
        consents.state_for(self._session, fair_id=self._fair_id, account_ids=self._stated, now=self._now)
        if self._in_both_roles:
            complaints.hold_in_every_role(self._session, company_ids=self._in_both_roles)
        self._stated, self._in_both_roles = set(), set()
        self._new_comers = []

    def write(self, row: CompanyRow, company_id: uuid.UUID | None) -> str:
        """Write one row and return 'created', 'updated' or 'unchanged'."""
        company = self._companies[company_id] if company_id else self._new_company(row)
        says_languages = list(row.languages) != company.languages
        has_changed = _set(company, **_company_values(company, row))
        person, person_has_changed = self._representative(company, row, says_languages=says_languages)
        is_new_here = False
        for role in ROLES[row.side]:
            participation = self._participations.get((company.id, role))
            is_new_here = is_new_here or participation is None
            participation = participation or self._new_participation(company, role)
            part_has_changed = self._fill(participation, row)
            if person is not None and (participation.id, person.id) not in self._comers:
                self._new_comers.append(FairPerson(participation_id=participation.id, representative_id=person.id))
                self._comers.add((participation.id, person.id))
                part_has_changed = True
            if has_changed or part_has_changed:
                participation.profile_changed_at = self._now
            has_changed = has_changed or part_has_changed
        if is_new_here:
            return "created"
        return "updated" if has_changed or person_has_changed else "unchanged"

    def _new_company(self, row: CompanyRow) -> Company:
        company = Company(
            id=uuid.uuid4(),
            name=row.name,
            name_key=company_key(row.name)[:LONGEST_KEY],
            legal_form=form_said_by(row.name),
            country=row.country or self._country,
            city="",
            about_vi="",
            about_en="",
            languages=[],
            facets={},
            representatives=[],
            created_at=self._now,
        )
        self._session.add(company)
        return company

    def _representative(
        self, company: Company, row: CompanyRow, *, says_languages: bool
    ) -> tuple[Representative | None, bool]:
        """The person of a row with whether anything about them changed; without an e-mail there is no person."""
        if row.email is None:
            return None, False
        email = normal_email(row.email)
        person = next((one for one in company.representatives if one.email == email), None)
        if person is not None and person.removed_at is not None:
            return None, False  # The company itself took this person off its team.
        if person is None:
            person = Representative(
                id=uuid.uuid4(),
                name=_contact_name(row),
                email=email,
                is_admin=not company.representatives,
                languages=[],
            )
            company.representatives.append(person)
        values: dict[str, Any] = {"account_id": person.account_id or self._accounts[email]}
        self._stated.add(values["account_id"])
        if row.contact_name:
            values["name"] = row.contact_name
        if row.phone:
            values["phone"] = row.phone
        if row.contact_role and row.contact_role not in {person.title_vi, person.title_en}:
            values["title_vi" if in_language(row.contact_role) == "vi" else "title_en"] = row.contact_role
        # A list that was taken out repeats the company's languages; a person's own differ and stay then.
        if row.languages and (says_languages or not person.languages):
            values["languages"] = list(row.languages)
        return person, _set(person, **values)

    def _new_participation(self, company: Company, role: Role) -> Participation:
        participation = Participation(
            id=uuid.uuid4(),
            fair_id=self._fair_id,
            company_id=company.id,
            role=role,
            status=ParticipationStatus.APPROVED,
            badge_code=self._badge(role),
            booth="",
            offers=[],
            needs=[],
            joined_at=self._now,
            profile_changed_at=self._now,
        )
        self._session.add(participation)
        if (company.id, role.other) in self._participations:
            self._in_both_roles.add(company.id)
        self._participations[company.id, role] = participation
        return participation

    def _badge(self, role: Role) -> str:
        code = ""
        while not code or code in self._badges:
            self._badge_number += 1
            code = f"{BADGE_LETTERS[role]}{self._badge_number:04d}"
        self._badges.add(code)
        return code

    @staticmethod
    def _fill(participation: Participation, row: CompanyRow) -> bool:
        """Write what a row says of a company's part in the fair; return whether that changed anything.

        A company in both roles offers as exhibitor and needs as buyer. In one role it may do both.
        """
        values: dict[str, Any] = {}
        if participation.status == ParticipationStatus.PENDING:
            values["status"] = ParticipationStatus.APPROVED
        if row.booth and participation.role == Role.EXHIBITOR:
            values["booth"] = row.booth
        offers = row.offers if row.side is not Side.BOTH or participation.role == Role.EXHIBITOR else ()
        needs = row.needs if row.side is not Side.BOTH or participation.role == Role.BUYER else ()
        changes = (
            _set(participation, **values),
            _add_items(participation.offers, Offer, offers),
            _add_items(participation.needs, Need, needs),
        )
        return any(changes)


def _contact_name(row: CompanyRow) -> str:
    return row.contact_name or (row.email or "").partition("@")[0]


def _company_values(company: Company, row: CompanyRow) -> dict[str, Any]:
    """What a row says of a company; a name typed without its marks does not replace the one that has them."""
    values: dict[str, Any] = {}
    if not (fold(row.name) == fold(company.name) and row.name.isascii()):
        values = {"name": row.name, "name_key": company_key(row.name)[:LONGEST_KEY]}
    if row.country:
        values["country"] = row.country
    if row.tax_code:
        values["tax_code"] = row.tax_code
    if row.province:
        values["city"] = row.province
    if row.description and row.description not in {company.about_vi, company.about_en}:
        values["about_vi" if in_language(row.description) == "vi" else "about_en"] = row.description
    if row.languages:
        values["languages"] = list(row.languages)
    facets = {**company.facets}
    if row.website:
        facets["website"] = row.website
    if row.sectors:
        facets["sectors"] = list(row.sectors)
    return {**values, "facets": facets}


def _add_items(items: list[Any], kind: type[Offer | Need], texts: Iterable[str]) -> bool:
    """Add the texts that are not among a company's offers or needs yet, after those that are."""
    stored = {one_line(text) for item in items for text in (item.text_vi, item.text_en) if text}
    position = max((item.position for item in items), default=0)
    new = [text for text in texts if one_line(text) not in stored]
    for place, text in enumerate(new, position + 1):
        said = {"text_vi": text} if in_language(text) == "vi" else {"text_en": text}
        items.append(kind(position=place, certificates=[], markets=[], is_imported=True, **said))
    return bool(new)


def _set(row: Any, **values: Any) -> bool:
    """Set the values that differ on a row; return whether any did."""
    changes = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changes)


def _batches(rows: Iterable[CompanyRow]) -> Iterator[list[CompanyRow]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch
