"""Slow guessing down: count failures for a while by what they have in common, and refuse above a limit."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from matchmaker.domain.errors import TooMany
from matchmaker.models import SignInFailure
from matchmaker.services.tokens import token_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

WINDOW = timedelta(minutes=15)
IPV6_NETWORK = 64


def check(session: Session, *, budgets: Mapping[str, int], now: datetime) -> None:
    """Raise TooMany when one of these subjects has used its budget of failures up; the values are the budgets."""
    limits = {token_hash(subject): most for subject, most in budgets.items()}
    counts = session.execute(
        select(SignInFailure.subject, func.count())
        .where(SignInFailure.subject.in_(limits), SignInFailure.at > now - WINDOW)
        .group_by(SignInFailure.subject)
    )
    if any(count >= limits[subject] for subject, count in counts):
        raise TooMany("too_many_guesses", retry_after=int(WINDOW.total_seconds()))


def note(session: Session, *, subjects: Iterable[str], now: datetime) -> None:
    """Count one more failure of each subject, and forget those that slow nobody any more."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WINDOW))
    session.add_all([SignInFailure(subject=token_hash(subject), at=now) for subject in subjects])
    session.flush()


def network_of(address: str) -> str:
    """Return what an address counts as: one of version 6 as its network, for its owner has all addresses in it."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:  # noqa: PLR2004 - the version's own number.
        return address
    return str(ipaddress.ip_network((known, IPV6_NETWORK), strict=False))
