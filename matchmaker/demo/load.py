"""Write the reference fair and two chains into an empty database, and open a fair where the same companies act now."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from matchmaker.demo import chains, office, people, programme, record, running_fair
from matchmaker.demo.earlier_edition import load_earlier_edition
from matchmaker.demo.generator import build_reference_fair
from matchmaker.services import passwords, report_versions
from matchmaker.services.reports import due_on

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from matchmaker.services.fairs import FairFacts


# Long enough ago that the answers of a year later are in, since a report counts only what has been said by now.
OPENED_ON = date(2025, 10, 15)
EARLIER_ON = date(2024, 10, 16)


def load_reference_fair(
    session: Session, *, password: str, folder: Path, now: datetime, step: Callable[[], object]
) -> dict[str, str]:
    """Load the reference fair as it ended, the one a year before, two chains, the running fair and their programme.

    Return who may sign in.

    The result names the e-mail address for each role, and the addresses of the finished fair and the programme under
    ``fair`` and ``programme``. ``password`` lets one organizer, exhibitor, buyer, helper, interpreter and reader in;
    everyone else signs in by link.
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
    earlier = load_earlier_edition(session, opens_on=EARLIER_ON, later=loaded.fair, now=now)
    ended = (loaded.fair, earlier, *chains.open_chains(session, tree=tree, now=now))
    for fair in ended:
        _keep_reports(session, fair=fair, now=now)
    step()
    running = running_fair.open_running_fair(session, tree=tree, now=now)
    step()
    secret = passwords.hashed(password)
    shown = people.demo_people(session, tree=tree, password_hash=secret, now=now)
    helping = office.open_office(
        session, tree=tree, fair=running, shown=shown, password_hash=secret, folder=folder, now=now
    )
    step()
    reading = programme.open_programme(session, tree=tree, password_hash=secret, now=now)
    return {**shown, **helping, **reading, "fair": tree.fair.slug}


def _keep_reports(session: Session, *, fair: FairFacts, now: datetime) -> None:
    """Keep a finished fair's report as of each of its days, and show the last version to everyone."""
    kept = [report_versions.freeze_due(session, fair=fair, version=version, now=now) for version in due_on(fair)]
    report_versions.publish(session, fair=fair, version_id=kept[-1].id, by=None, now=now)
