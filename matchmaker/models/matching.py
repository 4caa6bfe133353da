"""What the matcher proposed and how companies answered."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.models.base import Base, Code, Key, Line, reference


class MatchRun(Base):
    """One run of the matcher over a fair, with the version and weights it used."""

    __tablename__ = "match_run"
    __table_args__ = (Index(None, "fair_id", "started_at"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    state: Mapped[Code]
    version: Mapped[Line]
    weights: Mapped[dict[str, Any]]
    coverage: Mapped[dict[str, Any]]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MatchTrial(Base):
    """A run with other weights beside the current ones. It proposes nothing; ``result`` compares the two."""

    __tablename__ = "match_trial"
    __table_args__ = (Index(None, "fair_id", "started_at"),)

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    state: Mapped[Code]
    weights: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MatchSetting(Base):
    """How a fair is matched where it differs from the default.

    ``weights`` are those the organizer adopted, ``learned`` those that answers taught on top of them; both are empty
    for none. ``report`` tells of the last attempt to learn. Answers before ``learns_from`` are left out.
    """

    __tablename__ = "match_setting"

    fair_id: Mapped[uuid.UUID] = reference("fair.id", primary_key=True, index=False)
    weights: Mapped[dict[str, Any]]
    learned: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]]
    is_learning: Mapped[bool] = mapped_column(default=True)
    learns_from: Mapped[datetime | None]


class Suggestion(Base):
    """A pair that should meet. A rank is the place in that side's own list, empty when it is not on it.

    ``contributions`` sum to ``score``. ``reasons`` and ``gaps`` hold, for each side's page, codes with
    their facts, which the page words. ``label`` says what the score rests on.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("fair_id", "exhibitor_id", "buyer_id"),
        Index(None, "exhibitor_id", "exhibitor_rank"),
        Index(None, "buyer_id", "buyer_rank"),
    )

    id: Mapped[Key]
    fair_id: Mapped[uuid.UUID] = reference("fair.id", index=False)
    run_id: Mapped[uuid.UUID] = reference("match_run.id")
    exhibitor_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    buyer_id: Mapped[uuid.UUID] = reference("participation.id", index=False)
    exhibitor_rank: Mapped[int | None]
    buyer_rank: Mapped[int | None]
    score: Mapped[float]
    label: Mapped[Code]
    contributions: Mapped[list[Any]]
    reasons: Mapped[dict[str, Any]]
    gaps: Mapped[dict[str, Any]]
    best_pair: Mapped[dict[str, Any]]


class SuggestionAnswer(Base):
    """What a company said to a suggestion: saved for later, or not interested with a reason."""

    __tablename__ = "suggestion_answer"

    participation_id: Mapped[uuid.UUID] = reference("participation.id", primary_key=True, index=False)
    other_id: Mapped[uuid.UUID] = reference("participation.id", primary_key=True)
    answer: Mapped[Code]
    reason: Mapped[Code] = mapped_column(default="")
    at: Mapped[datetime]
