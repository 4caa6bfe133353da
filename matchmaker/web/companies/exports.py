"""Hand the organizer the list of companies as a file that can be corrected and imported again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.errors import NotFound
from matchmaker.domain.spreadsheets.listing import company_csv, company_workbook
from matchmaker.extensions import db
from matchmaker.services.company_export import export_rows
from matchmaker.web.access import organizer
from matchmaker.web.companies.imports import download
from matchmaker.web.companies.routes import blueprint
from matchmaker.web.language import language

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from matchmaker.services.accounts import SignedIn
    from matchmaker.services.fairs import FairFacts

KINDS = {"xlsx": company_workbook, "csv": company_csv}


@blueprint.post("/fairs/<slug>/organizer/companies/export")
@organizer
def export(fair: FairFacts, person: SignedIn) -> ResponseReturnValue:
    """Give the list out and record it: a file with people's names leaves the site, so nobody fetches it unnoticed."""
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise NotFound("no_such_file")
    rows = export_rows(
        db.session, fair_id=fair.id, lang=language(), by=person.account_id, file_kind=kind, now=clock.now()
    )
    return download(KINDS[kind](rows, lang=language()), _("companies.%(kind)s", kind=kind))
