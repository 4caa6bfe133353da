"""How a fair is matched where it differs from the default: its weights, and what its answers taught."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from matchmaker.domain.errors import Refused
from matchmaker.models import MatchSetting
from matchmaker.services import history, matching

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from matchmaker.domain.matching.feedback import LearningReport
    from matchmaker.domain.matching.matcher import Matcher

# What an organizer may weigh, with the matcher's own values; a test holds them to it. Pages know them without
# loading numpy.
DEFAULTS: Mapping[str, float] = {
    "item": 1.0,
    "document": 0.5,
    "character": 0.35,
    "encoder": 0.6,
    "category": 0.4,
    "stage": 0.5,
    "certificate": 0.3,
    "market": 0.3,
    "quantity": 0.2,
    "language": 0.2,
    "size": 0.1,
    "slots": 0.2,
}
HEAVIEST = 2.0


@dataclass(frozen=True, slots=True)
class Settings:
    """A fair's settings; a fair that has none is matched by the defaults and learns."""

    weights: Mapping[str, float] = field(default_factory=dict)
    learned: Mapping[str, float] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    is_learning: bool = True
    learns_from: datetime | None = None


SETTINGS = select(
    MatchSetting.weights,
    MatchSetting.learned,
    MatchSetting.report,
    MatchSetting.is_learning,
    MatchSetting.learns_from,
).where(MatchSetting.fair_id == bindparam("fair_id"))


def settings_of(session: Session, *, fair_id: uuid.UUID) -> Settings:
    """Return a fair's settings."""
    row = session.execute(SETTINGS, {"fair_id": fair_id}).one_or_none()
    return Settings() if row is None else Settings(*row)


def checked(weights: Mapping[str, float]) -> dict[str, float]:
    """Return weights that may be used; raise Refused with the name of the first that may not."""
    for name, value in weights.items():
        if name not in DEFAULTS or not math.isfinite(value) or not 0 <= value <= HEAVIEST:
            raise Refused("weight_out_of_range", field=name)
    return {name: float(value) for name, value in weights.items() if value != DEFAULTS[name]}


def adopt(
    session: Session, *, fair_id: uuid.UUID, weights: Mapping[str, float], by: uuid.UUID | None, now: datetime
) -> uuid.UUID:
    """Match the fair by these weights from now on and ask for a run; what was learned on others is forgotten.

    Returns the run; raises Refused as `checked` does.
    """
    row = _row(session, fair_id)
    row.weights, row.learned, row.report = checked(weights), {}, {}
    session.flush()
    _record(session, "match_weights_adopted", fair_id=fair_id, by=by, now=now)
    return matching.request_run(session, fair_id=fair_id, by=by, now=now)


def set_learning(session: Session, *, fair_id: uuid.UUID, is_on: bool, by: uuid.UUID | None, now: datetime) -> None:
    """Let the fair learn from its answers, or not; what it learned is kept for when it is switched on again."""
    _row(session, fair_id).is_learning = is_on
    session.flush()
    _record(session, "match_learning_on" if is_on else "match_learning_off", fair_id=fair_id, by=by, now=now)


def forget(session: Session, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    """Forget what was learned, and every answer up to now as something to learn from."""
    row = _row(session, fair_id)
    row.learned, row.report, row.learns_from = {}, {}, now
    session.flush()
    _record(session, "match_learning_reset", fair_id=fair_id, by=by, now=now)


def keep_learned(session: Session, *, fair_id: uuid.UUID, learned: Mapping[str, float], report: LearningReport) -> None:
    """Keep what a run learned, which is nothing where the attempt did not win."""
    row = _row(session, fair_id)
    row.learned, row.report = dict(learned), asdict(report)
    session.flush()


def tuned(matcher: Matcher, settings: Settings, *, with_learned: bool = True) -> Matcher:
    """Return the matcher with a fair's weights, and with what it learned while it may learn."""
    # The matcher's own module comes with scikit-learn; only jobs and commands get here.
    from matchmaker.domain.matching.factors import Weights  # noqa: PLC0415

    is_learned = with_learned and settings.is_learning and bool(settings.learned)
    changes = settings.learned if is_learned else settings.weights
    return matcher.with_weights(Weights().changed(changes), is_learned=is_learned) if changes else matcher


def _row(session: Session, fair_id: uuid.UUID) -> MatchSetting:
    row = session.get(MatchSetting, fair_id, with_for_update=True)
    if row is None:
        row = MatchSetting(fair_id=fair_id, weights={}, learned={}, report={})
        session.add(row)
    return row


def _record(session: Session, action: str, *, fair_id: uuid.UUID, by: uuid.UUID | None, now: datetime) -> None:
    history.record(session, action=action, subject_kind="fair", subject_id=fair_id, by=by, now=now, fair_id=fair_id)
