"""See to it that the search never says anything else than the tables it is made of.

Companies are written in many places: by themselves, by imports, by organizers, by merging and erasing. Each of them
would have to remember the search. Instead the session notes which participations its transaction touched, whichever
way it wrote, and brings their documents up to date just before it commits: in the same transaction, so that nobody
ever reads one without the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, inspect, select

from matchmaker.models import (
    Certificate,
    Company,
    Consent,
    FairPerson,
    Need,
    Offer,
    Participation,
    Registration,
    Representative,
)
from matchmaker.services import search_index

if TYPE_CHECKING:
    from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

COMPANIES, PARTICIPATIONS, ACCOUNTS = "search_companies", "search_participations", "search_accounts"
# By which column each table's rows name whom they are about.
WATCHED: dict[type[Any], tuple[str, str]] = {
    Company: (COMPANIES, "id"),
    Certificate: (COMPANIES, "company_id"),
    Registration: (COMPANIES, "company_id"),
    Representative: (COMPANIES, "company_id"),
    Consent: (ACCOUNTS, "account_id"),
    Participation: (PARTICIPATIONS, "id"),
    Offer: (PARTICIPATIONS, "participation_id"),
    Need: (PARTICIPATIONS, "participation_id"),
    FairPerson: (PARTICIPATIONS, "participation_id"),
}
TABLES = {model.__table__: watched for model, watched in WATCHED.items()}


def watch(sessions: Any) -> None:
    """Let every session of a maker keep the search in step."""
    event.listen(sessions, "after_flush", _note_objects)
    event.listen(sessions, "do_orm_execute", _note_statement)
    event.listen(sessions, "before_commit", _bring_up_to_date)
    event.listen(sessions, "after_rollback", _forget)


def _note_objects(session: Session, _work: UOWTransaction) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        watched = WATCHED.get(type(row))
        if watched is not None:
            said = inspect(row).attrs[watched[1]].history
            _note(session, watched[0], {*said.added, *said.unchanged, *said.deleted} - {None})


def _note_statement(state: ORMExecuteState) -> None:
    """Note whom a statement is about that writes rows without loading them, by the model or by its table."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    statement: Any = state.statement
    watched = TABLES.get(statement.table)
    if watched is None:
        return
    kind, name = watched
    given: list[Any] = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
    found = {row[name] for row in given if name in row}
    if not state.is_insert and not found:
        # A statement gives its conditions and values by no public name.
        found = set(state.session.scalars(select(statement.table.c[name]).where(*statement._where_criteria)))  # noqa: SLF001
        values = (getattr(statement, "_values", None) or {}).items()
        found |= {value.value for column, value in values if column.key == name and hasattr(value, "value")}
    _note(state.session, kind, found)


def _note(session: Session, kind: str, ids: set[Any]) -> None:
    session.info.setdefault(kind, set()).update(ids)


def _bring_up_to_date(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    participations, companies = session.info.pop(PARTICIPATIONS, set()), session.info.pop(COMPANIES, set())
    accounts = session.info.pop(ACCOUNTS, set())
    if accounts:
        companies.update(
            session.scalars(select(Representative.company_id).where(Representative.account_id.in_(accounts)))
        )
    if companies:
        participations.update(search_index.of_companies(session, company_ids=companies))
    if participations:
        search_index.refresh(session, participation_ids=participations)


def _forget(session: Session) -> None:
    for kind in (COMPANIES, PARTICIPATIONS, ACCOUNTS):
        session.info.pop(kind, None)
