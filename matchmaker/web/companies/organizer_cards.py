"""What the organizer can do about a company: decide, mark it as verified, set its terms, act for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.web.companies.wording import HISTORY, STATUS_REASONS
from matchmaker.web.filled import filled
from matchmaker.web.filters import datetime
from matchmaker.web.fragments import drawn_by
from matchmaker.web.links import links_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from matchmaker.services.approvals import PastDecision
    from matchmaker.services.company_overview import Overview
    from matchmaker.web.companies.page import Profile

PARTS = "companies/decision_parts.html"
ADDRESSES = {
    "verify_url": "companies.verify",
    "end_url": "companies.end_verification",
    "terms_url": "companies.set_terms",
    "act_url": "companies.act",
}


def organizer_cards(company: Profile, found: Overview, *, slug: str) -> Markup:
    """Return the cards of a company's page on which the organizer does something."""
    key, verified = found.view.facts.participation_id, found.verified

    def url_of(endpoint: str) -> str:
        return links_to(endpoint, "participation_id", slug=slug)(key)

    decisions = _decisions(found.decisions)
    texts = {
        "choose_url": url_for("companies.choose", slug=slug),
        **{name: url_of(endpoint) for name, endpoint in ADDRESSES.items()},
        "key": company.id,
        "name": company.name,
        "words": company.status,
        "decisions": drawn_by(PARTS, "past_decisions", decisions) if decisions else "",
        "verified": f"{company.verified} · {verified.by}" if verified else "",
        "certificates": "",
    }
    if company.seen:
        texts["certificates"] = drawn_by(PARTS, "seen_certificates", company, url_of("companies.verify_certificate"))
    return filled(PARTS, "cards", texts, found.view.facts.status, company.status_tone, verified is not None)


def _decisions(past: Iterable[PastDecision]) -> list[tuple[str, str, str]]:
    """Return each decision about a company: what, when and by whom, and why in words."""
    return [
        (
            str(HISTORY[one.action]),
            " · ".join(filter(None, (datetime(one.at), one.by))),
            ": ".join(filter(None, (str(STATUS_REASONS.get(one.reason, "")), one.note))),
        )
        for one in past
    ]
