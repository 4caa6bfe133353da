"""What becomes of the files of two companies that are merged."""

from datetime import timedelta

from matchmaker.domain.uploads import FileKind
from matchmaker.services import files, merging
from tests.corpus import picture
from tests.factories import OPENING


def test_the_kept_logo_stays_and_the_photos_come_along(session, factory, tmp_path):
    fair = factory.fair()
    officer = factory.organizer(fair)
    kept, gone = factory.participant(fair, name="Gốm Mai"), factory.participant(fair, name="Gom Mai")
    sides = {}
    for one, side in ((kept, 40), (gone, 50)):
        for kind in (FileKind.LOGO, FileKind.PHOTO):
            sides[one.id, kind] = files.store(
                session,
                folder=tmp_path,
                company_id=one.company_id,
                kind=kind,
                content=picture((side, side), kind="PNG"),
                name=f"{kind}.png",
                by=one.account.id,
                now=OPENING,
            )
    merging.merge(
        session,
        fair_id=fair.id,
        kept_id=kept.company_id,
        gone_id=gone.company_id,
        by=officer.id,
        now=OPENING - timedelta(days=10),
    )
    left = {one.id for one in files.of_company(session, company_id=kept.company_id)}
    assert left == set(sides.values()) - {sides[gone.id, FileKind.LOGO]}
