"""The results of a fair for everyone: one kept version, without figures that give a company away."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import render_template
from flask_babel import gettext as _

from matchmaker import clock
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.formatting import format_number
from matchmaker.domain.reporting.archive import money_from, rates_from
from matchmaker.domain.reporting.disclosure import Cell, hidden_by_dimension, is_hidden
from matchmaker.domain.reporting.lines import PUBLIC
from matchmaker.extensions import db
from matchmaker.services import report_versions
from matchmaker.services.reports import due_on
from matchmaker.web.access import anyone
from matchmaker.web.filters import date, money_short, number
from matchmaker.web.language import language
from matchmaker.web.reports.method import method_of
from matchmaker.web.reports.versions import KINDS
from matchmaker.web.reports.views import blueprint
from matchmaker.web.reports.wording import FILTERS, VERSIONS, key_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_versions import VersionFacts


@dataclass(frozen=True, slots=True)
class PublicTable:
    """The total split by one dimension: label, number of deals and value of each row, both empty where hidden."""

    title: str
    rows: list[tuple[str, str, str]]
    has_hidden: bool
    is_wide: bool


@dataclass(frozen=True, slots=True)
class PublicResults:
    """What everyone may read of a kept version."""

    version: VersionFacts
    kept: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """Which version it is."""
        return str(KINDS[self.version.kind])

    @property
    def value(self) -> str:
        """The value of all deals; empty where too few companies stand behind it."""
        total = self.kept["figures"]["deals"]
        return "" if is_hidden(total["companies"]) else money_short(_money(total))

    @property
    def realised(self) -> str:
        """What was delivered or paid; empty where nothing was, or by too few."""
        found = self.kept["figures"]["realised"]
        return money_short(_money(found)) if found["count"] and not is_hidden(found["companies"]) else ""

    def count(self, key: str) -> str:
        """A count of meetings, pairs, companies or deals."""
        return number(self.kept["figures"][key]["count"])

    @property
    def tables(self) -> list[PublicTable]:
        """The total by each dimension that is shown to everyone."""
        figures = {dimension: self._figures(dimension) for dimension in PUBLIC}
        hidden = hidden_by_dimension(
            {dimension: _cells(found) for dimension, found in figures.items()}, home_country=self.kept["home_country"]
        )
        return [
            self._table(dimension, found, hidden[dimension])
            for dimension, found in figures.items()
            # Were all rows hidden, their number would still tell; then the total alone is shown.
            if not hidden[dimension].issuperset(found)
        ]

    def _figures(self, dimension: Dimension) -> dict[str, Mapping[str, Any]]:
        start = f"deals.{dimension}."
        return {key.removeprefix(start): one for key, one in self.kept["figures"].items() if key.startswith(start)}

    def _table(
        self, dimension: Dimension, found: Mapping[str, Mapping[str, Any]], hidden: frozenset[str]
    ) -> PublicTable:
        sectors = {code: (pair[0], pair[1]) for code, pair in self.kept["names"]["sectors"].items()}
        largest_first = sorted(found.items(), key=lambda item: (item[0] in hidden, -_money(item[1]).amount, item[0]))
        rows = [
            (
                key_text(str(dimension), key, sectors=sectors),
                "" if key in hidden else number(one["count"]),
                "" if key in hidden else money_short(_money(one)),
            )
            for key, one in largest_first
        ]
        return PublicTable(str(FILTERS[dimension]), rows, bool(hidden), dimension == Dimension.SECTOR)

    @property
    def method(self) -> list[tuple[str, str]]:
        """How it is counted."""
        return method_of(money_from(self.kept["large_value"]))

    @property
    def rates(self) -> list[tuple[str, str, str, str]]:
        """The fixed rates of other currencies: currency, rate, day, source."""
        return [
            (one.currency, format_number(one.rate.normalize(), lang=language()), date(one.quoted_on), one.source)
            for one in rates_from(self.kept["rates"]).rates
            if one.currency != self.currency
        ]

    @property
    def currency(self) -> str:
        """The currency of the report."""
        return str(self.kept["rates"]["report_currency"])

    @property
    def seal(self) -> Mapping[str, Any] | None:
        """The ledger's last entry at that time."""
        return self.kept["seal"]


@blueprint.get("/fairs/<slug>/report")
@anyone
def results(fair: FairFacts) -> ResponseReturnValue:
    """Show the published version, or when one is to be expected."""
    version = report_versions.published(db.session, fair_id=fair.id)
    if version is None:
        return render_template("reports/results.html", results=None, expected=_expected(fair))
    kept = json.loads(report_versions.text(db.session, fair_id=fair.id, version_id=version.id))
    return render_template("reports/results.html", results=PublicResults(version, kept), expected="")


def _expected(fair: FairFacts) -> str:
    """In words when the next version of the report is drawn up."""
    today = clock.now().astimezone(fair.zone).date()
    for kind, day in due_on(fair).items():
        if day >= today:
            return _("%(version)s: expected on %(day)s.", version=VERSIONS[kind], day=date(day))
    return _("The organizer has not published a version.")


def _cells(figures: Mapping[str, Mapping[str, Any]]) -> list[Cell]:
    return [
        Cell(key=key, companies=one["companies"], weight=int(_money(one).amount * 100)) for key, one in figures.items()
    ]


def _money(figure: Mapping[str, Any]) -> Money:
    return Money(amount=Decimal(figure["value"]["amount"]), currency=figure["value"]["currency"])
