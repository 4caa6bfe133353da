"""A programme of all fairs of the demo, and someone of the ministry who may read its figures and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.demo.chains import CHAINS
from matchmaker.demo.ground import rates_of
from matchmaker.demo.people import ORGANIZER_EMAIL, key_of
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import Account, FairStaff
from matchmaker.services import fairs, programmes
from matchmaker.services.programmes import ProgrammePlan

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.demo.generator.reference_fair import ReferenceFair

SLUG = "scp-hanoi"
READER_EMAIL, READER_NAME = "reader@demo.example.test", "Đỗ Minh Châu"


def open_programme(session: Session, *, tree: ReferenceFair, password_hash: str, now: datetime) -> dict[str, str]:
    """Put the fairs together, each in the year it opened, chains by their branch; return who may sign in to read."""
    by = key_of("account", ORGANIZER_EMAIL)
    plan = ProgrammePlan(
        slug=SLUG,
        name_vi="Kết nối giao thương sản xuất và tiêu dùng bền vững",
        name_en="Business matching for sustainable production and consumption",
        report_currency=tree.fair.report_currency,
        fairs=[fair.slug for fair in fairs.all_fairs(session)],
    )
    programme = programmes.create(session, plan=plan, by=by, now=now)
    for chain in CHAINS:
        programmes.put_fair(
            session,
            programme=programme,
            slug=chain.slug,
            year=chain.opens_on.year,
            branch=chain.branch,
            by=by,
            now=now,
        )
    for rate in rates_of(tree.fair):
        if rate.currency in {chain.currency for chain in CHAINS}:
            programmes.fix_rate(session, programme=programme, plan=rate, by=by, now=now)
    _let_read(session, password_hash=password_hash, now=now)
    return {"reader": READER_EMAIL, "programme": SLUG}


def _let_read(session: Session, *, password_hash: str, now: datetime) -> None:
    reader = key_of("account", READER_EMAIL)
    facts = {"email": READER_EMAIL, "name": READER_NAME, "locale": "vi", "password_hash": password_hash}
    session.add(Account(id=reader, **facts, created_at=now))
    session.flush()
    session.add_all(
        FairStaff(fair_id=fair.id, account_id=reader, role=StaffRole.READER) for fair in fairs.all_fairs(session)
    )
    session.flush()
