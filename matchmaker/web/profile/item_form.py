"""The form of one offer or need."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # Newer than the published types.
from wtforms.validators import UUID, NumberRange, Optional, StopValidation

from matchmaker.domain import profiles
from matchmaker.domain.profiles import CERTIFICATES, INCOTERMS, ItemKind, certificate_code
from matchmaker.services.profile_items import VALUE_NAMES, ItemFacts, ItemValues
from matchmaker.web.choices import Choices, named
from matchmaker.web.fields import Form, at_most, choices_of, one_line
from matchmaker.web.filters import country
from matchmaker.web.fragments import drawn_by
from matchmaker.web.opened_forms import opened
from matchmaker.web.profile.fields import (
    ChipsField,
    ChoiceField,
    MoreCountriesField,
    MoreField,
    QuantityField,
    few,
    quantity_text,
    with_own,
)
from matchmaker.web.profile.wording import STAGES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from markupsafe import Markup
    from wtforms import Field

    from matchmaker.services.category_nodes import CategoryList

MARKET_CODES = ("VN", "JP", "KR", "CN", "TW", "TH", "SG", "MY", "IN", "AE", "AU", "DE", "FR", "NL", "GB", "US")
MARKETS = named(MARKET_CODES, country)
KNOWN_CERTIFICATES = Choices(choices_of(CERTIFICATES))
OTHER = "other"
LISTS_KEPT = 64
FIELDS = "profile/item_fields.html"
TEXTS = ("text_vi", "text_en")
ABOVE_THE_FOLD = {"item_id", "text_vi", "text_en", "category", "other_category", "csrf_token"}
NOTHING_CHOSEN = SelectChoice("", _l("Not said"))


class ItemForm(Form):
    """One thing offered or needed: one sentence and a category; the rest is there for who wants to say more."""

    item_id = HiddenField(validators=[Optional(), UUID()])
    text_vi = TextAreaField(_l("In Vietnamese"), filters=[one_line], validators=[at_most(profiles.LONGEST_TEXT)])
    text_en = TextAreaField(_l("In English"), filters=[one_line], validators=[at_most(profiles.LONGEST_TEXT)])
    category = RadioField(_l("Category"), validate_choice=False, default="")
    other_category = SelectField(_l("All categories"), validate_choice=False, default="")
    quantity = QuantityField(_l("Quantity"))
    unit = StringField(_l("Unit"), validators=[at_most(profiles.LONGEST_SHORT)])
    moq = QuantityField(_l("Smallest order"))
    price_band = StringField(_l("Price range"), validators=[at_most(profiles.LONGEST_SHORT)])
    lead_time_days = IntegerField(
        _l("Delivery time"),
        validators=[
            Optional(),
            NumberRange(1, profiles.MOST_DAYS, _l("Enter a number of days from %(min)s to %(max)s.")),
        ],
    )
    incoterm = ChoiceField(
        _l("Delivery term (Incoterm)"), choices=[NOTHING_CHOSEN, *(SelectChoice(code, code) for code in INCOTERMS)]
    )
    stage = ChoiceField(
        _l("Stage in the value chain"),
        choices=[NOTHING_CHOSEN, *choices_of(STAGES)],
    )
    certificates = ChipsField(_l("Certificates"), choices=KNOWN_CERTIFICATES)
    more_certificates = MoreField(_l("Other certificates"))
    markets = ChipsField(_l("Markets"), choices=MARKETS)
    more_markets = MoreCountriesField(_l("Other countries"))
    is_by_product = BooleanField(_l("It is a by-product or left-over material"))
    is_recycled = BooleanField(_l("Made from recycled material"))
    is_renewable = BooleanField(_l("Made from renewable material or energy"))

    def validate_text_vi(self, field: Field) -> None:
        """One language is enough, none is not; the error stands beside the box of the page's own language."""
        if not field.data and not self.text_en.data:
            raise StopValidation(_("Write in a few words what it is."))

    def fill(self, item: ItemFacts | None) -> None:
        """Offer what can be chosen, with what an item already has chosen among it."""
        for name, choices in _own_choices(item).items():
            self[name].choices = choices

    def values(self, kind: ItemKind) -> ItemValues:
        """What a valid form says."""
        return ItemValues(
            text_vi=self.text_vi.data or None,
            text_en=self.text_en.data or None,
            category_code=self.chosen_category or None,
            quantity=self.quantity.amount,
            unit=self.unit.data or "",
            moq=self.moq.amount if kind is ItemKind.OFFER else None,
            lead_time_days=self.lead_time_days.data,
            incoterm=self.incoterm.data or None,
            price_band=self.price_band.data or "",
            stage=self.stage.data or None,
            certificates=few((*(self.certificates.data or ()), *map(certificate_code, self.more_certificates.parts))),
            markets=few((*(self.markets.data or ()), *self.more_markets.codes)),
            is_by_product=self.is_by_product.data,
            is_recycled=self.is_recycled.data,
            is_renewable=self.is_renewable.data,
        )

    @property
    def chosen_category(self) -> str:
        """The category a person chose, from those suggested or from the whole list; nothing when none."""
        chosen = self.category.data or ""
        return (self.other_category.data or "") if chosen == OTHER else chosen


