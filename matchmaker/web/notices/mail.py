"""The organizer's view of a fair's mail: what did not arrive, and news to those who agreed to get some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker import clock
from matchmaker.extensions import db
from matchmaker.services import fair_news, outbox
from matchmaker.services.outbox import MailState
from matchmaker.web.access import organizer
from matchmaker.web.notices.forms import NewsForm
from matchmaker.web.notices.routes import blueprint
from matchmaker.web.notices.wording import ALL_KINDS, MAIL_STATES

if TYPE_CHECKING:
    import uuid

    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

UNPROCESSABLE = 422


@blueprint.get("/fairs/<slug>/organizer/mail")
@organizer
def mail(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show what mail of the fair is on its way or did not arrive."""
    del person
    return _page(fair, NewsForm())


@blueprint.post("/fairs/<slug>/organizer/mail/<uuid:mail_id>/again")
@organizer
def send_again(fair: FairFacts, person: SignedIn, mail_id: uuid.UUID) -> ResponseReturnValue:
    """Send a mail again that did not arrive."""
    del person
    outbox.try_again(db.session, fair_id=fair.id, mail_id=mail_id, now=clock.now())
    flash(_("The mail is sent again."), "done")
    return redirect(url_for("notices.mail", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/mail/news")
@organizer
def news(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Send news to those who agreed to get advertising."""
    form = NewsForm()
    if not form.validate():
        return _page(fair, form), UNPROCESSABLE
    receivers = fair_news.send_news(
        db.session,
        fair=fair,
        title=form.both("title"),
        text=form.both("text"),
        by=person.account_id,
        now=clock.now(),
    )
    words = ngettext("The news goes to %(num)s person.", "The news goes to %(num)s people.", receivers)
    flash(words, "done")
    return redirect(url_for("notices.mail", slug=fair.slug))


def _page(fair: FairFacts, form: NewsForm) -> str:
    counts = outbox.counts(db.session, fair_id=fair.id)
    given_up = outbox.given_up(db.session, fair_id=fair.id) if counts.get(MailState.GIVEN_UP) else []
    return render_template(
        "notices/mail.html",
        form=form,
        states=[(words, counts.get(state, 0)) for state, words in MAIL_STATES.items()],
        given_up=[(one, ALL_KINDS.get(one.kind, one.kind)) for one in given_up],
        agreed=fair_news.count_agreed(db.session, fair_id=fair.id),
    )
