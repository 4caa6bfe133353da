"""A company's items shaped for the pages that list and edit them."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - A named tuple asks for the types of its fields.
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.domain.profiles import CERTIFICATES, ENOUGH_ITEMS, LONGEST_TEXT, ItemKind, main_kind
from matchmaker.extensions import db
from matchmaker.services import profile_items
from matchmaker.services.category_guesses import guesses_at
from matchmaker.services.fair_categories import categories_to_choose
from matchmaker.services.fair_changes import marks_of
from matchmaker.services.profile_state import profile_state
from matchmaker.web.filled import filled
from matchmaker.web.filters import country
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.language import language
from matchmaker.web.links import links_to
from matchmaker.web.profile.brings import brings_of
from matchmaker.web.profile.item_form import (
    TEXTS,
    category_choices,
    has_details,
    opened_fields,
    sent_fields,
    shown_of,
)
from matchmaker.web.profile.steps import step_line
from matchmaker.web.profile.wording import EDIT_TITLES, KIND_TITLES, NEW_TITLES, STAGES
from matchmaker.web.units import amount

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

    from markupsafe import Markup

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.profile_items import ItemFacts, ItemValues
    from matchmaker.web.profile.brings import Brings
    from matchmaker.web.profile.item_form import ItemForm

LINE = "profile/item_line.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSection:
    """All offers, or all needs."""

    kind: ItemKind
    title: str
    advice: str
    is_main: bool
    lines: list[Markup]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsPage:
    """The list of both, what a company mainly says first."""

    steps: Markup
    sections: list[ItemSection]
    has_items: bool
    has_imported: bool
    brings: Brings


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """The form of one item."""

    fields: Markup
    sent: ItemForm | None
    title: str
    is_new: bool
    is_imported: bool


def items_page(fair: FairFacts, me: Membership) -> ItemsPage:
    """Return the page that lists a company's items."""
    found = profile_items.items_of(db.session, participation_id=me.participation_id)
    state = profile_state(db.session, participation_id=me.participation_id)
    items = [*found[ItemKind.OFFER], *found[ItemKind.NEED]]
    draw = partial(_line, links=_links(fair.slug))
    main = main_kind(me.role)
    other = next(kind for kind in ItemKind if kind is not main)
    sections = [_section(kind, found[kind], draw, is_main=kind is main) for kind in (main, other)]
    return ItemsPage(
        steps=step_line(fair.slug, "items", state.is_checked, state.has_items),
        brings=brings_of(fair, me, state),
        sections=sections,
        has_items=bool(sections[0].lines),
        has_imported=any(item.is_imported for item in items),
    )


def item_page(fair: FairFacts, stored: ItemFacts | None, kind: ItemKind, *, sent: ItemForm | None = None) -> ItemPage:
    """Return the page of one item with the form that was sent, or as it is opened.

    Categories are suggested from what the form says now.
    """
    held = shown_of(stored) if sent is None else sent.data
    own = stored.values.category_code if stored else None
    marks = marks_of(db.session, fair_id=fair.id)
    choices = categories_to_choose(db.session, fair_id=fair.id, lang=language(), also=own or "", marks=marks)
    guesses = guesses_at(db.session, fair_id=fair.id, texts=_said(held), among=choices.codes, marks=marks)
    categories = category_choices((own or "", held["category"] or "", *guesses), choices)
    given = kind, stored is None, bool(guesses), has_details(held, sent), language()
    titles = NEW_TITLES if stored is None else EDIT_TITLES
    return ItemPage(
        fields=opened_fields(stored, held, *given, **categories)
        if sent is None
        else sent_fields(sent, *given, **categories),
        sent=sent,
        title=str(titles[kind]),
        is_new=stored is None,
        is_imported=stored is not None and stored.is_imported,
    )


def _said(held: Mapping[str, Any]) -> list[str]:
    """What the form says, no more of it than it may: this is asked for before anything is checked."""
    return [(held[name] or "")[:LONGEST_TEXT] for name in TEXTS]


def _section(kind: ItemKind, found: list[ItemFacts], draw: Callable[..., Markup], *, is_main: bool) -> ItemSection:
    last = len(found) - 1
    lines = [draw(item, is_first=place == 0, is_last=place == last) for place, item in enumerate(found)]
    return ItemSection(
        kind=kind,
        title=str(KIND_TITLES[kind]),
        advice=_advice(len(found), is_main=is_main),
        is_main=is_main,
        lines=lines,
    )


def _advice(count: int, *, is_main: bool) -> str:
    if not is_main:
        return _("Optional. It also finds partners the other way round.")
    if count >= ENOUGH_ITEMS:
        return _("Three to five separate items work best.")
    missing = ENOUGH_ITEMS - count
    return str(
        ngettext(
            "Three to five separate items work best: %(num)s more.",
            "Three to five separate items work best: %(num)s more.",
            missing,
        )
    )


class Links(NamedTuple):
    """The addresses of what can be done with an item, each from its key."""

    change: Callable[[uuid.UUID], str]
    up: Callable[[uuid.UUID], str]
    down: Callable[[uuid.UUID], str]
    remove: Callable[[uuid.UUID], str]


@same_for_all
def _links(slug: str) -> Links:
    moved = partial(links_to, "profile.move_item", "item_id", slug=slug)
    return Links(
        links_to("profile.item", "item_id", slug=slug),
        moved(where="up"),
        moved(where="down"),
        links_to("profile.remove_item", "item_id", slug=slug),
    )


def _line(item: ItemFacts, *, links: Links, is_first: bool, is_last: bool) -> Markup:
    """Draw one item of the list: its text with its language when that is not the page's, and what else is said."""
    text, lang = _text(item.values)
    tags = _tags(item.values)
    texts = {
        "key": item.id.hex[:12],
        "text": text,
        "category": (item.category_vi if language() == "vi" else item.category_en) or "",
        "facts": " · ".join(_facts(item.values)),
        "tags": drawn_by(LINE, "tags", tags) if tags else "",
        "url": links.change(item.id),
        "up_url": "" if is_first else links.up(item.id),
        "down_url": "" if is_last else links.down(item.id),
        "remove_url": links.remove(item.id),
    }
    return filled(LINE, "line", texts, "" if lang == language() else lang, item.is_imported)


def _text(values: ItemValues) -> tuple[str, str]:
    said = {"vi": values.text_vi, "en": values.text_en}
    lang = language() if said[language()] else next(code for code, text in said.items() if text)
    return said[lang] or "", lang


def _facts(values: ItemValues) -> list[str]:
    """What else is said of an item, in the order a buyer asks."""
    found = []
    if values.quantity is not None:
        found.append(amount(values.quantity, values.unit))
    if values.moq is not None:
        found.append(_("from %(amount)s", amount=amount(values.moq, values.unit)))
    if values.price_band:
        found.append(values.price_band)
    if values.lead_time_days:
        found.append(str(ngettext("%(num)s day", "%(num)s days", values.lead_time_days)))
    if values.incoterm:
        found.append(values.incoterm)
    if values.stage in STAGES:
        found.append(str(STAGES[values.stage]))
    found.extend(country(code) for code in values.markets)
    return found


def _tags(values: ItemValues) -> list[str]:
    found = [CERTIFICATES.get(code, code) for code in values.certificates]
    if values.is_by_product:
        found.append(_("By-product"))
    if values.is_recycled:
        found.append(_("Recycled"))
    if values.is_renewable:
        found.append(_("Renewable"))
    return found
