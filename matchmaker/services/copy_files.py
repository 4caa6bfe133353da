"""Write everything held about a person into one ZIP file: ``data.json``, the files they handed in, and what it all is.

The form is documented in docs/privacy.md. A change that a reader of the old form would stumble over raises VERSION.
"""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from matchmaker.models import (
    Company,
    CompanyImport,
    Consent,
    Fair,
    Meeting,
    MeetingTable,
    Participation,
    Slot,
    ThirdCompany,
)
from matchmaker.services import consent_texts, files, holdings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.services.persons import Person

FORMAT, VERSION = "matchmaker-personal-data", 1
README = """\
Dữ liệu của bạn tại Matchmaker
==============================
data.json chứa mọi thông tin chúng tôi lưu về bạn ("person") và về doanh nghiệp bạn đại diện ("company"): mỗi bảng
một danh sách, mỗi dòng một mục. "names" cho biết tên của hội chợ, doanh nghiệp, bàn và giờ đứng sau các mã số.
Thư mục files chứa các tệp bạn đã gửi. Không có mật khẩu hay mã bí mật nào ở đây. Mô tả đầy đủ: docs/privacy.md.

Your data in Matchmaker
=======================
data.json holds everything we keep about you ("person") and about the company you speak for ("company"): one list for
each table, one entry for each row. "names" says which fair, company, table and time stands behind a key. The folder
files holds the files you handed in. There is no password or secret in here. Described in docs/privacy.md.
"""


def zip_of(session: Session, *, person: Person, folder: Path, now: datetime) -> bytes:
    """Return the ZIP file of a person; ``folder`` is where the bytes of stored files lie."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("data.json", _text(contents(session, person=person, now=now)))
        for name, content in _files(session, person, folder):
            archive.writestr(f"files/{name}", content)
    return packed.getvalue()


def contents(session: Session, *, person: Person, now: datetime) -> dict[str, Any]:
    """Return what ``data.json`` says."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": now,
        "person": _tables(session, person, holdings.PERSONAL),
        "company": _tables(session, person, holdings.OF_COMPANY),
        "consent_texts": _consent_texts(session, person),
        "names": _names(session, person),
    }


def _tables(session: Session, person: Person, kinds: dict[Any, holdings.Holding]) -> dict[str, list[dict[str, Any]]]:
    found = {
        table.__tablename__: holdings.rows_of(session, person=person, table=table, holding=holding)
        for table, holding in kinds.items()
    }
    return {name: rows for name, rows in sorted(found.items()) if rows}


def _consent_texts(session: Session, person: Person) -> list[dict[str, Any]]:
    """The wording that each consent was given to."""
    answers = session.execute(
        select(Consent.fair_id, Consent.purpose, Consent.text_version)
        .where(Consent.account_id == person.account_id)
        .distinct()
        .order_by(Consent.fair_id, Consent.purpose, Consent.text_version)
    ).all()
    found = []
    for fair_id, purpose, version in answers:
        texts = consent_texts.versions(session, fair_id=fair_id)
        shown = next(
            (one for of in texts.values() for one in of if (one.purpose, one.version) == (purpose, version)), None
        )
        if shown is not None:
            texts_of = {"text_vi": shown.text_vi, "text_en": shown.text_en}
            found.append({"fair_id": fair_id, "purpose": purpose, "version": version, **texts_of})
    return found


def _names(session: Session, person: Person) -> dict[str, dict[str, Any]]:
    """What stands behind the keys: companies met, fairs, tables and times. No person of another company."""
    own, asked = holdings.OWN_PARTICIPATIONS, holdings.asked_of(person)
    meetings = select(Meeting).where(holdings.of_either_side(Meeting) | Meeting.third_id.in_(own)).subquery()
    asked_into = select(ThirdCompany.meeting_id).where(ThirdCompany.participation_id.in_(own))
    known = select(Meeting).where(Meeting.id.in_(select(meetings.c.id)) | Meeting.id.in_(asked_into)).subquery()
    in_it = Participation.id.in_([known.c.exhibitor_id, known.c.buyer_id, known.c.third_id])
    companies = session.execute(
        select(Participation.id, Company.name)
        .join(Company, Company.id == Participation.company_id)
        .where(select(known.c.id).where(in_it).correlate(Participation).exists()),
        asked,
    )
    own_fairs = select(Participation.fair_id).where(Participation.company_id.in_(person.companies))
    fairs = session.execute(select(Fair.id, Fair.name_vi).where(Fair.id.in_(own_fairs)))
    tables = session.execute(
        select(MeetingTable.id, MeetingTable.code).where(MeetingTable.id.in_(select(meetings.c.table_id))), asked
    )
    slots = session.execute(select(Slot.id, Slot.starts_at).where(Slot.id.in_(select(meetings.c.slot_id))), asked)
    named = {"companies": companies, "fairs": fairs, "tables": tables, "times": slots}
    return {kind: {str(row[0]): row[1] for row in rows} for kind, rows in named.items()}


def _files(session: Session, person: Person, folder: Path) -> Iterator[tuple[str, bytes]]:
    uploads = session.execute(
        select(CompanyImport.id, CompanyImport.file_name, CompanyImport.content)
        .where(CompanyImport.account_id == person.account_id)
        .order_by(CompanyImport.uploaded_at, CompanyImport.id)
    )
    yield from ((f"{key.hex[:8]}-{_plain(name)}", content) for key, name, content in uploads if content)
    for company_id in person.companies:
        for one in files.of_company(session, company_id=company_id):
            path = folder / one.place
            if path.exists():
                yield f"{one.id.hex[:8]}-{_plain(one.name)}", path.read_bytes()


def _plain(name: str) -> str:
    """A file name that leads nowhere else when it is unpacked."""
    return "".join(letter if letter.isalnum() or letter in " .-_" else "_" for letter in name).strip(". ") or "file"


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_known)


def _known(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written into a copy")
