"""A fair's results as one text, and the results again from that text."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from matchmaker.domain.deals.chain import canonical
from matchmaker.domain.reporting.archive import money_from, packed, rates_from, rows_from
from matchmaker.domain.reporting.fair_report import Version, build_fair_report
from matchmaker.domain.reporting.lines import lines_of
from matchmaker.services.report_rows import Encounter, LoadedFair, Party
from matchmaker.services.reports import FairResults, Seal

if TYPE_CHECKING:
    from collections.abc import Mapping

# A text that was kept before third companies were named has none.
NOBODY: Mapping[str, str] = {}


def text_of(results: FairResults) -> str:
    """Return the results as canonical JSON: the figures, the rows they rest on, and the names of those rows."""
    report, loaded = results.report, results.loaded
    return canonical(
        {
            "version": str(report.version),
            "as_of": packed(report.as_of),
            "home_country": report.home_country,
            "large_value": packed(results.large_value),
            "figures": {line.key: packed(line) for line in lines_of(report)},
            "seal": packed(results.seal),
            "rates": packed(report.rates),
            "rows": packed(loaded.rows),
            "names": _names(loaded),
        }
    )


def results_from(text: str) -> FairResults:
    """Return the results that a text holds, drawn up again from its rows."""
    kept = json.loads(text)
    rows = rows_from(kept["rows"])
    large = money_from(kept["large_value"])
    report = build_fair_report(
        rows,
        rates=rates_from(kept["rates"]),
        home_country=kept["home_country"],
        version=Version(kept["version"]),
        as_of=datetime.fromisoformat(kept["as_of"]),
        large_value=large,
    )
    names = kept["names"]
    parties = {key: Party(uuid.UUID(key), uuid.UUID(one[0]), one[1], one[2]) for key, one in names["parties"].items()}
    loaded = LoadedFair(
        rows=rows,
        deals=_encounters(names["deals"], parties),
        meetings=_encounters(names["meetings"], parties, thirds=names.get("thirds", {})),
        companies={str(party.company_id): party for party in parties.values()},
        sectors={code: (pair[0], pair[1]) for code, pair in names["sectors"].items()},
    )
    return FairResults(report, loaded, large, Seal(**kept["seal"]) if kept["seal"] else None)


def _names(loaded: LoadedFair) -> dict[str, Any]:
    parties: dict[str, list[str]] = {}
    for party in (
        *loaded.companies.values(),
        *(side for one in (*loaded.deals.values(), *loaded.meetings.values()) for side in (one.seller, one.buyer)),
        *(one.third for one in loaded.meetings.values() if one.third is not None),
    ):
        parties[str(party.participation_id)] = [str(party.company_id), party.name, party.country]
    return {
        "parties": parties,
        "deals": {key: _pair(one) for key, one in loaded.deals.items()},
        "meetings": {key: _pair(one) for key, one in loaded.meetings.items()},
        "thirds": {key: str(one.third.participation_id) for key, one in loaded.meetings.items() if one.third},
        "sectors": {code: list(pair) for code, pair in loaded.sectors.items()},
    }


def _pair(one: Encounter) -> list[str]:
    return [str(one.seller.participation_id), str(one.buyer.participation_id), one.title, one.register_no]


def _encounters(
    pairs: Mapping[str, list[str]], parties: Mapping[str, Party], *, thirds: Mapping[str, str] = NOBODY
) -> dict[str, Encounter]:
    return {
        key: Encounter(
            seller=parties[seller],
            buyer=parties[buyer],
            title=title,
            register_no=number,
            third=parties[thirds[key]] if key in thirds else None,
        )
        for key, (seller, buyer, title, number) in pairs.items()
    }
