"""What the registration page shows, what it carries, and where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request, url_for
from flask_babel import gettext as _

from matchmaker.domain.consents import Purpose
from matchmaker.domain.profiles import main_kind
from matchmaker.domain.registration import RoleChoice
from matchmaker.extensions import db
from matchmaker.services import consent_texts, fairs
from matchmaker.services.registration import Wanted
from matchmaker.web.consent_words import consequences
from matchmaker.web.language import language
from matchmaker.web.registration.forms import CONSENT_FIELDS, CompanyForm, register_form
from matchmaker.web.sign_in import signed_in_person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.domain.consents import Wording
    from matchmaker.domain.errors import DomainError
    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

REFUSED = {
    "registered_already": lambda: _("You have registered this company already. Sign in to go on with it."),
    "consent_needed": lambda: _("Tick this box to take part: matching is what this site does."),
}


def first_step(fair: FairFacts, choice: RoleChoice) -> str:
    """Return where a company goes on that has just registered: to its first offer, or its first need."""
    return url_for("profile.new_item", slug=fair.slug, kind=main_kind(choice.roles[0]))


def next_step(fair: FairFacts) -> str:
    """Return where someone goes on who registered before."""
    return url_for("profile.items", slug=fair.slug)


def is_at(fair: FairFacts, person: SignedIn | None) -> bool:
    """Whether someone takes part in a fair already."""
    return person is not None and bool(fairs.memberships(db.session, fair_id=fair.id, account_id=person.account_id))


def form_for(fair: FairFacts) -> CompanyForm:
    """Return the form for whoever asks for it."""
    return register_form(home=fair.country, is_signed_in=signed_in_person() is not None)


def texts_are_those_shown(form: CompanyForm, texts: Mapping[Purpose, Wording]) -> bool:
    """Whether the wordings in force are those that the form showed; else it has to show the new ones first."""
    return bool(form.texts.data == _versions(texts))


def register_page(
    fair: FairFacts, form: CompanyForm, *, texts: Mapping[Purpose, Wording] | None = None, trouble: str = ""
) -> str:
    """Render the page with what was typed; ``trouble`` says what stands in the way of the whole form."""
    texts = texts or consent_texts.current(db.session, fair_id=fair.id)
    form.texts.data = _versions(texts)
    means = consequences()
    boxes = [(form[CONSENT_FIELDS[one]], texts[one].text(language()), means[one]) for one in Purpose]
    return render_template(
        "registration/register.html",
        form=form,
        boxes=boxes,
        trouble=trouble,
        person=signed_in_person(),
        here=request.path,
    )


def wanted(form: CompanyForm) -> Wanted:
    """Return what the form asks for."""
    person = "email" in form
    return Wanted(
        company=form.company.data or "",
        country=form.country.data,
        role=RoleChoice(form.role.data),
        agreed=form.agreed,
        locale=language(),
        email=form["email"].data if person else "",
        name=form["name"].data if person else "",
    )


def refuse(form: CompanyForm, error: DomainError) -> None:
    """Put what the service refused beside its field."""
    field = getattr(error, "field", "")
    name = CONSENT_FIELDS.get(Purpose(field), field) if field in set(Purpose) else field
    target = form[name if name in form else "company"]
    target.errors = [*target.errors, REFUSED[error.code]()]


def _versions(texts: Mapping[Purpose, Wording]) -> str:
    return " ".join(f"{purpose}:{texts[purpose].version}" for purpose in Purpose)
