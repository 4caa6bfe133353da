"""What the last run worked out, kept so that one company can be matched again within a second.

A small fair is simply worked out anew, in memory, which takes no longer and forgets nothing. For a large one the run
leaves its working state in a file beside the fitted model; companies that changed since are taken into it one by one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uuid
    from pathlib import Path

    from matchmaker.domain.matching.matcher import Matcher
    from matchmaker.domain.matching.profiles import Profile
    from matchmaker.services.match_profiles import FairProfiles

# So many possible pairs are worked out in about the time that loading a file takes.
SMALL_FAIR = 40_000
# When more than this share of the companies is new since the run, its words and averages are no longer the fair's.
MOST_NEW = 0.2


@dataclass(frozen=True, slots=True)
class Standing:
    """A fair's matcher with its working state, and the run that it stems from."""

    run_id: uuid.UUID
    version: str
    matcher: Matcher


def keep(own: Matcher, *, cache: Path, fair_id: uuid.UUID, run_id: uuid.UUID) -> None:
    """Keep a fair's matcher after a run. The file appears complete or not at all."""
    # The reason is that of match_model: this comes with scikit-learn.
    import joblib  # noqa: PLC0415

    path = _path(cache, fair_id)
    if own.standing_ is None or _pairs(own) <= SMALL_FAIR:
        path.unlink(missing_ok=True)
        return
    cache.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    joblib.dump(Standing(run_id, own.version(), own), draft, compress=1)
    draft.replace(path)


def standing_matcher(
    matcher: Matcher, profiles: FairProfiles, *, cache: Path, fair_id: uuid.UUID, run_id: uuid.UUID
) -> Matcher:
    """Return the fair's matcher ready to match one company again: all companies stand in it as they are now."""
    own = matcher.for_fair(list_length=profiles.list_length, categories=profiles.own_categories)
    everyone = (*profiles.exhibitors, *profiles.buyers)
    if len(profiles.exhibitors) * len(profiles.buyers) > SMALL_FAIR:
        kept = _loaded(cache, fair_id)
        if kept is not None and (kept.run_id, kept.version) == (run_id, own.version()):
            changed = _changed(kept.matcher, everyone)
            if len(changed) <= MOST_NEW * len(everyone):
                for profile in changed:
                    kept.matcher.admit(profile)
                if changed:
                    keep(kept.matcher, cache=cache, fair_id=fair_id, run_id=run_id)
                return kept.matcher
    own.match(profiles.exhibitors, profiles.buyers, profiles.forbidden)
    keep(own, cache=cache, fair_id=fair_id, run_id=run_id)
    return own


def _changed(own: Matcher, everyone: tuple[Profile, ...]) -> list[Profile]:
    return own.standing_.changed(everyone) if own.standing_ else list(everyone)


def _pairs(own: Matcher) -> int:
    if own.standing_ is None:
        return 0
    first, second = (len(party.profiles) for party in own.standing_.parties.values())
    return first * second


def _path(cache: Path, fair_id: uuid.UUID) -> Path:
    return cache / f"standing-{fair_id.hex}.joblib"


def _loaded(cache: Path, fair_id: uuid.UUID) -> Standing | None:
    import joblib  # noqa: PLC0415 - the same.

    path = _path(cache, fair_id)
    if not path.exists():
        return None
    try:
        found = joblib.load(path)
    except Exception:  # noqa: BLE001 - a file of an older version is only a saving lost, whatever is wrong with it.
        return None
    return found if isinstance(found, Standing) else None
