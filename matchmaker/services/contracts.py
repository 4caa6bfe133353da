"""Import a contract register: each contract is a deal of its own, on the organizer's word."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select

from matchmaker.domain.deals.evidence import Evidence
from matchmaker.domain.deals.reports import Horizon, Side
from matchmaker.domain.deals.reports import OutcomeReport as Stated
from matchmaker.domain.deals.stages import Outcome
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Role
from matchmaker.domain.meetings import MeetingState, Origin
from matchmaker.domain.names import company_key, same_company
from matchmaker.models import Company, Deal, DealMeeting, HistoryEntry, Meeting, OutcomeReport, Participation
from matchmaker.services import deals, ledger, outcomes, proposals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.money.rates import FixedRates
    from matchmaker.domain.spreadsheets.outcomes import OutcomeRow
    from matchmaker.services.fairs import FairFacts

Pair = tuple[uuid.UUID, uuid.UUID]
ROWS_AT_ONCE = 500
NUMBER_LENGTH = 120


class ContractCode(StrEnum):
    """Why a contract of a register does not fit the fair; what its sentence needs stands beside it."""

    NO_SUCH_BUYER = "no_such_buyer"  # name
    NO_SUCH_EXHIBITOR = "no_such_exhibitor"  # name
    SEVERAL_BUYERS = "several_buyers"  # name
    SEVERAL_EXHIBITORS = "several_exhibitors"  # name
    SAME_COMPANY = "same_company"
    NO_RATE = "no_rate"  # currency
    BAD_VALUE = "bad_value"  # value
    NUMBER_TWICE = "number_twice"  # number, other_row
    NUMBER_TOO_LONG = "number_too_long"  # limit


@dataclass(frozen=True, slots=True)
class ContractError:
    """One reason why a row can't be imported."""

    row: int
    column: str
    code: ContractCode
    facts: Mapping[str, str | int] = field(default_factory=dict, hash=False)


class ContractsRefusedError(Refused):
    """Some rows do not fit, so none was imported; ``errors`` names them all."""

    def __init__(self, errors: Sequence[ContractError]) -> None:
        super().__init__("contracts_refused")
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Contract:
    """A row of the register with the two participations it is about and its number there."""

    row: OutcomeRow
    pair: Pair
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedContracts:
    """What an import did: contracts added, restated with another value, and found as they were; meetings and pairs.

    ``proposed`` meetings were made for pairs that had none; ``held_as_scheduled`` and ``walk_ins`` are the meetings
    that the register put on record as held.
    """

    added: int
    restated: int
    unchanged: int
    pairs: frozenset[Pair]
    proposed: int
    held_as_scheduled: int
    walk_ins: int


PARTICIPATIONS = (
    select(Participation.id, Participation.role, Participation.company_id, Company.name, Company.name_en)
    .join(Company, Company.id == Participation.company_id)
    .where(Participation.fair_id == bindparam("fair_id"))
)
HELD_MEETINGS = (
    select(Meeting.exhibitor_id, Meeting.buyer_id, Meeting.id)
    .where(Meeting.fair_id == bindparam("fair_id"), Meeting.state == MeetingState.HELD)
    .order_by(Meeting.requested_at.desc(), Meeting.id)
)
REGISTERED = (
    select(
        Deal.exhibitor_id,
        Deal.register_no,
        Deal.id,
        OutcomeReport.meeting_id,
        OutcomeReport.entry,
        OutcomeReport.amount,
        OutcomeReport.currency,
        OutcomeReport.signed_on,
    )
    .join(OutcomeReport, OutcomeReport.deal_id == Deal.id)
    .where(
        Deal.fair_id == bindparam("fair_id"), Deal.register_no.is_not(None), OutcomeReport.side == Side.ORGANIZER.value
    )
    .order_by(OutcomeReport.stated_at, OutcomeReport.entry)
)


def place(session: Session, *, fair: FairFacts, rows: Iterable[OutcomeRow], now: datetime) -> list[Contract]:
    """Find the companies of each contract at the fair; raise ContractsRefusedError naming every row that fails."""
    known = _Known(session, fair_id=fair.id)
    rates = deals.fixed_rates(session, fair=fair)
    contracts: list[Contract] = []
    errors: list[ContractError] = []
    numbers: dict[tuple[uuid.UUID, str], int] = {}
    for row in rows:
        faults = list(_value_faults(row, rates, now))
        pair = known.pair(row, faults)
        number = row.reference or _unnumbered(row)
        if len(number) > NUMBER_LENGTH:
            faults.append(
                ContractError(row.row, "reference", ContractCode.NUMBER_TOO_LONG, {"limit": NUMBER_LENGTH}),
            )
        if pair is not None:
            other = numbers.setdefault((pair[0], number), row.row)
            if other != row.row:
                facts: dict[str, str | int] = {"number": number, "other_row": other}
                faults.append(ContractError(row.row, "reference", ContractCode.NUMBER_TWICE, facts))
        errors += faults
        if pair is not None and not faults:
            contracts.append(Contract(row, pair, number))
    if errors:
        raise ContractsRefusedError(errors)
    return contracts


