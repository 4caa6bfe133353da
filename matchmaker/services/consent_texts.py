"""The wording of the consent questions at a fair: the present one, every one before, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from matchmaker.domain.consents import LONGEST_TEXT, STANDARD, Purpose, Wording, next_version
from matchmaker.domain.errors import Refused
from matchmaker.domain.names import clean_text
from matchmaker.models import ConsentText, Fair
from matchmaker.services import history

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from sqlalchemy.orm import Session

TEXTS = (
    select(ConsentText.purpose, ConsentText.version, ConsentText.text_vi, ConsentText.text_en, ConsentText.created_at)
    .where(ConsentText.fair_id == bindparam("fair_id"))
    .order_by(ConsentText.created_at, ConsentText.id)
)


def versions(session: Session, *, fair_id: uuid.UUID) -> dict[Purpose, list[Wording]]:
    """Return every wording of every question, oldest first. The first is the standard one, whoever edits later."""
    found = {purpose: [STANDARD[purpose]] for purpose in Purpose}
    for purpose, version, text_vi, text_en, since in session.execute(TEXTS, {"fair_id": fair_id}):
        found[Purpose(purpose)].append(Wording(Purpose(purpose), version, text_vi, text_en, since))
    return found


def current(session: Session, *, fair_id: uuid.UUID) -> dict[Purpose, Wording]:
    """Return the present wording of every question."""
    return {purpose: texts[-1] for purpose, texts in versions(session, fair_id=fair_id).items()}


def write(
    session: Session, *, fair_id: uuid.UUID, purpose: Purpose, text_vi: str, text_en: str, by: uuid.UUID, now: datetime
) -> Wording:
    """Put a new wording in the place of the present one and return it; the same words again change nothing.

    What was agreed to under an earlier wording stays agreed to, and that wording is kept. Raises
    Refused('consent_text_missing') where a language is left empty, Refused('consent_text_long') beyond LONGEST_TEXT.
    """
    # Two organizers who write at once would give two wordings one number.
    session.execute(select(Fair.id).where(Fair.id == fair_id).with_for_update())
    texts = versions(session, fair_id=fair_id)[purpose]
    wanted = {"text_vi": clean_text(text_vi, keep_lines=True), "text_en": clean_text(text_en, keep_lines=True)}
    for field, text in wanted.items():
        if not text:
            raise Refused("consent_text_missing", field=field)
        if len(text) > LONGEST_TEXT:
            raise Refused("consent_text_long", field=field, most=LONGEST_TEXT)
    present = texts[-1]
    if (present.text_vi, present.text_en) == (wanted["text_vi"], wanted["text_en"]):
        return present
    version = next_version(len(texts), year=now.year)
    row = ConsentText(fair_id=fair_id, purpose=purpose, version=version, **wanted, created_at=now, by_account_id=by)
    session.add(row)
    session.flush()
    history.record(
        session,
        action="consent_text_written",
        subject_kind="consent_text",
        subject_id=row.id,
        by=by,
        now=now,
        fair_id=fair_id,
        purpose=purpose,
        version=version,
    )
    return Wording(purpose, version, wanted["text_vi"], wanted["text_en"], now)
