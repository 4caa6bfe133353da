"""Import a large list of companies: all of its rows in one transaction, or none."""

from __future__ import annotations

import contextlib
import uuid
from typing import TYPE_CHECKING, Any

from matchmaker import clock
from matchmaker.domain.errors import NotFound, Refused
from matchmaker.extensions import db
from matchmaker.models.engine import begin_writing
from matchmaker.services import company_uploads, import_runs

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*, facts: dict[str, Any], renew: Callable[[], None]) -> None:
    """Do the import that the job names; after a crash it is done again, unless it had been finished.

    What the organizer gave up meanwhile, or what can no longer be imported, is left alone. After any other error the
    page says that it did not work, and the job is tried again.
    """
    del renew  # One transaction does it all, and no other can write meanwhile.
    key = {"fair_id": uuid.UUID(facts["fair_id"]), "import_id": uuid.UUID(facts["import_id"])}
    try:
        begin_writing(db.session)
        import_runs.start_run(db.session, **key)
        db.session.commit()
        begin_writing(db.session)
        company_uploads.bring_in(
            db.session,
            **key,
            without_errors=facts["without_errors"],
            by=uuid.UUID(facts["by"]),
            now=clock.now(),
        )
        import_runs.finish_run(db.session, **key)
        db.session.commit()
    except (NotFound, Refused):
        _give_up(key)
    except BaseException:
        _give_up(key)
        raise


def _give_up(key: dict[str, uuid.UUID]) -> None:
    db.session.rollback()
    begin_writing(db.session)
    with contextlib.suppress(NotFound):
        import_runs.fail_run(db.session, **key)
    db.session.commit()
