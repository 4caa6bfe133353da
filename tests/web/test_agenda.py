"""The agenda: one day of agreed meetings, with the time between them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.domain.fairs import Phase
from matchmaker.extensions import db
from matchmaker.models import (
    Fair,
    HistoryEntry,
    Interpreter,
    MatchRun,
    Need,
    OutcomeReport,
    RepresentativeAbsence,
    Slot,
    ThirdCompany,
)
from matchmaker.models.engine import begin_writing
from matchmaker.web import field_shapes
from tests.factories import OPENING
from tests.query_count import count_queries

MOST_QUERIES = 12


@pytest.fixture
def at(monkeypatch):
    """Set the clock to some minutes after the fair's opening, 09:00 in Hanoi."""

    def set_to(minutes):
        now = OPENING + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda: now)
        return now

    set_to(-600)
    return set_to


@pytest.fixture
def fair(factory, at):
    return factory.fair(slug="spring")


@pytest.fixture
def me(factory, fair):
    return factory.participant(fair, name="Trà Núi Mây")


@pytest.fixture
def grid(factory, fair, me):
    """Six slots on the first day with a long break after the third, one on the second day; a table."""
    slots = []
    for number, minutes in enumerate((0, 30, 60, 150, 180, 210, 1440), start=1):
        starts_at = OPENING + timedelta(minutes=minutes)
        slots.append(
            factory.add(
                Slot(
                    fair_id=fair.id,
                    number=number,
                    day=starts_at.date(),
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(minutes=25),
                )
            )
        )
    return slots


def meet(factory, me, name, slot=None, *, table=None, **values):
    """A meeting with a buyer of that name, scheduled when it has a slot."""
    fair = factory.session.get(Fair, me.fair_id)
    buyer = factory.participant(fair, role="buyer", name=name, country="JP", signs_in=False)
    factory.need(buyer, text_en="Organic tea")
    placed = {"slot_id": slot.id if slot else None, "state": "scheduled" if slot else "accepted"}
    return factory.meeting(me, buyer, **{**placed, "table_id": table.id if table else None, **values})


def lines(page):
    """Each line of the day as its time and words, without the words of links."""
    found = []
    for line in page.select(".line > li"):
        for link in line.select(".hole a, .ev span a"):
            link.extract()
        found.append(" ".join(line.get_text(" ").split()))
    return found


def open_agenda(client, me, query=""):
    return client.sign_in_as(me.account).page(f"/fairs/spring/agenda{query}")


def test_meetings_stand_in_order_of_time_with_the_gaps_between_them(client, factory, me, grid, at):
    table, _ = factory.tables(factory.session.get(Fair, me.fair_id))
    meet(factory, me, "Second", grid[2], table=table)
    meet(factory, me, "First", grid[0], table=table)
    meet(factory, me, "Third", grid[4], table=table)
    name = f"your side: {me.representative.name}"
    factory.session.commit()
    at(-60)
    page = open_agenda(client, me)
    assert page.h1.get_text() == "Today, Wed 18 Nov"
    assert lines(page) == [
        f"09:00 In 1 hour 09:00–09:25 First JP {name} Table A01 They look for: “Organic tea” Prepare the meeting",
        "09:30 Free until 09:55.",
        f"10:00 Second Table A01 · {name}",
        "10:25 Break until 11:30",
        "11:30 Free until 11:55.",
        f"12:00 Third Table A01 · {name}",
        "12:30 Free until 12:55.",
    ]


def test_the_next_meeting_is_large_and_what_is_over_is_past(client, factory, me, grid, at):
    meet(factory, me, "First", grid[0])
    meet(factory, me, "Second", grid[1])
    factory.session.commit()
    at(20)
    page = open_agenda(client, me)
    assert [card.h2.get_text() for card in page.select(".next")] == ["First"]
    assert page.select_one(".next .live").get_text(strip=True) == "Now"
    at(26)
    page = open_agenda(client, me)
    assert [card.h2.get_text() for card in page.select(".next")] == ["Second"]
    assert [line.b.get_text() for line in page.select(".line .past")] == ["First"]


