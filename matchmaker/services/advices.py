"""Work out what would help each profile most, as it is stored with the profile and shown on its pages."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from matchmaker.domain.matching.advice import Advice, Crowd, advise
from matchmaker.domain.matching.profiles import Side
from matchmaker.models import Participation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from matchmaker.domain.matching.profiles import Profile
    from matchmaker.services.match_profiles import FairProfiles


def advice_of_all(profiles: FairProfiles) -> dict[str, dict[str, Any]]:
    """Return the advice for every profile of a fair, by its key."""
    crowds = _crowds(profiles)
    everyone = (*profiles.exhibitors, *profiles.buyers)
    return {profile.id: _stored(advise(profile, crowds[profile.side])) for profile in everyone}


def advice_of(profile: Profile, profiles: FairProfiles) -> dict[str, Any]:
    """Return the advice for one profile."""
    return _stored(advise(profile, _crowds(profiles)[profile.side]))


def keep_advice(session: Session, advice: Mapping[str, dict[str, Any]]) -> None:
    """Keep the advice with its profiles, which are named by their keys as text."""
    if advice:
        rows = [{"id": uuid.UUID(key), "advice": told} for key, told in advice.items()]
        session.execute(update(Participation), rows)


def _crowds(profiles: FairProfiles) -> dict[Side, Crowd]:
    """Whom each side looks at."""
    return {Side.EXHIBITOR: Crowd(profiles.buyers), Side.BUYER: Crowd(profiles.exhibitors)}


def _stored(advice: Advice) -> dict[str, Any]:
    best = advice.best
    return {
        "field": best.field if best else "",
        "value": best.value if best else "",
        "count": best.count if best else 0,
        "filled": advice.filled,
        "total": advice.total,
        "others": advice.others,
    }
