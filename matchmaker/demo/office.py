"""What the organizer's office has done at the running fair: a verified company, a rule, staff, pictures taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from matchmaker.demo import pictures
from matchmaker.demo.people import ORGANIZER_EMAIL, key_of
from matchmaker.domain.pair_rules import RuleSide, SideKind
from matchmaker.domain.uploads import FileKind
from matchmaker.models import Account, Company, HelperGrant, Participation
from matchmaker.services import categories, files, interpreters, meeting_rules, verification

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.company_records import Company as CompanyRecord
    from matchmaker.demo.generator.reference_fair import ReferenceFair
    from matchmaker.services.fairs import FairFacts

HELPER_EMAIL, HELPER_NAME = "helper@demo.example.test", "Phạm Thị Duyên"
HELPED, WITH_LOGO, MOST_CODES = 2, 16, 4
PAPERS = "Giấy chứng nhận đăng ký doanh nghiệp"
RULE_REASON = "Cùng một chủ sở hữu"
SUPPLIER, BUYER = "exhibitor", "buyer"


def open_office(
    session: Session,
    *,
    tree: ReferenceFair,
    fair: FairFacts,
    shown: dict[str, str],
    password_hash: str,
    folder: Path,
    now: datetime,
) -> dict[str, str]:
    """Do it all, beginning with the company of the exhibitor in ``shown``; return who may sign in besides.

    Nothing of it belongs to the finished fair or to its figures.
    """
    first = next(one for one in tree.companies if shown[SUPPLIER] in {person.email for person in one.representatives})
    suppliers = [first, *(one for one in tree.companies if one.main_side == SUPPLIER and one is not first)]
    verification.verify_company(
        session,
        fair_id=fair.id,
        participation_id=_participation(session, first, fair),
        what=PAPERS,
        by=key_of("account", ORGANIZER_EMAIL),
        now=now,
    )
    _keep_apart(
        session, suppliers[1], next(one for one in tree.companies if one.main_side == BUYER), fair=fair, now=now
    )
    villages = [one for one in suppliers if one.craft_village] or suppliers
    _let_help(session, villages[:HELPED], password_hash=password_hash, now=now)
    _say_codes(session, suppliers)
    _take_pictures(session, [*suppliers[:WITH_LOGO], *villages[:HELPED]], folder=folder, now=now)
    interpreter = _let_interpret(session, tree, fair, password_hash=password_hash, now=now)
    session.flush()
    return {"helper": HELPER_EMAIL, "interpreter": interpreter}


def _keep_apart(session: Session, one: CompanyRecord, other: CompanyRecord, *, fair: FairFacts, now: datetime) -> None:
    meeting_rules.add_rule(
        session,
        fair=fair,
        one=RuleSide(SideKind.COMPANY, str(key_of("company", one.code))),
        other=RuleSide(SideKind.COMPANY, str(key_of("company", other.code))),
        reason=RULE_REASON,
        seen="",
        by=key_of("account", ORGANIZER_EMAIL),
        now=now,
    )


def _participation(session: Session, company: CompanyRecord, fair: FairFacts) -> uuid.UUID:
    key = key_of("company", company.code)
    wanted = select(Participation.id).where(Participation.company_id == key, Participation.fair_id == fair.id)
    return session.scalars(wanted.order_by(Participation.role.desc())).all()[0]


def _let_help(session: Session, companies: Sequence[CompanyRecord], *, password_hash: str, now: datetime) -> None:
    """Someone from the craft association who fills in for those who would rather weave."""
    helper = key_of("account", HELPER_EMAIL)
    facts = {"email": HELPER_EMAIL, "name": HELPER_NAME, "locale": "vi", "password_hash": password_hash}
    session.add(Account(id=helper, **facts, created_at=now))
    session.flush()
    session.add_all(
        HelperGrant(
            company_id=key_of("company", one.code),
            account_id=helper,
            granted_by=key_of("account", one.representatives[0].email),
            granted_at=now,
        )
        for one in companies
    )


def _let_interpret(session: Session, tree: ReferenceFair, fair: FairFacts, *, password_hash: str, now: datetime) -> str:
    """Let the fair's first interpreter sign in, and return the address."""
    person = tree.fair.interpreters[0]
    interpreters.add(
        session,
        fair=fair,
        name=person.name,
        email=person.email,
        languages=[person.language],
        by=key_of("account", ORGANIZER_EMAIL),
        now=now,
    )
    session.execute(update(Account).where(Account.email == person.email).values(password_hash=password_hash))
    return person.email


def _say_codes(session: Session, suppliers: Sequence[CompanyRecord]) -> None:
    """The HS codes of what each supplier offers, as its categories have them."""
    prefixes = {row["code"]: row.get("hs_prefixes", "") for row in categories.category_rows()}
    for one in suppliers:
        codes = [
            code for offer in one.offers for code in prefixes.get(offer.category_code or "", "").split("|") if code
        ]
        kept = list(dict.fromkeys(codes))[:MOST_CODES]
        session.execute(update(Company).where(Company.id == key_of("company", one.code)).values(hs_codes=kept))


def _take_pictures(session: Session, companies: Sequence[CompanyRecord], *, folder: Path, now: datetime) -> None:
    """A logo for each, and a photo of its goods for each craft village."""
    for number, one in enumerate(dict.fromkeys(companies)):
        wanted = {FileKind.LOGO: pictures.logo(number)}
        if one.craft_village or number == 0:
            wanted[FileKind.PHOTO] = pictures.photo(number)
        for kind, content in wanted.items():
            files.store(
                session,
                folder=folder,
                company_id=key_of("company", one.code),
                kind=kind,
                content=content,
                name=kind,
                by=key_of("account", one.representatives[0].email),
                now=now,
            )