def test_nothing_of_the_next_meeting_is_kept_with_its_card(app, client, factory, me, grid, at):
    for number, slot in enumerate(grid[:2]):
        meet(factory, me, f"Kaze % {number} <i>", slot)
    at(-60)
    factory.session.commit()
    assert "Kaze % 0 <i>" in open_agenda(client, me).select_one(".next h2").get_text()
    at(26)
    assert "Kaze % 1 <i>" in client.page("/fairs/spring/agenda").select_one(".next h2").get_text()
    with app.test_request_context():  # What is kept holds texts that are looked up when they are shown.
        kept = repr(field_shapes._shapes)
    assert not any(text in kept for text in ("Kaze", "Organic tea"))


def test_what_was_written_meanwhile_stands_on_an_agenda_that_was_opened_before(client, session, factory, me, grid, at):
    fair = session.get(Fair, me.fair_id)
    table, other_table = factory.tables(fair, 2)
    meeting = meet(factory, me, "First", grid[0], table=table)
    host = factory.participant(fair, name="Kaze", signs_in=False)
    asked_to = factory.meeting(
        host, factory.participant(fair, role="buyer", name="Ume", signs_in=False), slot_id=grid[2].id
    )
    asked_to.state = "scheduled"
    at(-60)
    interpreter = factory.add(Interpreter(fair_id=fair.id, name="Lan", email="lan@example.test", languages=["ja"]))
    invited = {"state": "asked", "named_by": "buyer", "asked_at": OPENING}
    need = session.scalars(select(Need).where(Need.participation_id == meeting.buyer_id)).one()
    changes = {
        f"Table {other_table.code}": lambda: setattr(meeting, "table_id", other_table.id),
        "interpreter: Lan": lambda: setattr(meeting, "interpreter_id", interpreter.id),
        "They look for: “Green tea”": lambda: setattr(need, "text_en", "Green tea"),
        "your side: Thanh": lambda: setattr(me.representative, "name", "Thanh"),
        "Kaze, Ume": lambda: factory.add(ThirdCompany(meeting_id=asked_to.id, participation_id=me.id, **invited)),
        "09:30–09:55": lambda: setattr(meeting, "slot_id", grid[1].id),
        "No meeting yet": lambda: setattr(meeting, "state", "cancelled"),
    }
    session.commit()
    client.sign_in_as(me.account)
    session.commit()

    def words():
        return " ".join(client.page("/fairs/spring/agenda").main.get_text(" ").split())

    for said, change in changes.items():
        assert said not in words()
        change()
        session.commit()
        assert said in words()


def test_an_agenda_that_nothing_was_written_of_is_not_read_again(app, client, factory, me, grid, at):
    meet(factory, me, "First", grid[0])
    factory.session.commit()
    at(-60)
    open_agenda(client, me)
    with app.app_context(), count_queries(db.engine) as asked:
        client.page("/fairs/spring/agenda")
    assert not [statement for statement in asked if "outcome_report" in statement or "suggestion" in statement]


def test_free_time_that_is_over_is_not_offered(client, factory, me, grid, at):
    meet(factory, me, "Late", grid[5])
    factory.session.commit()
    at(100)
    assert [line for line in lines(open_agenda(client, me)) if "Free" in line] == ["11:30 Free until 12:25."]


def test_a_day_without_a_meeting_shows_no_loose_breaks(client, factory, me, grid, at):
    meet(factory, me, "Tomorrow", grid[6])
    factory.session.commit()
    at(300)
    page = open_agenda(client, me)
    assert lines(page) == []
    assert "No meeting on this day." in page.main.get_text()
    assert len(page.select(".seg a")) == 2


def test_days_are_links_and_another_day_shows_its_own_meetings(client, factory, me, grid):
    meet(factory, me, "First", grid[0])
    meet(factory, me, "Tomorrow", grid[6])
    factory.session.commit()
    page = open_agenda(client, me)
    assert [(tab.get_text(), tab["href"], tab.get("aria-current")) for tab in page.select(".seg a")] == [
        ("18 Nov", "/fairs/spring/agenda?day=2026-11-18", "true"),
        ("19 Nov", "/fairs/spring/agenda?day=2026-11-19", None),
    ]
    page = open_agenda(client, me, "?day=2026-11-19")
    assert page.h1.get_text() == "Thu 19 Nov"
    assert [line.b.get_text() for line in page.select(".line .ev:has(b)")] == ["Tomorrow"]


