"""A form that is opened is drawn without its fields, and looks as with fields that hold the same."""

import uuid
from decimal import Decimal

import pytest
from markupsafe import escape
from wtforms.fields.choices import SelectChoice

from matchmaker.domain.profiles import ItemKind
from matchmaker.domain.reporting.official import ASKED
from matchmaker.services.profile_facts import CompanyValues, OwnCompany
from matchmaker.services.profile_items import ItemFacts, ItemValues
from matchmaker.services.profile_state import ProfileState
from matchmaker.web.blanks import TOKEN, mark
from matchmaker.web.choices import Choices
from matchmaker.web.fragments import drawn_by
from matchmaker.web.opened_forms import opened
from matchmaker.web.profile import company_form, item_form
from matchmaker.web.reports.official_form import OfficialForm, shown

NASTY = f"""5% <b> & 'a' "b" %(name)s {{name}} <option value="VN">{mark("name")}{mark(TOKEN)}"""
OFFICIAL = "reports/official_fields.html"
SPARSE = CompanyValues(name="Trần Thị Bưởi", country="VN")
FULL = CompanyValues(
    name=NASTY,
    country="JP",
    name_en=NASTY,
    short_name="A&B",
    legal_form="cooperative",
    parent_country="KR",
    tax_code='"1"',
    vsic_codes=["10301", "10790"],
    hs_codes=["0901.21"],
    city=NASTY,
    about_vi=NASTY,
    about_en="two words",
    size_class="small",
    stage="manufacture",
    languages=["vi", "ja"],
    markets=["JP", "VN"],
)
ODD = CompanyValues(
    name="A", country="XX", legal_form="guild", stage="none", languages=["eo", "vi"], markets=["IS", "US", NASTY]
)
STATE = ProfileState(is_waiting=False, is_checked=True, role="exhibitor", offers=0, needs=0, partners=0, advice={})
ITEMS = [
    ItemValues(text_vi="cà phê"),
    ItemValues(text_en=NASTY, is_by_product=True, is_renewable=True, certificates=["HALAL", "own <b>"]),
    ItemValues(
        text_vi="a",
        text_en="b",
        category_code="food",
        quantity=Decimal("12.50"),
        unit=NASTY,
        moq=Decimal(3),
        lead_time_days=5,
        incoterm="FOB",
        price_band=NASTY,
        stage="retail",
        markets=["IS", "JP"],
        is_recycled=True,
    ),
]


CATEGORIES = {
    "category": [SelectChoice("food", "Food & <more>"), SelectChoice("tea", "Tea"), SelectChoice("", "None")],
    "other_category": Choices([SelectChoice("", "None"), SelectChoice("tea", "Tea", optgroup="Drinks")]),
}


@pytest.fixture(params=["vi", "en"])
def page(app, request):
    with app.test_request_context(f"/?lang={request.param}"):
        yield


@pytest.mark.usefixtures("page")
class TestOfficial:
    def test_boxes_for_text(self):
        for said in ("", NASTY, "Trần Thị Bưởi", ""):
            values = shown({one.name: f"{said} {one.name}" * bool(said) for one in ASKED}, seen=7)
            form = OfficialForm()
            for name, text in values.items():
                form[name].data = text
            found = opened(OFFICIAL, "fields", OfficialForm, values)
            assert found == drawn_by(OFFICIAL, "fields", form)
            assert escape(said) in found
            assert "Bưởi" not in found or said == "Trần Thị Bưởi"


@pytest.mark.usefixtures("page")
class TestCompany:
    def test_what_is_chosen_of_lists_that_are_the_same_for_everyone_and_of_ones_own(self):
        for values in (SPARSE, FULL, ODD, FULL, SPARSE):
            company = OwnCompany(values=values, website="a.example" * (values is FULL), state=STATE, certificates=())
            theirs = company_form.sent_fields(company_form.company_form(company))
            assert company_form.company_fields(company) == theirs

    def test_a_form_without_anything_entered(self):
        assert company_form.certificate_fields(None) == company_form.certificate_fields(
            company_form.certificate_form(formdata=None)
        )


@pytest.mark.usefixtures("page")
class TestItem:
    @pytest.mark.parametrize("given", [("offer", False, True, True, "vi"), ("need", False, False, False, "en")])
    def test_boxes_to_tick_and_choices_of_this_page(self, given):
        for values in [*ITEMS, *ITEMS]:
            item = ItemFacts(id=uuid.uuid4(), kind=ItemKind.OFFER, position=1, is_imported=False, values=values)
            held = item_form.shown_of(item)
            theirs = item_form.sent_fields(item_form.filled_form(item), *given, **CATEGORIES)
            assert item_form.opened_fields(item, held, *given, **CATEGORIES) == theirs

    def test_a_new_one_has_a_key_of_its_own(self):
        given = "offer", True, False, False, "vi"
        for _again in range(2):
            held = item_form.shown_of(None)
            form = item_form.filled_form(None)
            form.item_id.data = held["item_id"]
            found = item_form.opened_fields(None, held, *given, **CATEGORIES)
            assert found == item_form.sent_fields(form, *given, **CATEGORIES)
            assert held["item_id"] in found

    @pytest.mark.parametrize("values", ITEMS)
    def test_details_are_open_where_some_are_said(self, values):
        item = ItemFacts(id=uuid.uuid4(), kind=ItemKind.OFFER, position=1, is_imported=False, values=values)
        form = item_form.filled_form(item)
        has = item_form.has_details(item_form.shown_of(item), None)
        assert has == item_form.has_details(form.data, form) == (values is not ITEMS[0])
        form.more_markets.errors = ["Not a country."]
        assert item_form.has_details(form.data, form)
