"""Passwords: hashed with argon2id, checked in the same time whether or not the account exists."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from matchmaker.domain.errors import Refused
from matchmaker.domain.passwords import LONGEST, SHORTEST, fault_of, in_one_form

if TYPE_CHECKING:
    from collections.abc import Iterable

COMMON = Path(__file__).resolve().parents[1] / "data" / "common-passwords.txt"
_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """Return the argon2id hash of a password; raise ValueError outside 12 to 256 characters."""
    password = in_one_form(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(f"a password has {SHORTEST} to {LONGEST} characters")
    return _hasher.hash(password)


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; an account without one costs the same time and never fits."""
    nobodys = _nobodys_hash()  # Made before either case, or the first unknown address of a process would cost more.
    try:
        fits = _hasher.verify(password_hash or nobodys, in_one_form(password))
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made at another cost than today's, so that it is to be made anew when its owner signs in."""
    return _hasher.check_needs_rehash(password_hash)


def check_new(password: str, *, own: Iterable[str]) -> None:
    """Raise Refused with its code for a new password that is too short, common, or the person's own words."""
    fault = fault_of(password, own=own, common=_common())
    if fault is not None:
        raise Refused(fault, field="new_password")


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").splitlines())


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody signs in with this")
