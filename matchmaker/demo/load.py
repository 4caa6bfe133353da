"""Write the reference fair into an empty database, and open a second fair where the same companies can act now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from matchmaker.demo import office, people, record, running_fair
from matchmaker.demo.generator import build_reference_fair
from matchmaker.services import fairs, passwords, report_versions
from matchmaker.services.reports import due_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session


# Long enough ago that the answers of a year later are in, since a report counts only what has been said by now.
OPENED_ON = date(2025, 10, 15)


def load_reference_fair(
    session: Session, *, password: str, folder: Path, now: datetime, step: Callable[[], object]
) -> dict[str, str]:
    """Load the reference fair as it ended and the running one; return who may sign in.

    The result names the e-mail address for each role, and the address of the finished fair under ``fair``.
    ``password`` lets one organizer, one exhibitor, one buyer and one helper in; everyone else signs in by link.
    Pictures of the companies go into ``folder``. ``step`` is called after each part. Flushes; the caller commits.
    """
    tree = build_reference_fair(opens_on=OPENED_ON)
    step()
    loaded = people.load_companies(session, tree=tree, now=now)
    step()
    record.load_meetings(session, tree=tree, loaded=loaded)
    step()
    record.load_ledger(session, tree=tree, loaded=loaded)
    step()
    _keep_reports(session, slug=tree.fair.slug, now=now)
    running = running_fair.open_running_fair(session, tree=tree, now=now)
    step()
    secret = passwords.hashed(password)
    shown = people.demo_people(session, tree=tree, password_hash=secret, now=now)
    helping = office.open_office(
        session, tree=tree, fair=running, shown=shown, password_hash=secret, folder=folder, now=now
    )
    step()
    return {**shown, **helping, "fair": tree.fair.slug}


def _keep_reports(session: Session, *, slug: str, now: datetime) -> None:
    """Keep the finished fair's report as of each of its days, and show the last version to everyone."""
    fair = fairs.by_slug(session, slug=slug)
    kept = [report_versions.freeze_due(session, fair=fair, version=version, now=now) for version in due_on(fair)]
    report_versions.publish(session, fair=fair, version_id=kept[-1].id, by=None, now=now)
