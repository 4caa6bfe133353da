"""Which company an imported row is about: one that is known already, or none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from matchmaker.domain.fairs import StaffRole
from matchmaker.domain.names import company_key, same_company
from matchmaker.models import Company, FairStaff, Participation, Registration, Representative
from matchmaker.services.accounts import normal_email
from matchmaker.services.visibility import is_let_in

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from matchmaker.domain.spreadsheets.companies import CompanyRow


@dataclass(frozen=True, slots=True)
class KnownCompany:
    """What a company is recognised by."""

    id: uuid.UUID
    name: str
    name_key: str
    tax_code: str | None
    country: str


@dataclass(slots=True)
class KnownCompanies:
    """The companies an import may recognise, found by tax code, name or e-mail. Each is given out once."""

    by_tax_code: dict[str, list[KnownCompany]] = field(default_factory=dict)
    by_key: dict[str, list[KnownCompany]] = field(default_factory=dict)
    by_email: dict[str, list[KnownCompany]] = field(default_factory=dict)
    taken: set[uuid.UUID] = field(default_factory=set)

    def take(self, row: CompanyRow) -> uuid.UUID | None:
        """Return the known company a row is about, and give it to no later row; None for a new company.

        A tax code decides. Without one in common the name does, when marks, legal form and country agree as far as
        both say them; of several that agree, the one spelled the same. Last comes the e-mail address, which the
        caller has indexed only where it stands for one company. A different tax code rules a company out.
        """
        found = self._by_tax_code(row) or self._by_name(row) or self._by_email(row)
        if found is not None:
            self.taken.add(found.id)
        return found.id if found else None

    def _by_tax_code(self, row: CompanyRow) -> KnownCompany | None:
        return next(iter(self._free(self.by_tax_code.get(row.tax_code or "", ()), row)), None)

    def _by_name(self, row: CompanyRow) -> KnownCompany | None:
        namesakes = [
            one
            for one in self._free(self.by_key.get(company_key(row.name), ()), row)
            if row.country in {None, one.country} and same_company(row.name, one.name)
        ]
        return min(namesakes, key=lambda one: one.name != row.name, default=None)

    def _by_email(self, row: CompanyRow) -> KnownCompany | None:
        return next(iter(self._free(self.by_email.get(normal_email(row.email or ""), ()), row)), None)

    def _free(self, companies: Iterable[KnownCompany], row: CompanyRow) -> list[KnownCompany]:
        return [
            one
            for one in companies
            if one.id not in self.taken and (row.tax_code is None or one.tax_code in {None, row.tax_code})
        ]


def known_companies(
    session: Session, *, fair_id: uuid.UUID, rows: Sequence[CompanyRow], by: uuid.UUID | None
) -> KnownCompanies:
    """Return the companies that these rows may be about.

    An organizer's import knows the companies of the fairs this person organizes and no others, so that nobody can
    change or join a company of someone else's fair by writing its name into a file. The command line (no ``by``)
    belongs to who runs the site and knows all. A company that came through the registration page and waits to be let
    in is never among them: a list that names its namesake would let in whoever registered it.
    """
    seen = _in_reach(select(Company.id), fair_id=fair_id, by=by)
    facts = select(Company.id, Company.name, Company.name_key, Company.tax_code, Company.country)
    known = KnownCompanies()
    companies = {}
    for values in session.execute(facts.where(Company.id.in_(seen)).order_by(Company.created_at, Company.id)):
        company = KnownCompany(*values)
        companies[company.id] = company
        known.by_key.setdefault(company.name_key, []).append(company)
        if company.tax_code:
            known.by_tax_code.setdefault(company.tax_code, []).append(company)
    people = select(Representative.company_id, Representative.email).where(Representative.company_id.in_(seen))
    emails = [(normal_email(email), companies[company_id]) for company_id, email in session.execute(people)]
    # An agent who speaks for several companies is no sign of which one is meant.
    stored = Counter(email for email, _ in emails)
    written = Counter(normal_email(row.email) for row in rows if row.email)
    for email, company in emails:
        if stored[email] == 1 and written[email] == 1:
            known.by_email[email] = [company]
    return known


def _in_reach(
    companies: Select[tuple[uuid.UUID]], *, fair_id: uuid.UUID, by: uuid.UUID | None
) -> Select[tuple[uuid.UUID]]:
    waits = select(Registration.id).where(
        Registration.company_id == Company.id,
        ~select(Participation.id).where(Participation.company_id == Company.id, is_let_in()).exists(),
    )
    companies = companies.where(~waits.exists())
    if by is None:
        return companies
    organized = select(FairStaff.fair_id).where(FairStaff.account_id == by, FairStaff.role == StaffRole.ORGANIZER)
    joined = select(Participation.company_id).where(
        (Participation.fair_id == fair_id) | Participation.fair_id.in_(organized)
    )
    return companies.where(Company.id.in_(joined))
