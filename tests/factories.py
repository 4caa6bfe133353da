"""One minimal factory per table: the least that is valid, so that a test states only what matters."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from matchmaker.domain.fairs import Acceptance, ParticipationStatus, Phase, Role, StaffRole, TimeChoice
from matchmaker.models import (
    Account,
    Category,
    Company,
    Fair,
    FairPerson,
    FairRate,
    FairStaff,
    Hall,
    MatchRun,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Need,
    Offer,
    Participation,
    Representative,
    Slot,
    Suggestion,
)

OPENING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class Factory:
    """Makes rows in a session, flushed and with keys."""

    def __init__(self, session):
        self.session = session
        self._count = itertools.count(1)

    def add(self, row):
        self.session.add(row)
        self.session.flush()
        return row

    def account(self, **values):
        n = next(self._count)
        defaults = {"email": f"person{n}@example.test", "name": f"Person {n}", "locale": "en", "created_at": OPENING}
        return self.add(Account(**{**defaults, **values}))

    def fair(self, **values):
        n = next(self._count)
        defaults = {
            "slug": f"fair-{n}",
            "name_vi": f"Hội chợ {n}",
            "name_en": f"Fair {n}",
            "city_vi": "Hà Nội",
            "city_en": "Hanoi",
            "country": "VN",
            "opens_on": date(2026, 11, 18),
            "closes_on": date(2026, 11, 20),
            "time_zone": "Asia/Ho_Chi_Minh",
            "report_currency": "USD",
            "phase": Phase.PREFERENCES,
            "acceptance": Acceptance.PERSON,
            "time_choice": TimeChoice.ORGANIZER,
            "created_at": OPENING,
        }
        return self.add(Fair(**{**defaults, **values}))

    def organizer(self, fair, **values):
        account = self.account(**values)
        self.add(FairStaff(fair_id=fair.id, account_id=account.id, role=StaffRole.ORGANIZER))
        return account

    def rate(self, fair, currency, rate, **values):
        defaults = {"fixed_on": fair.opens_on, "source": "test"}
        return self.add(FairRate(fair_id=fair.id, currency=currency, rate=Decimal(rate), **{**defaults, **values}))

    def category(self, code="food", **values):
        defaults = {"name_vi": f"Ngành {code}", "name_en": f"Sector {code}", "stage": "manufacture", "position": 1}
        return self.add(Category(code=code, **{**defaults, **values}))

    def company(self, **values):
        n = next(self._count)
        name = values.pop("name", f"Company {n}")
        defaults = {"name_key": name.casefold(), "country": "VN", "created_at": OPENING}
        return self.add(Company(name=name, **{**defaults, **values}))

    def representative(self, company, **values):
        n = next(self._count)
        defaults = {"name": f"Representative {n}", "email": f"rep{n}@example.test", "languages": ["vi", "en"]}
        return self.add(Representative(company_id=company.id, **{**defaults, **values}))

    def participation(self, fair, company=None, *, role=Role.EXHIBITOR, **values):
        n = next(self._count)
        company = company or self.company()
        defaults = {
            "status": ParticipationStatus.APPROVED,
            "badge_code": f"B{n:04d}",
            "joined_at": OPENING,
            "profile_changed_at": OPENING,
        }
        return self.add(Participation(fair_id=fair.id, company_id=company.id, role=role, **{**defaults, **values}))

    def participant(self, fair, *, role=Role.EXHIBITOR, company=None, signs_in=True, **values):
        """A company at the fair with one representative who comes and can sign in."""
        company = company or self.company(**values)
        participation = self.participation(fair, company, role=role)
        account = self.account() if signs_in else None
        representative = self.representative(company, account_id=account.id if account else None)
        self.add(FairPerson(participation_id=participation.id, representative_id=representative.id))
        participation.account, participation.representative = account, representative
        return participation

    def offer(self, participation, text_en="Bamboo trays", **values):
        defaults = {"position": next(self._count), "text_en": text_en}
        return self.add(Offer(participation_id=participation.id, **{**defaults, **values}))

    def need(self, participation, text_en="Bamboo trays", **values):
        defaults = {"position": next(self._count), "text_en": text_en}
        return self.add(Need(participation_id=participation.id, **{**defaults, **values}))

    def slots(self, fair, count=3):
        """Slots of 25 minutes, half an hour apart, from the fair's opening."""
        return [
            self.add(
                Slot(
                    fair_id=fair.id,
                    number=number,
                    day=fair.opens_on,
                    starts_at=OPENING + timedelta(minutes=30 * (number - 1)),
                    ends_at=OPENING + timedelta(minutes=30 * (number - 1) + 25),
                )
            )
            for number in range(1, count + 1)
        ]

    def tables(self, fair, count=2):
        hall = self.add(Hall(fair_id=fair.id, code="A", name_vi="Nhà A", name_en="Hall A"))
        return [self.add(MeetingTable(fair_id=fair.id, hall_id=hall.id, code=f"A{n:02d}")) for n in range(1, count + 1)]

    def meeting(self, exhibitor, buyer, **values):
        defaults = {
            "state": "requested",
            "origin": "suggestion",
            "requested_by": Role.BUYER,
            "requested_at": OPENING,
            "changed_at": OPENING,
        }
        meeting = self.add(
            Meeting(fair_id=exhibitor.fair_id, exhibitor_id=exhibitor.id, buyer_id=buyer.id, **{**defaults, **values})
        )
        for side, participation in ((Role.EXHIBITOR, exhibitor), (Role.BUYER, buyer)):
            person = getattr(participation, "representative", None)
            if person is not None:
                self.add(MeetingAttendee(meeting_id=meeting.id, representative_id=person.id, side=side))
        return meeting

    def suggestion(self, exhibitor, buyer, *, run_id=None, **values):
        """A pair that the matcher has proposed, in a run of its own where none is given."""
        fair_id = exhibitor.fair_id
        if run_id is None:
            run_id = self.add(
                MatchRun(fair_id=fair_id, state="done", version="1", weights={}, coverage={}, started_at=OPENING)
            ).id
        defaults = {"score": 0.9, "label": "learned", "contributions": {}, "reasons": {}, "gaps": {}, "best_pair": {}}
        pair = {"exhibitor_id": exhibitor.id, "buyer_id": buyer.id}
        return self.add(Suggestion(fair_id=fair_id, run_id=run_id, **pair, **{**defaults, **values}))

    @staticmethod
    def unknown_id():
        return uuid.uuid4()
