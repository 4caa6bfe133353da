"""The versions of a report: kept by themselves or by hand, compared, and one of them shown to everyone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from matchmaker import clock
from matchmaker.domain.money.amount import Money
from matchmaker.extensions import db
from matchmaker.services import report_versions
from matchmaker.services.report_versions import BY_HAND, NOTE_LENGTH
from matchmaker.services.reports import due_on
from matchmaker.web.access import organizer, reader
from matchmaker.web.fields import Form
from matchmaker.web.filters import money_short, number
from matchmaker.web.reports.views import blueprint
from matchmaker.web.reports.wording import VERSIONS

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue
    from flask_babel import LazyString

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_versions import VersionFacts

UNPROCESSABLE = 422
COMPARED = 5
KINDS: dict[str, LazyString] = {**{str(kind): words for kind, words in VERSIONS.items()}, BY_HAND: _l("Kept by hand")}
# What versions are compared by: key, words, and whether it is an amount.
COMPARISON: tuple[tuple[str, LazyString, bool], ...] = (
    ("deals", _l("Value of all deals"), True),
    ("deals", _l("Deals"), False),
    ("naive", _l("Both sides’ statements added"), True),
    ("realised", _l("Delivered or paid"), True),
    ("meetings.scheduled", _l("Meetings scheduled"), False),
    ("meetings.held", _l("Meetings held"), False),
    ("meetings.with_outcome", _l("With an outcome"), False),
    ("meetings.pairs", _l("Pairs of companies that met"), False),
    ("companies.all", _l("Companies"), False),
)


class KeepForm(Form):
    """What a version is kept for."""

    note = StringField(
        _l("What is it kept for?"),
        validators=[
            InputRequired(_l("Say in a few words what this version is for.")),
            Length(max=NOTE_LENGTH, message=_l("A note has at most %(max)d characters.")),
        ],
    )


@blueprint.get("/fairs/<slug>/organizer/report/versions")
@reader
def versions(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """List the versions and put the newest side by side."""
    del person
    return _page(fair, KeepForm())


@blueprint.post("/fairs/<slug>/organizer/report/versions")
@organizer
def keep(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Keep the report as it stands now."""
    form = KeepForm()
    if not form.validate():
        return _page(fair, form), UNPROCESSABLE
    report_versions.freeze_by_hand(
        db.session, fair=fair, note=form.note.data or "", by=person.account_id, now=clock.now()
    )
    flash(_("The report is kept as it stands now."), "done")
    return redirect(url_for("reports.versions", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/report/versions/<uuid:version_id>/publish")
@organizer
def publish(fair: FairFacts, person: SignedIn, version_id: uuid.UUID) -> ResponseReturnValue:
    """Show a version to everyone."""
    report_versions.publish(db.session, fair=fair, version_id=version_id, by=person.account_id, now=clock.now())
    flash(_("Everyone can see the results of this version now."), "done")
    return redirect(url_for("reports.versions", slug=fair.slug))


@blueprint.post("/fairs/<slug>/organizer/report/withdraw")
@organizer
def withdraw(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Show no version to everyone any more."""
    report_versions.publish(db.session, fair=fair, version_id=None, by=person.account_id, now=clock.now())
    flash(_("The public page shows no results any more."), "done")
    return redirect(url_for("reports.versions", slug=fair.slug))


@blueprint.get("/fairs/<slug>/organizer/report/versions/<uuid:version_id>.json")
@organizer
def version_file(fair: FairFacts, person: SignedIn, version_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out a version to the letter, for whoever checks its SHA-256."""
    del person
    text = report_versions.text(db.session, fair_id=fair.id, version_id=version_id)
    name = f"{fair.slug}-{version_id.hex[:8]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(text, mimetype="application/json", headers=headers)


def _page(fair: FairFacts, form: KeepForm) -> str:
    kept = report_versions.listed(db.session, fair_id=fair.id)
    missing = set(VERSIONS) - {one.kind for one in kept}
    return render_template(
        "reports/versions.html",
        versions=[(one, KINDS[one.kind]) for one in kept],
        coming=[(VERSIONS[kind], day) for kind, day in due_on(fair).items() if kind in missing],
        heads=[str(KINDS[one.kind]) for one in kept[:COMPARED]],
        lines=_compared(fair, kept[:COMPARED]) if kept else [],
        form=form,
    )


def _compared(fair: FairFacts, kept: Sequence[VersionFacts]) -> list[tuple[str, list[str]]]:
    found = report_versions.figures(db.session, fair_id=fair.id, version_ids=[one.id for one in kept])
    return [
        (str(words), [_shown(figures[key], is_amount=is_amount) for figures in found])
        for key, words, is_amount in COMPARISON
    ]


def _shown(figure: Mapping[str, Any], *, is_amount: bool) -> str:
    if not is_amount:
        return number(figure["count"])
    value = figure["value"]
    return money_short(Money(amount=Decimal(value["amount"]), currency=value["currency"]))
