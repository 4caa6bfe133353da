"""The organizer's schedule: made, published, changed by keys and by mouse, and planned again after a change."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import insert, select

from matchmaker.domain.fairs import ParticipationStatus
from matchmaker.models import (
    Fair,
    FairPerson,
    Meeting,
    MeetingAttendee,
    Participation,
    RepresentativeAbsence,
    ScheduleDraft,
)
from tests.journeys.drag import dragging
from tests.journeys.pages import SignIn
from tests.journeys.site import PASSWORD, RUNNING_FAIR, START
from tests.journeys.test_keyboard import enter, tab_to

pytestmark = pytest.mark.journey
SCHEDULE = f"/fairs/{RUNNING_FAIR}/organizer/schedule"
PAIRS = 4
FREE_CELL = "[data-grid] button.drop"


def agreed(session):
    """Let four exhibitors have agreed to meet a buyer each."""
    fair_id = session.scalar(select(Fair.id).where(Fair.slug == RUNNING_FAIR))

    def side(role):
        found = (
            select(Participation.id, FairPerson.representative_id)
            .join(FairPerson, FairPerson.participation_id == Participation.id)
            .where(
                Participation.fair_id == fair_id,
                Participation.role == role,
                Participation.status == ParticipationStatus.APPROVED,
            )
            .order_by(Participation.badge_code)
        )
        return dict(session.execute(found).all())

    sellers = list(side("exhibitor").items())[:PAIRS]
    people = {person for _key, person in sellers}
    buyers = [one for one in side("buyer").items() if one[1] not in people][:PAIRS]
    for (seller, sells), (buyer, buys) in zip(sellers, buyers, strict=True):
        meeting = Meeting(
            fair_id=fair_id,
            exhibitor_id=seller,
            buyer_id=buyer,
            state="accepted",
            origin="directory",
            requested_by="buyer",
            requested_at=START,
            changed_at=START,
        )
        session.add(meeting)
        session.flush()
        rows = [
            {"meeting_id": meeting.id, "representative_id": who, "side": at}
            for at, who in (("exhibitor", sells), ("buyer", buys))
        ]
        session.execute(insert(MeetingAttendee), rows)


def places(session):
    """Where the plan that stands has every meeting to come."""
    found = select(Meeting.id, Meeting.slot_id, Meeting.table_id).where(Meeting.state == "scheduled")
    return {key: (slot, table) for key, slot, table in session.execute(found)}


def expected(session):
    """Who is expected in which slot by the plan that stands."""
    found = select(MeetingAttendee.representative_id, Meeting.slot_id).join(Meeting)
    return {tuple(row) for row in session.execute(found.where(Meeting.state == "scheduled"))}


def drafts(session):
    """What became of every draft."""
    return session.scalars(select(ScheduleDraft.state).order_by(ScheduleDraft.number)).all()


def stay_away(session):
    """Let someone be unable to come to a meeting that may move; return it, the person and the slot.

    A run is refused while a locked meeting has nobody to come to it.
    """
    key, slot_id, person = session.execute(
        select(Meeting.id, Meeting.slot_id, MeetingAttendee.representative_id)
        .join(MeetingAttendee, MeetingAttendee.meeting_id == Meeting.id)
        .where(Meeting.state == "scheduled", ~Meeting.is_locked, MeetingAttendee.side == "buyer")
        .order_by(Meeting.id)
    ).first()
    session.add(RepresentativeAbsence(representative_id=person, slot_id=slot_id))
    return key, person, slot_id


@pytest.fixture
def planned(site, visit):
    """The organizer on the schedule with a run's draft open; everything up to there by keys."""
    site.behind(agreed)
    page, watch = visit(lang="vi")
    SignIn(page).open().sign_in(site.people["organizer"], PASSWORD)
    page.goto(SCHEDULE)
    run_by_keys(page, site, "main form[action$='/schedule'] button")
    return page, watch


def run_by_keys(page, site, selector):
    """Ask for a run, and wait for its plan without touching the page."""
    tab_to(page, selector)
    enter(page)
    site.work()
    expect(page.locator("[data-grid]")).to_be_visible()


def publish_by_keys(page, watch, *, where):
    """Go to what publishing would change, and publish it."""
    tab_to(page, "main a[href*='/schedule/publish']")
    enter(page)
    watch.look(where=where)
    tab_to(page, "main form[action$='/schedule/publish'] button")
    enter(page)
    expect(page.locator("[data-region=flashes]")).not_to_be_empty()


def test_it_is_planned_published_changed_and_planned_again_by_keys_alone(site, planned):
    page, watch = planned
    watch.look(where="a run's draft")
    publish_by_keys(page, watch, where="publish a run")
    before = site.behind(places)
    assert len(before) == PAIRS

    # Picked up and put back: Escape leaves everything where it was, and the keyboard at the meeting.
    tab_to(page, "[data-grid] a.meet")
    page.keyboard.press("Enter")
    expect(page.locator(".is-placing")).to_be_visible()
    expect(page.locator("[data-live]")).not_to_be_empty()
    watch.look(where="a meeting is held")
    page.keyboard.press("Escape")
    expect(page.locator(".is-placing")).to_have_count(0)
    expect(page.locator("[data-grid] a.meet:focus")).to_have_count(1)

    # Picked up again, walked to a free cell and put there.
    page.keyboard.press("Enter")
    expect(page.locator(".is-placing")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"{FREE_CELL}:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".is-placing")).to_have_count(0)
    assert site.behind(places) == before
    publish_by_keys(page, watch, where="publish a move")
    moved = site.behind(places)
    assert sum(moved[key] != before[key] for key in moved) == 1

    # Someone can't come any more: planned again, shown for approval, and only then changed.
    lost, person, slot = site.behind(stay_away)
    page.reload()
    expect(page.locator("#clashes")).to_be_visible()
    run_by_keys(page, site, "#runs form:has(input[value=fewest]) button")
    assert site.behind(places) == moved
    publish_by_keys(page, watch, where="publish the fewest moves")
    after = site.behind(places)
    # The others stay where they are; whoever can't come is expected there no more, though a colleague may be.
    assert {key: place for key, place in after.items() if key != lost} == {
        key: place for key, place in moved.items() if key != lost
    }
    assert (person, slot) not in site.behind(expected)
    assert site.behind(drafts) == ["published"] * 3


def test_a_meeting_is_dragged_with_the_mouse_and_the_step_taken_back(site, planned):
    page, watch = planned
    block = page.locator("[data-grid] a.meet").first
    names = block.locator("b").inner_text()
    with dragging(page, block) as over:
        drop = page.locator(FREE_CELL).first
        expect(drop).to_be_visible()
        target = drop.get_attribute("value")
        over(drop)
    undo = page.locator("[data-region=flashes] form button")
    expect(undo).to_be_visible()
    expect(page.locator(f"[data-cell='{target}']")).to_have_count(0)
    expect(page.locator("[data-grid] a.meet b").filter(has_text=names)).to_have_count(1)
    watch.look(where="a meeting was dragged")
    undo.click()
    expect(page.locator(f"[data-cell='{target}'].is-free")).to_have_count(1)
