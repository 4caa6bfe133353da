"""What the last run worked out, kept so that one company can be matched again within a second.

A small fair is simply worked out anew, in memory, which takes no longer and forgets nothing. For a large one the run
leaves its working state in a file beside the fitted model; companies that changed since are taken into it one by one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matchmaker.services import match_model

if TYPE_CHECKING:
    import uuid
    from pathlib import Path

    from matchmaker.domain.matching.matcher import Matcher
    from matchmaker.domain.matching.profiles import Profile
    from matchmaker.services.match_profiles import FairProfiles

# So many possible pairs are worked out in about the time that loading a file takes.
SMALL_FAIR = 10_000
# When more than this share of the companies is new since the run, its words and averages are no longer the fair's.
MOST_NEW = 0.2
# Writing the file takes longer than taking a few companies in again, so it is left until there are this many.
WORTH_KEEPING = 20


@dataclass(slots=True)
class Standing:
    """A fair's matcher with its working state, the run that it stems from, and how many were taken in since."""

    run_id: uuid.UUID
    version: str
    matcher: Matcher
    taken_in: int = 0


_in_memory: dict[Path, Standing] = {}


def keep(own: Matcher, *, cache: Path, fair_id: uuid.UUID, run_id: uuid.UUID) -> None:
    """Keep a fair's matcher after a run; a small fair's is not worth it."""
    path = _path(cache, fair_id)
    if own.standing_ is None or _pairs(own) <= SMALL_FAIR:
        path.unlink(missing_ok=True)
        _in_memory.pop(path, None)
        return
    kept = Standing(run_id, _version(own), own)
    _remember(path, kept)
    _write(path, kept)


def forget(cache: Path) -> None:
    """Forget what was kept of all fairs, for it holds companies' texts as they were; it is worked out anew."""
    _in_memory.clear()
    for path in cache.glob("standing-*"):
        path.unlink(missing_ok=True)


def _remember(path: Path, kept: Standing) -> None:
    """Memory holds one fair only, for there it takes tens of megabytes."""
    _in_memory.clear()
    _in_memory[path] = kept


def _write(path: Path, kept: Standing) -> None:
    """Write the file, which appears complete or not at all."""
    # The reason is that of match_model: this comes with scikit-learn.
    import joblib  # noqa: PLC0415

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.draft")
    joblib.dump(kept, draft, compress=1)
    draft.replace(path)


def standing_matcher(
    matcher: Matcher, profiles: FairProfiles, *, cache: Path, fair_id: uuid.UUID, run_id: uuid.UUID
) -> Matcher:
    """Return the fair's matcher ready to match one company again: all companies stand in it as they are now."""
    own = matcher.for_fair(list_length=profiles.list_length, categories=profiles.own_categories)
    everyone = (*profiles.exhibitors, *profiles.buyers)
    if len(profiles.exhibitors) * len(profiles.buyers) > SMALL_FAIR:
        kept = _kept(_path(cache, fair_id), run_id=run_id, version=_version(own))
        if kept is not None and _caught_up(kept, everyone, path=_path(cache, fair_id)):
            return kept.matcher
    own.prepare(profiles.exhibitors, profiles.buyers, profiles.forbidden)
    keep(own, cache=cache, fair_id=fair_id, run_id=run_id)
    return own


def _caught_up(kept: Standing, everyone: tuple[Profile, ...], *, path: Path) -> bool:
    """Take in who changed; False when too many have since the run, so that it has to be worked out anew."""
    own = kept.matcher
    changed = own.standing_.changed(everyone) if own.standing_ else list(everyone)
    if kept.taken_in + len(changed) > MOST_NEW * len(everyone):
        return False
    for profile in changed:
        own.admit(profile)
    kept.taken_in += len(changed)
    if len(changed) >= WORTH_KEEPING:
        _write(path, kept)
    return True


def _version(own: Matcher) -> str:
    """Return what a working state must have been made by: its parts have other fields once the method is changed."""
    return f"{own.version()} {match_model.method()}"


def _pairs(own: Matcher) -> int:
    if own.standing_ is None:
        return 0
    first, second = (len(party.profiles) for party in own.standing_.parties.values())
    return first * second


def _path(cache: Path, fair_id: uuid.UUID) -> Path:
    return cache / f"standing-{fair_id.hex}.joblib"


def _kept(path: Path, *, run_id: uuid.UUID, version: str) -> Standing | None:
    """The working state, from this process's memory or from the file, if it is of that run and version."""
    kept = _in_memory.get(path) or _loaded(path)
    if kept is None or (kept.run_id, kept.version) != (run_id, version):
        return None
    _remember(path, kept)
    return kept


def _loaded(path: Path) -> Standing | None:
    import joblib  # noqa: PLC0415 - the same.

    if not path.exists():
        return None
    try:
        found = joblib.load(path)
    except Exception:  # noqa: BLE001 - a file of an older version is only a saving lost, whatever is wrong with it.
        return None
    return found if isinstance(found, Standing) else None
