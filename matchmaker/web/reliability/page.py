"""A company's own record as its page shows it: what hangs on numbers and kinds alone is drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matchmaker.domain.reliability import Happened
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.links import links_to
from matchmaker.web.reliability.wording import HAPPENED, SPARED, TONES

if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from matchmaker.services.reliability import CompanyRecord

PARTS = "reliability/parts.html"
SHOWN = 60


class Line(NamedTuple):
    """One event: with whom, when, what it was, why it does not count, and where to appeal against it."""

    other: str
    at: datetime
    kind: Markup
    spared: str
    appeal_url: str


class RecordPage(NamedTuple):
    """What it comes to, and the events one by one, the latest first."""

    summary: Markup
    lines: list[Line]
    rule: Markup


def record_page(slug: str, found: CompanyRecord, *, is_limiting: bool) -> RecordPage:
    """Return the page of a company's record at a fair that may limit who has a low one."""
    record = found.record
    numbers = [record.number(one) for one in Happened]
    summary = _summary(record.is_low, is_limiting, record.says_something, record.to_be_free, *numbers)
    appeal_url = links_to("deals.outcome", "meeting_id", slug=slug)
    kinds = {one: _kind(one) for one in Happened}
    lines = []
    for (event, why), one in zip(record.events[:SHOWN], found.about, strict=False):
        may_appeal = event.happened is Happened.MISSED and not event.is_appealed and one.slug == slug
        url = appeal_url(one.meeting_id) if may_appeal else ""
        lines.append(Line(one.other, event.at, kinds[event.happened], str(SPARED[why]) if why else "", url))
    return RecordPage(summary, lines, _rule())


@same_for_all
def _summary(is_low: bool, is_limiting: bool, says_something: bool, to_be_free: int, *numbers: int) -> Markup:
    counted = {one.value: number for one, number in zip(Happened, numbers, strict=True)}
    standing = "low" if is_low else "" if says_something else "unknown"
    return drawn_by(PARTS, "summary_of", standing, is_limiting, to_be_free, counted, HAPPENED)


@same_for_all
def _kind(happened: Happened) -> Markup:
    return drawn_by("components/tag.html", "tag", str(HAPPENED[happened]), TONES.get(happened, "jade"))


@same_for_all
def _rule() -> Markup:
    return drawn_by(PARTS, "rule")
