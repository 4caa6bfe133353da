"""The second step of signing in: codes from an app (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import Select, bindparam, delete, func, or_, select, update

from matchmaker.domain.errors import Refused
from matchmaker.models import Account, RecoveryCode, TwoStepKey
from matchmaker.services import history, notices, passwords
from matchmaker.services.sealing import opened, sealed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

STEP_SECONDS = 30
DRIFT = (0, -1, 1)
RECOVERY_CODES = 8
RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LENGTH = 16
START = 4
SECURITY_PAGE = "/account/security"
SINCE = select(TwoStepKey.since).where(TwoStepKey.account_id == bindparam("account_id"))
CODES_LEFT = (
    select(func.count())
    .select_from(RecoveryCode)
    .where(RecoveryCode.account_id == bindparam("account_id"), RecoveryCode.used_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class TwoSteps:
    """How it stands with someone's second step."""

    since: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for a code."""
        return self.since is not None


def is_on(session: Session, *, account_id: uuid.UUID) -> bool:
    """Whether signing in to this account asks for a code."""
    return session.scalar(_key(account_id).where(TwoStepKey.sealed.is_not(None))) is not None


def standing(session: Session, *, account_id: uuid.UUID) -> TwoSteps:
    """Return since when the second step is on, and how many recovery codes are left."""
    key = {"account_id": account_id}
    since = session.scalar(SINCE, key)
    return TwoSteps(since, session.scalar(CODES_LEFT, key) or 0 if since else 0)


def begin(session: Session, *, account_id: uuid.UUID, secret: str) -> None:
    """Make a key for an app to be set up with. One that is in use stays so until the new one has proved itself."""
    session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    key = session.scalar(_key(account_id))
    if key is None:
        key = TwoStepKey(account_id=account_id)
        session.add(key)
    key.pending = sealed(pyotp.random_base32(), owner=account_id, secret=secret)
    session.flush()


def pending_key(session: Session, *, account_id: uuid.UUID, secret: str) -> str | None:
    """Return the key that is being set up, in the letters an app takes, or None when none is."""
    kept = session.scalar(select(TwoStepKey.pending).where(TwoStepKey.account_id == account_id))
    return opened(kept, owner=account_id, secret=secret) if kept else None


def confirm(session: Session, *, account_id: uuid.UUID, code: str, secret: str, now: datetime) -> list[str]:
    """Turn the second step on with the key being set up; return recovery codes, which are shown now and never again.

    Raises Refused('wrong_code') when the code does not come from that key.
    """
    pending = pending_key(session, account_id=account_id, secret=secret)
    step = _step_of(pending, _plain(code), now) if pending else None
    if step is None:
        raise Refused("wrong_code", field="code")
    session.execute(
        update(TwoStepKey)
        .where(TwoStepKey.account_id == account_id)
        .values(sealed=TwoStepKey.pending, pending=None, last_step=step, since=now)
    )
    _tell(session, account_id, "two_step_on", by=account_id, now=now)
    return _fresh_codes(session, account_id, now)


def renew_codes(session: Session, *, account_id: uuid.UUID, now: datetime) -> list[str]:
    """Make new recovery codes in place of all there were; raise Refused where the second step is off."""
    if not is_on(session, account_id=account_id):
        raise Refused("two_step_off")
    _tell(session, account_id, "recovery_codes_renewed", by=account_id, now=now)
    return _fresh_codes(session, account_id, now)


def turn_off(session: Session, *, account_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Ask for no code any more, and forget the key and the recovery codes. ``by`` is None for the operator."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    was_on = is_on(session, account_id=account_id)
    session.execute(delete(TwoStepKey).where(TwoStepKey.account_id == account_id))
    if was_on:
        _tell(session, account_id, "two_step_off", by=by, now=now)


def fits(session: Session, *, account_id: uuid.UUID, code: str, secret: str, now: datetime) -> bool:
    """Whether a code of the app or a recovery code is right; either is used up by that."""
    plain = _plain(code)
    if len(plain) == RECOVERY_LENGTH:
        return _use_recovery_code(session, account_id, plain, now)
    kept = session.scalar(select(TwoStepKey.sealed).where(TwoStepKey.account_id == account_id))
    key = opened(kept, owner=account_id, secret=secret) if kept else None
    step = _step_of(key, plain, now) if key else None
    if step is None:
        return False
    unused = or_(TwoStepKey.last_step.is_(None), TwoStepKey.last_step < step)
    taken = session.execute(
        update(TwoStepKey)
        .where(TwoStepKey.account_id == account_id, unused)
        .values(last_step=step)
        .returning(TwoStepKey.id)
    )
    return taken.scalar_one_or_none() is not None


def address_of(key: str, *, account: str, issuer: str) -> str:
    """Return the address that a code app reads from a picture: whose key it is, and the key."""
    return pyotp.TOTP(key).provisioning_uri(name=account, issuer_name=issuer)


def _step_of(key: str, code: str, now: datetime) -> int | None:
    """The half minute a code belongs to, one before or after the present one included."""
    present = int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(key, interval=STEP_SECONDS)
    for step in (present + drift for drift in DRIFT):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            return step
    return None


def _use_recovery_code(session: Session, account_id: uuid.UUID, plain: str, now: datetime) -> bool:
    found = session.execute(
        select(RecoveryCode.id, RecoveryCode.code_hash).where(
            RecoveryCode.account_id == account_id, RecoveryCode.start == plain[:START], RecoveryCode.used_at.is_(None)
        )
    ).first()
    if found is None or not passwords.is_right(plain, found.code_hash):
        return False
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.id == found.id, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if used.scalar_one_or_none() is None:
        return False
    _tell(session, account_id, "recovery_code_used", by=account_id, now=now)
    return True


def _fresh_codes(session: Session, account_id: uuid.UUID, now: datetime) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes: dict[str, str] = {}
    while len(codes) < RECOVERY_CODES:
        code = "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH))
        codes[code[:START]] = code
    session.add_all(
        RecoveryCode(account_id=account_id, start=start, code_hash=passwords.hashed(code), created_at=now)
        for start, code in codes.items()
    )
    session.flush()
    return ["-".join(code[at : at + START] for at in range(0, RECOVERY_LENGTH, START)) for code in codes.values()]


def _tell(session: Session, account_id: uuid.UUID, kind: str, *, by: uuid.UUID | None, now: datetime) -> None:
    """Write to the owner about a change of how they sign in, and keep that it happened."""
    once = f"{kind} {uuid.uuid4()}"
    notices.queue(session, account_id=account_id, kind=kind, once=once, now=now, path=SECURITY_PAGE)
    history.record(session, action=kind, subject_kind="account", subject_id=account_id, by=by, now=now)


def _key(account_id: uuid.UUID) -> Select[TwoStepKey]:
    return select(TwoStepKey).where(TwoStepKey.account_id == account_id)


def _plain(code: str) -> str:
    """A code as it is compared: without the spaces and dashes it is written with, in small letters."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", code).lower() if letter.isalnum())