def import_contracts(
    session: Session,
    *,
    fair: FairFacts,
    rows: Sequence[OutcomeRow],
    by: uuid.UUID | None,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> ImportedContracts:
    """Import a register, all of it or nothing; importing it again changes nothing.

    Each contract becomes a deal with the organizer's report: an agreement over twelve months, backed by the register.
    Its pair's meeting is put on record as held, a walk-in where it had no slot; a pair without meeting gets one. A
    meeting that was missed stays missed. A known number with another value or date is restated by a further entry.
    """
    contracts = place(session, fair=fair, rows=rows, now=now)
    meetings, proposed, as_scheduled, walk_ins = _meetings(session, fair=fair, contracts=contracts, by=by, now=now)
    known = {(row.exhibitor_id, row.register_no): row for row in session.execute(REGISTERED, {"fair_id": fair.id})}
    added = restated = 0
    for start in range(0, len(contracts), ROWS_AT_ONCE):
        batch = contracts[start : start + ROWS_AT_ONCE]
        new = [one for one in batch if (one.pair[0], one.number) not in known]
        changed = [one for one in batch if one not in new and not _is_same(known[one.pair[0], one.number], one)]
        _add_deals(session, new, meetings, fair=fair, by=by, now=now)
        _restate(session, [(one, known[one.pair[0], one.number]) for one in changed], fair=fair, by=by, now=now)
        added, restated = added + len(new), restated + len(changed)
        if progress is not None:
            progress(start + len(batch), len(contracts))
    return ImportedContracts(
        added=added,
        restated=restated,
        unchanged=len(contracts) - added - restated,
        pairs=frozenset(one.pair for one in contracts),
        proposed=proposed,
        held_as_scheduled=as_scheduled,
        walk_ins=walk_ins,
    )


class _Known:
    """The fair's participations, found by the names a register writes."""

    def __init__(self, session: Session, *, fair_id: uuid.UUID) -> None:
        self.by_key: dict[tuple[Role, str], list[Any]] = defaultdict(list)
        for row in session.execute(PARTICIPATIONS, {"fair_id": fair_id}):
            for key in {company_key(name) for name in (row.name, row.name_en) if name}:
                self.by_key[Role(row.role), key].append(row)

    def pair(self, row: OutcomeRow, faults: list[ContractError]) -> Pair | None:
        """Return the two participations of a contract; what is wrong with them is added to ``faults``."""
        exhibitors, buyers = self._named(Role.EXHIBITOR, row.exhibitor), self._named(Role.BUYER, row.buyer)
        for column, name, found, none, several in (
            ("buyer", row.buyer, buyers, ContractCode.NO_SUCH_BUYER, ContractCode.SEVERAL_BUYERS),
            ("exhibitor", row.exhibitor, exhibitors, ContractCode.NO_SUCH_EXHIBITOR, ContractCode.SEVERAL_EXHIBITORS),
        ):
            if len(found) != 1:
                faults.append(ContractError(row.row, column, several if found else none, {"name": name}))
        if len(exhibitors) != 1 or len(buyers) != 1:
            return None
        if exhibitors[0].company_id == buyers[0].company_id:
            faults.append(ContractError(row.row, "exhibitor", ContractCode.SAME_COMPANY))
            return None
        return exhibitors[0].id, buyers[0].id

    def _named(self, role: Role, name: str) -> list[Any]:
        """The participations of that name; of several, those spelled exactly so."""
        found = [
            row
            for row in self.by_key.get((role, company_key(name)), ())
            if same_company(name, row.name) or (row.name_en and same_company(name, row.name_en))
        ]
        exact = [row for row in found if name in {row.name, row.name_en}]
        return exact or found


def _value_faults(row: OutcomeRow, rates: FixedRates, now: datetime) -> Iterable[ContractError]:
    if not rates.covers(row.value.currency):
        yield ContractError(row.row, "currency", ContractCode.NO_RATE, {"currency": row.value.currency})
    try:
        if row.value.amount >= outcomes.LARGEST_STORED:
            raise Refused("value_too_large")  # noqa: TRY301 - both limits are one reason to the reader.
        Stated(
            report_id="new",
            deal_id="new",
            stated_by=Side.ORGANIZER,
            outcome=Outcome.AGREEMENT,
            stated_at=now,
            value=row.value,
            horizon=Horizon.TWELVE_MONTHS,
            evidence=Evidence.REGISTER,
        )
    except Refused:
        yield ContractError(row.row, "amount", ContractCode.BAD_VALUE, {"value": f"{row.value.amount:f}"})


def _unnumbered(row: OutcomeRow) -> str:
    """A number for a contract the register gives none, the same each time the same row is read."""
    said = "|".join(
        (row.buyer, row.exhibitor, row.need, f"{row.value.amount:f}", row.value.currency, str(row.signed_on))
    )
    return f"sha256:{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _meetings(
    session: Session, *, fair: FairFacts, contracts: Sequence[Contract], by: uuid.UUID | None, now: datetime
) -> tuple[dict[Pair, uuid.UUID], int, int, int]:
    """Give every pair its meeting: one that was held if there is one, else what stands, else a new one."""
    held = {(exhibitor, buyer): key for exhibitor, buyer, key in session.execute(HELD_MEETINGS, {"fair_id": fair.id})}
    wanted = dict.fromkeys(one.pair for one in contracts)
    without = [pair for pair in wanted if pair not in held]
    proposed = proposals.propose_all(session, fair=fair, pairs=without, origin=Origin.REGISTER, by=by, now=now)
    as_scheduled, walk_ins = outcomes.hold_all(
        session, fair_id=fair.id, meeting_ids=proposed.meetings.values(), is_missed_kept=True, by=by, now=now
    )
    return {**held, **proposed.meetings}, proposed.made, as_scheduled, walk_ins


