"""The kept versions of reports as this process unpacked them last: a version never changes, and is read page by page.

To unpack one and draw it up again from its rows takes as long as a report after a change. What is kept is known by the
digest of its text, so another text under the same key would be unpacked anew.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

from matchmaker.services import report_versions
from matchmaker.services.kept_results import rows_in

if TYPE_CHECKING:
    import uuid

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts
    from matchmaker.services.report_versions import VersionFacts
    from matchmaker.services.reports import FairResults

    # A fair as it is shown now, since what was drawn for its pages is kept with the results, and the version's text.
    Key = tuple[FairFacts, uuid.UUID, str]

# What is kept may have so many rows in all; the versions that were unpacked first give way.
MOST_ROWS = 50_000

_kept: OrderedDict[Key, FairResults] = OrderedDict()
# Two who open the same version at once wait for one of them, and nobody counts what another one takes away.
_unpacking = Lock()


def results_of(session: Session, *, fair: FairFacts, version: VersionFacts) -> FairResults:
    """Return what ``report_versions.opened`` does; raise NotFound for a version of another fair."""
    key = (fair, version.id, version.digest)
    found = _kept.get(key)
    if found is None:
        with _unpacking:
            found = _kept.get(key) or _unpacked(session, key)
    return found


def forget() -> None:
    """Drop all that is kept."""
    _kept.clear()


def _unpacked(session: Session, key: Key) -> FairResults:
    fair, version_id, _digest = key
    results = report_versions.opened(session, fair_id=fair.id, version_id=version_id)
    _kept[key] = results
    while len(_kept) > 1 and sum(map(rows_in, _kept.values())) > MOST_ROWS:
        _kept.popitem(last=False)
    return results
