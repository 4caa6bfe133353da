"""The report as its page shows it: every figure with the address of its rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - the filter of that name is used here too.
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from matchmaker.domain.deals.evidence import EvidenceLevel
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.stages import LADDER, Outcome
from matchmaker.domain.money.formatting import format_number
from matchmaker.services.report_deals import Among, deal_rows
from matchmaker.services.report_pairs import pair_counts
from matchmaker.services.reports import meeting_counts
from matchmaker.web.filters import MONTHS, date, day, money_short, number, share
from matchmaker.web.language import language
from matchmaker.web.outcomes import FLAGS, LEVELS, OUTCOMES, REACHES
from matchmaker.web.paper import can_print
from matchmaker.web.reports.addresses import (
    companies_url,
    link,
    meetings_url,
    pairs_url,
    rows_url,
    values_url,
)
from matchmaker.web.reports.bars import REACH_COLOURS, Bar, bars_of, help_bars, percent_of, year_bars
from matchmaker.web.reports.deal_lines import Annex, DealLine, annex_of, deal_lines
from matchmaker.web.reports.method import method_of
from matchmaker.web.reports.parts import drawn, part
from matchmaker.web.reports.steps import StepLine, from_outside, step_lines
from matchmaker.web.reports.wording import COMPANY_COUNTS, FILTERS, OTHER_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.domain.deals.flags import FlagCode
    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.domain.money.amount import Money
    from matchmaker.domain.reporting.fair_report import FairReport
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_versions import VersionFacts
    from matchmaker.services.reports import FairResults, Seal

SHOWN_COUNTRIES, SHOWN_SMALL, SHOWN_YEARS, LARGEST = 6, 6, 8, 8
# The stages in the three colours of a column, strong to weak.
LAYERS = (
    (frozenset({Outcome.AGREEMENT, Outcome.ORDER}), "o1"),
    (frozenset({Outcome.MOU}), "o2"),
    (frozenset({Outcome.QUOTATION}), "o3"),
)
NAMED = 3


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything the page of the report prints, in the order it is read.

    ``kept`` says which version it is, if not the live one.
    """

    results: FairResults
    fair: FairFacts
    kept: VersionFacts | None = None

    @property
    def report(self) -> FairReport:
        """The figures themselves."""
        return self.results.report

    @property
    def seal(self) -> Seal | None:
        """The ledger's last entry."""
        return self.results.seal

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to report yet."""
        report = self.report
        return not (report.headline.count or report.meetings.scheduled.number or report.meetings.held.number)

    @property
    def can_print(self) -> bool:
        """Whether it can be had as PDF."""
        return can_print()

    def drawn(self, template: str) -> Markup:
        """A part of the page that the figures and the seal say by themselves."""
        return part(self.results, (template, self.seal), lambda: drawn(template, page=self, report=self.report))

    def linked(self, text: str, **wanted: str) -> Markup:
        """A figure as a link to the deals behind it."""
        return link(rows_url(self.fair, wanted), text)

    def meetings(self, of: str) -> Markup:
        """A count of meetings as a link to them."""
        return link(meetings_url(self.fair, of), number(meeting_counts(self.report)[of].number))

    def pairs(self, of: str) -> Markup:
        """A count of pairs of companies as a link to them."""
        return link(pairs_url(self.fair, of), number(pair_counts(self.report)[of].number))

    @property
    def companies(self) -> list[dict[str, Any]]:
        """Who took part, each count as a link to its companies."""
        counts = self.report.companies
        return [
            {"label": words, "value": link(companies_url(self.fair, name), number(getattr(counts, name).number))}
            for name, words in COMPANY_COUNTS.items()
            if getattr(counts, name).number or name in {"all", "without_meeting"}
        ]

    @property
    def method(self) -> list[tuple[str, str]]:
        """How it is counted."""
        return method_of(self.results.large_value)

    @property
    def reaches(self) -> list[tuple[str, str, Markup]]:
        """International and domestic: colour, words, value."""
        found = self.report.by_dimension[Dimension.REACH]
        return [
            (colour, str(REACHES[reach]), self.linked(money_short(found[reach].value), reach=str(reach)))
            for reach, colour in REACH_COLOURS
            if reach in found
        ]

    @property
    def reach_parts(self) -> list[tuple[str, float]]:
        """The bar under the total."""
        found = self.report.by_dimension[Dimension.REACH]
        whole = self.report.headline.value
        return [(colour, percent_of(found[reach].value, whole)) for reach, colour in REACH_COLOURS if reach in found]

    @property
    def sides(self) -> list[tuple[str, Markup, str]]:
        """Deals by kind, beside the total: label, linked number, value."""
        found = self.report.by_dimension[Dimension.STAGE]
        return [
            (
                str(OUTCOMES[stage]),
                self.linked(number(found[stage].count), stage=str(stage)),
                money_short(found[stage].value),
            )
            for stage in reversed(LADDER)
            if stage in found
        ]

    @property
    def matrix(self) -> tuple[list[str], list[tuple[str, list[Markup | str]]]]:
        """Kind by confirmation: headings, and rows of linked values with their number of deals."""
        cells = self.report.by_stage_and_evidence
        levels = [level for level in EvidenceLevel if any(key[1] == level for key in cells)]
        stages = self.report.by_dimension[Dimension.STAGE]
        rows: list[tuple[str, list[Markup | str]]] = []
        for stage in (stage for stage in reversed(LADDER) if stage in stages):
            row = [self._cell(cells.get((stage, level)), stage=str(stage), evidence=str(level)) for level in levels]
            rows.append((str(OUTCOMES[stage]), [*row, self._cell(stages[stage], stage=str(stage))]))
        by_level = self.report.by_dimension[Dimension.EVIDENCE]
        total = [self._cell(by_level[level], evidence=str(level)) for level in levels]
        rows.append((_("All deals"), [*total, self._cell(self.report.headline)]))
        return [str(LEVELS[level]) for level in levels], rows

    @property
    def funnel(self) -> list[StepLine]:
        """From suggestion to deal, each step with its share of the one before."""
        return step_lines(self.report, self.fair)

    @property
    def from_outside(self) -> list[tuple[str, Markup]]:
        """The steps at which something came in that the step before knows nothing of."""
        return from_outside(self.report, self.fair)

    @property
    def days(self) -> list[dict[str, Any]]:
        """Deals by the fair's days and one column for all others, in the layers of their kind."""
        layers: dict[str, list[int]] = defaultdict(lambda: [0] * len(LAYERS))
        fair_days = self._fair_days()
        for (key, stage), figure in self.report.ledger.split(Dimension.DAY, Dimension.STAGE).items():
            place = next(index for index, (stages, _colour) in enumerate(LAYERS) if stage in stages)
            layers[key if key in fair_days else ""][place] += figure.count
        columns = [{"label": _short(Date.fromisoformat(key)), "values": layers[key]} for key in fair_days]
        return [*columns, *([{"label": str(OTHER_DAYS), "values": layers[""]}] if "" in layers else [])]

    @property
    def layers(self) -> list[tuple[str, str]]:
        """What the colours of the columns mean."""
        return [("o1", _("Contracts and orders")), ("o2", _("MoUs")), ("o3", _("Quotations and samples"))]

    @property
    def day_links(self) -> list[tuple[str, str, int, bool]]:
        """The fair's days, and all others together, as links to their deals."""
        found = self.report.by_dimension[Dimension.DAY]
        inside = [key for key in self._fair_days() if key in found]
        outside = [key for key in found if key not in inside]
        days = [(day(Date.fromisoformat(key)), [key]) for key in inside]
        return [
            (words, rows_url(self.fair, {"day": ",".join(keys)}), sum(found[key].count for key in keys), False)
            for words, keys in [*days, (str(OTHER_DAYS), outside)]
            if keys
        ]

    @property
    def sectors(self) -> list[Bar]:
        """Value by sector, international and domestic."""
        return bars_of(self.results, self.fair, Dimension.SECTOR)

    @property
    def countries(self) -> list[Bar]:
        """Value by the partner's country."""
        return bars_of(self.results, self.fair, Dimension.COUNTRY, shown=SHOWN_COUNTRIES)

    @property
    def small_splits(self) -> list[tuple[str, str, list[Bar]]]:
        """The value by what tells fewer things apart: title, address of the whole table, bars."""
        return [
            (
                str(FILTERS[str(one)]),
                values_url(self.fair, str(one)),
                bars_of(self.results, self.fair, one, shown=SHOWN_SMALL),
            )
            for one in (Dimension.DIRECTION, Dimension.HORIZON, Dimension.CURRENCY)
        ]

    @property
    def years(self) -> list[Bar]:
        """What the deals over several years bring in each of them."""
        return year_bars(self.results, self.fair, shown=SHOWN_YEARS)

    @property
    def helped(self) -> list[Bar]:
        """The value of companies that came with help."""
        return help_bars(self.results, self.fair)

    def whole_table(self, by: str) -> str:
        """Where the value by one thing stands with all its keys."""
        return values_url(self.fair, by)

    @property
    def flags(self) -> list[tuple[str, Markup, str]]:
        """What deserves a second look: each kind once, how many deals it is about, and who the first of them are."""
        return part(self.results, "flags", self._flags)

    def _flags(self) -> list[tuple[str, Markup, str]]:
        deals: dict[str, list[str]] = defaultdict(list)
        for flag in self.report.flags:
            deals[flag.code] += [key for key in flag.deal_ids if key not in deals[flag.code]]
        return [self._flag(code, deals[code]) for code in FLAGS if code in deals]

    def _flag(self, code: FlagCode, deals: Sequence[str]) -> tuple[str, Markup, str]:
        count = ngettext("%(num)s deal", "%(num)s deals", len(deals))
        about = [self.results.loaded.deals[key] for key in deals[:NAMED]]
        names = "; ".join(f"{one.seller.name} – {one.buyer.name}" for one in about)
        return str(FLAGS[code]), self.linked(count, flag=str(code)), names

    @property
    def spread(self) -> list[dict[str, Any]]:
        """What a sum hides: the middle and the largest deal, and what the largest tenth of the deals holds."""
        spread = self.report.spread
        held = ngettext("%(num)s meeting", "%(num)s meetings", self.report.meetings.held.number)
        top = ngettext("%(num)s deal", "%(num)s deals", spread.top_tenth.number)
        return [
            {"label": _("Median deal"), "value": self._one_of(spread.median, Among.MIDDLE)},
            {"label": _("Largest deal"), "value": self._one_of(spread.maximum, Among.LARGEST)},
            {
                "label": _("For each meeting held"),
                "value": money_short(spread.per_held_meeting) if spread.per_held_meeting else "–",
                "unit": link(meetings_url(self.fair, "held"), held),
            },
            {
                "label": _("Share of the largest tenth"),
                "value": self.linked(share(spread.top_tenth_share), among=Among.LARGEST_TENTH),
                "unit": top,
            },
        ]

    def _one_of(self, value: Money | None, among: Among) -> Markup | str:
        return "–" if value is None else self.linked(money_short(value), among=among)

    @property
    def realised(self) -> str:
        """What part of the total was delivered or paid so far."""
        return share(self.report.realisation_rate)

    @property
    def rates(self) -> list[tuple[str, str, str, str]]:
        """The fixed rates of other currencies with all their decimals: currency, rate, day, source."""
        return [
            (one.currency, format_number(one.rate.normalize(), lang=language()), date(one.quoted_on), one.source)
            for one in self.report.rates.rates
            if one.currency != self.report.rates.report_currency
        ]

    @property
    def largest(self) -> list[DealLine]:
        """The largest deals."""
        return deal_lines(self.results, deal_rows(self.results)[:LARGEST], fair=self.fair)

    @property
    def annex(self) -> Annex:
        """The deals of the total, for paper."""
        return annex_of(self.results)

    @property
    def evidence(self) -> Markup:
        """What the total rests on: each level of confirmation with its value."""
        found = self.report.by_dimension[Dimension.EVIDENCE]
        pairs = [
            Markup("{}: {}").format(LEVELS[level], self.linked(money_short(found[level].value), evidence=str(level)))
            for level in EvidenceLevel
            if level in found
        ]
        return Markup(" · ").join(pairs) + Markup(".") if pairs else Markup("")

    def _cell(self, figure: Figure | None, **wanted: str) -> Markup | str:
        if figure is None:
            return "–"
        small = Markup(' <small class="muted">{}</small>').format(number(figure.count))
        return self.linked(money_short(figure.value), **wanted) + small

    def _fair_days(self) -> list[str]:
        length = (self.fair.closes_on - self.fair.opens_on).days + 1
        return [(self.fair.opens_on + timedelta(days=n)).isoformat() for n in range(length)]


def _short(value: Date) -> str:
    """A day without its weekday, as there is room for under a column."""
    return f"{value.day}/{value.month}" if language() == "vi" else f"{value.day} {MONTHS[value.month - 1]}"
