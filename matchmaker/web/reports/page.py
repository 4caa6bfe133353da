"""The report as its page shows it: every figure with the address of its rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - the filter of that name is used here too.
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from matchmaker.domain.deals.deal import Reach
from matchmaker.domain.deals.evidence import EvidenceLevel
from matchmaker.domain.deals.flags import FlagCode
from matchmaker.domain.deals.ledger import Dimension
from matchmaker.domain.deals.stages import LADDER, Outcome
from matchmaker.domain.money.amount import Money
from matchmaker.domain.money.formatting import format_number
from matchmaker.services.reports import deal_rows
from matchmaker.web.filters import MONTHS, date, day, money_short, number
from matchmaker.web.language import language
from matchmaker.web.outcomes import FLAGS, LEVEL_MARKS, LEVELS, OUTCOME_TONES, OUTCOMES, REACHES
from matchmaker.web.reports.method import method_of
from matchmaker.web.reports.wording import COMPANY_COUNTS, OTHER_DAYS, OTHERS, STEPS, key_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matchmaker.domain.deals.ledger import Figure
    from matchmaker.domain.reporting.fair_report import FairReport
    from matchmaker.services.evidence import Document
    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_versions import VersionFacts
    from matchmaker.services.reports import DealRow, FairResults, Seal

SHOWN_ROWS, SHOWN_COUNTRIES, LARGEST = 8, 6, 8
# The stages in the three colours of a column, strong to weak.
LAYERS = (
    (frozenset({Outcome.AGREEMENT, Outcome.ORDER}), "o1"),
    (frozenset({Outcome.MOU}), "o2"),
    (frozenset({Outcome.QUOTATION}), "o3"),
)
REACH_COLOURS = ((Reach.INTERNATIONAL, "f2"), (Reach.DOMESTIC, "f1"))
HUNDRED = 100
NO_DOCUMENTS: Mapping[UUID, Sequence[Document]] = MappingProxyType({})
NAMED = 3
# Keys of a dimension shown as one bar, with their value and number of deals.
Group = tuple[tuple[str, ...], Money, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart."""

    label: str
    parts: Sequence[tuple[str, float]]
    value: str
    side: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel."""

    label: str
    value: int
    of_previous: str


@dataclass(frozen=True, slots=True)
class DealLine:
    """One deal in a table."""

    seller: str
    seller_url: str
    buyer: str
    buyer_url: str
    buyer_country: str
    title: str
    stage: str
    stage_tone: str
    level: tuple[str, str, str]
    day: str
    amount: str
    documents: Sequence[Document] = ()


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

    def linked(self, text: str, **wanted: str) -> Markup:
        """A figure as a link to the deals behind it."""
        return Markup('<a href="{}">{}</a>').format(rows_url(self.fair, wanted), text)

    def meetings(self, of: str) -> Markup:
        """A count of meetings as a link to them."""
        url = url_for("reports.meetings", slug=self.fair.slug, of=of)
        return Markup('<a href="{}">{}</a>').format(url, number(getattr(self.report.meetings, of).number))

    @property
    def companies(self) -> list[dict[str, Any]]:
        """Who took part, each count as a link to its companies."""
        counts = self.report.companies
        return [
            {"label": words, "value": self._of_companies(name, getattr(counts, name).number)}
            for name, words in COMPANY_COUNTS.items()
            if getattr(counts, name).number or name in {"all", "without_meeting"}
        ]

    def _of_companies(self, of: str, count: int) -> Markup:
        url = url_for("reports.companies", slug=self.fair.slug, of=of)
        return Markup('<a href="{}">{}</a>').format(url, number(count))

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
        return [(colour, _percent(found[reach].value, whole)) for reach, colour in REACH_COLOURS if reach in found]

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
    def funnel(self) -> list[Step]:
        """From suggestion to deal, each step with its share of the one before."""
        return [
            Step(str(STEPS[step.step]), step.all.number, "" if step.kept is None else f"{step.kept * HUNDRED:.0f}%")
            for step in self.report.funnel
        ]

    @property
    def from_outside(self) -> list[tuple[str, int]]:
        """The steps at which something came in that the step before knows nothing of."""
        return [(str(STEPS[step.step]), n) for step in self.report.funnel if (n := step.from_outside.number)]

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
        """The fair's days as links to their deals."""
        found = self.report.by_dimension[Dimension.DAY]
        return [
            (
                day(Date.fromisoformat(key)),
                url_for("reports.rows", slug=self.fair.slug, day=key),
                found[key].count,
                False,
            )
            for key in self._fair_days()
            if key in found
        ]

    @property
    def sectors(self) -> list[Bar]:
        """Value by sector, international and domestic."""
        return self._bars(Dimension.SECTOR, SHOWN_ROWS)

    @property
    def countries(self) -> list[Bar]:
        """Value by the partner's country."""
        return self._bars(Dimension.COUNTRY, SHOWN_COUNTRIES)

    @property
    def flags(self) -> list[tuple[str, Markup | str, str]]:
        """What deserves a second look: each kind once, how many deals it is about, and who the first of them are."""
        deals: dict[str, list[str]] = defaultdict(list)
        for flag in self.report.flags:
            deals[flag.code] += [key for key in flag.deal_ids if key not in deals[flag.code]]
        return [self._flag(code, deals[code]) for code in FLAGS if code in deals]

    def _flag(self, code: FlagCode, deals: Sequence[str]) -> tuple[str, Markup | str, str]:
        """A value without a held meeting is counted nowhere, so it has no rows to lead to."""
        count = ngettext("%(num)s deal", "%(num)s deals", len(deals))
        is_counted = code is not FlagCode.VALUE_WITHOUT_MEETING
        about = [self.results.loaded.deals[key] for key in deals[:NAMED]]
        names = "; ".join(f"{one.seller.name} – {one.buyer.name}" for one in about)
        return str(FLAGS[code]), self.linked(count, flag=str(code)) if is_counted else count, names

    @property
    def top_share(self) -> Markup:
        """What part of the total the largest tenth of the deals holds."""
        share = self.report.spread.top_tenth_share
        return self.linked("–" if share is None else f"{share * HUNDRED:.0f}%", top="tenth")

    @property
    def realised(self) -> str:
        """What part of the total was delivered or paid so far."""
        rate = self.report.realisation_rate
        return "–" if rate is None else f"{rate * HUNDRED:.0f}%"

    @property
    def rates(self) -> list[tuple[str, str, str, str]]:
        """The fixed rates with all their decimals: currency, rate, day, source."""
        return [
            (one.currency, format_number(one.rate.normalize(), lang=language()), date(one.quoted_on), one.source)
            for one in self.report.rates.rates
        ]

    @property
    def largest(self) -> list[DealLine]:
        """The largest deals."""
        return deal_lines(deal_rows(self.results)[:LARGEST], fair=self.fair)

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

    def _bars(self, dimension: Dimension, shown: int) -> list[Bar]:
        """The largest keys of a dimension and the rest as one, split by reach."""
        figures = sorted(self.report.by_dimension[dimension].items(), key=lambda item: (-item[1].value.amount, item[0]))
        split = self.report.ledger.split(dimension, Dimension.REACH)
        rest = figures[shown - 1 :] if len(figures) > shown else []
        kept = figures[: shown - 1] if rest else figures
        groups: list[Group] = [((key,), figure.value, figure.count) for key, figure in kept]
        if rest:
            value = Money.total((figure.value for _key, figure in rest), currency=self.report.headline.value.currency)
            groups.append((tuple(key for key, _figure in rest), value, sum(figure.count for _key, figure in rest)))
        most = max((value for _keys, value, _count in groups), default=None, key=lambda value: value.amount)
        return [self._bar(dimension, group, most=most or group[1], split=split) for group in groups]

    def _bar(self, dimension: Dimension, group: Group, *, most: Money, split: Mapping[tuple[str, ...], Figure]) -> Bar:
        keys, value, count = group
        parts = []
        for reach, colour in REACH_COLOURS:
            found = [split[key, reach].value for key in keys if (key, reach) in split]
            if found:
                parts.append((colour, _percent(Money.total(found, currency=value.currency), most)))
        is_one = len(keys) == 1
        label = key_text(str(dimension), keys[0], sectors=self.results.loaded.sectors) if is_one else str(OTHERS)
        shown = self.linked(money_short(value), **{str(dimension): keys[0]}) if is_one else money_short(value)
        code = keys[0] if dimension is Dimension.COUNTRY and is_one else ""
        return Bar(label, parts, shown, number(count), code)