def _is_same(row: Any, contract: Contract) -> bool:
    said = contract.row
    return (row.amount, row.currency, row.signed_on) == (said.value.amount, said.value.currency, said.signed_on)


def _add_deals(
    session: Session,
    contracts: Sequence[Contract],
    meetings: Mapping[Pair, uuid.UUID],
    *,
    fair: FairFacts,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    keys = [(uuid.uuid4(), one) for one in contracts]
    if not keys:
        return
    rows = [
        {
            "id": key,
            "fair_id": fair.id,
            "exhibitor_id": one.pair[0],
            "buyer_id": one.pair[1],
            "title": one.row.need,
            "register_no": one.number,
            "opened_at": now,
        }
        for key, one in keys
    ]
    session.execute(insert(Deal), rows)
    session.execute(insert(DealMeeting), [{"deal_id": key, "meeting_id": meetings[one.pair]} for key, one in keys])
    ledger.add_reports(
        session,
        fair_id=fair.id,
        reports=[
            _report(one, deal_id=key, meeting_id=meetings[one.pair], entry=1, fair=fair, by=by, now=now)
            for key, one in keys
        ],
    )
    _remember(session, [key for key, _ in keys], action="contract_registered", fair=fair, by=by, now=now)


def _restate(
    session: Session,
    changed: Sequence[tuple[Contract, Any]],
    *,
    fair: FairFacts,
    by: uuid.UUID | None,
    now: datetime,
) -> None:
    reports = [
        _report(one, deal_id=row.id, meeting_id=row.meeting_id, entry=row.entry + 1, fair=fair, by=by, now=now)
        for one, row in changed
    ]
    if reports:
        ledger.add_reports(session, fair_id=fair.id, reports=reports)
        _remember(session, [row.id for _, row in changed], action="contract_restated", fair=fair, by=by, now=now)


def _report(
    contract: Contract,
    *,
    deal_id: uuid.UUID,
    meeting_id: uuid.UUID,
    entry: int,
    fair: FairFacts,
    by: uuid.UUID | None,
    now: datetime,
) -> dict[str, Any]:
    said = contract.row
    return {
        "id": uuid.uuid4(),
        "fair_id": fair.id,
        "meeting_id": meeting_id,
        "deal_id": deal_id,
        "side": Side.ORGANIZER,
        "entry": entry,
        "outcome": Outcome.AGREEMENT,
        "amount": said.value.amount,
        "currency": said.value.currency,
        "typed": "",
        "horizon": Horizon.TWELVE_MONTHS,
        "evidence": Evidence.REGISTER,
        "evidence_number": said.reference,
        "signed_on": said.signed_on,
        "note": "",
        "stated_by": by,
        "stated_at": now,
    }


def _remember(
    session: Session, keys: Iterable[uuid.UUID], *, action: str, fair: FairFacts, by: uuid.UUID | None, now: datetime
) -> None:
    kept = {"fair_id": fair.id, "at": now, "by_account_id": by, "action": action, "subject_kind": "deal", "facts": {}}
    session.execute(insert(HistoryEntry), [{"id": uuid.uuid4(), "subject_id": key, **kept} for key in keys])
