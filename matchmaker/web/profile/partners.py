"""What a profile brings: the companies that fit, as soon as they are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, url_for

from matchmaker.extensions import db
from matchmaker.services import suggestions
from matchmaker.services.fair_categories import names_of
from matchmaker.services.profile_state import profile_state
from matchmaker.web.access import registered
from matchmaker.web.filters import whereabouts
from matchmaker.web.language import language
from matchmaker.web.profile.brings import brings_of
from matchmaker.web.profile.routes import blueprint
from matchmaker.web.reasons import fit_level, why

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from matchmaker.services.fairs import FairFacts, Membership
    from matchmaker.services.suggestions import Suggested

SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One company that fits, with the strongest reason."""

    id: str
    name: str
    url: str
    country: str
    place: str
    level: int
    reason: str


@blueprint.get("/fairs/<slug>/profile/partners")
@registered
def partners(fair: FairFacts, me: Membership) -> ResponseReturnValue:
    """Say that matching runs, and show the best partners as soon as it is done."""
    state = profile_state(db.session, participation_id=me.participation_id)
    brings = brings_of(fair, me, state)
    listed = [] if brings.is_waiting else suggestions.suggested(db.session, me=me)
    return render_template(
        "profile/partners.html",
        brings=brings,
        has_items=state.has_items,
        may_act=me.status.acts,
        found=len(listed),
        partners=_partners(fair, me, listed[:SHOWN]),
    )


def _partners(fair: FairFacts, me: Membership, listed: list[Suggested]) -> list[Partner]:
    names = names_of(db.session, fair_id=fair.id, lang=language()) if listed else {}
    return [_partner(fair, me, one, names) for one in listed]


def _partner(fair: FairFacts, me: Membership, one: Suggested, names: Mapping[str, str]) -> Partner:
    """A company as its card shows it; who waits to be let in sees that it is there, and not yet its page."""
    url = url_for("companies.company", slug=fair.slug, participation_id=one.other_id) if me.status.acts else ""
    return Partner(
        id=one.other_id.hex[:12],
        name=one.name,
        url=url,
        country=one.country,
        place=whereabouts(one.city, one.country),
        level=fit_level(one.score),
        reason=next(iter(why(one.reasons, role=me.role, categories=names).for_you), ""),
    )