@pytest.mark.parametrize("day", ["2027-01-01", "nonsense", ""])
def test_an_unknown_day_shows_the_first_with_a_meeting(client, factory, me, grid, day):
    meet(factory, me, "Tomorrow", grid[6])
    factory.session.commit()
    assert open_agenda(client, me, f"?day={day}").h1.get_text() == "Thu 19 Nov"


def test_the_last_meeting_without_outcome_is_asked_about(client, factory, me, grid, at):
    meet(factory, me, "First", grid[0])
    last = meet(factory, me, "Second", grid[1], state="held")
    factory.session.commit()
    at(56)
    page = open_agenda(client, me)
    card = page.select_one("section[aria-labelledby=question]")
    assert card.h2.get_text() == "How did the meeting with Second go?"
    assert card.p.get_text() == "Wed 18 Nov, 09:30"
    assert card.a["href"] == f"/fairs/spring/meetings/{last.id}/outcome"


def report(factory, meeting, side):
    factory.add(
        OutcomeReport(
            fair_id=meeting.fair_id,
            meeting_id=meeting.id,
            side=side,
            entry=1,
            outcome="follow_up",
            evidence="stated",
            stated_at=OPENING,
        )
    )


def test_ones_own_report_answers_the_question(client, factory, me, grid, at):
    report(factory, meet(factory, me, "First", grid[0], state="held"), "seller")
    factory.session.commit()
    at(60)
    page = open_agenda(client, me)
    assert page.select_one("section[aria-labelledby=question]") is None
    assert [mark.get_text() for mark in page.select(".okk")] == ["Outcome recorded"]


def test_the_other_sides_report_does_not(client, factory, me, grid, at):
    report(factory, meet(factory, me, "First", grid[0], state="held"), "buyer")
    factory.session.commit()
    at(60)
    page = open_agenda(client, me)
    assert page.select_one("section[aria-labelledby=question] h2").get_text() == "How did the meeting with First go?"
    assert page.select(".okk") == []


def test_accepted_meetings_without_a_time_stand_below(client, factory, me, grid):
    meet(factory, me, "Waiting Ltd")
    meet(factory, me, "Walk-in Ltd", state="held", is_walk_in=True)
    meet(factory, me, "Called off Ltd", state="cancelled")
    meet(factory, me, "Asked Ltd", state="requested")
    factory.session.commit()
    page = open_agenda(client, me)
    unplaced, outside = (page.select_one(f"section[aria-labelledby={name}]") for name in ("unplaced", "outside"))
    assert [link.get_text() for link in unplaced.select("li a")] == ["Waiting Ltd"]
    assert [link.get_text() for link in outside.select("li a")] == ["Walk-in Ltd"]
    assert "Called off" not in page.get_text()
    assert "Asked Ltd" not in page.get_text()


def test_an_empty_agenda_points_to_the_suggestions(client, factory, me, grid):
    factory.session.commit()
    page = open_agenda(client, me)
    assert (page.h1.get_text(), page.select_one(".empty h2").get_text()) == ("Agenda", "No meeting yet")
    assert page.select_one(".empty a")["href"] == "/fairs/spring/suggestions"


def test_a_fair_without_slots_has_an_agenda_too(client, factory, me):
    meet(factory, me, "Waiting Ltd")
    factory.session.commit()
    page = open_agenda(client, me)
    assert page.h1.get_text() == "Wed 18 Nov"
    assert [link.get_text() for link in page.select("section[aria-labelledby=unplaced] li a")] == ["Waiting Ltd"]


def test_another_companys_meetings_are_not_in_it(client, factory, me, grid):
    other = factory.participant(factory.session.get(Fair, me.fair_id))
    meet(factory, other, "Theirs", grid[0])
    factory.session.commit()
    assert "Theirs" not in open_agenda(client, me).get_text()


def suggest(factory, me, buyers):
    run = factory.add(
        MatchRun(fair_id=me.fair_id, state="done", version="1", weights={}, coverage={}, started_at=OPENING)
    )
    for rank, buyer in enumerate(buyers, start=1):
        factory.suggestion(
            me, buyer, run_id=run.id, exhibitor_rank=rank, buyer_rank=rank, score=0.5, label="default", contributions=[]
        )


