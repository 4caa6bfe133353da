"""What the organizer can do about a company: decide, mark it as verified, set its terms, act for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from matchmaker.web.companies.wording import HISTORY, STATUS_REASONS
from matchmaker.web.filled import filled
from matchmaker.web.filters import datetime
from matchmaker.web.fragments import drawn_by, same_for_all
from matchmaker.web.links import links_to

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable, Iterable

    from markupsafe import Markup

    from matchmaker.services.approvals import PastDecision
    from matchmaker.services.company_overview import Overview
    from matchmaker.web.companies.page import Profile

PARTS = "companies/decision_parts.html"
OF_COMPANY = ("verify", "end_verification", "set_terms", "verify_certificate", "act")


def organizer_cards(company: Profile, found: Overview, *, slug: str) -> Markup:
    """Return the cards of a company's page on which the organizer does something."""
    verified, addresses, key = found.verified, _addresses(slug), found.view.facts.participation_id
    verify_url, end_url, terms_url, certificates_url, act_url = (address(key) for address in addresses)
    decisions = _decisions(found.decisions)
    texts = {
        "choose_url": url_for("companies.choose", slug=slug),
        "verify_url": verify_url,
        "end_url": end_url,
        "terms_url": terms_url,
        "act_url": act_url,
        "key": company.id,
        "name": company.name,
        "words": company.status,
        "decisions": drawn_by(PARTS, "past_decisions", decisions) if decisions else "",
        "verified": f"{company.verified} · {verified.by}" if verified else "",
        "certificates": drawn_by(PARTS, "seen_certificates", company, certificates_url) if company.seen else "",
    }
    return filled(PARTS, "cards", texts, found.view.facts.status, company.status_tone, verified is not None)


def act_url_of(found: Overview, *, slug: str) -> str:
    """Return where the organizer begins to act for a company."""
    return _addresses(slug)[-1](found.view.facts.participation_id)


@same_for_all
def _addresses(slug: str) -> list[Callable[[uuid.UUID], str]]:
    """The addresses of what can be done about a company, by its key."""
    return [links_to(f"companies.{end}", "participation_id", slug=slug) for end in OF_COMPANY]


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
