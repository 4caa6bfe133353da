"""What the fair says of itself and how it works: names, the two switches, limits, sectors."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.domain.errors import Refused
from matchmaker.domain.fairs import Acceptance, TimeChoice
from matchmaker.extensions import db
from matchmaker.services import categories, fair_categories, fair_rules
from matchmaker.services.fair_rules import Limits, Names
from matchmaker.web import fields
from matchmaker.web.access import organizer
from matchmaker.web.choices import all_countries, shared
from matchmaker.web.fragments import same_for_all
from matchmaker.web.language import language
from matchmaker.web.setup import forms
from matchmaker.web.setup.routes import ROOT, UNPROCESSABLE, blueprint
from matchmaker.web.setup.wording import ACCEPTANCE, MODES, TIME_CHOICE, put_refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

HOUR, DAY = 60, 1440


@blueprint.route(f"{ROOT}/names", methods=["GET", "POST"])
@organizer
def names(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask what the fair is called, where it is and what it is about."""
    form: Any = forms.NamesForm(obj=fair)
    form.country.choices = all_countries()
    if form.validate_on_submit():
        typed = {name: form[name].data for name in Names.__dataclass_fields__}
        said = Names(**typed | fields.in_both(form, "name", "city"))
        try:
            fair_rules.rename(db.session, fair=fair, names=said, by=person.account_id, now=clock.now())
            flash(_("Saved. Everyone reads the new name and text from now on."), "done")
            return redirect(url_for("setup.steps", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    return render_template("setup/names.html", form=form), UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/mode", methods=["GET", "POST"])
@organizer
def mode(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask who accepts a request and who picks the time."""
    form: Any = forms.ModeForm(obj=fair)
    if form.validate_on_submit():
        fair_rules.set_mode(
            db.session,
            fair=fair,
            acceptance=Acceptance(form.acceptance.data),
            time_choice=TimeChoice(form.time_choice.data),
            seen=forms.seen(),
            by=person.account_id,
            now=clock.now(),
        )
        flash(_("Saved. It holds for what is asked and agreed from now on."), "done")
        return redirect(url_for("setup.steps", slug=fair.slug))
    modes = _modes(fair.acceptance, fair.time_choice)
    page = render_template("setup/mode.html", form=form, modes=modes, notes=_notes())
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/limits", methods=["GET", "POST"])
@organizer
def limits(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask how many meetings and requests there may be, and how long a request waits."""
    standing = fair_rules.limits_of(db.session, fair_id=fair.id)
    form: Any = forms.LimitsForm(obj=standing)
    if form.validate_on_submit():
        wanted = Limits(**{name: form[name].data for name in Limits.__dataclass_fields__})
        try:
            fair_rules.set_limits(db.session, fair=fair, limits=wanted, by=person.account_id, now=clock.now())
            flash(_("Saved. Requests that wait keep the time they were given."), "done")
            return redirect(url_for("setup.steps", slug=fair.slug))
        except Refused as refused:
            put_refusal(form, refused)
    page = render_template("setup/limits.html", form=form, spans=_spans())
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.route(f"{ROOT}/sectors", methods=["GET", "POST"])
@organizer
def sectors(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Ask what the fair is about."""
    chosen = fair_rules.sector_codes(db.session, fair_id=fair.id)
    roots = categories.root_names(db.session, lang=language())
    form: Any = forms.SectorsForm(data={"sectors": chosen})
    form.sectors.choices = shared(tuple(roots))
    if form.validate_on_submit():
        fair_rules.set_sectors(
            db.session, fair=fair, codes=form.sectors.data or [], by=person.account_id, now=clock.now()
        )
        flash(_("Saved. The fair's home page names these sectors."), "done")
        if outside := fair_categories.filed_elsewhere(db.session, fair_id=fair.id):
            text = ngettext(
                "%(num)s offer or need is filed under another sector and stays there.",
                "%(num)s offers and needs are filed under other sectors and stay there.",
                outside,
            )
            flash(text, "info")
        return redirect(url_for("setup.steps", slug=fair.slug))
    page = render_template("setup/sectors.html", form=form, has_own_tree=not dict(roots).keys() >= set(chosen))
    return page, UNPROCESSABLE if form.errors else 200


@same_for_all
def _modes(acceptance: Acceptance, time_choice: TimeChoice) -> tuple[tuple[str, str, str, bool], ...]:
    """The four modes: who accepts, who picks the time, what it is good for, and whether it is the fair's own."""
    return tuple(
        (str(ACCEPTANCE[one][0]), str(TIME_CHOICE[other][0]), str(words), (one, other) == (acceptance, time_choice))
        for (one, other), words in MODES.items()
    )


@same_for_all
def _notes() -> Mapping[str, str]:
    """What each position of the two switches means."""
    known = (*ACCEPTANCE.items(), *TIME_CHOICE.items())
    return MappingProxyType({str(code): str(note) for code, (_label, note) in known})


@same_for_all
def _spans() -> tuple[tuple[int, str], ...]:
    return tuple(_span(minutes) for minutes in (15, HOUR, DAY, 3 * DAY, 10 * DAY))


def _span(minutes: int) -> tuple[int, str]:
    """A number of minutes with the same time in words, for the table that helps to convert."""
    if minutes >= DAY:
        return minutes, ngettext("%(num)s day", "%(num)s days", minutes // DAY)
    if minutes >= HOUR:
        return minutes, ngettext("%(num)s hour", "%(num)s hours", minutes // HOUR)
    return minutes, ngettext("%(num)s minute", "%(num)s minutes", minutes)
