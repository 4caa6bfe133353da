"""A meeting is moved; it is called off, and its time goes to those who wait for one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert, select

from matchmaker.domain.fairs import ParticipationStatus, TimeChoice
from matchmaker.models import (
    Account,
    Fair,
    FairPerson,
    Meeting,
    MeetingAttendee,
    Participation,
    Representative,
    RepresentativeAbsence,
    Slot,
)
from tests.journeys.pages import Frame, SignIn
from tests.journeys.pages import Meeting as MeetingPage
from tests.journeys.site import PASSWORD, RUNNING_FAIR, START

pytestmark = pytest.mark.journey
BOTH_WIDTHS = pytest.mark.parametrize(("lang", "width"), [("vi", 360), ("en", 1280)])
HOUR = timedelta(hours=1)


def two_agreed(session, email):
    """Let the two choose their times, and an exhibitor have agreed to meet two buyers.

    The second buyer can come to one slot only, the third of tomorrow. Returns for each meeting its key and the buyer's
    address, and that slot's start.
    """
    fair = session.scalar(select(Fair).where(Fair.slug == RUNNING_FAIR))
    fair.time_choice = TimeChoice.PAIR
    exhibitor, sits = session.execute(
        select(Participation.id, Representative.id)
        .join(Representative, Representative.company_id == Participation.company_id)
        .join(Account, Account.id == Representative.account_id)
        .where(Account.email == email, Participation.fair_id == fair.id, Participation.role == "exhibitor")
    ).first()
    buyers = session.execute(
        select(Participation.id, Representative.id, Account.email)
        .join(FairPerson, FairPerson.participation_id == Participation.id)
        .join(Representative, Representative.id == FairPerson.representative_id)
        .join(Account, Account.id == Representative.account_id)
        .where(
            Participation.fair_id == fair.id,
            Participation.role == "buyer",
            Participation.status == ParticipationStatus.APPROVED,
            Participation.company_id.not_in(
                select(Participation.company_id).where(
                    Participation.fair_id == fair.id, Participation.role == "exhibitor"
                )
            ),
        )
        .order_by(Account.email)
        .limit(2)
    ).all()
    made = []
    for number, (buyer, comes, address) in enumerate(buyers):
        meeting = Meeting(
            fair_id=fair.id,
            exhibitor_id=exhibitor,
            buyer_id=buyer,
            state="accepted",
            origin="directory",
            requested_by="buyer",
            requested_at=START - HOUR,
            answered_at=START - HOUR + number * timedelta(minutes=1),
            changed_at=START - HOUR,
        )
        session.add(meeting)
        session.flush()
        people = {"exhibitor": sits, "buyer": comes}
        rows = [{"meeting_id": meeting.id, "representative_id": key, "side": side} for side, key in people.items()]
        session.execute(insert(MeetingAttendee), rows)
        made.append((str(meeting.id), address))
    tomorrow = (START + timedelta(days=1)).date()
    slots = session.execute(select(Slot.id, Slot.day).where(Slot.fair_id == fair.id).order_by(Slot.number)).all()
    wanted = [key for key, day in slots if day == tomorrow][2]
    away = [{"representative_id": buyers[1][1], "slot_id": key} for key, _ in slots if key != wanted]
    session.execute(insert(RepresentativeAbsence), away)
    return made, wanted.hex


@BOTH_WIDTHS
def test_a_meeting_is_placed_moved_and_called_off_and_the_next_in_line_takes_its_time(site, visit, lang, width):
    (first, waiting), slot = site.behind(two_agreed, site.people["exhibitor"])
    page, watch = visit(lang=lang, width=width)
    SignIn(page).open().sign_in(site.people["exhibitor"], PASSWORD)

    meeting = MeetingPage(page).open(RUNNING_FAIR, first[0])
    times = meeting.to_times()
    expect(times).to_have_count(3)
    watch.look(where="three best times")
    meeting.press(times.first)
    before = meeting.when.inner_text()

    # Another time, from all there are: the one that the second buyer could come to.
    meeting.to_times()
    meeting.follow(meeting.main.locator("a[href$='all=1']"))
    watch.look(where="all times")
    meeting.press(meeting.main.locator(f"button[name=slot][value='{slot}']"))
    expect(meeting.when).not_to_have_text(before)
    moved_to = meeting.when.inner_text()
    watch.look(where="meeting, moved")

    meeting.call_off(reason="no_time")
    watch.look(where="meeting, called off")
    site.work()
    Frame(page).sign_out()

    SignIn(page).open().sign_in(waiting[1], PASSWORD)
    offered = MeetingPage(page).open(RUNNING_FAIR, waiting[0])
    watch.look(where="meeting, a time offered")
    take = offered.main.locator("form[action*='/offers/']").get_by_role("button").first
    offered.press(take)
    expect(offered.when).to_have_text(moved_to)
    watch.look(where="meeting, time taken")
