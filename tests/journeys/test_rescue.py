"""A buyer does not come; somebody from the standby list sits down instead, and the meeting is held."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert, select, update

from matchmaker.domain.fairs import ParticipationStatus, Role
from matchmaker.models import (
    Account,
    Fair,
    FairPerson,
    Meeting,
    MeetingAttendee,
    MeetingTable,
    Participation,
    Representative,
    Seat,
    Slot,
    Suggestion,
)
from tests.journeys.pages import Agenda, Frame, SignIn
from tests.journeys.site import PASSWORD, RUNNING_FAIR, START

pytestmark = pytest.mark.journey
MINUTE = timedelta(minutes=1)


def people_of(session, fair_id, role):
    """Each company that takes part on one side only, with somebody who comes and signs in."""
    twice = select(Participation.company_id).where(Participation.fair_id == fair_id, Participation.role != role)
    rows = session.execute(
        select(Participation.id, Representative.id, Account.email)
        .join(FairPerson, FairPerson.participation_id == Participation.id)
        .join(Representative, Representative.id == FairPerson.representative_id)
        .join(Account, Account.id == Representative.account_id)
        .where(
            Participation.fair_id == fair_id,
            Participation.role == role,
            Participation.status == ParticipationStatus.APPROVED,
            Participation.company_id.not_in(twice),
        )
        .order_by(Representative.id)
    ).all()
    return {row[0]: (row[1], row[2]) for row in rows}


def one_planned(session):
    """Let an exhibitor meet a buyer in the slot that begins now; return who waits, who could come, and the table."""
    fair = session.scalar(select(Fair).where(Fair.slug == RUNNING_FAIR))
    slot_id = session.scalar(select(Slot.id).where(Slot.fair_id == fair.id, Slot.starts_at == START))
    table_id, table = session.execute(
        select(MeetingTable.id, MeetingTable.code).where(MeetingTable.fair_id == fair.id).order_by(MeetingTable.code)
    ).first()
    sellers, buyers = people_of(session, fair.id, Role.EXHIBITOR), people_of(session, fair.id, Role.BUYER)
    pairs = session.execute(
        select(Suggestion.exhibitor_id, Suggestion.buyer_id)
        .where(Suggestion.fair_id == fair.id)
        .order_by(Suggestion.score.desc(), Suggestion.exhibitor_id)
    )
    seller, idle = next((one, other) for one, other in pairs if one in sellers and other in buyers)
    absent = next(key for key in buyers if key != idle)
    known = [sellers[seller][0], buyers[idle][0]]
    session.execute(update(Representative).where(Representative.id.in_(known)).values(languages=["vi", "en"]))
    meeting = Meeting(
        fair_id=fair.id,
        exhibitor_id=seller,
        buyer_id=absent,
        state="scheduled",
        origin="organizer",
        requested_by="organizer",
        requested_at=START - MINUTE,
        answered_at=START - MINUTE,
        changed_at=START - MINUTE,
        slot_id=slot_id,
        table_id=table_id,
    )
    session.add(meeting)
    session.flush()
    sitting = {"exhibitor": sellers[seller][0], "buyer": buyers[absent][0]}
    rows = [{"meeting_id": meeting.id, "representative_id": key, "side": side} for side, key in sitting.items()]
    session.execute(insert(MeetingAttendee), rows)
    taken = [("table", table_id), *(("representative", key) for key in sitting.values())]
    seats = [{"kind": kind, "resource_id": key, "slot_id": slot_id, "meeting_id": meeting.id} for kind, key in taken]
    session.execute(insert(Seat), seats)
    return sellers[seller][1], buyers[idle][1], table


def came_of_it(session):
    """What the hall's two meetings led to."""
    rows = session.execute(select(Meeting.origin, Meeting.state).where(Meeting.slot_id.is_not(None)))
    return {origin: state for origin, state in rows if origin in {"organizer", "rescue"}}


def test_a_missed_meeting_becomes_another_one(site, visit):
    seller_email, buyer_email, table = site.behind(one_planned)
    seller, seller_watch = visit(lang="vi", width=360)
    buyer, buyer_watch = visit(lang="en", width=360)
    site.move_to(START + MINUTE)
    for page, email in ((seller, seller_email), (buyer, buyer_email)):
        SignIn(page).open().sign_in(email, PASSWORD)
        Agenda(page).open(RUNNING_FAIR)
    Frame(seller).press(Frame(seller).button("/here").first)
    Frame(buyer).press(Frame(buyer).button("/now/standby"))
    buyer_watch.look(where="agenda, on standby")

    site.move_to(START + 9 * MINUTE)
    site.work()
    for page in (seller, buyer):
        Agenda(page).open(RUNNING_FAIR)
    seller_watch.look(where="agenda, offered")
    expect(Frame(buyer).main.locator("[data-region=hall-now]")).to_contain_text(table)
    yes = "form[action*='/now/offers/'] button[value=yes]"
    Frame(seller).press(seller.locator(yes))
    Frame(buyer).press(buyer.locator(yes))
    expect(Frame(buyer).main).to_contain_text(table)
    buyer_watch.look(where="meeting, agreed on the spot")

    site.move_to(START + 12 * MINUTE)
    Agenda(buyer).open(RUNNING_FAIR)
    Frame(buyer).press(Frame(buyer).button("/here").first)

    assert site.behind(came_of_it) == {"organizer": "no_show", "rescue": "held"}
