"""How long a fair keeps things, and what would go now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.privacy.retention import Periods
from matchmaker.extensions import db
from matchmaker.services import retention, retention_rules
from matchmaker.web.access import organizer
from matchmaker.web.privacy.forms import periods_form
from matchmaker.web.privacy.routes import UNPROCESSABLE, blueprint
from matchmaker.web.privacy.wording import KEPT
from matchmaker.web.transaction import SAFE_METHODS

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts


@blueprint.route("/fairs/<slug>/organizer/privacy/retention", methods=["GET", "POST"])
@organizer
def keeping(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show and set the periods, with what is due now and what went last."""
    periods = retention_rules.of_fair(db.session, fair_id=fair.id)
    form = periods_form(periods.periods)
    if request.method not in SAFE_METHODS and form.validate():
        names = ("people_months", "notes_months", "history_months", "uploads_days")
        wanted = Periods(**{name: form[name].data for name in names})
        retention.set_periods(db.session, fair_id=fair.id, wanted=wanted, by=person.account_id, now=clock.now())
        flash(_("These periods hold from the next daily run on."), "done")
        return redirect(url_for("privacy.keeping", slug=fair.slug))
    due = retention.due_at(db.session, periods=periods, now=clock.now())
    page = render_template(
        "privacy/keeping.html",
        form=form,
        due=[(KEPT[keeping], count) for keeping, count in due.items()],
        runs=[(one.ran_at, _taken(one.counts)) for one in retention.past_runs(db.session)],
    )
    return page, 200 if request.method in SAFE_METHODS else UNPROCESSABLE


def _taken(counts: dict[str, int]) -> str:
    known = {keeping.value: words for keeping, words in KEPT.items()}
    return ", ".join(f"{known[code]}: {count}" for code, count in counts.items() if code in known)
