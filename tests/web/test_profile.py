"""Steps one and three of the profile, what it brings, and forms that outlive their session."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import inspect, select

from matchmaker import clock
from matchmaker.domain.fairs import ParticipationStatus, Phase, Role
from matchmaker.models import (
    Certificate,
    Company,
    Fair,
    Job,
    KeptForm,
    MatchRun,
    Offer,
    Participation,
    RepresentativeAbsence,
    SignInSession,
    Slot,
    Suggestion,
)
from matchmaker.services.seats import Booking, take_seats
from tests.factories import OPENING

NOW = OPENING - timedelta(days=10)
HOME = "/fairs/spring/profile"
COMPANY, TIMES, PARTNERS = f"{HOME}/company", f"{HOME}/availability", f"{HOME}/partners"


@pytest.fixture(autouse=True)
def before_the_fair(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def fair(factory):
    return factory.fair(slug="spring")


@pytest.fixture
def me(fair, factory, session, client):
    """A signed-in exhibitor: its keys."""
    one = factory.participant(fair, name="Cà phê Đất Đỏ", facets={"website": "https://old.example", "ocop_stars": 4})
    keys = {"part": one.id, "company": one.company_id, "person": one.representative.id, "account": one.account.id}
    session.commit()
    client.sign_in_as(keys["account"])
    return keys


def company(session, me):
    session.rollback()
    return session.get_one(Company, me["company"])


def row_fair(session, me):
    return session.get_one(Participation, me["part"]).fair_id


class TestCompany:
    def test_what_a_company_says_of_itself_is_kept_and_is_its_own_word_from_then_on(self, client, session, me):
        assert "were filled in" in client.page(f"{COMPANY}?lang=en").get_text()
        answer = client.submit(
            COMPANY,
            name="Công ty TNHH Cà phê Đất Đỏ",
            name_en="Dat Do Coffee",
            short_name="Đất Đỏ",
            country="VN",
            tax_code="0101243150",
            city="Đắk Lắk",
            about_vi="Rang xay từ 1998.\nXưởng ở Buôn Ma Thuột.",
            size_class="small",
            stage="manufacture",
            languages="en",
            markets="JP",
            more_markets="Ba Lan",
            website="https://datdo.example/vi",
        )
        assert (answer.status_code, answer.location) == (302, f"{HOME}/items")
        row = company(session, me)
        assert (row.name, row.name_en, row.name_key) == ("Công ty TNHH Cà phê Đất Đỏ", "Dat Do Coffee", "ca phe dat do")
        assert (row.tax_code, row.city, row.size_class, row.stage) == ("0101243150", "Đắk Lắk", "small", "manufacture")
        assert (row.languages, row.markets) == (["en"], ["JP", "PL"])
        assert row.facets == {"website": "https://datdo.example/vi", "ocop_stars": 4}
        assert row.about_vi.splitlines() == ["Rang xay từ 1998.", "Xưởng ở Buôn Ma Thuột."]
        assert row.checked_at == NOW
        session.rollback()
        assert "were filled in" not in client.page(f"{COMPANY}?lang=en").get_text()

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("www.datdo.example", "https://www.datdo.example"),
            ("datdo.example/vi?a=b:c", "https://datdo.example/vi?a=b:c"),
            ("http://datdo.example", "http://datdo.example"),
        ],
    )
    def test_a_web_address_is_taken_as_people_type_it(self, client, session, me, typed, kept):
        assert client.submit(COMPANY, website=typed).status_code == 302
        assert company(session, me).facets["website"] == kept

    def test_countries_stand_in_the_order_of_their_letters(self, client, me):
        names = [
            option.get_text() for option in client.page(f"{COMPANY}?lang=vi").find(id="country").find_all("option")
        ]
        assert (names[0], names.index("Áo") < names.index("Argentina"), names[-1]) == ("Ả Rập Xê-út", True, "Zimbabwe")

    def test_only_name_and_country_are_asked_of_everyone(self, client, session, me):
        page = client.page(COMPANY)
        token = page.find("input", {"name": "csrf_token"})["value"]
        fields = {"csrf_token": token, "name": "Đất Đỏ", "country": "VN", "legal_form": "enterprise"}
        assert client.post(COMPANY, data=fields).status_code == 302
        assert company(session, me).name == "Đất Đỏ"

    def test_its_codes_are_kept_in_one_spelling_and_stand_on_its_page(self, client, session, factory, fair, me):
        client.submit(COMPANY, vsic_codes="10.30, 10790; 1030", hs_codes="0901.21 2008", parent_country="KR")
        row = company(session, me)
        assert (row.vsic_codes, row.hs_codes, row.parent_country) == (["1030", "10790"], ["090121", "2008"], "KR")
        page = client.page(COMPANY)
        typed = [page.find("input", {"name": name})["value"] for name in ("vsic_codes", "hs_codes")]
        assert typed == ["1030, 10790", "090121, 2008"]
        buyer = factory.participant(session.get_one(Fair, row_fair(session, me)), role=Role.BUYER)
        account = buyer.account.id
        session.commit()
        text = client.sign_in_as(account).page(f"/fairs/spring/companies/{me['part']}?lang=en").get_text(" ")
        assert ("090121, 2008" in text, "1030, 10790" in text, "South Korea" in text) == (True, True, True)

    def test_a_tax_code_from_the_organizers_list_may_stay_and_another_must_be_one(self, client, session, me):
        company(session, me).tax_code = "0101243151"
        session.commit()
        assert client.submit(COMPANY, city="Huế").status_code == 302
        assert (company(session, me).tax_code, company(session, me).city) == ("0101243151", "Huế")
        assert client.submit(COMPANY, tax_code="0101243152").status_code == 422
        assert client.submit(COMPANY, country="JP").status_code == 422
        assert client.submit(COMPANY, tax_code="0101243150-001").status_code == 302
        assert company(session, me).tax_code == "0101243150-001"

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("name", ""),
            ("name", "\u202e\u200b"),
            ("name", "n" * 251),
            ("name_en", "n" * 251),
            ("short_name", "fifteen letters"),
            ("country", "ZZ"),
            ("parent_country", "moon"),
            ("legal_form", "kingdom"),
            ("tax_code", "12"),
            ("tax_code", "x" * 40),
            ("tax_code", "0101243151"),
            ("vsic_codes", "1030A"),
            ("vsic_codes", "1"),
            ("vsic_codes", " ".join(str(10 + number) for number in range(21))),
            ("hs_codes", "901"),
            ("hs_codes", "0901.21.00.00.00"),
            ("city", "c" * 81),
            ("about_vi", "a" * 3001),
            ("size_class", "huge"),
            ("stage", "moon"),
            ("languages", "klingon"),
            ("more_markets", "Atlantis"),
            ("website", "javascript:alert(1)"),
            ("website", "https://"),
            ("website", "http://[::1"),
        ],
    )
    def test_what_can_not_be_is_refused_beside_its_field_and_nothing_typed_is_lost(
        self, client, session, me, field, typed
    ):
        kept = {"name": "Tên mới", "city": "Huế"}
        answer = client.submit(COMPANY, **{**kept, field: typed})
        page = BeautifulSoup(answer.data, "html.parser")
        assert answer.status_code == 422
        assert page.find(id=f"{field}-error"), field
        assert page.find("a", href=f"#{field}")
        for name in kept.keys() - {field}:
            assert page.find("input", {"name": name})["value"] == kept[name]
        assert company(session, me).name == "Cà phê Đất Đỏ"

    def test_texts_are_stored_composed_and_without_marks_nobody_sees(self, client, session, me):
        client.submit(COMPANY, name="Gô\u0303 Tra\u0300m\u202e\u200b", about_en="<script>alert(1)</script> 😀")
        row = company(session, me)
        assert (row.name, row.about_en) == ("Gỗ Tràm", "<script>alert(1)</script> 😀")
        session.rollback()
        assert client.page(COMPANY).find("script", string=True) is None

    def test_no_column_beyond_the_form_can_be_written(self, client, session, me):
        columns = [column.key for table in (Company, Participation) for column in inspect(table).columns]
        before = {name: getattr(company(session, me), name) for name in ("id", "name_key", "created_at", "facets")}
        session.rollback()
        page = client.page(COMPANY)
        token = page.find("input", {"name": "csrf_token"})["value"]
        forged = {**dict.fromkeys(columns, "1"), "name": "Cà phê Đất Đỏ", "country": "VN", "legal_form": "enterprise"}
        forged |= {"role": "buyer", "status": "refused", "parent_country": "", "tax_code": "", "short_name": ""}
        forged |= {
            "vsic_codes": "",
            "hs_codes": "",
            "size_class": "",
            "stage": "",
            "languages": "en",
            "markets": "JP",
            "website": "",
            "csrf_token": token,
        }
        assert client.post(COMPANY, data=forged).status_code == 302
        row = company(session, me)
        assert (row.id, row.created_at) == (before["id"], before["created_at"])
        part = session.get_one(Participation, me["part"])
        assert (part.role, part.status, part.badge_code != "1") == (Role.EXHIBITOR, ParticipationStatus.APPROVED, True)

    def test_a_change_matches_the_company_again_at_every_fair_that_is_not_over(self, client, session, factory, me):
        other = factory.participation(factory.fair(), session.get_one(Company, me["company"])).id
        factory.participation(factory.fair(phase=Phase.FOLLOW_UP), session.get_one(Company, me["company"]))
        session.commit()
        client.submit(COMPANY, stage="retail")
        session.rollback()
        jobs = {job.facts["participation_id"] for job in session.scalars(select(Job))}
        assert jobs == {str(me["part"]), str(other)}

    def test_certificates_are_added_with_their_last_day_and_taken_off_with_undo(self, client, session, me):
        client.submit(
            COMPANY, action="/certificates", **{"certificate-name": "ISO 22000", "certificate-expires_on": "2027-05-01"}
        )
        session.rollback()
        (row,) = session.scalars(select(Certificate)).all()
        assert (row.code, row.name, row.expires_on.isoformat()) == ("ISO22000", "ISO 22000", "2027-05-01")
        key = row.id
        row.verified_at = NOW
        session.commit()
        client.submit(
            COMPANY, action="/certificates", **{"certificate-name": "iso 22000:2018", "certificate-expires_on": ""}
        )
        session.rollback()
        (row,) = session.scalars(select(Certificate)).all()
        assert (row.code, row.expires_on, row.verified_at) == ("ISO22000", None, None)
        session.rollback()
        client.submit(COMPANY, action=f"{key}/remove")
        session.rollback()
        assert session.scalars(select(Certificate)).all() == []
        session.rollback()
        client.submit(COMPANY, action="/certificates", **{"certificate-name": "iso 22000:2018"})
        session.rollback()
        assert len(session.scalars(select(Certificate)).all()) == 1

    def test_a_certificate_needs_a_name_and_a_real_day(self, client, session, me):
        for typed in ({"certificate-name": ""}, {"certificate-name": "X", "certificate-expires_on": "2027-13-40"}):
            assert client.submit(COMPANY, action="/certificates", **typed).status_code == 422
        session.rollback()
        assert session.scalars(select(Certificate)).all() == []

    def test_a_refused_certificate_leaves_what_the_company_has_chosen_as_it_is(self, client, session, me):
        row = company(session, me)
        row.languages, row.markets = ["vi", "ja"], ["JP"]
        session.commit()
        answer = client.submit(COMPANY, action="/certificates", **{"certificate-name": ""})
        page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        assert [box["value"] for box in page.select("#languages [checked], #markets [checked]")] == ["vi", "ja", "JP"]
        assert page.select_one("#certificate-name")["aria-invalid"] == "true"

    def test_a_certificate_of_another_company_is_not_there(self, client, session, factory, me):
        theirs = factory.add(Certificate(company_id=factory.company().id, code="CE", name="CE")).id
        session.commit()
        assert client.post_token(f"{HOME}/certificates/{theirs}/remove").status_code == 404


class TestAvailability:
    def away(self, session):
        session.rollback()
        found = set(session.scalars(select(RepresentativeAbsence.slot_id)))
        session.rollback()
        return found

    def test_everyone_is_free_until_they_say_otherwise_and_half_a_day_is_one_tap(
        self, client, session, factory, fair, me
    ):
        slots = [slot.id for slot in factory.slots(fair, 12)]  # 9:00 to 14:55 in Hanoi, half an hour apart.
        session.commit()
        page = client.page(TIMES)
        assert len(page.find_all("input", {"name": "free", "checked": True})) == 12
        client.submit(TIMES, button=("set", "away 2026-11-18 pm"), free=[str(key) for key in slots])
        assert self.away(session) == set(slots[6:])
        client.submit(TIMES, button=("set", "away 2026-11-18"), free=[str(key) for key in slots[:6]])
        assert self.away(session) == set(slots)
        client.submit(TIMES, button=("set", "free 2026-11-18 am"), free=[])
        assert self.away(session) == set(slots[6:])

    def test_single_slots_are_kept_and_the_company_is_matched_again_once(self, client, session, factory, fair, me):
        first, second, third = (slot.id for slot in factory.slots(fair, 3))
        session.commit()
        for _ in range(2):
            client.submit(TIMES, free=[str(first), str(third)])
        assert self.away(session) == {second}
        assert len(session.scalars(select(Job.id)).all()) == 1

    def test_times_that_are_over_are_neither_offered_nor_changed(self, client, session, factory, fair, me, monkeypatch):
        slots = [slot.id for slot in factory.slots(fair, 12)]  # Half an hour apart, from 9:00 in Hanoi.
        session.commit()
        client.submit(TIMES, free=[str(key) for key in slots[1:]])
        monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(minutes=45))
        client.sign_in_as(me["account"])
        page = client.page(f"{TIMES}?lang=en")
        assert [box["value"] for box in page.find_all("input", {"name": "free"})] == [str(key) for key in slots[2:]]
        assert "Earlier times of this day are over." in page.get_text()
        client.submit(TIMES, button=("set", "away 2026-11-18"), free=[str(key) for key in slots[2:]])
        assert self.away(session) == {slots[0], *slots[2:]}
        client.submit(TIMES, button=("set", "free 2026-11-18"), free=[])
        assert self.away(session) == {slots[0]}

    def test_once_all_times_are_over_the_page_says_so(self, client, session, factory, fair, me, monkeypatch):
        factory.slots(fair, 2)
        session.commit()
        monkeypatch.setattr(clock, "now", lambda: OPENING + timedelta(days=2))
        client.sign_in_as(me["account"])
        page = client.page(f"{TIMES}?lang=en")
        assert page.select_one("main .empty a")["href"] == f"{HOME.removesuffix('/profile')}/agenda"

    def test_who_is_free_throughout_sees_a_timetable_that_has_changed_since(self, client, session, factory, fair, me):
        factory.slots(fair, 3)
        session.commit()

        def offered():
            return [
                box.find_parent("label").get_text() for box in client.page(TIMES).find_all("input", {"name": "free"})
            ]

        assert offered() == offered() == ["09:00", "09:30", "10:00"]
        first, _, last = session.scalars(select(Slot).order_by(Slot.number))
        session.delete(first)
        last.starts_at += timedelta(minutes=5)
        session.commit()
        assert offered() == ["09:30", "10:05"]

    def test_a_time_away_shows_in_its_own_day_and_to_who_is_away_alone(self, client, session, factory, fair, me):
        first, second = factory.slots(fair, 2)
        keys = str(first.id), str(second.id)
        other = factory.participant(fair)
        session.commit()
        client.submit(TIMES, free=[keys[1]])
        for account, free in ((me["account"], [keys[1]]), (other.account, [*keys])):
            page = client.sign_in_as(account).page(TIMES)
            assert [box["value"] for box in page.find_all("input", {"name": "free", "checked": True})] == free

    def test_meetings_that_stand_in_a_time_away_are_named(self, client, session, factory, fair, me):
        slot, other = factory.slots(fair, 2)
        buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
        mine = session.get_one(Participation, me["part"])
        meeting = factory.meeting(mine, buyer, state="scheduled", slot_id=slot.id)
        take_seats(session, bookings=[Booking(meeting.id, slot.id, (me["person"],))])
        keys = meeting.id, slot.id, other.id
        session.commit()
        assert "Kaze Foods" not in client.page(TIMES).get_text()
        client.submit(TIMES, free=[str(keys[2])])
        page = client.page(f"{TIMES}?lang=en")
        assert "1 meeting stands in a time you are away" in page.get_text()
        assert page.find("a", href=f"/fairs/spring/meetings/{keys[0]}").get_text() == "Kaze Foods, Wed 18 Nov, 09:00"
        client.submit(TIMES, free=[str(key) for key in keys[1:]])
        assert "stands in a time" not in client.page(f"{TIMES}?lang=en").get_text()

    def test_a_colleagues_times_can_be_set_and_nobody_elses(self, client, session, factory, fair, me):
        factory.slots(fair, 2)
        other = factory.participant(fair)
        stranger = other.representative.id
        session.commit()
        assert client.post_token(f"{TIMES}/{stranger}", set="away 2026-11-18").status_code == 404
        assert self.away(session) == set()

    def test_a_fair_without_timetable_or_people_says_so(self, client, session, me):
        assert "no timetable yet" in client.page(f"{TIMES}?lang=en").get_text()


class TestPartners:
    def match(self, session, factory, fair, me, **values):
        buyer = factory.participant(fair, role=Role.BUYER, name="Kaze Foods")
        factory.offer(session.get_one(Participation, me["part"]), "Coffee")
        run = factory.add(
            MatchRun(
                fair_id=fair.id, state="done", version="1", weights={}, coverage={}, started_at=NOW, finished_at=NOW
            )
        )
        factory.add(
            Suggestion(
                fair_id=fair.id,
                run_id=run.id,
                exhibitor_id=me["part"],
                buyer_id=buyer.id,
                exhibitor_rank=1,
                score=0.7,
                label="default",
                contributions=[],
                reasons={},
                gaps={},
                best_pair={},
            )
        )
        mine = session.get_one(Participation, me["part"])
        mine.matched_at = mine.profile_changed_at
        mine.advice = {"field": "markets", "value": "AE", "count": 5, "filled": 4, "total": 7, "others": 18}
        for name, value in values.items():
            setattr(mine, name, value)
        session.commit()

    def test_while_matching_runs_the_page_looks_again_by_itself_with_and_without_script(
        self, client, session, factory, fair, me
    ):
        self.match(session, factory, fair, me, matched_at=None)
        page = client.page(f"{PARTNERS}?lang=en")
        assert page.h1.get_text() == "Your partners are being found"
        assert page.find(attrs={"data-region": "partners"})["data-poll"] == "1"
        assert page.find("meta", {"http-equiv": "refresh"})["content"] == "4"

    def test_then_the_best_partners_stand_there(self, client, session, factory, fair, me):
        self.match(session, factory, fair, me)
        page = client.page(f"{PARTNERS}?lang=en")
        assert page.h1.get_text() == "Companies that fit you"
        assert page.find("a", string="Kaze Foods")
        assert page.find(attrs={"data-poll": True}) is None

    def test_who_waits_to_be_let_in_sees_who_fits_and_no_link_to_them(self, client, session, factory, fair, me):
        self.match(session, factory, fair, me, status=ParticipationStatus.PENDING)
        page = client.page(f"{PARTNERS}?lang=en")
        assert page.find("b", string="Kaze Foods")
        assert page.find("a", string="Kaze Foods") is None
        assert "looks at your company before others see it" in page.get_text()

    def test_the_profile_says_how_many_fit_and_what_would_help_most(self, client, session, factory, fair, me):
        self.match(session, factory, fair, me)
        card = client.page(f"{HOME}/items?lang=en").find(attrs={"data-region": "brings"})
        assert card.find(class_="k-big").get_text() == "1"
        assert "4 of 7" in card.get_text()
        words = "If you also look to United Arab Emirates, you share a market with 5 more of 18 companies."
        assert words in card.get_text()
        assert card.find("a", string="Fill this in")["href"] == COMPANY

    def test_the_organizer_sees_what_a_profile_lacks(self, client, session, factory, fair, me):
        self.match(session, factory, fair, me)
        organizer = factory.organizer(fair).id
        session.commit()
        client.sign_in_as(organizer)
        text = client.page(f"/fairs/spring/organizer/companies/{me['part']}?lang=en").get_text(" ", strip=True)
        assert "4 of 7" in text
        assert "Markets: United Arab Emirates . It would count with 5 more of 18 companies." in text

    def test_before_any_item_it_asks_for_the_first(self, client, me):
        page = client.page(f"{PARTNERS}?lang=en")
        assert page.find("a", string="Add the first item")["href"] == f"{HOME}/items"


class TestForgottenSessions:
    def run_out(self, session, **values):
        row = session.scalars(select(SignInSession)).one()
        for name, value in (values or {"expires_at": NOW - timedelta(minutes=1)}).items():
            setattr(row, name, value)
        session.commit()

    def send(self, client, address, **fields):
        token = client.page(address).find("input", {"name": "csrf_token"})["value"]
        return lambda: client.post(address, data={**fields, "csrf_token": token})

    def test_what_was_sent_after_the_session_ran_out_stands_in_the_form_after_signing_in(self, client, session, me):
        address = f"{HOME}/items/new/offer"
        send = self.send(client, address, text_vi="Cà phê", unit="kg", markets=["JP", "KR"], item_id="")
        self.run_out(session)
        answer = send()
        assert answer.location == f"/sign-in?next={address}"
        assert "vẫn được giữ" in client.page("/sign-in").get_text()
        client.sign_in_as(me["account"])
        page = client.page(f"{address}?lang=en")
        assert page.find("textarea", {"name": "text_vi"}).get_text().strip() == "Cà phê"
        assert page.find("input", {"name": "unit"})["value"] == "kg"
        assert [box["value"] for box in page.find_all("input", {"name": "markets", "checked": True})] == ["JP", "KR"]
        assert "session had expired" in page.get_text()
        assert client.submit(address, text_en="Coffee").status_code == 302
        session.rollback()
        assert session.scalars(select(Offer.text_vi)).all() == ["Cà phê"]
        assert session.scalars(select(KeptForm.path)).all() == []

    def test_it_is_shown_to_nobody_else(self, client, session, factory, fair, me):
        other = factory.participant(fair).account.id
        session.commit()
        send = self.send(client, f"{HOME}/items/new/offer", text_en="A secret recipe")
        self.run_out(session)
        send()
        client.sign_in_as(other)
        assert "secret" not in client.page(f"{HOME}/items/new/offer").get_text()

    @pytest.mark.parametrize(
        ("ended", "text"), [({"ended_at": NOW}, "short"), ({}, "x" * 70_000)], ids=["signed out", "too large"]
    )
    def test_after_signing_out_and_beyond_any_sense_nothing_is_kept(self, client, session, me, ended, text):
        send = self.send(client, f"{HOME}/items/new/offer", text_en=text)
        self.run_out(session, **ended)
        assert send().location == "/sign-in"
        session.rollback()
        assert session.scalars(select(KeptForm.path)).all() == []

    def test_a_stranger_can_not_have_anything_kept(self, client, session, me):
        send = self.send(client, COMPANY, name="Mine now")
        with client.session_transaction() as cookie:
            cookie["_user_id"] = "made up"
        assert send().location == "/sign-in"
        session.rollback()
        assert session.scalars(select(KeptForm.path)).all() == []
