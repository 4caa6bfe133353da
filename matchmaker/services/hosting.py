"""Which tables a host looks after on the fair days."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select

from matchmaker.domain.errors import NotFound
from matchmaker.domain.fairs import StaffRole
from matchmaker.models import FairStaff, HostTable, MeetingTable
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts

TABLES_BY_HOST = (
    select(HostTable.staff_id, MeetingTable.code)
    .join(MeetingTable, MeetingTable.id == HostTable.table_id)
    .where(MeetingTable.fair_id == bindparam("fair_id"))
    .order_by(MeetingTable.code)
)


def tables_of(session: Session, *, fair_id: uuid.UUID, account_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return the keys of the tables a host of the fair looks after; none stands for all of them."""
    return frozenset(
        session.scalars(
            select(HostTable.table_id)
            .join(FairStaff, FairStaff.id == HostTable.staff_id)
            .where(
                FairStaff.fair_id == fair_id,
                FairStaff.account_id == account_id,
                FairStaff.role == StaffRole.TABLE_HOST,
            )
        )
    )


def tables_by_host(session: Session, *, fair_id: uuid.UUID) -> dict[uuid.UUID, list[str]]:
    """Return the codes of each host's tables by the key of the host's role; who looks after all is left out."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for staff_id, code in session.execute(TABLES_BY_HOST, {"fair_id": fair_id}):
        found[staff_id].append(code)
    return dict(found)


def set_tables(
    session: Session,
    *,
    fair: FairFacts,
    staff_id: uuid.UUID,
    table_ids: Iterable[uuid.UUID],
    by: uuid.UUID | None,
    now: datetime,
) -> int:
    """Say which tables a host looks after from now on; return how many. None stands for all.

    Raises NotFound for who is no host of this fair, and for a table of another one.
    """
    host = session.scalar(
        select(FairStaff)
        .where(FairStaff.id == staff_id, FairStaff.fair_id == fair.id, FairStaff.role == StaffRole.TABLE_HOST)
        .with_for_update()
    )
    if host is None:
        raise NotFound("no_such_role")
    wanted = sorted(set(table_ids))
    if set(wanted) - set(session.scalars(select(MeetingTable.id).where(MeetingTable.fair_id == fair.id))):
        raise NotFound("no_such_table")
    session.execute(delete(HostTable).where(HostTable.staff_id == staff_id))
    if wanted:
        session.execute(insert(HostTable), [{"staff_id": staff_id, "table_id": key} for key in wanted])
    history.record(
        session,
        action="host_tables_set",
        subject_kind="account",
        subject_id=host.account_id,
        by=by,
        now=now,
        fair_id=fair.id,
        tables=len(wanted),
    )
    session.flush()
    return len(wanted)
