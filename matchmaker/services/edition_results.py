"""A fair and its earlier editions side by side, from what each kept of its report, or else as it stands now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.domain.money.errors import MissingRate
from matchmaker.domain.reporting.editions import EditionFigures, edition_from, edition_of
from matchmaker.services import deals, editions, report_rows, report_versions

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_versions import KeptFigures


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: the moments its two sets of figures are of, and whether those of closing were kept then.

    ``closing_version`` and ``since_version`` are the kept versions they stand in, None for an edition as it is now.
    ``figures`` is None where a value cannot be converted, because the fair has fixed no rate for its currency.
    """

    fair: FairFacts
    is_kept: bool
    closing_at: datetime
    since_at: datetime
    figures: EditionFigures | None
    closing_version: uuid.UUID | None = None
    since_version: uuid.UUID | None = None


def compared(session: Session, *, fair: FairFacts, now: datetime) -> list[Edition]:
    """Return a fair and the editions before it, the latest first; nothing where it has none.

    Seven statements at most, however many editions.
    """
    before = editions.earlier(session, fair=fair)
    if not before:
        return []
    listed = [fair, *before]
    kept = report_versions.closing_and_newest(session, fair_ids=[one.id for one in listed])
    found = {one.id: _kept(one, *kept[one.id]) for one in listed if one.id in kept}
    found |= _live(session, [one for one in listed if one.id not in kept], now=now)
    return [found[one.id] for one in listed]


def _kept(fair: FairFacts, closing: KeptFigures, newest: KeptFigures) -> Edition:
    figures = edition_of(at_closing=closing.lines, since=newest.lines)
    return Edition(fair, True, closing.as_of, newest.as_of, figures, closing.version_id, newest.version_id)


def _live(session: Session, listed: Sequence[FairFacts], *, now: datetime) -> dict[uuid.UUID, Edition]:
    """The editions as they stand now, by fair."""
    if not listed:
        return {}
    rates = deals.fixed_rates_of(session, fairs=listed)
    found: dict[uuid.UUID, Edition] = {}
    for fair, rows in report_rows.rows_of_fairs(session, fairs=listed):
        figures: EditionFigures | None = None
        with suppress(MissingRate):
            figures = edition_from(rows, rates=rates[fair.id], home_country=fair.country, as_of=now)
        found[fair.id] = Edition(fair, False, now, now, figures)
    return found
