"""Find companies by letters of their names, whatever their marks and legal form."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from matchmaker.domain.names import company_key
from matchmaker.models import Company, Participation

LONGEST_QUERY = 60
# Whoever takes part as exhibitor and as buyer is one company.
AT_FAIR = (
    select(Company.id, Company.name)
    .join(Participation, Participation.company_id == Company.id)
    .where(Participation.fair_id == bindparam("fair_id"))
    .distinct()
)
NAMED = Company.name_key.like(bindparam("pattern"), escape="\\")


def pattern(text: str) -> str:
    """Return what ``NAMED`` binds for names that hold these letters; without any no name does."""
    key = company_key(text.strip()[:LONGEST_QUERY]).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{key}%" if key else ""