def deal_lines(
    rows: Iterable[DealRow], *, fair: FairFacts, documents: Mapping[UUID, Sequence[Document]] = NO_DOCUMENTS
) -> list[DealLine]:
    """Deals as lines of a table, with the documents on file where they are given."""
    return [
        DealLine(
            seller=row.about.seller.name,
            seller_url=company_url(fair, row.about.seller.participation_id),
            buyer=row.about.buyer.name,
            buyer_url=company_url(fair, row.about.buyer.participation_id),
            buyer_country=row.about.buyer.country,
            title=row.about.title,
            stage=str(OUTCOMES[row.counted.stage]),
            stage_tone=OUTCOME_TONES.get(row.counted.stage, ""),
            level=(str(LEVELS[row.counted.level]), *LEVEL_MARKS[row.counted.level]),
            day=date(row.settled.deal.happened_on),
            amount=format_number(row.counted.value.amount, lang=language()) if row.counted.value else "–",
            documents=documents.get(UUID(row.deal_id), ()),
        )
        for row in rows
    ]


def rows_url(fair: FairFacts, wanted: Mapping[str, str]) -> str:
    """The page of the deals that a filter asks for; what is empty is left out."""
    given: dict[str, Any] = {name: key for name, key in wanted.items() if key}
    return url_for("reports.rows", slug=fair.slug, **given)


def company_url(fair: FairFacts, participation_id: UUID) -> str:
    """The organizer's page of a company; nothing for those who only read the report, for it names people."""
    if g.get("is_reader_page"):
        return ""
    return url_for("companies.organizer_company", slug=fair.slug, participation_id=participation_id)


def _short(value: Date) -> str:
    """A day without its weekday, as there is room for under a column."""
    return f"{value.day}/{value.month}" if language() == "vi" else f"{value.day} {MONTHS[value.month - 1]}"


def _percent(part: Money, whole: Money) -> float:
    """A share for the width of a bar; money itself is never computed in floats."""
    return float(part.amount / whole.amount * HUNDRED) if whole.amount else 0.0