def filled_form(item: ItemFacts | None, *, data: Any = None) -> ItemForm:
    """Return the form with an item's values, or with what was kept from a form that could not be saved."""
    values: dict[str, Any] = {}
    if item is not None:
        said = item.values
        values = {name: getattr(said, name) for name in ItemForm.__dict__ if hasattr(said, name)}
        values["category"] = said.category_code or ""
    form = ItemForm(formdata=data, data=values) if data is not None else ItemForm(data=values)
    form.fill(item)
    return form


def shown_of(item: ItemFacts | None) -> dict[str, Any]:
    """Return what stands in the fields of an item's form before anything is sent."""
    if item is None:
        # The key is given to the form when it is shown, so that the same form sent twice adds one item.
        return {"item_id": str(uuid.uuid4()), "text_vi": "", "text_en": "", "category": "", "other_category": ""}
    said = item.values
    days = said.lead_time_days
    return {
        **{name: getattr(said, name) for name in VALUE_NAMES if name in ItemForm.__dict__},
        **{name: one_line(getattr(said, name) or "") for name in TEXTS},
        "category": said.category_code or "",
        "other_category": "",
        "quantity": quantity_text(said.quantity),
        "moq": quantity_text(said.moq),
        "lead_time_days": "" if days is None else str(days),
    }


def opened_fields(item: ItemFacts | None, shown: Mapping[str, Any], *given: Hashable, **categories: Any) -> Markup:
    """Draw the fields with what is stored."""
    return opened(FIELDS, "fields", ItemForm, shown, *given, choices={**_own_choices(item), **categories})


def sent_fields(form: ItemForm, *given: Hashable, **categories: Any) -> Markup:
    """Draw the fields of a form that was sent."""
    for name, choices in categories.items():
        form[name].choices = choices
    return drawn_by(FIELDS, "fields", form, *given)


def has_details(held: Mapping[str, Any], sent: ItemForm | None) -> bool:
    """Whether anything below the fold is filled in, or in need of correction."""
    wrong = sent.errors if sent is not None else {}
    return any(held[name] or name in wrong for name in held if name not in ABOVE_THE_FOLD)


def category_choices(shown: Iterable[str], listed: CategoryList) -> dict[str, Sequence[SelectChoice]]:
    """Return a few categories beside the choice of none; the whole list opens with "One from the list".

    Nothing is chosen for anybody: a category is set only where a person chose it.
    """
    names = listed.names
    codes = [code for code in dict.fromkeys(filter(None, shown)) if code in names]
    few_of_them = [
        *(SelectChoice(code, names[code]) for code in codes),
        SelectChoice(OTHER, _("One from the list")),
        SelectChoice("", _("No category yet")),
    ]
    return {"category": few_of_them, "other_category": _whole_list(listed, _("Choose from the list"))}


def _own_choices(item: ItemFacts | None) -> dict[str, Sequence[SelectChoice]]:
    """What an item can have that not every item can: what was chosen for it already is among it."""
    if item is None:
        return {}
    return {
        "certificates": with_own(KNOWN_CERTIFICATES, item.values.certificates, str),
        "markets": with_own(MARKETS, item.values.markets, country),
    }


@lru_cache(maxsize=LISTS_KEPT)
def _whole_list(listed: CategoryList, none: str) -> Choices:
    return Choices(
        [
            SelectChoice("", none),
            *(SelectChoice(code, name, optgroup=sector) for code, name, sector in listed.lines),
        ]
    )