def test_a_full_agenda_on_the_fairs_day_asks_few_questions(app, client, factory, fair, me, grid, at):
    for number, slot in enumerate(grid[:-1]):
        meet(factory, me, f"Buyer {number}", slot)
    suggest(factory, me, [factory.participant(fair, role="buyer", signs_in=False) for _ in range(3)])
    fair.phase = Phase.FAIR_DAYS
    factory.session.commit()
    at(20)
    client.sign_in_as(me.account)
    with app.app_context(), count_queries(db.engine) as asked:
        page = client.page("/fairs/spring/agenda?day=2026-11-19")
    assert "3 suggested companies" in page.get_text()
    assert len(asked) <= MOST_QUERIES


def test_free_time_says_how_many_suggested_companies_are_free_too(client, factory, me, grid):
    meet(factory, me, "First", grid[0])
    fair = factory.session.get(Fair, me.fair_id)
    busy, *free = [factory.participant(fair, role="buyer", signs_in=False) for _ in range(3)]
    suggest(factory, me, (busy, *free))
    for slot in grid[1:3]:
        factory.add(RepresentativeAbsence(representative_id=busy.representative.id, slot_id=slot.id))
    factory.session.commit()
    page = open_agenda(client, me)
    assert [link.get_text() for link in page.select(".hole a")] == [
        "2 suggested companies are free too",
        "3 suggested companies are free too",
    ]


def test_a_suggested_company_that_is_taken_since_is_no_longer_said_to_be_free(client, factory, me, grid):
    meet(factory, me, "First", grid[0])
    fair = factory.session.get(Fair, me.fair_id)
    one = factory.participant(fair, role="buyer", signs_in=False)
    suggest(factory, me, [one])
    key, slots = one.representative.id, [slot.id for slot in grid[1:3]]
    factory.session.commit()

    def said():
        return [link.get_text() for link in client.page("/fairs/spring/agenda").select(".hole a")]

    client.sign_in_as(me.account)
    assert said() == ["1 suggested company is free too", "1 suggested company is free too"]
    factory.session.rollback()
    begin_writing(factory.session)
    for slot_id in slots:
        factory.add(RepresentativeAbsence(representative_id=key, slot_id=slot_id))
    factory.session.commit()
    assert said() == ["See who you could meet", "1 suggested company is free too"]


def test_a_meeting_that_moved_says_where_it_was(client, factory, me, grid, at):
    now = at(-600)
    table, *_ = factory.tables(factory.session.get(Fair, me.fair_id))
    for name, slot, facts, ago in (
        ("Moved table", grid[1], {"was_starts_at": grid[1].starts_at.isoformat(), "was_table": "A02"}, 1),
        ("Moved both", grid[2], {"was_starts_at": grid[0].starts_at.isoformat(), "was_table": "A02"}, 1),
        ("Planned anew", grid[3], {}, 1),
        ("Moved long ago", grid[4], {"was_starts_at": grid[0].starts_at.isoformat(), "was_table": "A02"}, 30),
    ):
        meeting = meet(factory, me, name, slot, table=table)
        factory.add(
            HistoryEntry(
                fair_id=me.fair_id,
                at=now - timedelta(hours=ago),
                action="meeting_moved",
                subject_kind="meeting",
                subject_id=meeting.id,
                facts=facts,
            )
        )
    factory.session.commit()
    page = open_agenda(client, me)
    said = [changed.get_text() for changed in page.select(".chg")]
    assert said == ["moved from Table A02", "moved from 09:00, Table A02", "moved"]


def test_the_page_says_from_when_it_is_and_where_its_worker_stands(client, factory, me, grid, at):
    meet(factory, me, "First", grid[0])
    factory.session.commit()
    at(-60)
    page = open_agenda(client, me)
    assert "As of 18 Nov 2026, 08:00." in page.get_text()
    worker = client.get(page.select_one("[data-agenda]")["data-agenda"])
    assert worker.mimetype in {"text/javascript", "application/javascript"}
    assert worker.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "caches" in worker.get_data(as_text=True)


@pytest.mark.parametrize(("phase", "is_asked"), [("fair_days", True), ("follow_up", False)])
def test_how_many_meetings_a_day_is_asked_until_the_fair_is_over(client, factory, me, grid, at, phase, is_asked):
    meet(factory, me, "First", grid[0], state="held")
    factory.session.get(Fair, me.fair_id).phase = phase
    factory.session.commit()
    at(60)
    form = open_agenda(client, me).select_one("form[action$='/daily-cap']")
    assert (form is not None) is is_asked
